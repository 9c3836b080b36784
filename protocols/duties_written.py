"""A duties file exactly as it is written, key by key; a key that is not here refuses to load."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType, field

from protocols.duties import Doubt, Starts, Treatment
from protocols.duties_vocabulary import Event
from protocols.rule import Applies, CatalogueKind
from protocols.written import Cited, Slug, Text, When, Words, Written

Duration: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^P[0-9YMWDTH]+$")]
WorkingDays: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=250)]
Roles: TypeAlias = Annotated[list[Text], msgspec.Meta(min_length=1)]
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WrittenHours(Written, frozen=True, kw_only=True):
    """When somebody is there; on bank holidays only where it says so."""

    days: Annotated[list[Day], msgspec.Meta(min_length=1)]
    opens: time
    closes: time
    bank_holidays: bool = False


class WrittenTell(Written, frozen=True, kw_only=True):
    """One entry of `tell`."""

    who: Roles
    items: tuple[Text, ...] = ()
    channel: Text | None = None
    hours: tuple[WrittenHours, ...] = ()
    otherwise: tuple[Text, ...] = ()


class WrittenClock(Written, frozen=True, kw_only=True):
    """The `clock`: exactly one of after, within, within_working_days, by (a time of day in London)."""

    after: Duration | None = None
    within: Duration | None = None
    within_working_days: WorkingDays | None = None
    by: time | None = None
    to_end_of_working_day: bool = False
    starts: Starts = Starts.EVENT
    repeats: Duration | None = None
    met_by: tuple[Event, ...] = ()
    met_when: When = field(default_factory=dict)
    stopped_by: tuple[Event, ...] = ()
    advisory: bool = False


class WrittenWindow(Written, frozen=True, kw_only=True):
    """The `window`; without ``within_days`` every episode ever counts."""

    episodes: Annotated[int, msgspec.Meta(ge=1, le=50)]
    within_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None


class WrittenRung(Written, frozen=True, kw_only=True):
    """One step of `escalates`."""

    to: Roles
    after: Duration | None = None


class WrittenMeeting(Written, frozen=True, kw_only=True):
    """The `meeting`."""

    name: Text
    attendees: Roles
    chair: tuple[Text, ...] = ()


class WrittenKeeping(Written, frozen=True, kw_only=True):
    """The `record`."""

    what: Text
    in_: Words = field(name="in")


class WrittenResponsibility(Written, frozen=True, kw_only=True):
    """The `responsibility`."""

    who: Roles
    for_: Slug = field(name="for")


class WrittenDuty(Cited, frozen=True, kw_only=True):
    """A `[[duty]]` of duties.toml."""

    kind: CatalogueKind
    treatment: Annotated[list[Treatment], msgspec.Meta(min_length=1)]
    event: Annotated[list[Event], msgspec.Meta(min_length=1)]
    when: When = field(default_factory=dict)
    unless: When = field(default_factory=dict)
    window: WrittenWindow | None = None
    applies: Annotated[list[Applies], msgspec.Meta(min_length=1)] | UnsetType = UNSET
    in_doubt: Doubt = Doubt.TELL
    from_: tuple[Text, ...] = field(name="from", default=())
    tell: tuple[WrittenTell, ...] = ()
    urgent: bool | None = None
    owner: tuple[Text, ...] = ()
    task: Text | None = None
    once_done: Event | None = None
    clock: WrittenClock | None = None
    wording: Text | None = None
    escalates: tuple[WrittenRung, ...] = ()
    meeting: WrittenMeeting | None = None
    about: Text | None = None
    record: WrittenKeeping | None = None
    responsibility: WrittenResponsibility | None = None
    refuses: Text | None = None
    silent: bool = False
    searched: tuple[Text, ...] = ()
    starts: date | None = None
    ends: date | None = None


class DutiesFile(Written, frozen=True, kw_only=True):
    """duties.toml."""

    duty: tuple[WrittenDuty, ...] = ()
