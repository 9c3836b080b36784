"""Which events a system tells of: what it sends by itself, and what its records are read again for."""

from __future__ import annotations

from dataclasses import dataclass

from records.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Tells:
    """What one kind of system tells of. ``system`` is what people call it."""

    system: str
    sends: frozenset[type[Event]] = frozenset()
    is_read_for: frozenset[type[Event]] = frozenset()
