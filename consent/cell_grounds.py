"""On what grounds a cell of the matrix would be told: for every purpose and giver that its rules allow."""

from __future__ import annotations

from datetime import date
from typing import Final, TypeAlias

from consent.analysis import Cell, When
from consent.bundle import Bundle
from protocols.grounds import Ground, ground_for
from protocols.ungrounded import opens_to
from records.items import Item
from records.people import Role

Grounds: TypeAlias = tuple[Ground, ...]
_NEVER: Final = frozenset({When.NEVER_REFUSED, When.NEVER_SILENT, When.NEVER_MET})


class CellGrounds:
    """The grounds of a bundle's cells on one day; cells that rest on the same rules share them."""

    def __init__(self, bundle: Bundle, on: date) -> None:
        self._bundle = bundle
        self._on = on
        self._rules = {rule.ref.id: rule for rule in bundle.rules}
        self._of_rule: dict[tuple[str, Role, Item], dict[tuple[str, str], Ground]] = {}

    def of(self, cell: Cell) -> Grounds:
        """Every ground that the cell's opening rules could be told on; none of a cell that never opens."""
        if cell.when in _NEVER:
            return ()
        found: dict[tuple[str, str], Ground] = {}
        for ref in cell.rules:
            found |= self._rule(ref.id, cell)
        return tuple(found[key] for key in sorted(found))

    def _rule(self, name: str, cell: Cell) -> dict[tuple[str, str], Ground]:
        key = (name, cell.role, cell.item)
        known = self._of_rule.get(key)
        if known is None:
            grounds = [
                ground_for(self._bundle, telling)
                for telling in opens_to(self._rules[name], cell.role, cell.item, self._on)
            ]
            known = self._of_rule[key] = {
                (basis or "", confidence or ""): ground
                for ground in grounds
                for basis, confidence in (ground.ids,)
            }
        return known
