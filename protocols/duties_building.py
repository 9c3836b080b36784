"""From what is written in a duties file to checked duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import UNSET

from protocols.building import LONGEST_QUOTE, ref_from
from protocols.clock import Hours, Period, Window
from protocols.conditions_written import NotSo, nearest
from protocols.duties import (
    Clock,
    Condition,
    Doubt,
    Duty,
    Keeping,
    Meeting,
    Responsibility,
    Rung,
    Tell,
    Treatment,
)
from protocols.duties_conditions import conditions
from protocols.duties_vocabulary import MEETINGS, Circumstance, Event
from protocols.duties_written import WrittenClock, WrittenDuty, WrittenHours, WrittenTell
from protocols.protocol import LocalRole, Protocol
from protocols.reading import Page, Place
from protocols.rule import Applies, CatalogueKind
from protocols.vocabulary import SHAPES, Fact
from records.items import Item

KINDS: Final = frozenset(
    {
        CatalogueKind.SHARE,
        CatalogueKind.NOTIFY,
        CatalogueKind.DEADLINE,
        CatalogueKind.TRIGGER,
        CatalogueKind.ESCALATE,
        CatalogueKind.MEETING,
        CatalogueKind.RECORD,
        CatalogueKind.RESPONSIBILITY,
    }
)
"""The kinds of sentence that can be duties: to share may be to send. The others stand in sharing.toml."""

PRESSING: Final = frozenset(
    {
        Event.CHILD_NOT_LOCATED,
        Event.REPORTED_MISSING,
        Event.MISSING_RECORDED,
        Event.UNREPORTED_MISSING_IDENTIFIED,
        Event.RISK_SET,
        Event.RISK_CHANGED,
        Event.AWAY_WITHOUT_AUTHORISATION,
        Event.MISSING_ABROAD,
        Event.CHILD_LOCATED,
        Event.CHILD_FOUND,
        Event.INTERVIEW_URGENT_FINDING,
        Event.HARM_SUSPECTED,
        Event.CRIME_SUSPECTED,
        Event.TRAFFICKING_SUSPECTED,
        Event.REFERRAL_RECEIVED,
        Event.NATIONAL_ALERT_CONSIDERED,
        Event.PLACEMENT_NEVER_NOTIFIED,
    }
)
"""What nobody's quiet hours hold back, unless the row says otherwise."""

_ITEMS: Final = {item.value: item for item in Item}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def duty_from(page: Page, index: int, written: WrittenDuty, protocol: Protocol) -> Duty:
    """One row, checked.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    roles = {role.id: role for role in protocol.roles}
    try:
        _sound(written, protocol)
        found = conditions(written.when, written.unless)
        tells = tuple(_tell(tell, roles) for tell in written.tell)
        clock = None if written.clock is None else _clock(written.clock)
        duty = Duty(
            ref=ref_from(written, protocol),
            catalogue_id=written.id.partition("/")[0],
            kind=written.kind,
            treatments=tuple(written.treatment),
            events=frozenset(written.event),
            conditions=found,
            window=_window(written),
            applies=frozenset(Applies if written.applies is UNSET else written.applies),
            doubt=written.in_doubt,
            tellers=_roles("from", written.from_, roles),
            tells=tells,
            urgent=not PRESSING.isdisjoint(written.event)
            if written.urgent is None
            else written.urgent,
            owner=_roles("owner", written.owner, roles),
            task=written.task,
            once_done=written.once_done,
            clock=clock,
            wording=written.wording,
            ladder=_ladder(written, roles),
            meeting=_meeting(written, roles),
            about=_about(written, found),
            keeping=None
            if written.record is None
            else Keeping(what=written.record.what, where=tuple(written.record.in_)),
            responsibility=None
            if written.responsibility is None
            else Responsibility(
                who=_roles("responsibility", written.responsibility.who, roles),
                matter=written.responsibility.for_,
            ),
            refuses=written.refuses,
            silent=written.silent,
            searched=tuple(written.searched),
            starts=written.starts or protocol.in_force_from,
            ends=written.ends or protocol.in_force_to,
            file=page.name,
            line=page.line(Place("duty", index, "id")),
        )
        _whole(duty)
    except NotSo as error:
        raise page.wrong(Place("duty", index, error.key), f"{written.id}: {error}") from error
    return duty


def _sound(written: WrittenDuty, protocol: Protocol) -> None:
    """What is asked of every row, whatever it says."""
    if written.kind not in KINDS:
        raise NotSo(
            "kind",
            f"`{written.kind.value}` is no kind of duty. Its rows stand in sharing.toml, under [[rule]] or [[status_rule]].",
        )
    if not written.id.startswith(f"{protocol.catalogue}-"):
        raise NotSo("id", f"the ids of this protocol begin with `{protocol.catalogue}-`.")
    verified = protocol.verified if written.verified is None else written.verified
    if verified and not written.silent and not written.cite.quote.strip():
        raise NotSo(
            "cite", "there is no quotation. Quote the words that say it, or set `verified = false`."
        )
    words = len(written.cite.quote.split())
    if words > LONGEST_QUOTE:
        raise NotSo("quote", f"the quotation has {words} words. Quote at most {LONGEST_QUOTE}.")
    if written.silent and not written.searched:
        raise NotSo("silent", "say in `searched` which sections were read and say nothing.")
    if written.starts and written.ends and written.ends <= written.starts:
        raise NotSo("ends", "`ends` is not after `starts`. Correct one of them.")


def _whole(duty: Duty) -> None:
    """A treatment is claimed only where the row has what carries it out, and the other way round."""
    carried = {
        Treatment.NOTIFIED: bool(duty.tells or duty.ladder),
        Treatment.TIMED: duty.clock is not None or duty.window is not None,
        Treatment.RECORDED: duty.keeping is not None,
        Treatment.SURFACED: bool(duty.owner),
        Treatment.ENFORCED: duty.refuses is not None or duty.responsibility is not None,
    }
    needs = {
        Treatment.NOTIFIED: "`tell` or `escalates`",
        Treatment.TIMED: "a `clock` or a `window`",
        Treatment.RECORDED: "a `record`",
        Treatment.SURFACED: "an `owner`",
        Treatment.ENFORCED: "a `responsibility` or `refuses`",
    }
    for treatment in duty.treatments:
        if not carried[treatment] and not duty.silent:
            raise NotSo(
                "treatment",
                f"`{treatment.value}` needs {needs[treatment]}. Add it, or leave the treatment out.",
            )
    carried[Treatment.SURFACED] = bool(duty.meeting or duty.task)
    for treatment in Treatment:
        if carried[treatment] and treatment not in duty.treatments:
            raise NotSo("treatment", f"the row is also `{treatment.value}`. Add it.")
    asks = duty.doubt is Doubt.HOLD
    if (duty.meeting or duty.task or asks or duty.keeping) and not duty.owner:
        raise NotSo("owner", "somebody has to see to it. Name them in `owner`.")
    if duty.once_done is not None and duty.task is None:
        raise NotSo(
            "once_done", "there is no task that could be done. Add `task`, or leave it out."
        )
    if duty.ladder and (duty.clock is None or duty.clock.waits):
        raise NotSo("escalates", "a ladder needs a clock with `within`. Add it.")


def _roles(key: str, names: Iterable[str], roles: Mapping[str, LocalRole]) -> tuple[LocalRole, ...]:
    for name in names:
        if name not in roles:
            raise NotSo(
                key,
                f"`{name}` is not a [[role]] of this protocol.{nearest(name, roles)} Add it to protocol.toml, or correct it.",
            )
    return tuple(roles[name] for name in names)


def _tell(written: WrittenTell, roles: Mapping[str, LocalRole]) -> Tell:
    for name in written.items:
        if name not in _ITEMS:
            raise NotSo(
                "items",
                f"`{name}` is not an item.{nearest(name, _ITEMS)} Use one of records/items.py.",
            )
    channels = SHAPES[Fact.CHANNEL].values
    if written.channel is not None and written.channel not in channels:
        raise NotSo(
            "channel", f"`{written.channel}` is not a channel.{nearest(written.channel, channels)}"
        )
    if bool(written.hours) is not bool(written.otherwise):
        raise NotSo("tell", "`hours` and `otherwise` stand together, or neither does.")
    return Tell(
        who=_roles("who", written.who, roles),
        items=frozenset(_ITEMS[name] for name in written.items),
        channel=written.channel,
        hours=tuple(_hours(hours) for hours in written.hours),
        otherwise=_roles("otherwise", written.otherwise, roles),
    )


def _hours(written: WrittenHours) -> Hours:
    if written.closes <= written.opens:
        raise NotSo("closes", "`closes` is not after `opens`. Correct one of them.")
    return Hours(
        days=frozenset(_DAYS.index(day) for day in written.days),
        opens=written.opens,
        closes=written.closes,
        bank_holidays=written.bank_holidays,
    )


def _clock(written: WrittenClock) -> Clock:
    given = [written.after, written.within, written.within_working_days, written.by]
    if sum(one is not None for one in given) != 1:
        raise NotSo("clock", "a clock has exactly one of after, within, within_working_days, by.")
    if written.by is not None and (written.repeats or written.to_end_of_working_day):
        raise NotSo("clock", "`by` is a time of day: leave out `repeats` and the working day.")
    period = _length(written)
    waits = written.after is not None
    if waits and not written.stopped_by:
        raise NotSo("clock", "say in `stopped_by` what makes it pointless, such as child-found.")
    if not waits and not written.met_by:
        raise NotSo("clock", "say in `met_by` which event shows that it was done.")
    return Clock(
        period=period,
        waits=waits,
        starts=written.starts,
        repeats=None if written.repeats is None else _period(written.repeats),
        met_by=frozenset(written.met_by),
        stopped_by=frozenset(written.stopped_by),
        only=conditions(written.met_when, {}),
        advisory=written.advisory,
        to_end_of_working_day=written.to_end_of_working_day,
        by=written.by,
    )


def _length(written: WrittenClock) -> Period:
    if written.by is not None:
        return Period()
    if written.within_working_days is not None:
        return Period(working_days=written.within_working_days)
    return _period(written.after or written.within or "")


def _period(written: str) -> Period:
    try:
        return Period.parse(written)
    except ValueError as error:
        raise NotSo("clock", str(error)) from error


def _window(written: WrittenDuty) -> Window | None:
    if written.window is None:
        return None
    if written.event != [Event.MISSING_RECORDED]:
        raise NotSo("event", 'episodes are counted as they are recorded: `["missing-recorded"]`.')
    return Window.of(written.window.episodes, written.window.within_days)


def _ladder(written: WrittenDuty, roles: Mapping[str, LocalRole]) -> tuple[Rung, ...]:
    return tuple(
        Rung(
            to=_roles("escalates", rung.to, roles),
            after=None if rung.after is None else _period(rung.after),
        )
        for rung in written.escalates
    )


def _meeting(written: WrittenDuty, roles: Mapping[str, LocalRole]) -> Meeting | None:
    meeting = written.meeting
    if meeting is None:
        return None
    return Meeting(
        name=_named("meeting", meeting.name),
        attendees=_roles("meeting", meeting.attendees, roles),
        chair=_roles("meeting", meeting.chair, roles),
    )


def _about(written: WrittenDuty, found: Iterable[Condition]) -> str | None:
    """The meeting on which its notices rest: the one named, its own, or the only one of which it speaks."""
    if written.about is not None:
        return _named("about", written.about)
    if written.meeting is not None:
        return written.meeting.name
    spoken = [c.values for c in found if c.key is Circumstance.MEETING and not c.negated]
    names = [str(name) for values in spoken for name in values]
    return names[0] if len(names) == 1 else None


def _named(key: str, name: str) -> str:
    if name not in MEETINGS:
        raise NotSo(key, f"`{name}` is not a meeting.{nearest(name, MEETINGS)}")
    return name
