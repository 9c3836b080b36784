"""Whom a duty tells, as the door will see them: every role that may hold it, in every ordinary situation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import NOTHING_RECORDED, SHAPES, Fact, Known
from notifications.deliver import PURPOSE_OF
from notifications.facts_stated import SAYS_BY_ITSELF
from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_due import Happens, NoticeDue, Why
from protocols.duties_evaluation import duties_of
from protocols.duties_views import partnership_of
from protocols.duties_vocabulary import Event, Key
from protocols.protocol import LocalRole
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.duties.casework import DutyCase, comes_due

ORDINARY: Final[dict[Fact, Known]] = {
    **NOTHING_RECORDED,
    Fact.AGE: 15,
    Fact.AGREEMENT: True,
    Fact.CHILD_SAYS: "agrees",
    Fact.PARENT_SAYS: "agrees",
    Fact.PHOTO_SAYS: "agrees",
    Fact.CHILD_TOLD: True,
    Fact.CRITICAL: True,
    Fact.REPORTED_MISSING: True,
    Fact.RECORDED_MISSING: True,
    Fact.INTERVIEW_DECLINED: False,
    Fact.SENSITIVE_DISCLOSURE: False,
    Fact.LIVE_INVESTIGATION: False,
    Fact.PR_CONTACT_UNSAFE: False,
    Fact.CHANNEL: "feed",
}
"""What is on record when nothing stands in the way: everybody who was asked has agreed."""

_OVER: Final = frozenset({Event.CHILD_FOUND, Event.CHILD_LOCATED, Event.SAFE_AND_WELL_DONE})
_GONE: Final = frozenset({Event.MISSING_RECORDED, Event.REPORTED_MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One role that one duty names, in one situation, and what of its items stays closed."""

    rule: str
    role: str
    holder: Role
    standings: frozenset[Standing]
    closed: frozenset[Item]
    by_its_protocol: bool


def duty_of(bundle: Bundle, case: DutyCase) -> Duty:
    """The duty that a case is about."""
    return next(d for d in bundle.protocols[case.protocol].duties if d.ref.id == case.rule)


def tellings(bundle: Bundle, case: DutyCase) -> Iterator[Telling]:
    """Everybody whom the duty of a case tells of something, in each of the authorities it may speak for."""
    duty = duty_of(bundle, case)
    roles = {role.id: role for role in bundle.protocols[case.protocol].roles}
    for here in _elsewhere(bundle, case):
        for notice, why in _told(bundle, here):
            for facts in _situations(here, duty):
                yield from _each(bundle, here, notice, why, roles[str(why.role)], facts)


def _elsewhere(bundle: Bundle, case: DutyCase) -> Iterator[DutyCase]:
    """The same in every authority of the partnership, where the duty speaks there at all."""
    codes = [authority.code.code for authority in bundle.protocols[case.protocol].authorities]
    places = (Fact.AUTHORITY, Fact.HOST_AUTHORITY)
    for code in codes:
        moved: dict[Key, Known] = {
            f: code if case.facts[f] in codes else case.facts[f] for f in places
        }
        yield replace(case, facts={**case.facts, **moved})


def _told(bundle: Bundle, case: DutyCase) -> list[tuple[NoticeDue, Why]]:
    due = case.due(bundle)
    for clock in due.clocks:
        if clock.because.rule.id == case.rule and clock.happens is Happens.THEN:
            fired = comes_due(case.rule, case.protocol, clock.due_at, basis_at=clock.basis_at)
            due = duties_of(bundle, fired, case.facts, (*case.history, case.occurrence))
            break
    return [
        (notice, why)
        for notice in due.notices
        for why in notice.because
        if why.rule.id == case.rule and why.items
    ]


def _situations(case: DutyCase, duty: Duty) -> Iterator[Mapping[Fact, Known]]:
    """Looked after or not, open or not, as far as the duty leaves it open: and what the event states."""
    said: dict[Key, Known] = {}
    said.update(case.facts)
    said.update(case.occurrence.circumstances)
    stated: dict[Fact, Known] = {fact: v for fact, v in said.items() if isinstance(fact, Fact)}
    away = said[Fact.AUTHORITY] != said[Fact.HOST_AUTHORITY]
    here = partnership_code(case)
    stated[Fact.PLACED_HERE_BY_OTHER_AUTHORITY] = away and said[Fact.HOST_AUTHORITY] in here
    stated[Fact.PLACED_OUT_OF_AREA] = away and said[Fact.AUTHORITY] in here
    events = case.occurrence.events
    if events & _OVER:
        stated |= {Fact.LOCATED: True, Fact.WHEREABOUTS_KNOWN: True}
    elif events & _GONE:
        stated |= {Fact.LOCATED: False, Fact.WHEREABOUTS_KNOWN: False}
    for event in events:
        if (judged := SAYS_BY_ITSELF.get(event.value)) is not None:
            stated[judged.fact] = True
    if duty.about in SHAPES[Fact.MEETING].values:
        stated[Fact.MEETING] = duty.about
    for looked_after, is_open in (
        ((True, True),) if away else ((True, True), (False, True), (False, False))
    ):
        usual = {Fact.LOOKED_AFTER: looked_after, Fact.OPEN_TO_SOCIAL_CARE: is_open}
        yield {**ORDINARY, **usual, **stated}


def partnership_code(case: DutyCase) -> frozenset[str]:
    """The authorities whose protocol speaks in a case."""
    return _CODES[case.protocol]


_CODES: Final[dict[str, frozenset[str]]] = {
    "essex": frozenset({"E10000012"}),
    "somerset": frozenset({"E06000066"}),
    "north-east-lincolnshire": frozenset({"E06000012"}),
    "pan-lancashire": frozenset({"E10000017", "E06000008", "E06000009"}),
    "staffordshire-stoke": frozenset({"E10000028", "E06000021"}),
}


def _each(
    bundle: Bundle,
    case: DutyCase,
    notice: NoticeDue,
    why: Why,
    role: LocalRole,
    facts: Mapping[Fact, Known],
) -> Iterator[Telling]:
    for holder in role.in_order:
        for standings in _standings(case, notice, role):
            situation = Situation(
                role=holder,
                standings=standings,
                purpose=PURPOSE_OF.get(holder, Purpose.SAFEGUARD),
                host=_place(bundle, case.facts[Fact.HOST_AUTHORITY]),
                responsible=_place(bundle, case.facts[Fact.AUTHORITY]),
                on=case.occurrence.now.date(),
                facts=facts,
            )
            decided = decide(bundle, situation, why.items)
            own = [
                any(ref.protocol == case.protocol for ref in decided[item].rules)
                for item in why.items
            ]
            yield Telling(
                rule=case.rule,
                role=role.id,
                holder=holder,
                standings=standings,
                closed=frozenset(item for item in why.items if not decided[item].open),
                by_its_protocol=all(own),
            )


def _standings(case: DutyCase, notice: NoticeDue, role: LocalRole) -> Iterator[frozenset[Standing]]:
    """What a holder of the role is to the child: an authority all that it is, others one thing each."""
    if not isinstance(notice.to.authority, str):
        yield from (frozenset({one}) for one in sorted(role.standing, key=lambda s: s.value))
        if not role.standing:
            yield frozenset()
        return
    own, host = case.facts[Fact.AUTHORITY], case.facts[Fact.HOST_AUTHORITY]
    is_ = {
        Standing.RESPONSIBLE_AUTHORITY: own,
        Standing.HOME_AUTHORITY: own,
        Standing.HOST_AUTHORITY: host,
    }
    yield frozenset(one for one, code in is_.items() if code == notice.to.authority)


def _place(bundle: Bundle, code: Known) -> str | None:
    found = partnership_of(bundle, code) if isinstance(code, str) else ()
    return found[0].id if found else None
