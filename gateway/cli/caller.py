"""Who asks on the command line, why, and where: a token given, or one minted in development."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from gateway.cli.asking import SECONDS, Why, ask
from gateway.cli.deployment import settings_of
from gateway.issuer import DevelopmentIssuer
from gateway.keys import development_key
from records.errors import WrongSettings
from records.people import Purpose, Role

Url = Annotated[str, typer.Option(envvar="HOMEWARD_URL", help="Where the gateway is.")]
HERE = "http://127.0.0.1:8080"
Token = Annotated[str | None, typer.Option(envvar="HOMEWARD_TOKEN", help="Your access token.")]
As = Annotated[
    Role | None,
    typer.Option("--as", metavar="ROLE", help="In development: mint a token for this role."),
]
Organisation = Annotated[str | None, typer.Option(help="With --as: for whom.")]
Subject = Annotated[str, typer.Option(help="With --as: which person.")]
SOMEBODY = "invented-person"
AskFor = Annotated[Purpose, typer.Option(help="Why you ask.")]
Reason = Annotated[str, typer.Option(help="The reason, in your own words. It is written down.")]


def token_of(
    token: str | None,
    role: Role | None,
    organisation: str | None,
    subject: str,
    config: Path | None,
) -> str:
    """The token given, or one minted for an invented person.

    Raises:
        WrongSettings: nobody is named, or this is production.
    """
    if token is not None:
        return token
    if role is None or organisation is None:
        raise WrongSettings(
            "Say who asks: give --token (or HOMEWARD_TOKEN), or in development"
            " --as ROLE --organisation CODE."
        )
    settings = settings_of(config)
    issuer = DevelopmentIssuer(settings, development_key(settings))
    return issuer.mint(role, organisation, subject)


def answered(
    url: str, token: str, document: str, variables: Mapping[str, object], why: Why | None
) -> dict[str, Any]:
    """The data of one question to a gateway.

    Raises:
        GatewayRefused: it could not be reached, or answered with an error.
    """
    return asyncio.run(_answered(url.rstrip("/"), token, document, variables, why))


async def _answered(
    url: str, token: str, document: str, variables: Mapping[str, object], why: Why | None
) -> dict[str, Any]:
    async with httpx2.AsyncClient(timeout=SECONDS) as client:
        answer = await ask(client, url, token, document, variables=variables, why=why)
    return answer.data
