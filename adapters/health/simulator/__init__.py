"""Health systems that speak FHIR over real HTTP, with real signed assertions and known faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from adapters.health.simulator.cpis import CpisSimulator
from adapters.health.simulator.pds import PdsSimulator
from adapters.health.simulator.provider import ProviderSimulator
from adapters.health.simulator.resources import bundle, outcome, patient
from adapters.health.simulator.staging import staged_cpis, staged_pds, staged_provider
from adapters.simulation import Staged

__all__ = [
    "STAGINGS",
    "CpisSimulator",
    "PdsSimulator",
    "ProviderSimulator",
    "bundle",
    "outcome",
    "patient",
]

STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {
    "fhir-r4": staged_provider,
    "pds": staged_pds,
    "cp-is": staged_cpis,
}
"""What the contract family asks, by name."""
