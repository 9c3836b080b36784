"""CareDirector (OneAdvanced): children's social care over OData v4. Modelled, unverified.

None of its names is known in public, so every one is a council's field map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.caredirector.settings import Settings
from adapters.caredirector.source import CareDirector
from adapters.council_events import TOLD
from adapters.settings import settings
from records.http import Http
from records.source import Source
from records.tells import Tells

__all__ = ["TELLS", "CareDirector", "Settings", "connect"]

TELLS: Final = (Tells(system="CareDirector", is_read_for=TOLD),)


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The council's CareDirector that the deployment calls ``name``.

    Raises:
        WrongSettings: the configuration is wrong; one plain line says where.
    """
    return CareDirector(name, http, settings(name, Settings, config))
