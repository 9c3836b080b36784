"""Reading one bundle cell by cell: where an item is open to a role, each region worked out once.

A cell is decided by which clauses speak in it. Thousands of cells share the same few, so a cell is
known by those, and whatever was worked out for one serves all.
"""

from __future__ import annotations

from datetime import date
from itertools import product

from consent.boxes import EVERY_CLAUSE, Box, Region, Space, common, grants, holds, opens
from consent.bundle import Bundle, Effect, Rule
from consent.engine import Engine
from consent.panel import Panel
from protocols.condition import Clause
from records.items import Item
from records.people import Role

Place = str | None
Pair = tuple[Place, Place]

Speaks = tuple[int, ...]
"""What decides a cell, and nothing else: two cells that share it open alike."""


def pairs(bundle: Bundle) -> tuple[Pair, ...]:
    """Every pair of host and responsible partnership, one with no protocol loaded among them."""
    places: list[Place] = [p.id for p in bundle.protocols.values() if not p.national]
    places.append(None)
    return tuple(product(places, places))


class Spoken:
    """A number for each thing that a clause can do, so that cells are compared and found quickly."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Effect, Clause], int] = {}
        self._panels: dict[Panel, tuple[tuple[int, ...], dict[int, Speaks]]] = {}

    def of(self, panel: Panel, item: Item, speaking: int = EVERY_CLAUSE) -> Speaks:
        """What decides this cell, of the clauses that count."""
        return self.of_bits(panel, panel.sayings(item).deciding_bits & speaking)

    def of_bits(self, panel: Panel, bits: int) -> Speaks:
        """What these clauses of a panel do."""
        numbers, found = self._panel(panel)
        speaks = found.get(bits)
        if speaks is None:
            speaks = found[bits] = tuple(
                number for place, number in enumerate(numbers) if bits >> place & 1
            )
        return speaks

    def _panel(self, panel: Panel) -> tuple[tuple[int, ...], dict[int, Speaks]]:
        known = self._panels.get(panel)
        if known is None:
            numbers = tuple(
                self._numbers.setdefault((row.rule.effect, row.clause), len(self._numbers))
                for row in panel.rows
            )
            known = self._panels[panel] = (numbers, {})
        return known


class Reader:
    """Reads one bundle on one day, computing each region once however many cells share it."""

    def __init__(
        self, engine: Engine, on: date, space: Space | None = None, spoken: Spoken | None = None
    ) -> None:
        self.space: Space = space or engine.space
        self._engine = engine
        self._on = on
        self._spoken = spoken or Spoken()
        self._regions: dict[Speaks, tuple[Box, ...]] = {}
        self._refused: dict[tuple[Speaks, tuple[Clause, ...]], tuple[Box, ...]] = {}

    def panel(self, host: Place, responsible: Place, role: Role) -> Panel:
        """The panel of a role under a pair of protocols."""
        return self._engine.panel_on(host, responsible, role, self._on)

    def rules(self, host: Place, responsible: Place) -> tuple[Rule, ...]:
        """The rules that apply under a pair of protocols."""
        return self._engine.rules_on(host, responsible, self._on)

    def region(self, panel: Panel, item: Item, speaking: int = EVERY_CLAUSE) -> tuple[Box, ...]:
        """Where an item is open, the broadest conditions first; by the clauses that count alone."""
        key = self._spoken.of(panel, item, speaking)
        found = self._regions.get(key)
        if found is None:
            region: Region = opens(self.space, panel, item, {}, speaking)
            found = self._regions[key] = tuple(sorted(region, key=len))
        return found

    def refused(self, alone: Panel, both: Panel, item: Item, bits: int) -> tuple[Box, ...]:
        """Where the one panel grants an item and these clauses of the other refuse it."""
        if not bits or not alone.sayings(item).grant_bits:
            return ()
        clauses = tuple(row.clause for row in both.rows_in(bits))
        key = (self._spoken.of(alone, item), clauses)
        found = self._refused.get(key)
        if found is None:
            granted = grants(self.space, alone, item, {})
            found = tuple(common(granted, holds(self.space, both, bits, {})))
            self._refused[key] = found
        return found
