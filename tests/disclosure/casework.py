"""People, children and systems of Testshire, invented for these tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.bundle import Bundle
from disclosure.assertion import Area, Capacity, Giver, Said, Says
from disclosure.disclose import Disclosure, Door, Enquiry
from disclosure.recording import record_area, record_preference, record_standing
from linking.enrolment import enrol
from linking.index import Index
from protocols.load import load_bundle
from records.child import IdentityCore
from records.episode import EpisodeDetail, EpisodeState, EpisodeStatus, MissingEpisode
from records.health import Health, HealthNeeds
from records.identifiers import AuthorityCode, LocalId, NHSNumber, nhs_check_digit
from records.interview import InterviewAccount, InterviewHeld, ReturnInterview
from records.items import Category, Item
from records.kinds_of_record import RECORD_OF
from records.people import Access, Kind, Purpose, Role, Standing, Viewer
from records.record import Provenance, Record, items_of, only
from records.source import Answered, Evidence, Known, Question

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
PEPPER = b"an invented pepper of 32 bytes.."
TESTSHIRE = AuthorityCode("E10000099")
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
SENTINEL = "Zebulon-Quill"

INTERVIEW_ITEMS = frozenset({Item.RHI_CONFIRMATION, Item.RHI_SYNOPSIS, Item.RHI_FULL})
EPISODE_ITEMS = frozenset({Item.EPISODE_STATUS, Item.EPISODE_DETAIL})


def bundle() -> Bundle:
    """The invented rules that stand beside this file."""
    return load_bundle(Path(__file__).parent / "protocols")


def nhs_number(serial: int) -> NHSNumber:
    """A number of the range that is never issued, with its check digit."""
    digit = nhs_check_digit(f"999{serial:06d}")
    return nhs_number(serial + 1) if digit is None else NHSNumber(f"999{serial:06d}{digit}")


def knows(source: str, value: str, number: NHSNumber | None) -> Known:
    """A person as one system knows them."""
    core = IdentityCore(given_names=(SENTINEL,), family_name=SENTINEL, birth_date=None)
    return Known(local_id=LocalId(source, value), nhs_number=number, core=core)


def viewer(role: Role, organisation: str, subject: str = "someone") -> Viewer:
    """Somebody signed in."""
    return Viewer(
        subject=subject,
        issuer="https://sign-in.test",
        role=role,
        organisation=organisation,
        client="tests",
        expires_at=NOW + timedelta(hours=1),
    )


WORKER = viewer(Role.SOCIAL_WORKER, TESTSHIRE.code, "worker-7")
COORDINATOR = viewer(Role.POLICE_MISSING_COORDINATOR, "testshire-police", "officer-3")
MANAGER = viewer(Role.REGISTERED_MANAGER, "SC123456", "manager-1")
NURSE = viewer(Role.CLA_NURSE, "RXX01", "nurse-2")
STRANGER = viewer(Role.SOCIAL_WORKER, "E10000001", "worker-99")


def said(*, by: str = "casework", source: str = "social-care", since: datetime = BEFORE) -> Said:
    """Said a month ago, and holding since."""
    return Said(source=source, by=by, valid_from=since, recorded_at=since)


def access(purpose: Purpose = Purpose.SAFEGUARD) -> Access:
    """Why."""
    return Access(purpose=purpose, reason=f"Looking for {SENTINEL}")


def provenance(source: str) -> Provenance:
    """As of this morning."""
    return Provenance(source=source, system="a simulated system", as_of=NOW)


def episode(source: str) -> MissingEpisode:
    """An episode with everything in it."""
    return MissingEpisode(
        ref="ep-1",
        provenance=provenance(source),
        status=EpisodeStatus(state=EpisodeState.MISSING),
        detail=EpisodeDetail(circumstances=SENTINEL),
    )


def interview(source: str) -> ReturnInterview:
    """An interview with everything in it."""
    return ReturnInterview(
        ref="rhi-1",
        provenance=provenance(source),
        confirmation=InterviewHeld(held_at=NOW, held_by="the interviewing service"),
        account=InterviewAccount(account=SENTINEL),
    )


def needs(source: str) -> Health:
    """A health record with needs in it."""
    return Health(ref="h-1", provenance=provenance(source), needs=HealthNeeds(needs=(SENTINEL,)))


@dataclass(slots=True)
class System:
    """A system that keeps what it is given, answers as a source must, and remembers its questions.

    ``leaks``: it answers with everything it holds, whatever it was asked for.
    """

    name: str
    kind: Kind
    categories: tuple[Category, ...]
    system: str = "a simulated system"
    evidence: Evidence = Evidence.INFERENCE
    held: list[Record] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    fault: BaseException | None = None
    hangs: bool = False
    leaks: bool = False
    superseded_by: LocalId | None = None
    before_answering: Callable[[], Any] | None = None

    @property
    def supplies(self) -> frozenset[Item]:
        """Every item of its categories."""
        return frozenset(item for c in self.categories for item in items_of(RECORD_OF[c]))

    async def records(self, question: Question) -> Answered:
        """What is held of what was asked."""
        self.asked.append(question)
        if self.before_answering is not None:
            await self.before_answering()
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        found = self.held if self.leaks else self._only(question.items)
        return Answered(records=tuple(found), as_of=NOW, superseded_by=self.superseded_by)

    def _only(self, items: frozenset[Item]) -> list[Record]:
        return [only(record, items) for record in self.held if record.exists in items]

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:  # noqa: ARG002 (as a source must)
        """Nobody."""
        return ()


def systems() -> dict[str, System]:
    """Police, social care and health of Testshire; each holds a record."""
    police = System("police", Kind.POLICE, (Category.EPISODES,))
    care = System(
        "social-care",
        Kind.SOCIAL_CARE,
        (Category.EPISODES, Category.INTERVIEWS, Category.HEALTH),
    )
    health = System("health", Kind.HEALTH, (Category.HEALTH,))
    police.held.append(episode("police"))
    care.held += [episode("social-care"), interview("social-care")]
    health.held.append(needs("health"))
    return {system.name: system for system in (police, care, health)}


@dataclass(slots=True)
class Testshire:
    """A door with its databases and systems, and one child who is known to all of them."""

    __test__ = False

    engine: AsyncEngine
    door: Door
    systems: Mapping[str, System]
    child_ref: str

    async def asks(
        self,
        who: Viewer,
        items: frozenset[Item],
        *,
        child_ref: str | None = None,
        now: datetime = NOW,
        purpose: Purpose = Purpose.SAFEGUARD,
    ) -> Disclosure:
        """One question through the door."""
        return await self.door.disclose(
            Enquiry(
                viewer=who,
                access=access(purpose),
                child_ref=self.child_ref if child_ref is None else child_ref,
                items=items,
                now=now,
                document_hash="a-question",
            )
        )

    async def child_says(self, says: Says, since: datetime = BEFORE) -> None:
        """What the child wants, for everybody."""
        await record_preference(
            self.engine,
            self.child_ref,
            says,
            said(since=since),
            giver=Giver.CHILD,
            giver_ref="the child",
            capacity=Capacity.COMPETENT,
        )

    async def written(self, kind: str) -> list[dict[str, Any]]:
        """Every ledger row of a kind, as columns."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                sa.text("SELECT * FROM ledger WHERE kind = :kind ORDER BY writer, seq"),
                {"kind": kind},
            )
            return [dict(row) for row in found.mappings()]


async def settle(engine: AsyncEngine, index: Index, known_to: tuple[str, ...]) -> str:
    """Enrol one child in these systems, with those who work with them."""
    number = nhs_number(1)
    people = [knows(source, f"{source}-1", number) for source in known_to]
    (child_ref, *_) = (await enrol(index, people, by="casework", now=BEFORE)).child_refs
    assert child_ref is not None
    for area in (Area.HOST, Area.RESPONSIBLE):
        await record_area(engine, child_ref, area, TESTSHIRE, said())
    for who, standing in (
        (WORKER, Standing.ALLOCATED_WORKER),
        (COORDINATOR, Standing.INVESTIGATING_FORCE),
        (MANAGER, Standing.PROVIDES_PLACEMENT),
        (NURSE, Standing.NURSE_TEAM),
    ):
        if standing is Standing.ALLOCATED_WORKER:
            person = (who.issuer, who.subject)
            await record_standing(engine, child_ref, standing, said(), person=person)
        else:
            await record_standing(
                engine, child_ref, standing, said(), organisation=who.organisation
            )
    return child_ref
