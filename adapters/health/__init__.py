"""Health: a provider's FHIR R4 server (UK Core), and the national Personal Demographics Service."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.health.pds import Found, Pds, Sought
from adapters.health.provider import Provider
from adapters.health.settings import PdsSettings, ProviderSettings, Which
from adapters.settings import settings
from records.http import Http
from records.source import Source

__all__ = ["Found", "Pds", "PdsSettings", "Provider", "ProviderSettings", "Sought", "connect"]


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The system that ``config`` describes: ``interface`` is ``fhir-r4`` or ``pds``.

    Raises:
        WrongSettings: one plain line.
    """
    match settings(name, Which, config).interface:
        case "pds":
            return Pds(name, http, settings(name, PdsSettings, config))
        case "fhir-r4":
            return Provider(name, http, settings(name, ProviderSettings, config))
