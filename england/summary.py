"""The simulation counted as it streams past, and compared with the published figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from england.figures import Compared, mean, share
from england.missing import YEAR_END
from england.people import Child, Incident, IncidentKind, PlacedIn
from records.child import Sex

_TWO_DAYS: Final = timedelta(days=2)
_THIRTY_DAYS: Final = timedelta(days=30)
_NIGHT: Final = datetime(YEAR_END.year, YEAR_END.month, YEAR_END.day, tzinfo=UTC)


class Tally:
    """Counts only: as small after a million children as after one."""

    def __init__(self) -> None:
        self.children = 0
        self.twins = 0
        self.without_nhs_number = 0
        self.looked_after = 0
        self._at_home_missing = 0
        self._missing = self._missing_males = self._more_than_once = 0
        self._incidents = self._squares = 0
        self._away = self._away_incidents = self._away_squares = 0
        self._truly_away = self._truly_away_as_missing = 0
        self._away_children = 0
        self._by_age = [0, 0, 0]
        self._two_days = self._thirty_days = self._on_the_night = self._from_homes = 0
        self._out = self._over_50 = self._over_100 = 0

    def add(self, child: Child) -> None:
        """Count one child."""
        self.children += 1
        self.twins += child.twin
        self.without_nhs_number += child.nhs_number is None
        placement = child.placement
        if placement is None:
            self._at_home_missing += bool(child.incidents)
            return
        self.looked_after += 1
        self._out += placement.at.authority != child.responsible
        self._over_50 += placement.miles > 50  # noqa: PLR2004 (the published band)
        self._over_100 += placement.miles > 100  # noqa: PLR2004 (the published band)
        if child.incidents:
            self._count(child, placement.placed_in)

    def _count(self, child: Child, placed_in: PlacedIn) -> None:
        missing = [one for one in child.incidents if one.recorded is IncidentKind.MISSING]
        away = len(child.incidents) - len(missing)
        truly_away = [one for one in child.incidents if one.kind is IncidentKind.AWAY]
        self._truly_away += len(truly_away)
        self._truly_away_as_missing += len(truly_away) - away
        self._away_children += bool(truly_away)
        if away:
            self._away += 1
            self._away_incidents += away
            self._away_squares += away**2
        if missing:
            self._missing += 1
            self._missing_males += child.sex is Sex.MALE
            self._more_than_once += len(missing) > 1
            self._incidents += len(missing)
            self._squares += len(missing) ** 2
            self._from_homes += len(missing) if placed_in is PlacedIn.HOME else 0
            for one in missing:
                self._incident(child.birth_date, one)

    def _incident(self, born: date, one: Incident) -> None:
        age = _age(born, one.missing_from.date())
        self._by_age[(age >= 10) + (age >= 16)] += 1  # noqa: PLR2004 (the published bands)
        self._two_days += one.lasted <= _TWO_DAYS
        self._thirty_days += one.lasted > _THIRTY_DAYS
        self._on_the_night += one.missing_from <= _NIGHT < one.found_at

    def compared(self) -> tuple[Compared, ...]:
        """Every published figure beside the simulation's, in the file's order."""
        at_home = self.children - self.looked_after
        incidents, who = self._incidents, self._missing
        under_10, to_15, over_16 = self._by_age
        # Incidents come in clusters of one child, a few of them large.
        clusters = max(1, round(incidents**2 / self._squares)) if self._squares else 1
        return (
            share("looked-after-who-went-missing", who, self.looked_after),
            mean("incidents-per-missing-child", incidents, self._squares, who),
            mean("away-incidents-per-child", self._away_incidents, self._away_squares, self._away),
            share("incidents-aged-under-10", under_10, incidents, clusters=clusters),
            share("incidents-aged-10-to-15", to_15, incidents, clusters=clusters),
            share("incidents-aged-16-and-over", over_16, incidents, clusters=clusters),
            share("missing-more-than-once", self._more_than_once, who),
            share("missing-children-male", self._missing_males, who),
            share("lasting-two-days-or-less", self._two_days, incidents),
            share("lasting-over-30-days", self._thirty_days, incidents),
            share("missing-at-the-year-end", self._on_the_night, self.looked_after),
            share("incidents-from-homes", self._from_homes, incidents, clusters=clusters),
            share("placed-out-of-area", self._out, self.looked_after),
            share("placed-over-50-miles", self._over_50, self.looked_after),
            share("placed-over-100-miles", self._over_100, self.looked_after),
            share(
                "away-recorded-as-missing",
                self._truly_away_as_missing,
                self._truly_away,
                clusters=self._away_children or None,
            ),
            share("at-home-who-went-missing", self._at_home_missing, at_home),
        )


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
