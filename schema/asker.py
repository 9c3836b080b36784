"""Who does something, why and about whom, as one request says it."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from disclosure.disclose import Door
from disclosure.doing import Doing
from linking.index import Found
from records.errors import PurposeRequired, WrongArgument
from records.identifiers import NHSNumber
from records.items import Item
from records.people import Access, Purpose
from schema.context import Context
from schema.ids import ChildId
from schema.telling import Desk

Info = strawberry.Info[Context, None]
_MOST_ITEMS = 60


def access_of(context: Context) -> Access:
    """Why, in the request's own words.

    Raises:
        PurposeRequired: it does not say.
    """
    if context.access is None:
        raise PurposeRequired(
            "Say why you do this: a purpose "
            f"({', '.join(purpose.value for purpose in Purpose)}) and a reason."
        )
    context.about_somebody = True
    return context.access


def doing(context: Context, child: str, key: str = "") -> Doing:
    """What the caller does, about the child of that id; about nobody for an id that is not ours.

    Raises:
        PurposeRequired: the request does not say why.
    """
    return Doing(
        viewer=context.viewer,
        access=access_of(context),
        child_ref=child_ref(context, child),
        now=context.now,
        key=key,
    )


async def doing_about(
    context: Context, child: str | None, nhs_number: str | None, key: str
) -> Doing:
    """As `doing`, about the child of that id or that NHS number.

    Somebody whom nothing is confirmed to has no id to give: a number is enough, and is no answer to
    whether anybody has it.

    Raises:
        PurposeRequired: the request does not say why.
        MalformedIdentifier: it is no NHS number.
        WrongArgument: neither is given, or both.
    """
    access = access_of(context)
    if (child is None) == (nhs_number is None):
        raise WrongArgument("Give the child's id or an NHS number: one of them.")
    if child is not None:
        return doing(context, child, key)
    number = NHSNumber("".join((nhs_number or "").split()))
    services = context.services
    found = await services.index.find(nhs_number=number)
    nobody = services.ids.invent(f"find:{number.digits}")
    return Doing(
        viewer=context.viewer,
        access=access,
        child_ref=found.child_ref if isinstance(found, Found) else nobody,
        now=context.now,
        key=key,
    )


def child_ref(context: Context, text: str) -> str:
    """Whom an id names; somebody invented for one that names no child, always the same for it."""
    ids = context.services.ids
    match ids.read(text):
        case ChildId(ref):
            return context.services.index.kept.of(ref)
        case _:
            return ids.invent(f"id:{text}")


def door_of(context: Context) -> Door:
    """The door that this deployment has."""
    return context.services.door


def desk_of(context: Context) -> Desk:
    """What is needed to tell this caller of refusals."""
    return Desk(door_of(context).bundle, context.viewer.role, context.services.ids)


def some(items: Iterable[Item]) -> frozenset[Item]:
    """The items given, each once.

    Raises:
        WrongArgument: more than there are.
    """
    given = list(items)
    if len(given) > _MOST_ITEMS:
        raise WrongArgument("Name each item once.")
    return frozenset(given)
