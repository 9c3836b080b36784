"""``homeward work``: send notices, fire clocks, ask what has changed; no questions, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Annotated

import msgspec
import typer

from gateway import logs, serving
from gateway.cli.deployment import Config, opened_for, settings_of
from gateway.cli.output import say
from gateway.settings import Settings


def work(
    config: Config = None,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings and errors only.")] = False,
) -> None:
    """Run the workers alone, beside gateways whose settings say ``notices.works = false``.

    Any number may run on one database: none does what another has done.
    """
    settings = settings_of(config)
    logs.configure(logging.WARNING if quiet else logging.INFO)
    say("Homeward sends notices, fires clocks and asks what has changed; Ctrl-C ends it.")
    serving.to_the_end(_work(settings))


async def _work(settings: Settings) -> None:
    working = msgspec.structs.replace(
        settings, notices=msgspec.structs.replace(settings.notices, works=True)
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with opened_for(working, works=True):
        await ended.wait()
