"""From an event to everything that follows: the recipients, clocks and tasks of the protocols that apply.

Works out, and writes nothing: `notifications.ledger` keeps the plan in the transaction of the event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from consent.vocabulary import UNKNOWN, Fact, Known
from disclosure.chain import Plain
from disclosure.disclose import Current
from disclosure.facts import Facts
from notifications import accountable, areas, escalation, glass, never_notified
from notifications.directory import Around, Directory
from notifications.grown_up import OF_NO_CHILD, was_grown_up
from notifications.happening import (
    Happened,
    Happening,
    Plan,
    Reason,
    Settle,
    Stands,
    Start,
    Tell,
    kind_of,
)
from notifications.occurring import (
    again,
    before,
    circumstances_of,
    events_of,
    occurrence_of,
    still_said,
)
from notifications.overtaken import cause_of, caused_by, news, overtaken, together
from notifications.placed_with import has_none
from notifications.shown import follow_up_of
from protocols.bundle import Bundle
from protocols.clock import ENGLAND, Calendar
from protocols.duties_due import ClockDue, Due, NoticeDue, Settled, Why
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Fired, Occurrence
from protocols.duties_vocabulary import Circumstances, Key
from records.people import Access, Purpose, Role, Standing, Viewer

_MOST_SKIPPED: Final = 10_000
_WHY: Final = Access(purpose=Purpose.SAFEGUARD, reason="Working out who has to be told")


class Dispatch:
    """Plans what follows from an event. Give it to `ledger.accept` and `deadlines.fire_due`."""

    def __init__(
        self,
        *,
        bundle: Current,
        facts: Facts,
        directory: Directory,
        days: Callable[[], Calendar] = lambda: ENGLAND,
        desk: Sequence[str] = (),
    ) -> None:
        self._current = bundle
        self._facts = facts
        self._directory = directory
        self._days = days
        self._desk = tuple(desk)

    async def __call__(self, event: Happened, history: Sequence[Happened]) -> Plan:
        """Everything that the protocols ask for because of this event."""
        if escalation.escalates(event):
            return await self._of_silence(event, history)
        if glass.concerns(event):
            where = glass.organisations_of(event, await self._known(event))
            return glass.plan_of(event, where, await self._directory.at(where))
        late = cause_of(event, history)
        if late is not None:
            before = [past for past in history if past.id != event.id]
            return await self._overtaken(late, before, event.recorded_at)
        if not events_of(event):
            return Plan()
        authority = areas.area_of(event.child)
        if authority is not None:
            return await self._of_area(authority, event, history)
        known = await self._known(event)
        plan = await self._of_child(event, history, known)
        more = await self._overtaken(event, history, event.recorded_at)
        causes = await self._causes(event, history, known) + caused_by(event, more)
        return replace(plan, causes=causes)

    async def _of_child(
        self, event: Happened, history: Sequence[Happened], known: Circumstances
    ) -> Plan:
        """What is asked because of an event that is about a child, but for what it causes."""
        if await was_grown_up(event, history, known, lambda at: self._known_of(event.child, at)):
            return OF_NO_CHILD
        due = self._due(event, history, known)
        around = await self._directory.around(event.child, _authorities(known), event.facts_of)
        tells, missed, stands = _tells(due, around, known)
        if event.corrects is not None:
            tells += await self._told_before(event, history, tells)
        elif again(event, history):
            tells = []
        return Plan(
            tell=tuple(tells),
            start=tuple(_start(clock, event) for clock in due.clocks),
            settle=tuple(_settle(settled) for settled in due.settles),
            stands=stands if tells else (),
            follow_up=follow_up_of(due, missed),
        )

    async def _overtaken(self, late: Happened, history: Sequence[Happened], now: datetime) -> Plan:
        """What a message that came late brings about of what came before it and happened after it."""
        without = [past for past in history if past.id != late.id]
        found: list[Plan] = []
        for event in overtaken(late, history):
            weighed = replace(event, weighed_at=now)
            known = await self._known(weighed)
            before = await self._of_child(weighed, without, known)
            after = await self._of_child(weighed, history, known)
            found.append(news(event, before, after))
        return together(found)

    async def _of_silence(self, event: Happened, history: Sequence[Happened]) -> Plan:
        """The next on the ladder is told; where it has ended, whoever answers for the silence, once."""
        plan = escalation.plan_of(event)
        silence = accountable.silence_of(event, history)
        # Broken glass has a clock of its own, and is told again each working day.
        of_glass = silence.of is not None and glass.concerns(silence.of)
        if plan.tell or silence.told or of_glass:
            return plan
        authority = areas.area_of(event.child)
        known = await self._known(event) if authority is None else areas.known_of(authority)
        around = await self._directory.around(event.child, _authorities(known), event.facts_of)
        return accountable.plan_of(silence, around, self._current.bundle, known, desk=self._desk)

    async def _of_area(self, authority: str, event: Happened, history: Sequence[Happened]) -> Plan:
        """What is asked because of an event that is about an area: its owners are told."""
        due = areas.told_to_owners(self._due(event, history, areas.known_of(authority)), event)
        capacities = areas.authorities_of(authority)
        around = await self._directory.around(event.child, capacities, event.facts_of)
        tells, missed, _ = _tells(due, around, {})
        return Plan(
            tell=tuple(tells),
            start=tuple(_start(clock, event) for clock in due.clocks),
            settle=tuple(_settle(settled) for settled in due.settles),
            follow_up=follow_up_of(due, missed),
        )

    def due(self, event: Happened, history: Sequence[Happened], known: Circumstances) -> Due:
        """What the protocols ask for because of an event, of what is known: for those who check."""
        return self._due(event, history, known)

    async def known(self, event: Happened) -> Circumstances:
        """What the registers and the event itself say of the child."""
        return await self._known(event)

    async def _known(self, event: Happened) -> Circumstances:
        facts = await self._known_of(event.child, event.facts_of)
        said: Circumstances = circumstances_of(event)
        if event.weighed_at is not None:
            said = still_said(said, facts)
        return dict[Key, Known]([*facts.items(), *said.items()])

    async def _known_of(self, child: str, at: datetime) -> Circumstances:
        """What the registers say of a child, as of then."""
        viewer = Viewer(
            subject="dispatch",
            issuer="homeward:notices",
            role=Role.MISSING_COORDINATOR,
            organisation="homeward",
            client="notices",
            expires_at=at,
        )
        situation = await self._facts.situation(
            viewer, _WHY, child, at, bundle=self._current.bundle
        )
        return dict[Key, Known](situation.facts.items())

    def _due(self, event: Happened, history: Sequence[Happened], known: Circumstances) -> Due:
        occurrence = occurrence_of(event, history)
        if event.weighed_at is not None:
            still = still_said(occurrence.circumstances, known)
            occurrence = replace(occurrence, circumstances=still)
        bundle, days = self._current.bundle, self._days()
        past = before(event, history)
        due = duties_of(bundle, occurrence, known, past, days)
        clocks = (_caught_up(clock, bundle, occurrence, known, past, days) for clock in due.clocks)
        return replace(due, clocks=tuple(clocks))

    async def _causes(
        self, event: Happened, history: Sequence[Happened], known: Circumstances
    ) -> tuple[Happening, ...]:
        placed = never_notified.placements(event, history, known)
        told = await self._directory.within_reach(event.child, placed) if placed else ()
        return never_notified.causes(event, history, known, told)

    async def _told_before(
        self, event: Happened, history: Sequence[Happened], tells: Sequence[Tell]
    ) -> list[Tell]:
        """Whoever was told of what this corrects, and would not be told of it now."""
        line = [e.id for e in history if e.root == event.root and e.id != event.id]
        told = await self._directory.told(event.child, line)
        already = {tell.recipient for tell in tells}
        reasons = tells[0].reasons if tells else ()
        items = frozenset[Any]().union(*(tell.items for tell in tells))
        return [Tell(recipient=r, items=items, reasons=reasons) for r in told if r not in already]


def _authorities(known: Circumstances) -> dict[Standing, str]:
    """The authorities whose child it is, and where the child lives, as far as they are known."""
    own, host = known.get(Fact.AUTHORITY, UNKNOWN), known.get(Fact.HOST_AUTHORITY, UNKNOWN)
    said = {
        Standing.HOST_AUTHORITY: host,
        Standing.RESPONSIBLE_AUTHORITY: own,
        Standing.HOME_AUTHORITY: own,
    }
    return {standing: code for standing, code in said.items() if isinstance(code, str)}


def _tells(
    due: Due, around: Around, known: Circumstances
) -> tuple[list[Tell], list[NoticeDue], tuple[Stands, ...]]:
    """Whom to tell; those for whom no machine can be told, and no agency answers; and services of the area."""
    tells: list[Tell] = []
    missed: list[NoticeDue] = []
    stands: dict[Stands, None] = {}
    for notice in due.notices:
        found = around.who(notice.to)
        if found:
            tells += [replace(_tell(notice, one), ladder=around.instead_of(one)) for one in found]
            standing = around.by_area(notice.to)
            if standing is not None:
                new = (Stands(standing=standing, organisation=around.of(who)) for who in found)
                stands |= dict.fromkeys(new)
            continue
        if has_none(notice.to, known):
            continue
        nobody = around.unregistered(notice.to)
        if nobody is None:
            missed.append(notice)
        else:
            tells.append(replace(_tell(notice, nobody), ladder=around.duty_teams()))
    return tells, missed, tuple(stands)


def _tell(notice: NoticeDue, recipient: str) -> Tell:
    return Tell(
        recipient=recipient,
        items=notice.items,
        reasons=tuple(_reason(why) for why in notice.because),
        urgent=notice.urgent,
        channel=notice.channel,
    )


def _reason(why: Why) -> Reason:
    return Reason(rule=why.rule.id, partnership=why.rule.protocol, applies=why.as_.value)


def _start(clock: ClockDue, event: Happened) -> Start:
    subject = event.data.get("subject")
    fired = isinstance(subject, str) and "terms" in event.data
    terms: dict[str, Plain] = {
        "name": clock.name,
        "rung": clock.rung,
        "happens": clock.happens.value,
        "says": clock.says,
        "reasons": [_reason(clock.because).plain()],
        "heading": clock.because.rule.heading,
        "strength": clock.because.rule.strength.value,
        "certain": clock.because.certain,
        "owners": [{"role": o.role.id, "at": _at(o.authority)} for o in clock.owners],
        "advisory": clock.advisory,
    }
    return Start(
        kind=kind_of(clock.name, clock.rung),
        subject=str(subject) if fired else clock.subject,
        basis_at=clock.basis_at,
        due_at=clock.due_at,
        occurrence=clock.occurrence,
        terms=terms,
        met_by=clock.met_by,
    )


def _at(authority: object) -> str | None:
    return authority if isinstance(authority, str) else None


def _settle(settled: Settled) -> Settle:
    return Settle(kind=settled.name, subject=settled.subject, cancelled=settled.cancelled)


def _caught_up(
    clock: ClockDue,
    bundle: Bundle,
    occurrence: Occurrence,
    known: Circumstances,
    past: Sequence[Occurrence],
    days: Calendar,
) -> ClockDue:
    """The first repetition that is still to come: what was missed in an outage is not caught up on."""
    if occurrence.fired is None or clock.repeats is None:
        return clock
    for _ in range(_MOST_SKIPPED):
        if clock.due_at > occurrence.now:
            break
        fired = Fired(name=clock.name, occurrence=clock.occurrence, basis_at=clock.basis_at)
        later = duties_of(bundle, replace(occurrence, fired=fired), known, past, days)
        following = [c for c in later.clocks if c.name == clock.name and c.rung == 0]
        if not following or following[0].occurrence <= clock.occurrence:
            break
        clock = following[0]
    return clock
