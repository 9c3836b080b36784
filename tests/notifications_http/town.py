"""A world in which systems push and people are told: recipients, documents, and a clock that the test moves."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx2
import msgspec
import sqlalchemy as sa

from gateway.settings import CarersSettings, InboundSettings, Notices, Settings
from linking.storage import reading, writing
from notifications.recipients import Recipient, Way, recipient_id, register
from records.people import Role
from tests.adapters.police.incidents import Row, graded, pushed, report, robin, row
from tests.people import Practitioner
from tests.places import HOMES
from tests.world import Child, World, running_world

EVENING: Final = datetime(2027, 1, 11, 18, 0, tzinfo=UTC)
"""A Monday evening in winter: when children of these tests are reported missing, unless said otherwise."""

SECRET: Final = "a-secret-of-the-force-0001"
OLD_SECRET: Final = "a-secret-of-the-force-0000"
HOOK: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
JSON_API: Final = "application/vnd.api+json"
DESK: Final = "E10000017/business-support"
_SERIALS = count(1)


def settings_with_senders(settings: Settings, folder: Path) -> Settings:
    """The world's settings, in which the force may push and webhooks may go to this machine."""
    (folder / "new").write_text(SECRET)
    (folder / "old").write_text(OLD_SECRET + "\n")
    (folder / "hook").write_text(HOOK)
    by_secret = InboundSettings(client_id="force", secret_files=(folder / "new", folder / "old"))
    by_token = InboundSettings(token_client="force-by-token")
    police = settings.sources["police"]
    sources = {
        **settings.sources,
        "police": msgspec.structs.replace(police, inbound=by_secret),
        "police-by-token": msgspec.structs.replace(police, inbound=by_token),
    }
    notices = Notices(
        secrets={"hook": folder / "hook"},
        loopback=True,
        desk=(DESK,),
        heartbeat_seconds=0.3,
        look_seconds=0.2,
        # Tests say when it is looked for who was overlooked: see `looks_again`.
        reconsider_seconds=86_400.0,
    )
    limits = msgspec.structs.replace(settings.limits, answer_seconds=8.0, socket_seconds=1.0)
    carers = {
        "elm-house": CarersSettings(
            organisation=HOMES["Elm House"],
            inbound=InboundSettings(client_id="elm-house", secret_files=(folder / "new",)),
        )
    }
    return msgspec.structs.replace(
        settings, sources=sources, carers=carers, notices=notices, limits=limits
    )


@dataclass
class Town:
    """The world, and what systems say to it."""

    world: World
    told_at: dict[str, str] = field(default_factory=dict)

    # Time

    def is_now(self, at: datetime) -> None:
        """Put the gateway's clock to an instant."""
        self.world.clock.ahead = at - datetime.now(UTC)
        self.world.parts.notices.bells.anything.set()

    # Who can be told

    def registers(
        self,
        organisation: str,
        role: Role,
        *ways: Way,
        person: Practitioner | None = None,
        **how: Any,  # noqa: ANN401 (whatever a recipient has besides)
    ) -> Recipient:
        """Somebody who can be told: a role at an organisation, or one person there; by the feed if nothing is said."""
        recipient = Recipient(
            id=recipient_id(organisation, role) if person is None else person.subject,
            organisation=organisation,
            role=role,
            person=None if person is None else person.person,
            ways=ways or (Way("feed"),),
            **how,
        )

        async def enter() -> None:
            async with writing(self.world.parts.engine) as connection:
                await register(connection, recipient, now=self.world.clock())

        self.world.does(enter())
        return recipient

    # What systems push

    def pushes(
        self,
        body: bytes,
        *,
        to: str = "police",
        headers: dict[str, str] | None = None,
        kind: str = JSON_API,
    ) -> httpx2.Response:
        """A document, as the force sends it."""
        proof = {"x-client-id": "force", "x-client-secret": SECRET} if headers is None else headers
        return self.world.client.post(
            f"{self.world.url}/events/{to}", content=body, headers={"content-type": kind, **proof}
        )

    def document(self, child: Child, *more: Row, ref: str = "LC-1", **report_: object) -> bytes:
        """An incident about a child, as CONNECT has it."""
        return pushed(self.person(child), *self._report(child, ref, **report_), *more)

    def person(self, child: Child) -> Row:
        """The child as the force knows them."""
        return robin(
            child.file.nominal,
            dateOfBirth=child.file.born,
            nhsNumber=child.number.digits,
        )

    def _report(self, child: Child, ref: str, **attributes: object) -> tuple[Row, ...]:
        return (report(ref, child.file.nominal, **attributes),)

    def goes_missing(
        self,
        child: Child,
        at: datetime = EVENING,
        *,
        ref: str | None = None,
        grade: str | None = None,
        graded_at: datetime | None = None,
        **said: object,
    ) -> str:
        """The force pushes that a child is missing; the id it is given. Now is five minutes later.

        ``grade``: what the risk is graded as, at the report or at another time.
        """
        when = graded_at or at + timedelta(minutes=3)
        self.is_now(max(when, at) + timedelta(minutes=5))
        one = report(
            ref or f"LC-{child.file.serial}", child.file.nominal, **{**_missing(at), **said}
        )
        rows: list[Row] = [one]
        if grade is not None:
            told = {"grade": grade, "gradedByRank": "Inspector", "gradedTime": when.isoformat()}
            named = f"RA-{child.file.serial}-{when:%d%H%M}"
            one["relationships"]["riskAssessments"] = {
                "data": [{"type": "riskAssessment", "id": named}]
            }
            rows.append(row("riskAssessment", named, told))
        reply = self.pushes(pushed(self.person(child), *rows))
        assert reply.status_code == 201, reply.text
        kept: str = reply.json()["data"]["id"]
        return kept

    def is_found(
        self, child: Child, at: datetime, *, since: datetime = EVENING, ref: str | None = None
    ) -> str:
        """The force pushes that the child is back."""
        self.is_now(at + timedelta(minutes=5))
        told = {
            **_missing(since),
            "status": "FOUND",
            "foundTime": at.isoformat(),
            "foundBy": "Police",
            "knownSafe": True,
        }
        ref = ref or f"LC-{child.file.serial}"
        reply = self.pushes(self.document(child, ref=ref, **told))
        assert reply.status_code == 201, reply.text
        kept: str = reply.json()["data"]["id"]
        return kept

    def works_off(self, child: Child) -> None:
        """Every clock of a child that is due has fired, by the gateway's own workers."""
        due = (
            "SELECT count(*) AS n FROM deadline WHERE child = :c AND state = 'pending'"
            " AND wake_at <= :now"
        )
        self.world.parts.notices.bells.anything.set()
        now = self.world.clock().replace(tzinfo=None).isoformat(" ")
        for _ in range(200):
            if not self.rows(due, c=child.ref, now=now)[0]["n"]:
                return
            self.world.does(_a_moment())
        raise AssertionError("The clocks did not fire.")

    def looks_again(self) -> int:
        """Look for whoever was overlooked, and at changed facts; how many children were looked at."""
        return self.world.does(self.world.parts.notices.reconsidering.look())

    # What is kept

    def rows(self, statement: str, **given: object) -> list[dict[str, Any]]:
        """What a statement finds in the gateway's database."""

        async def find() -> list[dict[str, Any]]:
            async with reading(self.world.parts.engine) as connection:
                found = await connection.execute(sa.text(statement), given)
                return [dict(one) for one in found.mappings()]

        return self.world.does(find())

    def changes(self, statement: str, **given: object) -> None:
        """Change what stands in the gateway's database, as a fault would."""

        async def change() -> None:
            async with writing(self.world.parts.engine) as connection:
                await connection.execute(sa.text(statement), given)

        self.world.does(change())

    def told_of(self, child: Child, event: str) -> set[str]:
        """Who has a notice of an event of this type about the child."""
        found = self.rows(
            "SELECT d.recipient FROM delivery d JOIN event e ON e.id = d.event"
            " WHERE d.child = :child AND e.type = :event",
            child=child.ref,
            event=event,
        )
        return {one["recipient"] for one in found}


async def _a_moment() -> None:
    await asyncio.sleep(0.02)


def _missing(at: datetime) -> dict[str, object]:
    return {
        "status": "MISSING",
        "missingFromTime": (at - timedelta(hours=1)).isoformat(),
        "reportedTime": at.isoformat(),
        "recordedTime": (at + timedelta(minutes=2)).isoformat(),
    }


@contextmanager
def running_town() -> Iterator[Town]:
    """The town, for as long as the block lasts."""
    with running_world(adjust=settings_with_senders) as world:
        yield Town(world)


__all__ = ["DESK", "EVENING", "Town", "graded", "row", "running_town"]
