"""A gateway into whose registers nobody writes: what it knows of a child, it reads from agencies' systems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from adapters.liquidlogic.simulator import LiquidlogicSimulator
from gateway.issuer import ISS
from gateway.polling.look import Looked
from gateway.polling.standing import unread_codes
from gateway.polling.tables import POLL
from gateway.settings import FactsSettings, PollSettings, Settings, SourceSettings
from linking.enrolment import link, unlink
from linking.storage import reading, writing
from linking.tables import How
from records.identifiers import LocalId, NHSNumber
from records.people import Purpose, Role, Standing
from tests.casefile import Casefile
from tests.notifications_http.town import Town
from tests.people import Practitioner
from tests.places import AUTHORITIES, HOMES, NURSE_TEAM, SCHOOL
from tests.world import World, running_world

OURS: Final = AUTHORITIES["Blackburn with Darwen"]
HOST: Final = AUTHORITIES["Lancashire"]
FORCE: Final = HOST.force
TEAM: Final = "children-in-care-north"
_NEVER: Final = 86_400.0
_SERIALS: Final = count(81_001)
WORKERS: Final = "worker,subject\n11,worker-anna\n12,worker-ben\n21,reviewing-officer\n"


@dataclass
class Child:
    """A child as the agencies' systems hold them. The keys are those of the council's rows."""

    file: Casefile
    ref: str
    id: str
    keys: dict[str, int] = field(default_factory=dict)


@dataclass
class Arriving:
    """The gateway, and the systems that it polls."""

    world: World
    lancashire: LiquidlogicSimulator
    workers: Path

    @property
    def council(self) -> LiquidlogicSimulator:
        return self.world.liquidlogic

    def child(self, **worker: object) -> Child:
        """A Blackburn child placed in Lancashire, known to all three systems and enrolled; no more."""
        world, serial = self.world, next(_SERIALS)
        number: NHSNumber = world.unused_number()
        file = Casefile(world, "liquidlogic", number, serial, 15)
        file.opens({"police", "council", "health"})
        ref = world.does(world._enrolled(number))
        child = Child(file=file, ref=ref, id=str(world.parts.services.ids.child(ref)))
        child.keys["placement"] = self.council.holds(
            "FACT_CLA_PLACEMENT",
            DIM_PERSON_ID=serial,
            DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
            DIM_LOOKUP_PLACEMENT_PROVIDER_CODE="PR4",
            START_DTTM="2026-01-12T00:00:00",
            POSTCODE="LA1 1AA",
        )
        self.council.holds(
            "FACT_CARE_EPISODES",
            DIM_PERSON_ID=serial,
            FACT_CLA_PLACEMENT_ID=child.keys["placement"],
            OFSTED_URN=HOMES["Elm House"],
        )
        child.keys["legal"] = self.council.holds(
            "FACT_LEGAL_STATUS",
            DIM_PERSON_ID=serial,
            DIM_LOOKUP_LGL_STATUS_DESC="Full care order",
            START_DTTM="2024-02-01T00:00:00",
        )
        self.council.holds(
            "FACT_REFERRALS", DIM_PERSON_ID=serial, REFRL_START_DTTM="2023-11-01T00:00:00"
        )
        child.keys["worker"] = self.works_with(child, 11, "Social worker", allocated=True, **worker)
        self.council.holds_form(
            serial,
            {"PEPSchool": "St Anne's High School", "PEPFrom": "2023-09-04"},
            template="Personal Education Plan",
        )
        return child

    def works_with(
        self, child: Child, worker: int, job: str, *, allocated: bool = False, **more: object
    ) -> int:
        """The council records that a worker is involved with the child."""
        held = {row["DIM_WORKER_ID"] for row in self.council.tables["DIM_WORKER"]}
        if worker not in held:
            self.council.holds(
                "DIM_WORKER",
                DIM_WORKER_ID=worker,
                FORENAME="Anna",
                SURNAME="Marsden",
                JOB_TITLE=job,
                DEPARTMENT_NAME="Children in Care, North",
            )
        return self.council.holds(
            "FACT_INVOLVEMENTS",
            DIM_PERSON_ID=child.file.serial,
            DIM_WORKER_ID=worker,
            DIM_LOOKUP_INVOLVEMENT_TYPE_DESC=job,
            IS_ALLOCATED_CW_FLAG="Y" if allocated else "N",
            START_DTTM="2026-02-01T00:00:00",
            **more,
        )

    def looks(self, *sources: str) -> list[Looked]:
        """The worker polls these systems now, whatever the time; all of them if none is named."""
        watches = self.world.parts.polling.watches
        found = [self.world.does(watches[name].look()) for name in sources or watches]
        assert None not in found, "Somebody else has it in hand."
        return [one for one in found if one is not None]

    def begins_anew(self) -> None:
        """Every poll stands where it would if no test had put the clock forward."""

        async def done() -> None:
            async with writing(self.world.parts.engine) as connection:
                an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
                await connection.execute(sa.update(POLL).values(as_of=an_hour_ago))

        self.world.does(done())
        self.workers.write_text(WORKERS)
        self.council.recovers()

    def rows(self, query: str, **given: object) -> list[dict[str, Any]]:
        """What stands in the database."""

        async def found() -> list[dict[str, Any]]:
            async with reading(self.world.parts.engine) as connection:
                rows = await connection.execute(sa.text(query), given)
                return [dict(row) for row in rows.mappings()]

        return self.world.does(found())

    def stands(self, child: Child) -> set[tuple[str, str]]:
        """Every standing that holds now: what, and whose."""
        return {
            (row["standing"], row["subject"] or row["team"] or row["organisation"])
            for row in self._standing("standing", child)
        }

    def facts(self, child: Child) -> dict[str, str]:
        """Every fact that holds now, as it is written, in whose words does not matter."""
        return {row["fact"]: row["value"] for row in self._standing("attribute", child)}

    def areas(self, child: Child) -> set[tuple[str, str]]:
        """In whose area the child is, and whose child it is, by every system that says so now."""
        return {(row["area"], row["authority"]) for row in self._standing("child_area", child)}

    def written(self, child: Child) -> int:
        """How many rows were ever written of the child."""
        tables = "standing", "child_area", "attribute"
        query = "SELECT count(*) AS n FROM {} WHERE child_ref = :c"
        return sum(self.rows(query.format(table), c=child.ref)[0]["n"] for table in tables)

    def unread(self) -> set[tuple[str, str, str]]:
        """The codes that nothing reads."""
        return set(self.world.does(unread_codes(self.world.parts.engine)))

    def linked(self, source: str, local_id: str, child: Child) -> None:
        """A person says that this record is the child's too."""
        index, now = self.world.parts.services.index, self.world.clock()
        local = LocalId(source, local_id)
        self.world.does(link(index, child.ref, local, how=How.LOCAL_ID, by="test", now=now))

    def parted(self, source: str, child: Child) -> None:
        """A person says that this record is not the child's."""
        index, now = self.world.parts.services.index, self.world.clock()
        local = LocalId(source, str(child.file.serial))
        self.world.does(unlink(index, child.ref, local, by="test", now=now))

    def registers(self, organisation: str, role: Role) -> None:
        """Somebody who can be told."""
        Town(self.world).registers(organisation, role)

    def _standing(self, table: str, child: Child) -> list[dict[str, Any]]:
        rows = self.rows(
            f"SELECT * FROM {table} s WHERE child_ref = :c AND NOT EXISTS"  # noqa: S608 (a name of ours)
            f" (SELECT 1 FROM {table} l WHERE l.replaces = s.id)",
            c=child.ref,
        )
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        return [row for row in rows if row["valid_to"] is None or str(row["valid_to"]) > now]

    # People, of whom nothing is recorded here: only who they are

    def worker(self, subject: str = "worker-anna") -> Practitioner:
        return self.world.person(Role.SOCIAL_WORKER, OURS.code, subject=subject)

    def home(self, name: str = "Elm House") -> Practitioner:
        return self.world.person(Role.REGISTERED_MANAGER, HOMES[name], purpose=Purpose.CARE)

    def nurse(self, team: str = NURSE_TEAM) -> Practitioner:
        return self.world.person(Role.CLA_NURSE, team, purpose=Purpose.HEALTH_SUPPORT)

    def host(self, code: str = HOST.code) -> Practitioner:
        return self.world.person(Role.MISSING_COORDINATOR, code)

    def police(self, force: str = FORCE) -> Practitioner:
        return self.world.person(Role.POLICE_MISSING_COORDINATOR, force)


@contextmanager
def running_arriving(database: str | None, folder: Path) -> Iterator[Arriving]:
    """The gateway with its systems polled, for as long as the block lasts."""
    workers = folder / "workers.csv"
    workers.write_text(WORKERS)
    facts = {
        "liquidlogic": FactsSettings(
            organisation=OURS.code,
            issuer=ISS,
            workers_file=workers,
            teams={"Children in Care, North": TEAM},
            schools={"St Anne's High School": SCHOOL},
            nurse_teams={HOST.code: NURSE_TEAM},
            reread_hours=1.0,
        ),
        "lancashire": FactsSettings(organisation=HOST.code, reread_hours=1.0),
        "police": FactsSettings(organisation=FORCE, reread_hours=1.0),
        "health": FactsSettings(
            organisation=NURSE_TEAM, knows_as=Standing.TREATS_CHILD, reread_hours=1.0
        ),
    }
    with LiquidlogicSimulator() as lancashire:

        def adjust(settings: Settings, _folder: Path) -> Settings:
            sources = dict(settings.sources)
            placed = {"placed_in": {"LA1": HOST.code}}
            ours = sources["liquidlogic"]
            sources["liquidlogic"] = msgspec.structs.replace(
                ours, config={**ours.config, "authority": OURS.code, **placed}
            )
            sources["lancashire"] = SourceSettings(
                adapter="liquidlogic",
                config=lancashire.config(authority=HOST.code, placed_in={"BB1": OURS.code}),
            )
            for name, of in facts.items():
                poll = PollSettings(every_seconds=_NEVER, looks_back_hours=72.0, facts=of)
                sources[name] = msgspec.structs.replace(sources[name], poll=poll)
            found = msgspec.structs.replace(settings, sources=sources)
            return found if database is None else msgspec.structs.replace(found, database=database)

        with running_world(adjust=adjust) as world:
            arriving = Arriving(world, lancashire, workers)
            arriving.looks()
            yield arriving
