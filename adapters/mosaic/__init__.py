"""Mosaic: people over REST, and workflow steps with form answers that each council names itself.

What is a missing episode, and which question says when it began, is a council's field map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.council_events import TOLD
from adapters.mosaic.settings import MosaicSettings
from adapters.mosaic.source import MosaicSource
from adapters.settings import settings
from records.http import Http
from records.source import Source
from records.tells import Tells

__all__ = ["TELLS", "connect"]

TELLS: Final = (Tells(system="Mosaic", is_read_for=TOLD),)


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The council's Mosaic that the deployment calls ``name``.

    Raises:
        WrongSettings: the configuration is wrong; one plain line says where.
    """
    return MosaicSource(name, http, settings(name, MosaicSettings, config))
