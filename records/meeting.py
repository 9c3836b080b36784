"""A meeting of several agencies about a child: that it is called, and what was written there.

Protocols say for each kind of meeting who is asked to it and who has its minutes, so the kind is
part of knowing that there is a meeting at all: a meeting whose kind may not be known is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part
from records.words import Word


class MeetingKind(Word):
    """The kinds that protocols tell apart. OTHER: a system holds one that no protocol names.

    Source: the rules' own word for the meeting (`meeting` of protocols/vocabulary.py); a test holds
    the two lists together.
    """

    MFH_RISK_MANAGEMENT = "mfh-risk-management"
    MISSING_INTERVENTION = "missing-intervention"
    MACE_1 = "mace-1"
    STRATEGY = "strategy"
    STRATEGY_14_DAY = "strategy-14-day"
    RISK_MANAGEMENT_48_HOUR = "risk-management-48-hour"
    CP_CONFERENCE = "cp-conference"
    URGENT_CARE_REVIEW = "urgent-care-review"
    CARE_PLAN_REVIEW = "care-plan-review"
    UNACCOMPANIED_REVIEW = "unaccompanied-review"
    WEEKLY_SUBGROUP = "weekly-subgroup"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalled:
    """Which meeting it is, when it was asked for, and when it meets or met.

    ``held_on`` is the day on which it took place, where the system says that it did.
    """

    kind: MeetingKind
    called_on: date | None
    meets_on: date | None
    held_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMinutes:
    """What was written of the meeting, in the words of whoever wrote it."""

    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Record):
    """One meeting about a child. ``kind`` says who may know of it; it is shown with ``called`` alone."""

    category: ClassVar[Category] = Category.MEETINGS
    exists: ClassVar[Item] = Item.MEETING_REQUEST

    kind: MeetingKind
    called: MeetingCalled | None = part(Item.MEETING_REQUEST)
    minutes: MeetingMinutes | None = part(Item.MEETING_MINUTES)
