"""How often, when and for how long the simulated children go missing.

The shapes are ours, the numbers that they reproduce are in figures.toml. Counts have a heavy
tail: more than a third go missing once, and a few go missing a hundred times.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from england.people import Incident, IncidentKind
from records.child import Sex

YEAR_END: Final = date(2025, 3, 31)
_YEAR_BEGINS: Final = datetime(2024, 4, 1, tzinfo=UTC)
_YEAR_ENDS: Final = datetime(2025, 4, 1, tzinfo=UTC)
_ADULT_AT: Final = 18

# Of all looked-after children in the year, 11.07% are recorded missing. 13% of those only because
# their authority has no other word, so that truly missing are 11.07 / 1.13.
# Source: DfE data set cbe45105-21fa-4be4-8523-0159adf3404b (over- and undercount of 2020).
_TRULY_MISSING: Final = 0.1107 / 1.13
_ONLY_AWAY: Final = _TRULY_MISSING * 0.13 / 0.29

# Share of missing children by age, from the incidents by age, each child under ten having fewer.
_MISSING_BY_AGE: Final = ((10, 0.007), (16, 0.436), (18, 0.557))
LOOKED_AFTER_BY_AGE: Final = ((1, 0.05), (5, 0.14), (10, 0.18), (16, 0.37), (18, 0.26))
"""Share of looked-after children in each age band (a choice of ours, after the published bands)."""

_MALE: Final = {Sex.MALE: 0.56 / 0.512, Sex.FEMALE: 0.44 / 0.488}
_AT_HOME: Final = 0.005


def incidents(
    rng: Random, born: date, sex: Sex, *, looked_after: bool, uses_absent: bool
) -> tuple[Incident, ...]:
    """The year's incidents of one child, in order, none overlapping; mostly none at all."""
    age = _age_at_mid_year(born)
    draw = rng.random()
    if not looked_after:
        if age < 10 or draw >= _AT_HOME / 0.314:  # noqa: PLR2004 (of those at home, 31.4% are ten or older)
            return ()
        kind, count = IncidentKind.MISSING, _heavy(rng, once=0.5, others=3.8)
    else:
        missing, away = _chances(age, sex)
        if draw < missing:
            kind = IncidentKind.MISSING
            # The mean of all who are recorded missing is 6.8, the wrongly recorded having 4.5.
            count = _heavy(rng, once=0.365, others=11.2)
            if age < 10:  # noqa: PLR2004
                count = min(count, 2)
        elif draw < missing + away:
            kind, count = IncidentKind.AWAY, _heavy(rng, once=0.365, others=6.7)
        else:
            return ()
    recorded = kind if uses_absent else IncidentKind.MISSING
    return tuple(_placed(rng, born, kind, recorded, count))


def missing_likely(age: float, sex: Sex) -> float:
    """How likely a looked-after child of this age is truly missing at least once in the year."""
    return _chances(age, sex)[0]


def _chances(age: float, sex: Sex) -> tuple[float, float]:
    below = next(limit for limit, _ in _MISSING_BY_AGE if age < limit)
    share = dict(_MISSING_BY_AGE)[below]
    began = {10: 0, 16: 10, 18: 16}[below]
    of_all = sum(part for limit, part in LOOKED_AFTER_BY_AGE if began < limit <= below)
    each = share / of_all * _MALE.get(sex, 1.0)
    return _TRULY_MISSING * each, _ONLY_AWAY * each


def _heavy(rng: Random, *, once: float, others: float) -> int:
    """One, or a log-normal count from two on whose mean is ``others``."""
    if rng.random() < once:
        return 1
    spread = 1.2
    middle = math.log(others - 1.5) - spread**2 / 2
    return min(2 + int(rng.lognormvariate(middle, spread)), 200)


def _lasting(rng: Random) -> timedelta:
    """Nine in ten within two days, most of those within hours; 0.8% over thirty days."""
    draw = rng.random()
    if draw < 0.90:  # noqa: PLR2004 (the published share)
        hours = min(rng.lognormvariate(math.log(3), 1.1), 47.9)
        return timedelta(minutes=max(15, round(hours * 60)))
    if draw < 0.992:  # noqa: PLR2004 (all but the published 0.8%)
        return timedelta(minutes=round(60 * 24 * (2.01 + min(rng.expovariate(1 / 2.0), 27.9))))
    return timedelta(minutes=round(60 * 24 * (30.1 + rng.expovariate(1 / 15.0))))


def _placed(
    rng: Random, born: date, kind: IncidentKind, recorded: IncidentKind, count: int
) -> Iterator[Incident]:
    first, last = _window(born)
    span = (last - first).total_seconds()
    starts = sorted(first + timedelta(minutes=int(rng.random() * span / 60)) for _ in range(count))
    free = first
    for start in starts:
        begins = max(start, free)
        if begins >= last:
            return
        found = begins + _lasting(rng)
        free = found + timedelta(hours=1)
        yield Incident(kind=kind, recorded=recorded, missing_from=begins, found_at=found)


def _window(born: date) -> tuple[datetime, datetime]:
    """The part of the year in which the child is in the age band of the middle of the year."""
    birthdays = [_birthday(born, age) for age in (10, 16)]
    first, last = _YEAR_BEGINS, min(_YEAR_ENDS, _birthday(born, _ADULT_AT))
    middle = _YEAR_BEGINS + (_YEAR_ENDS - _YEAR_BEGINS) / 2
    for birthday in birthdays:
        if first < birthday <= middle:
            first = birthday
        elif middle < birthday < last:
            last = birthday
    return max(first, datetime(born.year, born.month, born.day, tzinfo=UTC)), last


def _birthday(born: date, age: int) -> datetime:
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return datetime(born.year + age, born.month, day, tzinfo=UTC)


def _age_at_mid_year(born: date) -> float:
    middle = date(YEAR_END.year - 1, 9, 30)
    return min(max((middle - born).days / 365.25, 0.0), 17.99)
