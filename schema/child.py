"""Child: what can be asked about a child, one line for each category."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import strawberry
from strawberry.types.base import StrawberryObjectDefinition

from records.items import Category
from records.kinds_of_record import RECORD_OF
from schema.answer import Node
from schema.published import answer_type
from schema.shown import AnswerShown, ChildShown
from schema.words import graphql_name, said_of


def _answer(root: ChildShown, info: strawberry.Info) -> AnswerShown:
    return root.answer(str(info.path.key))


def category(about: Category) -> Any:  # noqa: ANN401 - a Strawberry field
    """The field that answers one category."""
    record = RECORD_OF[about]
    return strawberry.field(
        resolver=_answer,
        graphql_type=answer_type(record),
        description=said_of(record).splitlines()[0],
        metadata={"category": about},
    )


@strawberry.type(
    description=(
        "A child of whom something may be confirmed to you. What a system holds of them is asked category "
        "by category; each is decided by itself."
    )
)
class Child(Node):
    """What can be asked about a child."""

    identity = category(Category.IDENTITY)
    legal_status = category(Category.LEGAL_STATUS)
    placements = category(Category.PLACEMENTS)
    involvements = category(Category.INVOLVEMENTS)
    missing_episodes = category(Category.EPISODES)
    safe_and_well_checks = category(Category.SAFE_AND_WELL)
    return_interviews = category(Category.INTERVIEWS)
    trigger_plans = category(Category.TRIGGER_PLANS)
    health = category(Category.HEALTH)
    intelligence = category(Category.INTELLIGENCE)
    care_plans = category(Category.CARE_PLANS)
    placement_plans = category(Category.PLACEMENT_PLANS)
    prevention_plans = category(Category.PREVENTION_PLANS)
    philomena_forms = category(Category.PHILOMENA_FORMS)
    schooling = category(Category.EDUCATION)
    meetings = category(Category.MEETINGS)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """A child is what stands behind one."""
        return isinstance(value, ChildShown)


def _category_of_field() -> Mapping[str, Category]:
    definition: StrawberryObjectDefinition = vars(Child)["__strawberry_definition__"]
    return MappingProxyType(
        {
            graphql_name(field.python_name): field.metadata["category"]
            for field in definition.fields
            if "category" in field.metadata
        }
    )


CATEGORY_OF_FIELD: Final[Mapping[str, Category]] = _category_of_field()
"""Each Answer field of Child, by its name in the schema."""
