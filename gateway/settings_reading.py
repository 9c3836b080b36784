"""The settings read: the file that `HOMEWARD_CONFIG` names, and the environment laid over it.

Nothing needs to be set for development. A variable wins over the file: `HOMEWARD_LISTEN` sets
`listen`, `HOMEWARD_LIMITS__DEPTH` sets `depth` under `[limits]`.

A mistake stops the start with one line: what is wrong, where, and what to do.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from gateway.settings import OURS, Settings
from gateway.settings_mistakes import mistakes
from records.errors import WrongSettings

PREFIX: Final = "HOMEWARD_"
# Read by the command before or beside the settings, and no part of them.
_OTHER_VARIABLES: Final = frozenset(
    {"CONFIG", "TOKEN", "URL", "PROTOCOL_TEXTS", "CEDAR_SITUATIONS"}
)
# Settings that hold several values: in a variable they stand with commas between them.
_SEVERAL: Final = frozenset(
    {
        "addresses", "authorities", "desk", "directory_keys", "fhir", "hosts", "metrics_for",
        "origins", "partnerships",
    }
)  # fmt: skip


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this deployment.

    Raises:
        WrongSettings: one line that says what is wrong, where, and what to do.
    """
    environment = os.environ if environ is None else environ
    name = environment.get(f"{PREFIX}CONFIG")
    written = _read(Path(name)) if name else {}
    where = name or "the settings"
    merged = _with_sources(_with_variables(written, environment), where)
    try:
        settings = msgspec.convert(merged, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise WrongSettings(f"{where}: {_plain(error)}") from None
    for wrong in mistakes(settings):
        raise WrongSettings(f"{where}: {wrong}")
    return settings


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise WrongSettings(
            f"{path}: cannot be read; correct HOMEWARD_CONFIG, or unset it to use the defaults"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        said = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise WrongSettings(f"{path}: not valid TOML: {said}; correct the file") from None


def _with_variables(written: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    """The file's settings with those of the environment laid over them."""
    merged: dict[str, object] = {
        key: dict(value) if isinstance(value, dict) else value for key, value in written.items()
    }
    for variable, value in sorted(environ.items()):
        name = variable.removeprefix(PREFIX)
        if not variable.startswith(PREFIX) or name in _OTHER_VARIABLES:
            continue
        *sections, key = name.lower().split("__")
        place = merged
        for section in sections:
            deeper = place.setdefault(section, {})
            if not isinstance(deeper, dict):
                raise WrongSettings(
                    f"{variable}: `{section}` has no settings below it; correct the name"
                )
            place = deeper
        place[key] = value.split(",") if key in _SEVERAL else value
    return merged


def _with_sources(merged: dict[str, object], where: str) -> dict[str, object]:
    """The settings with each `[sources.<name>]` parted into ours and its adapter's."""
    sources = merged.get("sources", {})
    if not isinstance(sources, dict):
        raise WrongSettings(f"{where}: `sources` is not a table; write [sources.<name>]")
    parted: dict[str, object] = {}
    for name, table in sources.items():
        if not isinstance(table, dict):
            raise WrongSettings(f"{where}: `sources.{name}` is not a table; write [sources.{name}]")
        ours = {key: table[key] for key in OURS if key in table}
        parted[name] = ours | {"config": {k: v for k, v in table.items() if k not in ours}}
    return merged | {"sources": parted}


def _decode(kind: type, value: object) -> object:
    """The one kind of setting that msgspec does not know by itself."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    # What msgspec wants to hear of a type that a hook does not know: it then says so, with the place.
    raise NotImplementedError


def _plain(error: msgspec.ValidationError) -> str:
    """A mistake in plain words. msgspec names the place as `$.limits.depth`."""
    said, _, place = str(error).partition(" - at ")
    place = place.strip("`").removeprefix("$").removeprefix(".") or "the top level"
    said = said.replace("Object contains unknown field", "there is no setting called")
    said = said.replace("Object missing required field", "there has to be a setting")
    return f"{said} (at {place}); correct or remove it"
