"""The school a child goes to, as a system outside the school has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One school by name, and since when. Nothing of attendance: no paragraph makes an item of it."""

    name: str | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling(Record):
    """One school of a child's."""

    category: ClassVar[Category] = Category.EDUCATION
    exists: ClassVar[Item] = Item.EDUCATION_SCHOOL

    school: School | None = part(Item.EDUCATION_SCHOOL)
