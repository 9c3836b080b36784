"""Police intelligence about a child or those around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelligenceReport:
    """One report. ``handling`` is the force's own handling code, carried as sent."""

    report: str
    handling: str | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbductionNotice:
    """A child abduction warning notice in force: that there is one, and until when."""

    issued_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intelligence(Record):
    """One piece of intelligence."""

    category: ClassVar[Category] = Category.INTELLIGENCE
    exists: ClassVar[Item] = Item.INTELLIGENCE_EXISTS

    report: IntelligenceReport | None = part(Item.INTELLIGENCE_REPORT)
    abduction_notice: AbductionNotice | None = part(Item.INTELLIGENCE_ABDUCTION_NOTICE)
