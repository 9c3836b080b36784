"""Who can be told in the demo, the force's push, and one of those told who says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.app import Gateway
from gateway.cli.asking import Answer, GatewayRefused
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.people import BLACKPOOL, LANCASHIRE, LANCASHIRE_CONSTABULARY, PEOPLE, Person
from gateway.cli.demo.running import FORCE, POLICE
from gateway.cli.demo.story import NOMINAL
from gateway.cli.told import TOLD
from gateway.issuer import ISS
from linking.storage import writing
from notifications.recipients import Recipient, Way, recipient_id, register
from records.people import Role

CREATED: Final = 201
_TEAMS: Final = (
    (BLACKPOOL.code, Role.CHILDRENS_SERVICES),
    (BLACKPOOL.code, Role.EMERGENCY_DUTY_TEAM),
    (LANCASHIRE.code, Role.CHILDRENS_SERVICES),
    (LANCASHIRE.code, Role.EMERGENCY_DUTY_TEAM),
    (LANCASHIRE_CONSTABULARY, Role.POLICE_REFERRAL_MANAGER),
)
"""The teams of both authorities and the force that the protocol names beside the five people."""

_MINE: Final = "{ myNotifications { notifications { id } } }"
_HAVE: Final = """
mutation Have($notices: [ID!]!) { acknowledge(input: {notices: $notices}) { outcome } }
"""

Asks = Callable[..., Awaitable[Answer]]


async def register_recipients(engine: AsyncEngine, now: datetime) -> None:
    """Everybody who can be told, each by the feed that the gateway itself offers."""
    async with writing(engine) as connection:
        for organisation, role in _TEAMS:
            await register(connection, _team(organisation, role), now=now)
        for person in PEOPLE:
            await register(connection, _of(person), now=now)


async def push(client: httpx2.AsyncClient, url: str, gateway: Gateway, agencies: Agencies) -> None:
    """The force pushes its latest report, as its own system would.

    Raises:
        GatewayRefused: it was not taken.
    """
    inbound = gateway.settings.sources[POLICE].inbound
    assert inbound is not None  # noqa: S101 (the demo's settings have it)
    reply = await client.post(
        f"{url}/events/{POLICE}",
        content=agencies.police.incident(NOMINAL),
        headers={
            "content-type": "application/vnd.api+json",
            inbound.id_header: FORCE,
            inbound.secret_header: inbound.secret_files[0].read_text(encoding="ascii"),
        },
    )
    if reply.status_code != CREATED:
        raise GatewayRefused(f"The force's report was not taken (status {reply.status_code}).")


async def poll(gateway: Gateway) -> None:
    """Each council's system is asked now what has changed, as it is every few minutes."""
    assert gateway.open is not None  # noqa: S101 (it is serving)
    for watch in gateway.open.polling.watches.values():
        await watch.look()


async def begin_polling(gateway: Gateway) -> None:
    """What is there already is no news: from now on it is asked what is."""
    assert gateway.open is not None  # noqa: S101 (it is serving)
    for watch in gateway.open.polling.watches.values():
        await watch.look_if_due()


async def acknowledges(asks: Asks, person: Person) -> None:
    """One of those told reads what is for them, and says that they have it."""
    mine = await asks(person, _MINE, {})
    notices = [notice["id"] for notice in mine.data["myNotifications"]["notifications"]]
    if notices:
        await asks(person, _HAVE, {"notices": notices})


async def whom_it_was_told(asks: Asks, person: Person) -> dict[str, Any]:
    """Who has been told, and the clocks, as one person may know it."""
    answer = await asks(person, TOLD)
    found: dict[str, Any] = answer.data["whoHasBeenTold"]
    return {"tells": found.get("tells", []), "deadlines": found.get("deadlines", [])}


def _team(organisation: str, role: Role) -> Recipient:
    return Recipient(
        id=recipient_id(organisation, role),
        organisation=organisation,
        role=role,
        ways=(Way("feed"),),
        serves=frozenset({BLACKPOOL.code, LANCASHIRE.code})
        if organisation == LANCASHIRE_CONSTABULARY
        else frozenset(),
    )


def _of(person: Person) -> Recipient:
    """One of the five: the social worker by name of their sign-in, the others as their role."""
    if person.role is not Role.SOCIAL_WORKER:
        return _team(person.organisation, person.role)
    return Recipient(
        id=f"{person.organisation}/{person.role.value}/{person.subject}",
        organisation=person.organisation,
        role=person.role,
        person=(ISS, person.subject),
        ways=(Way("feed"),),
    )
