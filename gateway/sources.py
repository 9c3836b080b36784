"""Starting the systems that the deployment names. No vendor is named in code.

Each is watched: how long it took and what came of it, by name of system and never by child.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import adapters
from gateway.settings import Settings, SourceSettings
from gateway.telemetry import Telemetry
from records.errors import SourceContractBroken, SourceError, SourceRefused, WrongSettings
from records.http import Http
from records.identifiers import NHSNumber
from records.items import Item
from records.people import Kind
from records.source import Answered, Evidence, Known, Question, Source

_FILE: Final = "_file"


class Watched:
    """A source, and what came of asking it last."""

    def __init__(self, source: Source, telemetry: Telemetry) -> None:
        self._source = source
        self._telemetry = telemetry
        self.last_outcome: str | None = None

    @property
    def name(self) -> str:
        """The deployment's name for it."""
        return self._source.name

    @property
    def system(self) -> str:
        """The product."""
        return self._source.system

    @property
    def kind(self) -> Kind:
        """Whose system it is."""
        return self._source.kind

    @property
    def evidence(self) -> Evidence:
        """How well its interface is known."""
        return self._source.evidence

    @property
    def supplies(self) -> frozenset[Item]:
        """The items that it can supply."""
        return self._source.supplies

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked.

        Raises:
            SourceError: as the source itself raises it.
        """
        items = [item.value for item in question.items]
        with self._telemetry.asking(self.name, items) as told:
            # What nobody names below is a cancelled question: our deadline, or the caller's going.
            told.outcome = "given-up"
            try:
                answered = await self._source.records(question)
                told.outcome = "answered" if answered.records else "nothing-held"
            except Exception as error:
                told.outcome = _outcome(error)
                raise
            finally:
                self.last_outcome = told.outcome
        return answered

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom this system knows by that NHS number.

        Raises:
            SourceError: as the source itself raises it.
        """
        with self._telemetry.asking(self.name, ["trace"]) as told:
            try:
                known = await self._source.trace(nhs_number)
            except Exception as error:
                told.outcome = _outcome(error)
                raise
            told.outcome = "answered"
            return known


def _outcome(error: Exception) -> str:
    match error:
        case SourceRefused():
            return "refused"
        case SourceContractBroken():
            return "contract-broken"
        case SourceError():
            return "unavailable"
        case _:
            return "failed"


def start(settings: Settings, http: Http, telemetry: Telemetry) -> dict[str, Watched]:
    """Every system that the deployment names, by its name here.

    Raises:
        WrongSettings: an adapter that is not there, or settings that it does not take.
    """
    return {
        name: Watched(_connect(name, described, http), telemetry)
        for name, described in settings.sources.items()
    }


def deadlines(settings: Settings) -> Mapping[str, float]:
    """How many seconds each system is given."""
    return {name: described.deadline_seconds for name, described in settings.sources.items()}


def _connect(name: str, described: SourceSettings, http: Http) -> Source:
    kinds = sorted(found.name for found in pkgutil.iter_modules(adapters.__path__) if found.ispkg)
    if described.adapter not in kinds:
        raise WrongSettings(
            f"sources.{name}: there is no adapter `{described.adapter}`;"
            f" choose one of {', '.join(kinds)}"
        )
    module = importlib.import_module(f"adapters.{described.adapter}")
    source: Source = module.connect(name, http, _with_files(name, described.config))
    return source


def _with_files(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The adapter's settings, with what stands in files read from them."""
    whole: dict[str, Any] = {}
    for key, value in config.items():
        if not key.endswith(_FILE) or not isinstance(value, str):
            whole[key] = value
            continue
        try:
            whole[key.removesuffix(_FILE)] = Path(value).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise WrongSettings(
                f"sources.{name}.{key}: the file cannot be read as text; correct the path"
            ) from None
    return whole
