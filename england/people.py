"""The people of the simulated England: children, the adults who share their names, and episodes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from england.places import Home
from records.child import Sex
from records.identifiers import AuthorityCode, NHSNumber


class PlacedIn(enum.Enum):
    """Where a looked-after child lives, as coarsely as the published figures say it."""

    FAMILY = "foster-family-or-kin"
    HOME = "childrens-home-secure-or-semi-independent"


class IncidentKind(enum.Enum):
    """What an authority may call it. Source: SSDA903 MISSING (M, A)."""

    MISSING = "M"
    AWAY = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One time away: what it was, and what the child's authority recorded it as."""

    kind: IncidentKind
    recorded: IncidentKind
    missing_from: datetime
    found_at: datetime

    @property
    def lasted(self) -> timedelta:
        """From when the child was missed to when the child was found."""
        return self.found_at - self.missing_from


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementOfChild:
    """Where a child is placed, by whom, and how many miles from home."""

    placed_in: PlacedIn
    at: Home
    miles: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Child:
    """One invented child. ``placement`` is None for a child who lives at home."""

    number: int
    household: int
    given_names: tuple[str, ...]
    family_name: str | None
    birth_date: date
    sex: Sex
    nhs_number: NHSNumber | None
    at: Home
    responsible: AuthorityCode
    twin: bool
    placement: PlacementOfChild | None
    incidents: tuple[Incident, ...]

    @property
    def lives_at(self) -> Home:
        """Where the child lives now."""
        return self.at if self.placement is None else self.placement.at


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Adult:
    """A father, who may have given his son his own name."""

    given_names: tuple[str, ...]
    family_name: str | None
    birth_date: date
    at: Home


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Household:
    """Brothers and sisters, and their father."""

    number: int
    children: tuple[Child, ...]
    father: Adult
