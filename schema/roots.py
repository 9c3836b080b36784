"""The roots with what concerns notices: what is asked, what is answered, and what is followed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import strawberry

import schema.mutation
import schema.query
from notifications.matching import Decision
from notifications.tables import DeadlineState, DeliveryState
from schema.asker import Info
from schema.completing import CompleteTaskInput, complete_task
from schema.deadlines import deadlines
from schema.matches import (
    DecideMatchInput,
    DoubtfulEvent,
    MatchResult,
    PlaceEventInput,
    PlaceResult,
    PossibleMatch,
    decide,
    doubtful,
    match_side_by_side,
    matches,
    place,
)
from schema.notified import DEADLINES, NotificationPage, my_notifications, placements_for
from schema.streams import NotificationEvent, stream
from schema.tellings import who_has_been_told
from schema.tells import Deadline, TellResult
from schema.undertaking import (
    AcknowledgeInput,
    Acknowledgement,
    RecordDepartureInput,
    RecordNotToldInput,
    TellingResult,
    acknowledge,
    record_departure,
    record_not_told,
)


async def _my_notifications(
    info: Info, first: int = 20, after: str | None = None, state: list[DeliveryState] | None = None
) -> NotificationPage:
    return await my_notifications(info.context, first, after, states=state)


async def _placement_events(
    info: Info, host_authority: str, first: int = 20, after: str | None = None
) -> NotificationPage:
    types = placements_for(info.context, host_authority)
    return await my_notifications(info.context, first, after, types=types)


async def _who_has_been_told(
    info: Info, child: strawberry.ID, episode: strawberry.ID | None = None
) -> Any:  # noqa: ANN401
    return await who_has_been_told(info.context, child, episode)


async def _deadlines(
    info: Info,
    state: list[DeadlineState] | None = None,
    due_within_minutes: int | None = None,
    child: strawberry.ID | None = None,
    due_after: datetime | None = None,
) -> list[Deadline]:
    return await deadlines(info.context, state, due_within_minutes, child, due_after)


async def _possible_matches(
    info: Info, first: int = 20, child: strawberry.ID | None = None
) -> list[PossibleMatch]:
    return await matches(info.context, first, child)


async def _possible_match(info: Info, id: strawberry.ID) -> PossibleMatch | None:  # noqa: A002
    return await match_side_by_side(info.context, str(id))


async def _doubtful_events(info: Info) -> list[DoubtfulEvent]:
    return await doubtful(info.context)


@strawberry.type(description="What can be asked.")
class Query(schema.query.Query):
    """The root of every query."""

    possible_matches: list[PossibleMatch] = strawberry.field(
        resolver=_possible_matches,
        description=(
            "Pairs of records that may be of one child and that wait for a person, of children for whom you answer, the "
            "longest waiting first; or all of one child, decided or not, and those that a machine linked too. Needs a purpose "
            "and a reason. That you look is on record."
        ),
    )
    possible_match: PossibleMatch | None = strawberry.field(
        resolver=_possible_match,
        description=(
            "One of them, with what both records say side by side: fetched now, and only what you may have. Null for one "
            "that is not there or is not yours to decide."
        ),
    )
    doubtful_events: list[DoubtfulEvent] = strawberry.field(
        resolver=_doubtful_events,
        description=(
            "Events that were sent with identifiers that do not lead to one child, and wait for you to say whose they are."
            " Needs a purpose and a reason. That you look is on record."
        ),
    )

    my_notifications: NotificationPage = strawberry.field(
        resolver=_my_notifications,
        description="The notices that are for you or for your role at your organisation, each as it may be said now.",
    )
    placement_events: NotificationPage = strawberry.field(
        resolver=_placement_events,
        description=(
            "What you are told of children placed in your authority's area: made, moved, ended, never notified. For "
            "the area of another authority there is nothing."
        ),
    )
    who_has_been_told: Any = strawberry.field(
        resolver=_who_has_been_told,
        graphql_type=TellResult,
        description=(
            "Who should know of what happened to a child, who has been told, who has not, and why not; and the "
            "clocks that run. Needs a purpose and a reason. Each line is there only if you may know what it is about."
        ),
    )
    deadlines: list[Deadline] = strawberry.field(
        resolver=_deadlines,
        description=(
            "Clocks of a child, or of the children of whom you have a notice, those due first; each only if you may "
            "know what started it. All there are until the last one given: where there are more, ask again with its "
            "time as `dueAfter`. Needs a purpose and a reason."
        ),
    )


async def _acknowledge(info: Info, input: AcknowledgeInput) -> list[Acknowledgement]:  # noqa: A002
    return await acknowledge(info.context, input)


async def _record_not_told(info: Info, input: RecordNotToldInput) -> Any:  # noqa: A002, ANN401
    return await record_not_told(info.context, input)


async def _record_departure(info: Info, input: RecordDepartureInput) -> Any:  # noqa: A002, ANN401
    return await record_departure(info.context, input)


async def _complete_task(info: Info, input: CompleteTaskInput) -> Any:  # noqa: A002, ANN401
    return await complete_task(info.context, input)


async def _confirm_match(info: Info, input: DecideMatchInput) -> Any:  # noqa: A002, ANN401
    return await decide(info.context, input, Decision.CONFIRM)


async def _reject_match(info: Info, input: DecideMatchInput) -> Any:  # noqa: A002, ANN401
    return await decide(info.context, input, Decision.REJECT)


async def _unlink(info: Info, input: DecideMatchInput) -> Any:  # noqa: A002, ANN401
    return await decide(info.context, input, Decision.UNLINK)


async def _place_event(info: Info, input: PlaceEventInput) -> Any:  # noqa: A002, ANN401
    return await place(info.context, input)


@strawberry.type(
    description=(
        "What can be put on record. Each needs a purpose and a reason with the request, and is in the ledger before it "
        "takes effect. No answer tells whether there is such a child."
    )
)
class Mutation(schema.mutation.Mutation):
    """The root of every mutation."""

    confirm_match: Any = strawberry.field(
        resolver=_confirm_match,
        graphql_type=MatchResult,
        description=(
            "Say that both records are of one child: what is known, what happened, who was told and the clocks that run "
            "are that child's from now on, and whoever has not been told is told."
        ),
    )
    reject_match: Any = strawberry.field(
        resolver=_reject_match,
        graphql_type=MatchResult,
        description="Say that they are two children. The pair does not come back.",
    )
    unlink: Any = strawberry.field(
        resolver=_unlink,
        graphql_type=MatchResult,
        description="Take back a confirmation: two children again, each with what was theirs.",
    )
    place_event: Any = strawberry.field(
        resolver=_place_event,
        graphql_type=PlaceResult,
        description="Say whose an event is that waits: it is kept as that child's, and everybody is told.",
    )

    acknowledge: list[Acknowledgement] = strawberry.field(
        resolver=_acknowledge,
        description="Say that you have notices that were for you: nobody is chased for them any more. Needs no purpose.",
    )
    record_not_told: Any = strawberry.field(
        resolver=_record_not_told,
        graphql_type=TellingResult,
        description="That somebody who should know is not told, and why: what still waits for them is not sent.",
    )
    complete_task: Any = strawberry.field(
        resolver=_complete_task,
        graphql_type=TellingResult,
        description=(
            "That what a protocol asks of you is done: its clock is met, and where you were to tell somebody, they have "
            "a notice that says so."
        ),
    )
    record_departure: Any = strawberry.field(
        resolver=_record_departure,
        graphql_type=TellingResult,
        description=(
            "That what a clock waits for is not done, and why: the clock stops, and says so. Where the paragraph says "
            "must, it runs on, with the reason beside it."
        ),
    )


async def _notifications(info: Info, after: str | None = None) -> AsyncIterator[NotificationEvent]:
    async for one in stream(info.context, after):
        yield one


async def _placements(
    info: Info, host_authority: str, after: str | None = None
) -> AsyncIterator[NotificationEvent]:
    async for one in stream(info.context, after, placements_for(info.context, host_authority)):
        yield one


async def _deadline_events(
    info: Info, after: str | None = None
) -> AsyncIterator[NotificationEvent]:
    async for one in stream(info.context, after, DEADLINES):
        yield one


_AFTER = "Go on from a cursor, or from the first notice that still waits for you."


@strawberry.type(
    description=(
        "What can be followed, over graphql-transport-ws or as server-sent events. Each notice is decided when it is "
        f"sent; a stream ends in words when your access does. {_AFTER}"
    )
)
class Subscription:
    """The root of every subscription."""

    notifications: Any = strawberry.subscription(
        resolver=_notifications,
        graphql_type=NotificationEvent,
        description="The notices that are for you.",
    )
    placement_events: Any = strawberry.subscription(
        resolver=_placements,
        graphql_type=NotificationEvent,
        description="Of those, what concerns children placed in your authority's area.",
    )
    deadline_events: Any = strawberry.subscription(
        resolver=_deadline_events,
        graphql_type=NotificationEvent,
        description="Of those, clocks that ran out, and notices that nobody acknowledged or that reached nobody.",
    )
