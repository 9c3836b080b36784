"""A line about somebody who should know, and a line about a clock, as the schema says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from disclosure.answers import Refusal
from notifications.tables import DeadlineState, DeliveryState
from protocols.rule import Strength
from records.items import Item
from schema.answer import RuleRef
from schema.followed import FollowUp
from schema.results import NotFoundOrNotPermitted
from schema.words import as_enum

as_enum(DeadlineState)
as_enum(Strength, "RuleStrength")


@strawberry.type(description="An item that was kept back from a notice when it was sent, and why.")
class KeptBack:
    """What a notice did not say."""

    item: Item = strawberry.field(description="The item.")
    reason: Refusal = strawberry.field(description="The kind of refusal.")


@strawberry.type(
    description="One person or team who should know of one event: told, or not, and why not."
)
class Tell:
    """`notifications.told.Told` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id, to record that they are not told.")
    recipient: str = strawberry.field(description="Who: an organisation's code and a role.")
    event: str = strawberry.field(description="What happened, such as `child-found`.")
    episode: strawberry.ID | None = strawberry.field(description="The episode that it belongs to.")
    happened_at: datetime = strawberry.field(description="When that happened.")
    because: list[RuleRef] = strawberry.field(description="The paragraphs that name them.")
    items: list[Item] = strawberry.field(description="What they are to be told of.")
    state: DeliveryState | None = strawberry.field(
        description="Where their notice stands; null where there never was one."
    )
    overdue: bool = strawberry.field(
        description="Whether they should have acknowledged it by now and have not, or were never told."
    )
    channel: str | None = strawberry.field(
        description="How they are reached; null where they cannot be."
    )
    due_at: datetime | None = strawberry.field(description="By when they should acknowledge.")
    delivered_at: datetime | None = strawberry.field(description="When their own machine had it.")
    acknowledged_at: datetime | None = strawberry.field(
        description="When they said that they have it."
    )
    not_told_because: str | None = strawberry.field(
        description="Why they have not been told; null once they have."
    )
    decided_because: str | None = strawberry.field(
        description=(
            "Why somebody decided that they are not told, in the words of whoever wrote it: for those who answer for "
            "the child."
        )
    )
    kept_back: list[KeptBack] = strawberry.field(
        description="What the notice did not say, for those who answer for the child; empty for others."
    )


@strawberry.type(description="One clock that a protocol started.")
class Deadline:
    """`notifications.told.Running` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id, to record why it is not kept.")
    child: strawberry.ID = strawberry.field(description="The child's id.")
    says: str = strawberry.field(description="What is to be done.")
    due_at: datetime = strawberry.field(description="By when.")
    basis_at: datetime = strawberry.field(description="From when it is counted.")
    state: DeadlineState = strawberry.field(description="Where it stands.")
    owners: list[str] = strawberry.field(
        description="Who has to see to it: roles as the protocols name them, with the authority's code."
    )
    because: list[RuleRef] = strawberry.field(description="The paragraphs that started it.")
    advisory: bool = strawberry.field(description="Whether it is good practice and no duty.")
    settled_at: datetime | None = strawberry.field(description="When it was met or called off.")
    fired_at: datetime | None = strawberry.field(description="When it ran out.")
    departed: bool = strawberry.field(
        description="Whether somebody wrote down why it is not done. The reason stands in the ledger."
    )
    strength: Strength = strawberry.field(
        description="How strongly the paragraph puts it: what should be done may be departed from, with a reason."
    )
    reason_asked_for: bool = strawberry.field(
        description="Whether it ran out undone, is no must, and nobody has said why: `recordDeparture` does."
    )
    departed_because: str | None = strawberry.field(
        description="Why it is not done, in the words of whoever wrote it: for those who answer for the child."
    )


@strawberry.type(
    description="Who should know, and the clocks. Lines that are not for you are not here."
)
class Tellings:
    """Everything of it that the caller may know."""

    tells: list[Tell] = strawberry.field(description="Who should know, event by event.")
    deadlines: list[Deadline] = strawberry.field(description="The clocks, those due first.")
    follow_ups: list[FollowUp] = strawberry.field(
        description="What else the protocols ask people to do because of each event."
    )


TellResult = Annotated[
    Tellings | NotFoundOrNotPermitted,
    strawberry.union(
        "TellResult", description="Who has been told, or why there is nothing to show."
    ),
]
