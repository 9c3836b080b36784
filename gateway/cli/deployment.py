"""The deployment that a command acts on: its settings, and its parts opened for one command."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from gateway.opening import Opened, http_of, opened
from gateway.settings import Settings
from gateway.settings_reading import PREFIX, load
from gateway.telemetry import Telemetry

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The deployment file; HOMEWARD_CONFIG otherwise, or all by default."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def settings_of(config: Path | None) -> Settings:
    """The settings of this deployment.

    Raises:
        WrongSettings: one line that says what is wrong, where, and what to do.
    """
    environment = dict(os.environ)
    if config is not None:
        environment[f"{PREFIX}CONFIG"] = str(config)
    return load(environment)


@asynccontextmanager
async def opened_for(settings: Settings, *, works: bool = False) -> AsyncIterator[Opened]:
    """Everything that questions need, for the time of one command.

    A command sends no notices and fires no clocks by the way, unless that is what it is for (``works``).

    Raises:
        WrongSettings: the database, the keys or an adapter are not as they should be.
        IncompleteProtocol: a partnership's file is wrong.
    """
    if not works:
        notices = msgspec.structs.replace(settings.notices, works=False)
        settings = msgspec.structs.replace(settings, notices=notices)
    telemetry = Telemetry(settings.telemetry)
    http = http_of(settings)
    try:
        async with http, opened(settings, http, telemetry) as parts:
            yield parts
    finally:
        telemetry.close()
