"""Who should know, who has been told, who has not, and the clocks that run: line by line as the caller may know.

What a line is about is an item of information. The same decision as at the door says whether the
caller may know of it, whether or not there is such a child, and it is on record before anything is
shown. No line tells that others were left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final

import sqlalchemy as sa
import strawberry

from consent.bundle import Bundle
from disclosure.acts import FORCE, ON_DUTY, WORKERS, Entitled, May, may
from disclosure.answers import EXISTS, Enquiry, Refusal, confirmed_by
from disclosure.deciding import Decided, decide
from disclosure.disclose import Door
from linking.storage import reading
from notifications import told as telling
from notifications.content import SAYS
from notifications.episode import episode_of
from notifications.happening import OURSELVES, Happened, Reason
from notifications.ledger import history
from notifications.mine import recipients_of
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from notifications.tables import DEADLINE, DELIVERY, DeadlineState, DeliveryState
from notifications.told import Running, Told, clocks_of, overlooked
from records.errors import WrongArgument
from records.items import ITEM_CATEGORY, Item
from records.people import Kind, Standing
from schema.answer import RuleRef
from schema.asker import access_of, child_ref, desk_of, door_of
from schema.context import Context
from schema.notified import board_of
from schema.results import NOT_FOUND, NotFoundOrNotPermitted
from schema.telling import rule
from schema.words import as_enum

as_enum(DeadlineState)

MOST_CHILDREN: Final = 50
_ENGINES_OWN: Final = frozenset({ACKNOWLEDGE, UNREACHABLE})
_ITEMS: Final = frozenset(SAYS.values()) | frozenset(
    EXISTS[ITEM_CATEGORY[item]] for item in SAYS.values() if ITEM_CATEGORY[item] in EXISTS
)
_EVERYBODY: Final = frozenset(Kind)

HOST_ON_DUTY: Final = Entitled(
    roles=ON_DUTY.roles,
    standings=frozenset({Standing.HOST_AUTHORITY}),
    source="Each protocol's duties of the authority in whose area a child of another is placed",
)
UNDERTAKERS: Final = (WORKERS, ON_DUTY, HOST_ON_DUTY, FORCE)
"""Who may write down that somebody is not told, or that something due is not done."""

_CHILDREN: Final = (
    sa.select(DEADLINE.c.child)
    .where(
        DEADLINE.c.state.in_(sa.bindparam("states", expanding=True)),
        DEADLINE.c.due_at <= sa.bindparam("until", type_=DEADLINE.c.due_at.type),
        DEADLINE.c.kind.not_in(sorted(_ENGINES_OWN)),
        sa.exists().where(
            DELIVERY.c.child == DEADLINE.c.child,
            DELIVERY.c.recipient.in_(sa.bindparam("mine", expanding=True)),
        ),
    )
    .group_by(DEADLINE.c.child)
    .order_by(sa.func.min(DEADLINE.c.due_at))
    .limit(MOST_CHILDREN)
)
_MINUTES: Final = range(60 * 24 * 366 + 1)
_EVER: Final = timedelta(days=36500)


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
        description="Where their notice stands; null where there never was one, and there should be."
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


@strawberry.type(
    description="Who should know, and the clocks. Lines that are not for you are not here."
)
class Tellings:
    """Everything of it that the caller may know."""

    tells: list[Tell] = strawberry.field(description="Who should know, event by event.")
    deadlines: list[Deadline] = strawberry.field(description="The clocks, those due first.")


TellResult = Annotated[
    Tellings | NotFoundOrNotPermitted,
    strawberry.union(
        "TellResult", description="Who has been told, or why there is nothing to show."
    ),
]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller may know of one child's events."""

    door: Door
    decided: Decided
    events: Mapping[str, Happened] = field(repr=False)

    def may_know(self, event_id: str) -> bool:
        """Whether they may know that this happened."""
        event = self.events.get(event_id)
        if event is None:
            return False
        says = SAYS.get(event.type)
        if says is None:
            return event.caused_by is not None and self.may_know(event.caused_by)
        decision = self.decided.decisions.get(says)
        if decision is None or not decision.open:
            return False
        if not confirmed_by(self.decided.decisions, ITEM_CATEGORY[says]):
            return False
        return decision.holders >= _EVERYBODY or self._kind(event) in decision.holders

    def _kind(self, event: Happened) -> Kind | None:
        """Whose word it is that this happened; of what we worked out, of what we worked it out from."""
        if event.source == OURSELVES and event.caused_by is not None:
            cause = self.events.get(event.caused_by)
            return None if cause is None else self._kind(cause)
        source = self.door.sources.get(event.source)
        return None if source is None else source.kind

    @property
    def answers_for_child(self) -> bool:
        """Whether they may write down that something is not done, and see what was kept back."""
        return may(UNDERTAKERS, self.decided.situation) is May.YES

    @property
    def confirmed(self) -> bool:
        """Whether they may be told that there is such a child, whatever has happened to them."""
        return any(
            decision.open
            and decision.holders >= _EVERYBODY
            and confirmed_by(self.decided.decisions, ITEM_CATEGORY[item])
            for item, decision in self.decided.decisions.items()
        )


async def seen_by(context: Context, child: str) -> Seen:
    """What the caller may know of what happened to a child; decided and on record.

    Raises:
        PurposeRequired: the request does not say why.
        NotRecorded: the decision could not be written down; nothing is shown.
    """
    board, door = board_of(context), door_of(context)
    enquiry = Enquiry(
        viewer=context.viewer,
        access=access_of(context),
        child_ref=child,
        items=_ITEMS,
        now=context.now,
        document_hash=context.document_hash,
    )
    decided = await decide(door, enquiry)
    if not any(decision.open for decision in decided.decisions.values()):
        # Nothing is read for whoever may know nothing: the time taken would tell that there is something.
        return Seen(door, decided, {})
    async with reading(board.engine) as connection:
        events = await history(connection, child)
    return Seen(door, decided, {event.id: event for event in events})


async def who_has_been_told(
    context: Context, child: str, episode: str | None
) -> Tellings | NotFoundOrNotPermitted:
    """Who should know of what the caller may know of; nothing of a child who may not be confirmed.

    Raises:
        PurposeRequired: the request does not say why.
    """
    ref = child_ref(context, child)
    seen = await seen_by(context, ref)
    if not seen.events and not seen.confirmed:
        return NotFoundOrNotPermitted(says=NOT_FOUND, ask=desk_of(context).whom())
    board = board_of(context)
    told = await telling.who_has_been_told(board.engine, ref)
    clocks = await clocks_of(board.engine, ref)
    missed = await overlooked(board.engine, board.planning, ref, now=context.now)
    lines = _Lines(context, seen, {_notice(clock): clock for clock in clocks})
    tells = [lines.tell(one) for one in told if seen.may_know(one.event)]
    tells += [
        lines.never(one.event, one.recipient, one.because)
        for one in missed
        if seen.may_know(one.event)
    ]
    shown = [lines.deadline(one, ref) for one in clocks if lines.shows(one)]
    if not tells and not shown and not seen.confirmed:
        return NotFoundOrNotPermitted(says=NOT_FOUND, ask=desk_of(context).whom())
    if episode is not None:
        wanted = [tell for tell in tells if tell.episode == episode]
        events = {lines.event_of(tell) for tell in wanted}
        shown = [
            lines.deadline(one, ref)
            for one in clocks
            if lines.shows(one) and one.basis_event in events
        ]
        tells = wanted
    return Tellings(tells=tells, deadlines=shown)


async def deadlines(
    context: Context,
    states: list[DeadlineState] | None,
    due_within_minutes: int | None,
    child: str | None,
) -> list[Deadline]:
    """Clocks that the caller may know of, those due first.

    Raises:
        PurposeRequired: the request does not say why.
        WrongArgument: a time that is none.
    """
    access_of(context)
    wanted = frozenset(states or (DeadlineState.PENDING, DeadlineState.FIRED))
    until = context.now + _EVER
    if due_within_minutes is not None:
        if due_within_minutes not in _MINUTES:
            raise WrongArgument("Ask for what is due within 0 minutes to a year.")
        until = context.now + timedelta(minutes=due_within_minutes)
    children = [child_ref(context, child)] if child else await _children(context, wanted, until)
    found: list[Deadline] = []
    for ref in children:
        seen = await seen_by(context, ref)
        if not seen.events:
            continue
        lines = _Lines(context, seen, {})
        clocks = await clocks_of(board_of(context).engine, ref)
        found += [
            lines.deadline(one, ref)
            for one in clocks
            if one.state in wanted and one.due_at <= until and lines.shows(one)
        ]
    return sorted(found, key=lambda one: (one.due_at, one.id))


async def _children(
    context: Context, states: Iterable[DeadlineState], until: datetime
) -> Sequence[str]:
    """The children with such clocks of whom the caller has a notice, those due first."""
    board = board_of(context)
    mine = await recipients_of(board.engine, context.viewer)
    if not mine:
        return []
    given = {
        "states": sorted(state.value for state in states),
        "until": until,
        "mine": [r.id for r in mine],
    }
    async with reading(board.engine) as connection:
        return (await connection.execute(_CHILDREN, given)).scalars().all()


@dataclass(frozen=True, slots=True)
class _Lines:
    """Puts what is kept into the words of the schema."""

    context: Context
    seen: Seen
    waiting: Mapping[str | None, Running]

    def tell(self, one: Told) -> Tell:
        """A notice that there is."""
        clock = self.waiting.get(one.notice_ref)
        late = clock is not None and clock.state is DeadlineState.FIRED
        kept = one.withheld if self.seen.answers_for_child else ()
        return Tell(
            id=strawberry.ID(self.context.services.ids.tell(one.event, one.recipient)),
            recipient=one.recipient,
            event=one.event_type,
            episode=self._episode(one.event),
            happened_at=one.at,
            because=self.rules(one.because),
            items=[Item(item) for item in one.items],
            state=one.state,
            overdue=(late or one.state is DeliveryState.FAILED)
            and one.acknowledged_at is None
            and one.decided_ref is None,
            channel=one.channel,
            due_at=None if clock is None else clock.due_at,
            delivered_at=one.delivered_at,
            acknowledged_at=one.acknowledged_at,
            not_told_because=one.why_not,
            kept_back=[KeptBack(item=Item(i), reason=Refusal(why)) for i, why in kept],
        )

    def never(self, event_id: str, recipient: str, because: Sequence[Reason]) -> Tell:
        """Somebody who should know, and has no notice."""
        event = self.seen.events[event_id]
        return Tell(
            id=strawberry.ID(self.context.services.ids.tell(event_id, recipient)),
            recipient=recipient,
            event=event.type,
            episode=self._episode(event_id),
            happened_at=event.at,
            because=self.rules(because),
            items=[],
            state=None,
            overdue=True,
            channel=None,
            due_at=None,
            delivered_at=None,
            acknowledged_at=None,
            not_told_because="nobody was to tell them when it happened; by what is known now they should know",
            kept_back=[],
        )

    def shows(self, clock: Running) -> bool:
        """Whether a clock is of a protocol, and the caller may know what started it."""
        return _kind(clock) not in _ENGINES_OWN and self.seen.may_know(clock.basis_event)

    def deadline(self, one: Running, child: str) -> Deadline:
        """A clock."""
        terms = one.terms
        ids = self.context.services.ids
        reasons = [Reason(**reason) for reason in terms.get("reasons", ())]
        owners = [_owner(owner) for owner in terms.get("owners", ())]
        return Deadline(
            id=strawberry.ID(ids.clock(one.id)),
            child=strawberry.ID(ids.child(child)),
            says=str(terms.get("says", "")),
            due_at=one.due_at,
            basis_at=one.basis_at,
            state=one.state,
            owners=owners,
            because=self.rules(reasons),
            advisory=bool(terms.get("advisory", False)),
            settled_at=one.settled_at,
            fired_at=one.fired_at,
            departed=one.departure is not None,
        )

    def rules(self, reasons: Iterable[Reason]) -> list[RuleRef]:
        """The paragraphs, each once."""
        refs = _duties(self.seen.door.bundle)
        found = [_rule(refs.get((reason.partnership, reason.rule)), reason) for reason in reasons]
        return list({one.id: one for one in found}.values())

    def event_of(self, tell: Tell) -> str | None:
        """The event that a line is about."""
        named = self.context.services.ids.read_tell(str(tell.id))
        return None if named is None else named[0]

    def _episode(self, event_id: str) -> strawberry.ID | None:
        events = list(self.seen.events.values())
        found = episode_of(self.seen.events[event_id], events)
        return (
            None if found is None else strawberry.ID(self.context.services.ids.episode(found.key))
        )


def _notice(clock: Running) -> str | None:
    """The notice whose acknowledgement a clock waits for."""
    kind, _, rest = clock.id.partition("/")
    return rest.rpartition("/")[0] if kind == ACKNOWLEDGE else None


def _kind(clock: Running) -> str:
    return clock.kind.partition("#")[0]


def _owner(owner: Mapping[str, Any]) -> str:
    at = owner.get("at")
    return f"{at}/{owner['role']}" if at else str(owner["role"])


@lru_cache(maxsize=4)
def _duties(bundle: Bundle) -> dict[tuple[str, str], Any]:
    """Every duty's paragraph, by its protocol and id."""
    return {
        (duty.ref.protocol, duty.ref.id): duty.ref
        for protocol in bundle.protocols.values()
        for duty in protocol.duties
    }


def _rule(ref: Any, reason: Reason) -> RuleRef:  # noqa: ANN401 (protocols.rule.RuleRef, or None)
    if ref is not None:
        return rule(ref)
    # A rule that was in force then and is no longer among those loaded: its id can still be looked up.
    return RuleRef(
        id=strawberry.ID(reason.rule),
        protocol=reason.partnership,
        paragraph="",
        quote="",
        says="",
        verified=False,
        version="",
    )
