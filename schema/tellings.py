"""Who should know, who has been told, who has not, and the clocks that run: line by line as the caller may know.

What a line is about is an item of information. The same decision as at the door says whether the
caller may know of it, whether or not there is such a child, and it is on record before anything is
shown. No line tells that others were left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
import strawberry

from consent.bundle import Bundle
from disclosure.answers import Refusal
from linking.storage import reading
from notifications import told as telling
from notifications.episode import episode_of
from notifications.happening import Reason
from notifications.mine import recipients_of
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from notifications.reconsider import overlooked
from notifications.tables import DEADLINE, DELIVERY, DeadlineState, DeliveryState
from notifications.told import Running, Told, clocks_of
from records.errors import WrongArgument
from records.items import Item
from schema.answer import RuleRef
from schema.asker import access_of, child_ref, desk_of
from schema.context import Context
from schema.notified import board_of
from schema.results import NOT_FOUND, NotFoundOrNotPermitted
from schema.seeing import Seen, seen_by
from schema.telling import rule
from schema.tells import Deadline, KeptBack, Tell, Tellings

MOST_CHILDREN: Final = 50
_ENGINES_OWN: Final = frozenset({ACKNOWLEDGE, UNREACHABLE})


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
        lines.never(one.event.id, one.tell.recipient, one.tell.reasons)
        for one in missed
        if seen.may_know(one.event.id)
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
