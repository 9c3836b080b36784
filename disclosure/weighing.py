"""From what is said to what is known: rows in, a situation out, and doubt kept as doubt.

Pure functions: the same rows give the same situation, which is what makes a past decision
replayable. Of one source, what it says last holds. Of several that differ, nobody can tell:
UNKNOWN, which opens nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from consent.situation import Situation
from consent.vocabulary import (
    NOTHING_RECORDED,
    SHAPES,
    UNKNOWN,
    Fact,
    Form,
    IsUnknown,
    Known,
    Value,
    fits,
)
from disclosure.assertion import (
    BIRTH_DATE,
    COULD_AGREE,
    IMPLIES_AT_RISK,
    JUDGED_OR_STATED,
    SAID_ABOUT,
    Area,
    Assertion,
    Says,
)
from records.people import Access, Standing, Viewer

LONDON: Final = ZoneInfo("Europe/London")
_OLDEST: Final = SHAPES[Fact.AGE].below - 1
_FACTS: Final = {fact.value: fact for fact in Fact}
_REFUSALS: Final = frozenset({Says.REFUSES.value, Says.WITHDREW.value})

AREA_STANDING: Final[Mapping[str, Standing]] = {
    Area.HOST.value: Standing.HOST_AUTHORITY,
    Area.RESPONSIBLE.value: Standing.RESPONSIBLE_AUTHORITY,
    Area.HOME.value: Standing.HOME_AUTHORITY,
}


def situation_from(
    rows: Iterable[Assertion],
    viewer: Viewer,
    access: Access,
    now: datetime,
    *,
    areas: Mapping[str, str],
    given: Mapping[Fact, Value],
) -> Situation:
    """What is known for this caller, this child and this purpose at that instant.

    ``areas`` names the partnership of each authority whose protocol is loaded, by GSS code.
    """
    tables: defaultdict[str, list[Assertion]] = defaultdict(list)
    for row in rows:
        tables[row.table].append(row)
    on = now.astimezone(LONDON).date()
    claims = _claims(tables["child_area"])
    authorities = {area: _agreed(values) for area, values in claims.items()}
    facts: dict[Fact, Known] = {
        **NOTHING_RECORDED,
        **given,
        **_together(_attributes(tables["attribute"], on), _judgements(tables["judgement"], viewer)),
        **_preferences(tables["preference"], viewer),
        **_participation(tables["participation"]),
        **_notices(tables["notice_given"]),
    }
    facts[Fact.AT_RISK] = _at_risk(facts)
    host = authorities.get(Area.HOST.value, UNKNOWN)
    responsible = authorities.get(Area.RESPONSIBLE.value, UNKNOWN)
    facts[Fact.AUTHORITY], facts[Fact.HOST_AUTHORITY] = responsible, host
    facts.update(_placed(facts.get(Fact.LOOKED_AFTER, UNKNOWN), host, responsible))
    partnerships = {_partnership(host, areas), _partnership(responsible, areas)}
    facts.update(_agreement(tables["agreement"], access, partnerships))
    return Situation(
        role=viewer.role,
        standings=_standings(tables["standing"], viewer, claims),
        purpose=access.purpose,
        host=_partnership(host, areas),
        responsible=_partnership(responsible, areas),
        on=on,
        facts=facts,
    )


def _latest(rows: Iterable[Assertion]) -> dict[tuple[str, str], Assertion]:
    """The last that each source says under each key."""
    return {(row.key, row.source): row for row in sorted(rows, key=lambda row: row.order)}


def _agreed(values: frozenset[str | None]) -> str | IsUnknown:
    (first, *more) = values
    return UNKNOWN if more or first is None else first


def _claims(rows: Iterable[Assertion]) -> dict[str, frozenset[str | None]]:
    """What each source claims of each area; more than one value is a disagreement."""
    claims: defaultdict[str, set[str | None]] = defaultdict(set)
    for (area, _source), row in _latest(rows).items():
        claims[area].add(row.value)
    return {area: frozenset(values) for area, values in claims.items()}


def _partnership(authority: str | IsUnknown, areas: Mapping[str, str]) -> str | IsUnknown | None:
    return UNKNOWN if authority is UNKNOWN else areas.get(authority)


def _standings(
    rows: Iterable[Assertion], viewer: Viewer, claims: Mapping[str, frozenset[str | None]]
) -> frozenset[Standing] | IsUnknown:
    """What the caller is to the child. An authority that one source names and another does not is unknown."""
    found = {Standing(row.key) for row in rows if _is(row, viewer)}
    for area, values in claims.items():
        if viewer.organisation in values:
            if len(values) > 1:
                return UNKNOWN
            found.add(AREA_STANDING[area])
    return frozenset(found)


def _is(row: Assertion, viewer: Viewer) -> bool:
    """Whether this row speaks of this caller: everything that it names must be theirs."""
    return (
        (row.subject is None or (row.issuer, row.subject) == (viewer.issuer, viewer.subject))
        and (row.organisation is None or row.organisation == viewer.organisation)
        and (row.team is None or row.team == viewer.team)
        and (row.role is None or row.role == viewer.role.value)
    )


def _attributes(rows: Iterable[Assertion], on: date) -> dict[Fact, Known]:
    values: defaultdict[Fact, set[Known]] = defaultdict(set)
    for (key, _source), row in _latest(rows).items():
        if key == BIRTH_DATE:
            values[Fact.AGE].add(_age(row.value, on))
        else:
            values[_FACTS[key]].add(_value(_FACTS[key], row.value))
    return {fact: found.pop() if len(found) == 1 else UNKNOWN for fact, found in values.items()}


def _value(fact: Fact, written: str | None) -> Known:
    """The value as rules know it; a value that the vocabulary no longer has is unknown."""
    if written is None:
        return UNKNOWN
    value = msgspec.json.decode(written)
    if SHAPES[fact].form is Form.SET:
        value = frozenset(value)
    return value if fits(fact, value) else UNKNOWN


def _age(born: str | None, on: date) -> Known:
    """Whole years on that day; 25 stands for that and more. Born on 29 February: a year older on 1 March."""
    if born is None:
        return UNKNOWN
    birth = date.fromisoformat(msgspec.json.decode(born, type=str))
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return UNKNOWN if years < 0 else min(years, _OLDEST)


def _judgements(rows: Iterable[Assertion], viewer: Viewer) -> dict[Fact, Known]:
    """What has been judged and has not run out; what is for another caller is passed over."""
    values: defaultdict[str, set[bool]] = defaultdict(set)
    for (key, _source), row in _latest(row for row in rows if _is(row, viewer)).items():
        values[key].add(row.value == "true")
    return {
        _FACTS[key]: found.pop() if len(found) == 1 else UNKNOWN for key, found in values.items()
    }


def _together(stated: dict[Fact, Known], judged: dict[Fact, Known]) -> dict[Fact, Known]:
    """What is judged comes before what is stated; but where both may say it, they must agree."""
    doubtful = {
        fact: UNKNOWN
        for fact in JUDGED_OR_STATED & stated.keys() & judged.keys()
        if stated[fact] != judged[fact]
    }
    return {**stated, **judged, **doubtful}


def _at_risk(facts: Mapping[Fact, Known]) -> Known:
    """At risk, if judged so or if something is judged that says more; unknown if one of them is."""
    said = {facts.get(fact, UNKNOWN) for fact in (Fact.AT_RISK, *IMPLIES_AT_RISK)}
    return True if True in said else UNKNOWN if UNKNOWN in said else False


def _preferences(rows: Iterable[Assertion], viewer: Viewer) -> dict[Fact, Known]:
    """What each giver says about telling this caller; givers who differ make it unknown.

    A yes of somebody who could not decide it, as far as anybody assessed, is passed over: it opens
    nothing, and lifts no refusal. A no is heard from everybody.
    """
    audiences = (viewer.organisation, viewer.kind.value, None)
    standing: dict[tuple[Fact, str], Assertion] = {}
    for row in sorted(rows, key=lambda row: row.order):
        if row.organisation not in audiences:
            continue
        if row.value == Says.AGREES.value and (row.role, row.team) not in COULD_AGREE:
            continue
        about = (SAID_ABOUT[row.key, row.role or ""], f"{row.role} {row.subject}")
        before = standing.get(about)
        # "You may tell everybody" does not lift "but not the police": only the same words, or
        # closer ones, do.
        if (
            before is None
            or before.value not in _REFUSALS
            or row.value in _REFUSALS
            or audiences.index(row.organisation) <= audiences.index(before.organisation)
        ):
            standing[about] = row
    values: defaultdict[Fact, set[str]] = defaultdict(set)
    for (fact, _giver), row in standing.items():
        values[fact].add(row.value or Says.NOT_ASKED.value)
    return {fact: found.pop() if len(found) == 1 else UNKNOWN for fact, found in values.items()}


def _participation(rows: Iterable[Assertion]) -> dict[Fact, Known]:
    """Whether the last interview that was offered was declined."""
    last = max(rows, key=lambda row: row.order, default=None)
    if last is None or last.value == Says.NOT_ASKED.value:
        return {}
    return {Fact.INTERVIEW_DECLINED: last.value in _REFUSALS}


def _notices(rows: Iterable[Assertion]) -> dict[Fact, Known]:
    last = max(rows, key=lambda row: row.order, default=None)
    return {} if last is None else {Fact.CHILD_TOLD: last.value == "true"}


def _placed(
    looked_after: Known, host: str | IsUnknown, responsible: str | IsUnknown
) -> dict[Fact, Known]:
    """Whether another authority has placed the child here, where both authorities are known."""
    if looked_after is UNKNOWN or host is UNKNOWN or responsible is UNKNOWN:
        return {}
    placed = looked_after is True and host != responsible
    return {Fact.PLACED_HERE_BY_OTHER_AUTHORITY: placed, Fact.PLACED_OUT_OF_AREA: placed}


def _agreement(
    rows: list[Assertion], access: Access, partnerships: set[str | IsUnknown | None]
) -> dict[Fact, Known]:
    """Whether the caller's organisation has an agreement with the partnership for this purpose.

    An organisation of which the register holds nothing is unknown to it, not without agreement.
    """
    if not rows:
        return {}
    return {
        Fact.AGREEMENT: any(
            row.key in partnerships
            and (row.value is None or access.purpose.value in row.value.split())
            for row in rows
        )
    }
