"""Police record systems: one adapter, one dialect for each product.

All speak documents shaped like the Police Digital Service's Standard Data Model; see README.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.police.handover import LABELS
from adapters.police.settings import PoliceSettings
from adapters.police.source import PoliceSource
from adapters.police.tells import TELLS
from adapters.settings import settings
from records.errors import WrongSettings
from records.http import Http
from records.source import Source

__all__ = ["TELLS", "connect"]


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The police system that the deployment calls ``name``.

    Raises:
        WrongSettings: the configuration is wrong; one plain line says where.
    """
    ours = settings(name, PoliceSettings, config)
    if unknown := sorted(ours.mail_labels.keys() - LABELS.keys()):
        raise WrongSettings(
            f"[sources.{name}] mail_labels: there is no field `{unknown[0]}`;"
            f" there are {', '.join(LABELS)}"
        )
    return PoliceSource(name, http, ours)
