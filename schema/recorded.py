"""What comes of putting something on record: that it is done, or that it is not, and whom to ask.

Nothing here tells anything of a child. An answer about a child whom nobody knows is the same as
one about a child with whom the caller has nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import strawberry

from consent.bundle import RuleRef as Cited
from disclosure.acts import May
from disclosure.breaking_glass import NotListed
from disclosure.doing import Done, NotDone
from records.items import Item
from records.people import Role
from schema.answer import Ask, RuleRef
from schema.telling import Desk, rule

NOT_THIS_ROLE: Final = "This is not for your role to do here. Ask whoever is named."
NOT_THIS_CHILD: Final = (
    "Not known here by what you gave, or not yours to do. Nothing was changed. "
    "If a child may be at risk now, do not wait for this system: ring."
)


@strawberry.type(description="It is on record.")
class Recorded:
    """A receipt."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference to it.")
    until: datetime | None = strawberry.field(
        description="When it ends by itself; null where it does not."
    )
    this_week: int | None = strawberry.field(
        description="How many judgements you have made in seven days, with this one; null for all else."
    )
    client_mutation_id: str = strawberry.field(description="Your own id for it.")


@strawberry.type(description="It was not done. Nothing was changed; that you asked is on record.")
class Refused:
    """A refusal: by your role alone, or the same for every child that is not yours to deal with."""

    says: str = strawberry.field(description="The refusal in a sentence.")
    ask: Ask = strawberry.field(description="Whom to ask. It depends on your role alone.")
    rules: list[RuleRef] = strawberry.field(description="The paragraphs that say who may.")


@strawberry.type(description="You may see these items of this child for a time, if there is any.")
class GlassBroken:
    """What was opened. What it sets aside is told to whoever reviews it."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference to it.")
    items: list[Item] = strawberry.field(description="What you asked to see.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    review_due: datetime = strawberry.field(description="By when somebody else reviews it.")
    this_week: int = strawberry.field(
        description="How often you have broken glass in seven days, with this one."
    )
    rules: list[RuleRef] = strawberry.field(description="The paragraphs under which it opens.")
    client_mutation_id: str = strawberry.field(description="Your own id for it.")


@strawberry.type(description="Your request has gone to those who may answer it, if there are any.")
class Requested:
    """That somebody was asked."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference to it.")
    asked: list[Ask] = strawberry.field(description="Who is asked.")
    client_mutation_id: str = strawberry.field(description="Your own id for it.")


RecordResult = Annotated[
    Recorded | Refused, strawberry.union("RecordResult", description="A receipt, or a refusal.")
]
BreakGlassResult = Annotated[
    GlassBroken | Refused,
    strawberry.union("BreakGlassResult", description="What was opened, or a refusal."),
]
RequestResult = Annotated[
    Requested | Refused,
    strawberry.union("RequestDisclosureResult", description="Who was asked, or a refusal."),
]


def recorded(outcome: Done | NotDone, desk: Desk, key: str) -> Recorded | Refused:
    """A receipt, or a refusal."""
    if isinstance(outcome, NotDone):
        return refused(outcome.may, desk)
    told = outcome.told
    return Recorded(
        id=strawberry.ID(outcome.ref),
        until=_instant(told, "until"),
        this_week=told.get("this_week"),
        client_mutation_id=key,
    )


def glass(
    outcome: Done | NotDone | NotListed, desk: Desk, key: str, rules: Iterable[Cited]
) -> GlassBroken | Refused:
    """What was opened, or a refusal."""
    match outcome:
        case NotDone():
            return refused(outcome.may, desk)
        case NotListed():
            return Refused(
                says=outcome.says, ask=desk.whom(), rules=[rule(ref) for ref in outcome.rules]
            )
        case Done():
            told = outcome.told
            return GlassBroken(
                id=strawberry.ID(outcome.ref),
                items=[Item(value) for value in told["items"]],
                expires_at=datetime.fromisoformat(told["expires_at"]),
                review_due=datetime.fromisoformat(told["review_due"]),
                this_week=told["this_week"],
                rules=[rule(ref) for ref in rules],
                client_mutation_id=key,
            )


def requested(outcome: Done | NotDone, desk: Desk, key: str) -> Requested | Refused:
    """Who was asked, or a refusal."""
    if isinstance(outcome, NotDone):
        return refused(outcome.may, desk)
    return Requested(
        id=strawberry.ID(outcome.ref),
        asked=[
            Ask(role=Role(one["role"]), label=one["label"], why=one["why"])
            for one in outcome.told["asked"]
        ],
        client_mutation_id=key,
    )


def refused(why: May, desk: Desk) -> Refused:
    """A refusal in a sentence."""
    says = NOT_THIS_ROLE if why is May.NOT_THIS_ROLE else NOT_THIS_CHILD
    return Refused(says=says, ask=desk.whom(), rules=[])


def _instant(told: Mapping[str, Any], name: str) -> datetime | None:
    text = told.get(name)
    return None if text is None else datetime.fromisoformat(text)
