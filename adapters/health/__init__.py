"""Health: a provider's FHIR R4 server (UK Core), and the national PDS and CP-IS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.health.cpis import Cpis
from adapters.health.pds import Found, Pds, Sought
from adapters.health.provider import Provider
from adapters.health.settings import CpisSettings, PdsSettings, ProviderSettings, Which
from adapters.settings import settings
from records.events import ReviewHealthAssessmentOverdue
from records.http import Http
from records.source import Source
from records.tells import Tells

__all__ = [
    "TELLS",
    "Cpis",
    "CpisSettings",
    "Found",
    "Pds",
    "PdsSettings",
    "Provider",
    "ProviderSettings",
    "Sought",
    "connect",
]

TELLS: Final = (
    Tells(system="FHIR provider", is_read_for=frozenset({ReviewHealthAssessmentOverdue})),
)


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The system that ``config`` describes: ``interface`` is ``fhir-r4``, ``pds`` or ``cp-is``.

    Raises:
        WrongSettings: one plain line.
    """
    match settings(name, Which, config).interface:
        case "cp-is":
            return Cpis(name, http, settings(name, CpisSettings, config))
        case "pds":
            return Pds(name, http, settings(name, PdsSettings, config))
        case "fhir-r4":
            return Provider(name, http, settings(name, ProviderSettings, config))
