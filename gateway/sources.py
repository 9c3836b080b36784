"""Starting the systems that the deployment names. No vendor is named in code.

Each is guarded call by call and watched question by question; see `gateway.resilience`.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import adapters
from gateway.resilience.guarded import GuardedHttp
from gateway.resilience.pace import AT_ONCE, Pace
from gateway.settings import Settings, SourceSettings
from gateway.telemetry import Telemetry
from gateway.watching import Watched
from records.errors import WrongSettings
from records.http import Http
from records.source import ByNumber, Paced, Source

__all__ = [
    "Watched",
    "connect",
    "deadlines",
    "guarded",
    "kinds",
    "linked_by_number",
    "organisations",
    "start",
]

_FILE: Final = "_file"


def start(settings: Settings, http: Http, telemetry: Telemetry) -> dict[str, Watched]:
    """Every system that the deployment names, by its name here.

    Raises:
        WrongSettings: an adapter that is not there, or settings that it does not take.
    """
    return {
        name: Watched(
            guarded(name, described, http, telemetry),
            telemetry,
            deadline=described.deadline_seconds,
        )
        for name, described in settings.sources.items()
    }


def deadlines(settings: Settings) -> Mapping[str, float]:
    """How many seconds each system is given."""
    return {name: described.deadline_seconds for name, described in settings.sources.items()}


def organisations(settings: Settings) -> Mapping[str, frozenset[str]]:
    """Whose each system is, by its name; empty where the deployment does not say."""
    return {name: frozenset(one.organisations) for name, one in settings.sources.items()}


def linked_by_number(settings: Settings, http: Http) -> frozenset[str]:
    """The systems to which children are linked by their NHS number alone.

    Raises:
        WrongSettings: as for `start`.
    """
    return frozenset(
        name
        for name, described in settings.sources.items()
        if isinstance(connect(name, described, http), ByNumber)
    )


def kinds() -> list[str]:
    """The kinds of system that there are adapters for: the folders of `adapters`."""
    return sorted(found.name for found in pkgutil.iter_modules(adapters.__path__) if found.ispkg)


def connect(name: str, described: SourceSettings, http: Http) -> Source:
    """One system as its adapter makes it, asked over ``http`` and by nothing else.

    Raises:
        WrongSettings: as for `start`.
    """
    if described.adapter not in kinds():
        raise WrongSettings(
            f"sources.{name}: there is no adapter `{described.adapter}`;"
            f" choose one of {', '.join(kinds())}"
        )
    module = importlib.import_module(f"adapters.{described.adapter}")
    source: Source = module.connect(name, http, _with_files(name, described.config))
    return source


def guarded(name: str, described: SourceSettings, http: Http, telemetry: Telemetry) -> Source:
    """One system, each call to it at its pace and repeated where that is harmless.

    Raises:
        WrongSettings: as for `start`.
    """
    calls = GuardedHttp(
        http,
        deadline=described.deadline_seconds,
        on_repeat=lambda: telemetry.beside(name, "repeated"),
    )
    source = connect(name, described, calls)
    calls.pace = Pace(
        time.monotonic,
        at_once=described.at_once or AT_ONCE,
        per_second=_slower(described.calls_per_second, source),
    )
    return source


def _slower(said: float | None, source: Source) -> float | None:
    """The lower of what the deployment says and what the interface allows."""
    limits = [said, source.calls_per_second if isinstance(source, Paced) else None]
    return min((limit for limit in limits if limit is not None), default=None)


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
