"""A simulated CareDirector, as it is modelled here; for tests and the demo, never for production code."""

from __future__ import annotations

from adapters.caredirector.simulator.service import CareDirectorSimulator
from adapters.caredirector.simulator.staged import OTHER, STAGINGS

__all__ = ["OTHER", "STAGINGS", "CareDirectorSimulator"]
