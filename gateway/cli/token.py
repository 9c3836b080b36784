"""``homeward token mint``: an access token of the development issuer, for trying things."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import print_json
from gateway.issuer import DevelopmentIssuer
from gateway.keys import development_key
from records.people import Role

app: Final = typer.Typer(help="Access tokens, in development only.", no_args_is_help=True)


@app.callback()
def token() -> None:
    """Access tokens, in development only."""


@app.command()
def mint(
    role: Annotated[Role, typer.Option(metavar="ROLE", help="The role to act in.")],
    organisation: Annotated[str, typer.Option(help="GSS, ODS, Ofsted or force code.")],
    subject: Annotated[
        str, typer.Option(help="What the issuer calls the person: no name.")
    ] = "invented-person",
    minutes: Annotated[int, typer.Option(min=1, max=720, help="How long it is valid.")] = 60,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """A token for an invented person. The running gateway accepts it if it has the same keys."""
    settings = settings_of(config)
    issuer = DevelopmentIssuer(settings, development_key(settings))
    minted = issuer.mint(role, organisation, subject, minutes)
    if as_json:
        print_json({"access_token": minted, "token_type": "Bearer", "expires_in": minutes * 60})
    else:
        typer.echo(minted)
