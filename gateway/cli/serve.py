"""``homeward serve``: the gateway, until it is told to stop."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from gateway import logs
from gateway.app import Gateway, create
from gateway.cli.deployment import Config, settings_of
from gateway.cli.output import Exit, say
from gateway.serving import Settled, server
from records.errors import GatewayError


def serve(
    config: Config = None,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings and errors only.")] = False,
) -> None:
    """Run the gateway that the settings describe."""
    settings = settings_of(config)
    logs.configure(logging.WARNING if quiet else logging.INFO)
    app = create(settings)
    gateway: Gateway = app.state.gateway
    gateway.heeds_hangup = True
    systems = ", ".join(settings.sources) or "none (name them under [sources.<name>])"
    say(f"Homeward listens on {settings.listen}, {settings.mode}; systems: {systems}")
    try:
        server(app, settings, Settled).run()
    except SystemExit:
        if isinstance(gateway.failure, GatewayError):
            raise gateway.failure from None
        say("The gateway could not start; the line above says where it failed.")
        raise typer.Exit(Exit.FAILED) from None
