"""A simulated council's Mosaic; for tests and the demo, never for production code."""

from __future__ import annotations

from adapters.mosaic.simulator.council import API_KEY, MosaicSimulator, answer, settings_for
from adapters.mosaic.simulator.staged import STAGINGS

__all__ = ["API_KEY", "STAGINGS", "MosaicSimulator", "answer", "settings_for"]
