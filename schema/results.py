"""What may be found instead of a child. Absent and forbidden are one type, on purpose."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from schema.answer import Ask
from schema.child import Child


@strawberry.type(
    description=(
        "No child is known by this id or these identifiers, or several are, or you may not be told. It is one "
        "answer, the same in every byte and reached by the same path, so that it cannot tell you which."
    )
)
class NotFoundOrNotPermitted:
    """Absent, ambiguous or forbidden: nobody is told which."""

    says: str = strawberry.field(description="The same in a sentence.")
    ask: Ask = strawberry.field(description="Whom to ask. It depends on your role alone.")


@strawberry.type(
    description="What you gave cannot point to one child. It depends on your question alone, never on what is held."
)
class MatchNeeded:
    """The question is not complete."""

    supply: list[str] = strawberry.field(description="What to give: one of these, or both.")
    says: str = strawberry.field(description="The same in a sentence.")


NOT_FOUND: Final = (
    "Not known here by what you gave, or not to be confirmed to you. "
    "If a child may be at risk now, do not wait for this system: ring."
)

INCOMPLETE: Final = MatchNeeded(
    supply=["nhsNumber", "localId and system"],
    says="Give an NHS number, or a local id together with the name of the system it is from.",
)

ChildResult = Annotated[
    Child | NotFoundOrNotPermitted | MatchNeeded,
    strawberry.union("ChildResult", description="A child, or why there is none to show."),
]
