"""The independent return interview, in the parts that protocols treat differently."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


class Took(enum.Enum):
    """An answer that systems record as yes, no, not applicable, or not at all.

    Source: SSD miss_missing_rhi_offered and _accepted (Y, N, NA, null).
    """

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not-applicable"
    NOT_RECORDED = "not-recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewOffer:
    """Whether an interview was offered and accepted, and the reason recorded where it was not."""

    offered: Took
    accepted: Took
    offered_at: datetime | None = None
    declined_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewHeld:
    """That the interview took place, when, and by which service. Not a word of what was said."""

    held_at: datetime | None
    held_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeguardingMatters:
    """Safeguarding matters that a worker wrote for others to act on; never extracted by machine."""

    matters: tuple[str, ...]
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewNeeds:
    """Needs identified in the interview, for those who will meet them."""

    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewSynopsis:
    """A synopsis of the interview."""

    synopsis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewAccount:
    """The interview itself: what the child said."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInterview(Record):
    """One return interview.

    ``safeguarding_provider`` are matters that concern the placement or its staff: apart,
    so that telling the home of safeguarding matters cannot tell it of allegations about itself.
    Source: Pan-Lancashire 5.7.4 and the ambiguity recorded with it.
    """

    category: ClassVar[Category] = Category.INTERVIEWS
    exists: ClassVar[Item] = Item.RHI_EXISTS

    offer: InterviewOffer | None = part(Item.RHI_OFFER)
    confirmation: InterviewHeld | None = part(Item.RHI_CONFIRMATION)
    safeguarding: SafeguardingMatters | None = part(Item.RHI_SAFEGUARDING)
    safeguarding_provider: SafeguardingMatters | None = part(Item.RHI_SAFEGUARDING_PROVIDER)
    needs: InterviewNeeds | None = part(Item.RHI_NEEDS)
    synopsis: InterviewSynopsis | None = part(Item.RHI_SYNOPSIS)
    account: InterviewAccount | None = part(Item.RHI_FULL)
    sensitive: InterviewAccount | None = part(Item.RHI_SENSITIVE)
