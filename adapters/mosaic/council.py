"""One council's way of using Mosaic: which steps and which questions mean what.

Mosaic has no missing episodes: it has workflow steps and form answers, whose codes each
council chooses. Another council is another file, never another line of Python.
Source: data-to-insight/ssd-data-model @4987c73 (Essex's and Blackpool's mappings).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final

import msgspec

from records.errors import WrongSettings
from records.items import Item
from records.meeting import MeetingKind


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question whose answer is one of some words."""

    question: str


class Kind(_Words, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The question that tells missing from absent and away; words compared without case."""

    missing: list[str]
    absent: list[str] = []
    away: list[str] = []


class YesNo(_Words, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question answered yes, no or not applicable; ``by_date`` where a date means yes."""

    yes: list[str] = []
    no: list[str] = []
    not_applicable: list[str] = []
    by_date: bool = False


class Missing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps are missing episodes. Without ``kind`` the council records missing only."""

    step_types: list[int]
    kind: Kind | None = None
    missing_from: str | None = None
    reported_at: str | None = None
    found_at: str | None = None
    circumstances: str | None = None
    reported_by: str | None = None
    found_by: str | None = None


class Interview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps hold return interviews.

    Where these are the same steps as the missing episodes, one of ``shown_by`` being answered
    is what makes a step an interview too, of the episode of that step. ``episode`` is the question
    that holds the id of the episode's step, ``episode_began`` the one that holds the day on which
    the episode began.
    """

    step_types: list[int]
    shown_by: list[str] = []
    episode: str | None = None
    episode_began: str | None = None
    offered: YesNo | None = None
    accepted: YesNo | None = None
    offered_at: str | None = None
    declined_because: str | None = None
    held: YesNo | None = None
    held_at: str | None = None
    held_by: str | None = None
    safeguarding: str | None = None
    safeguarding_provider: str | None = None
    needs: str | None = None
    synopsis: str | None = None
    account: str | None = None


class CarePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps are care plans. Without ``started`` and ``ended`` the step's own dates count.

    Source: SSD ssd_cla_care_plan, Mosaic: both ways of recording the dates.
    """

    step_types: list[int]
    started: str | None = None
    ended: str | None = None
    permanence: str | None = None


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps are plans of one kind, and which questions their parts."""

    step_types: list[int]
    written: str | None = None
    review_due: str | None = None
    profile: str | None = None
    risks: list[str] = []
    actions: list[str] = []


class SchoolForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps name the child's school."""

    step_types: list[int]
    name: str
    started: str | None = None
    ended: str | None = None


class MeetingForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which steps are meetings of one kind. ``held`` answers on which day it took place."""

    step_types: list[int]
    kind: MeetingKind
    meets: str
    called: str | None = None
    held: str | None = None
    minutes: str | None = None


class Council(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A council's field map. ``authority`` is its GSS code: it is responsible for whom it places."""

    name: str
    authority: str
    missing: Missing
    interview: Interview | None = None
    care_plan: CarePlan | None = None
    placement_plan: Plan | None = None
    prevention_plan: Plan | None = None
    philomena: Plan | None = None
    school: SchoolForm | None = None
    meetings: list[MeetingForm] = []

    def asked_for(self, item: Item) -> frozenset[str]:
        """The question codes that an item needs: empty where the council asks none."""
        return (
            frozenset(filter(None, _QUESTIONS[item](self))) if item in _QUESTIONS else frozenset()
        )

    def supplied(self) -> frozenset[Item]:
        """The items that this council's forms can supply."""
        found = {Item.EPISODE_EXISTS, Item.EPISODE_STATUS, Item.EPISODE_HISTORY}
        found |= {item for item in _QUESTIONS if self.asked_for(item)}
        if self.interview is not None:
            found.add(Item.RHI_EXISTS)
        return frozenset(found)


def _code(words: _Words | None) -> str | None:
    return words.question if words is not None else None


def _interview(council: Council, *names: str) -> list[str | None]:
    if council.interview is None:
        return []
    held = [getattr(council.interview, name) for name in names]
    return [_code(value) if isinstance(value, _Words) else value for value in held]


_QUESTIONS: Final[Mapping[Item, Callable[[Council], list[str | None]]]] = {
    Item.EPISODE_STATUS: lambda c: [
        _code(c.missing.kind),
        c.missing.missing_from,
        c.missing.reported_at,
        c.missing.found_at,
    ],
    Item.EPISODE_DETAIL: lambda c: [
        c.missing.circumstances,
        c.missing.reported_by,
        c.missing.found_by,
    ],
    Item.RHI_OFFER: lambda c: _interview(
        c, "offered", "accepted", "offered_at", "declined_because"
    ),
    Item.RHI_CONFIRMATION: lambda c: _interview(c, "held", "held_at", "held_by"),
    Item.RHI_SAFEGUARDING: lambda c: _interview(c, "safeguarding"),
    Item.RHI_SAFEGUARDING_PROVIDER: lambda c: _interview(c, "safeguarding_provider"),
    Item.RHI_NEEDS: lambda c: _interview(c, "needs"),
    Item.RHI_SYNOPSIS: lambda c: _interview(c, "synopsis"),
    Item.RHI_FULL: lambda c: _interview(c, "account"),
}


def council(named: str | Council) -> Council:
    """The field map itself, or the bundled one of that name.

    Raises:
        WrongSettings: no such map is bundled, or it has a mistake.
    """
    if isinstance(named, Council):
        return named
    folder = resources.files("adapters.mosaic") / "councils"
    bundled = sorted(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    )
    if named not in bundled:
        raise WrongSettings(
            f"No field map is bundled for this council; bundled are: {', '.join(bundled)}."
        )
    try:
        return msgspec.toml.decode((folder / f"{named}.toml").read_bytes(), type=Council)
    except msgspec.MsgspecError as error:
        raise WrongSettings(f"adapters/mosaic/councils/{named}.toml: {error}") from None
