"""Many invented children in one force's and the gateway's registers, and everybody who can be told of them.

For the benchmarks of events and notices. The force is a process of its own, and so is the gateway.
"""

from __future__ import annotations

import dataclasses
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from adapters.police.simulator import PoliceSimulator, settings_for
from bench.processes import answer
from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.recording import (
    record_agreement,
    record_area,
    record_attribute,
    record_birth_date,
    record_standing,
)
from gateway.app import Gateway
from gateway.cli.demo.running import FORCE, POLICE, running, settings_in
from gateway.opening import Opened
from gateway.serving import to_the_end
from gateway.settings import Settings, SourceSettings
from linking.enrolment import enrol
from linking.storage import writing
from notifications.changed import keep
from notifications.recipients import Recipient, Way, recipient_id, register
from records.child import IdentityCore
from records.identifiers import LocalId
from records.people import Role, Standing
from records.source import Known
from tests.places import AUTHORITIES, Authority
from tests.world import unissued_numbers

BORN: Final = date(2012, 1, 2)
PLACES: Final = tuple(
    place for place in AUTHORITIES.values() if place.name not in {"Leeds", "Plymouth"}
)
"""The authorities that we have codes of under the five protocols."""

TEAMS: Final = (
    Role.CHILDRENS_SERVICES,
    Role.EMERGENCY_DUTY_TEAM,
    Role.FRONT_DOOR,
    Role.MISSING_COORDINATOR,
    Role.MISSING_OFFICER,
    Role.FAMILY_HELP_PRACTITIONER,
    Role.YOUTH_JUSTICE_WORKER,
)
SERVICES: Final = (
    Role.SOCIAL_WORKER,
    Role.FAMILY_HELP_PRACTITIONER,
    Role.YOUTH_JUSTICE_WORKER,
    Role.HEALTH_PRACTITIONER,
    Role.SCHOOL,
    Role.MISSING_PERSONS_BUREAU,
)
"""Who is told where nobody stands closer to the child: each serves one authority's area."""

QUIET: Final = 10.0
"""Seconds until whatever the new children gave the gateway to do is done."""

LONG_AGO: Final = timedelta(days=300)
ELSEWHERE: Final = 1000


def force(pipe: Connection, children: int) -> None:
    """The force's system, in which every child has just been reported missing. Tells what it would push.

    A report without a grading is one event; with one it would be two.
    """
    now = datetime.now(UTC)
    with PoliceSimulator() as simulator:
        numbers = unissued_numbers()
        for n in range(children):
            simulator.nominal(
                nominal(n),
                givenName=["Robin"],
                surname="Ashworth",
                dateOfBirth=BORN.isoformat(),
                nhsNumber=next(numbers).digits,
            )
            simulator.report(
                f"LC-{n}",
                nominal(n),
                status="MISSING",
                missingFromTime=(now - timedelta(hours=2)).isoformat(),
                reportedTime=(now - timedelta(hours=1)).isoformat(),
                recordedTime=(now - timedelta(hours=1)).isoformat(),
                lastSeenPlace="Bus station",
            )
        pushes = [simulator.incident(nominal(n)) for n in range(children)]
        pipe.send({"config": settings_for(simulator), "pushes": pushes})
        answer(pipe, {"asked": lambda: len(simulator.asked)})
        threading.Event().wait()


def nominal(n: int) -> str:
    """What the force calls a child."""
    return f"N-{n}"


def place_of(n: int) -> Authority:
    """Where a child lives."""
    return PLACES[n % len(PLACES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A running gateway, and the children in its registers in the order of the force's numbers."""

    url: str
    gateway: Gateway
    children: Sequence[str]

    @property
    def open(self) -> Opened:
        """What the gateway has open."""
        assert self.gateway.open is not None
        return self.gateway.open

    @property
    def secret(self) -> str:
        """With which the force pushes."""
        inbound = self.gateway.settings.sources[POLICE].inbound
        assert inbound is not None
        return inbound.secret_files[0].read_text(encoding="ascii").strip()

    @property
    def pushing(self) -> dict[str, str]:
        """The headers of a push."""
        return {
            "content-type": "application/vnd.api+json",
            "x-client-id": FORCE,
            "x-client-secret": self.secret,
        }


@asynccontextmanager
async def town(
    config: dict[str, Any],
    children: int,
    *,
    database: str | None = None,
    ways: Callable[[str], Way] = lambda _recipient: Way("feed"),
    adjust: Callable[[Settings, Path], Settings] = lambda settings, _folder: settings,
) -> AsyncIterator[Town]:
    """The gateway, serving until the block ends: on SQLite in a folder of its own unless a database is given."""
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as name:
        folder = Path(name)
        source = SourceSettings(adapter="police", config=config)
        settings = settings_in(folder, {POLICE: source}, 0)
        # One client stands for everybody here.
        limits = msgspec.structs.replace(settings.limits, client_burst=1_000_000)
        settings = msgspec.structs.replace(settings, limits=limits)
        if database is not None:
            settings = msgspec.structs.replace(settings, database=database)
        async with running(adjust(settings, folder)) as (url, gateway):
            assert gateway.open is not None
            known = await _enter(gateway.open, children)
            await _no_news(gateway.open)
            await _register(gateway.open, ways)
            yield Town(url=url, gateway=gateway, children=known)


def recipients() -> list[Recipient]:
    """Everybody who can be told, so that whomever a protocol names is there."""
    return [
        Recipient(
            id=recipient_id(organisation, role),
            organisation=organisation,
            role=role,
            serves=serves,
            ways=(Way("feed"),),
        )
        for place in PLACES
        for organisation, roles, serves in (
            (place.code, TEAMS, frozenset[str]()),
            (f"SERVICES-{place.code}", SERVICES, frozenset({place.code})),
            (place.force, (Role.POLICE_SENIOR_OFFICER,), frozenset({place.code})),
        )
        for role in roles
    ]


def elsewhere(many: int) -> list[Recipient]:
    """Front doors of authorities whose children nothing happens to here."""
    return [
        Recipient(
            id=recipient_id(f"E099{n:05d}", Role.FRONT_DOOR),
            organisation=f"E099{n:05d}",
            role=Role.FRONT_DOOR,
            ways=(Way("feed"),),
        )
        for n in range(many)
    ]


async def _enter(parts: Opened, children: int) -> list[str]:
    """Every child in the index and the registers, at home and known to nobody else."""
    now = datetime.now(UTC)
    numbers = unissued_numbers()
    core = IdentityCore(given_names=("Robin",), family_name="Ashworth", birth_date=BORN)
    known = [
        Known(local_id=LocalId(POLICE, nominal(n)), nhs_number=next(numbers), core=core)
        for n in range(children)
    ]
    enrolled = await enrol(parts.services.index, known, by="bench", now=now)
    refs = [ref for ref in enrolled.child_refs if ref is not None]
    assert len(refs) == children
    said = Said(source="registers", by="bench", valid_from=now - LONG_AGO, recorded_at=now)
    async with writing(parts.engine) as database:
        for n, ref in enumerate(refs):
            place = place_of(n)
            for area in (Area.RESPONSIBLE, Area.HOST):
                await record_area(database, ref, area, place.gss, said)
            await record_standing(
                database, ref, Standing.HOME_AUTHORITY, said, organisation=place.code
            )
            await record_standing(
                database, ref, Standing.INVESTIGATING_FORCE, said, organisation=place.force
            )
            await record_birth_date(database, ref, BORN, said)
            for fact in (Fact.LOOKED_AFTER, Fact.OPEN_TO_SOCIAL_CARE):
                await record_attribute(database, ref, fact, False, said)  # noqa: FBT003 (a fact's value)
        # A force serves many authorities, and has agreed once.
        for organisation in sorted(
            {code for place in PLACES for code in (place.code, place.force)}
        ):
            for partnership in parts.bundle.bundle.protocols:
                if partnership != "england":
                    await record_agreement(
                        database, organisation, partnership, said, agreement_ref="bench"
                    )
    return refs


async def _no_news(parts: Opened) -> None:
    """What the registers have held for long is not looked at as news while something is measured."""
    upto: dict[str, int] = {}
    async with writing(parts.engine) as database:
        for table in (STANDING, CHILD_AREA, ATTRIBUTE):
            newest = await database.execute(sa.select(sa.func.max(table.c.id)))
            upto[table.name] = newest.scalar_one()
    await keep(parts.engine, upto, now=datetime.now(UTC))


async def _register(parts: Opened, ways: Callable[[str], Way]) -> None:
    now = datetime.now(UTC)
    async with writing(parts.engine) as database:
        for recipient in [*recipients(), *elsewhere(ELSEWHERE)]:
            reached = dataclasses.replace(recipient, ways=(ways(recipient.id),))
            await register(database, reached, now=now)


def serve(work: Callable[..., Any], pipe: Connection, *given: object) -> None:
    """In a process: run something asynchronous to its end."""
    to_the_end(work(pipe, *given))


__all__ = ["Town", "force", "partial", "recipients", "serve", "town"]
