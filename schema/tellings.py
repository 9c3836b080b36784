"""Who should know, who has been told, who has not, and the clocks that run: line by line as the caller may know.

What a line is about is an item of information. The same decision as at the door says whether the
caller may know of it, whether or not there is such a child, and it is on record before anything is
shown. No line tells that others were left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import strawberry

from consent.bundle import Bundle
from disclosure.answers import Refusal
from notifications import told as telling
from notifications.completing import done_tasks
from notifications.episode import episode_of
from notifications.happening import OURSELVES, Reason
from notifications.house import HOUSE_RULES
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from notifications.reconsider import overlooked
from notifications.tables import DeadlineState, DeliveryState
from notifications.told import Running, Told, clocks_of
from protocols.duties_due import Happens
from protocols.rule import Strength
from records.items import Item
from schema.answer import RuleRef
from schema.asker import child_ref, desk_of
from schema.context import Context
from schema.followed import follow_up
from schema.notified import board_of
from schema.results import NOT_FOUND, NotFoundOrNotPermitted
from schema.seeing import Seen, seen_by
from schema.telling import rule
from schema.tells import Deadline, KeptBack, Tell, Tellings

_ENGINES_OWN: Final = frozenset({ACKNOWLEDGE, UNREACHABLE})


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
    waiting = {_notice(clock): clock for clock in clocks}
    reasons = await reasons_for(context, seen, clocks, told)
    lines = Lines(context, seen, waiting, reasons)
    tells = [lines.tell(one) for one in told if seen.may_know(one.event)]
    tells += [
        lines.never(one.event.id, one.tell.recipient, one.tell.reasons)
        for one in missed
        if seen.may_know(one.event.id)
    ]
    shown = [lines.deadline(one, ref) for one in clocks if lines.shows(one)]
    if not tells and not shown and not seen.confirmed:
        return NotFoundOrNotPermitted(says=NOT_FOUND, ask=desk_of(context).whom())
    kept = await telling.follow_ups(board.engine, ref)
    ids, done = context.services.ids, done_tasks(list(seen.events.values()))
    follow_ups = [
        (event, follow_up(event, body, lines.rules, ids, done))
        for event, body in kept
        if seen.may_know(event)
    ]
    if episode is not None:
        wanted = [tell for tell in tells if tell.episode == episode]
        events = {lines.event_of(tell) for tell in wanted}
        shown = [
            lines.deadline(one, ref)
            for one in clocks
            if lines.shows(one) and one.basis_event in events
        ]
        tells = wanted
        follow_ups = [one for one in follow_ups if one[0] in events]
    return Tellings(tells=tells, deadlines=shown, follow_ups=[one for _, one in follow_ups])


async def reasons_for(
    context: Context, seen: Seen, clocks: Sequence[Running], told: Sequence[Told] = ()
) -> Mapping[str | None, str]:
    """Why clocks were departed from and people not told, by the ledger's references: for those who answer for the child."""
    if not seen.answers_for_child:
        return {}
    refs = [one.departure for one in clocks if one.departure is not None]
    refs += [one.decided_ref for one in told if one.decided_ref is not None]
    written = await telling.departures(board_of(context).engine, refs)
    return {ref: why for ref, why in written.items()}  # noqa: C416 (the keys may be None elsewhere)


@dataclass(frozen=True, slots=True)
class Lines:
    """Puts what is kept into the words of the schema."""

    context: Context
    seen: Seen
    waiting: Mapping[str | None, Running]
    reasons: Mapping[str | None, str] = field(default_factory=dict, repr=False)

    def tell(self, one: Told) -> Tell:
        """A notice that there is."""
        clock = None if one.notice_ref is None else self.waiting.get(one.notice_ref)
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
            decided_because=self.reasons.get(one.decided_ref),
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
            decided_because=None,
            kept_back=[],
        )

    def shows(self, clock: Running) -> bool:
        """Whether a clock is of a protocol, and the caller may know what started it."""
        return _kind(clock) not in _ENGINES_OWN and self.seen.may_know(clock.basis_event)

    def deadline(self, one: Running, child: str) -> Deadline:
        """A clock."""
        terms = one.terms
        strength = Strength(terms.get("strength", Strength.MUST.value))
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
            strength=strength,
            reason_asked_for=_asks_why(one, strength),
            departed_because=self.reasons.get(one.departure),
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


def _asks_why(clock: Running, strength: Strength) -> bool:
    """Whether what should have been done was not, and nobody has said why."""
    undone = clock.state is DeadlineState.FIRED and clock.settled_at is None
    owed = clock.terms.get("happens") == Happens.BY.value and strength is not Strength.MUST
    return undone and owed and clock.departure is None


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
    if reason.partnership == OURSELVES and reason.rule in HOUSE_RULES:
        return RuleRef(
            id=strawberry.ID(reason.rule),
            protocol="Homeward",
            paragraph="A rule of the house, of no protocol",
            quote="",
            says=HOUSE_RULES[reason.rule],
            verified=False,
            version="",
        )
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
