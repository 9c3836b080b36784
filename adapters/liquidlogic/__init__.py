"""Liquidlogic (System C): children's social care, LCS and EHM, read from the reporting copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.council_events import TOLD
from adapters.liquidlogic.settings import InterviewForm, Settings
from adapters.liquidlogic.source import Liquidlogic
from adapters.settings import settings
from records.errors import MalformedIdentifier, WrongSettings
from records.http import Http
from records.identifiers import AuthorityCode
from records.source import Source
from records.tells import Tells

__all__ = ["TELLS", "InterviewForm", "Liquidlogic", "Settings", "connect"]

TELLS: Final = (Tells(system="Liquidlogic", is_read_for=TOLD),)


def connect(name: str, http: Http, config: Mapping[str, object]) -> Source:
    """The council's Liquidlogic that ``config`` describes, under the deployment's ``name`` for it.

    Raises:
        WrongSettings: one plain line.
    """
    ours = settings(name, Settings, config)
    codes = [("authority", ours.authority)] if ours.authority is not None else []
    for setting, code in (*codes, *(("placed_in", code) for code in ours.placed_in.values())):
        try:
            AuthorityCode(code)
        except MalformedIdentifier as error:
            raise WrongSettings(f"[sources.{name}] {setting}: {error}") from None
    return Liquidlogic(name, http, ours)
