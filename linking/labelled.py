"""Records of invented people, of whom the truth is known: what weights are learnt from and judged by."""

from __future__ import annotations

from dataclasses import dataclass

from linking.particulars import Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One record. ``child`` is who it truly is, None for an adult; brothers and sisters share a household."""

    source: str
    child: int | None
    household: int
    likeness: Likeness
    twin: bool = False
