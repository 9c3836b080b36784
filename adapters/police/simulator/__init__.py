"""Simulated forces, one module a product; for tests and the demo, never for production code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from adapters.police.simulator import compact, connect, niche
from adapters.police.simulator.compact import CompactSimulator
from adapters.police.simulator.connect import PoliceSimulator
from adapters.police.simulator.force import settings_for
from adapters.police.simulator.niche import NicheSimulator
from adapters.simulation import Staged

__all__ = ["STAGINGS", "CompactSimulator", "NicheSimulator", "PoliceSimulator", "settings_for"]

STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {
    "compact": compact.staged,
    "connect": connect.staged,
    "niche": niche.staged,
}
