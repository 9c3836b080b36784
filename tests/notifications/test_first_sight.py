"""What several say at one moment of a child whom nobody here knew: one child, and everything kept once.

On PostgreSQL two replicas hear it, each with an engine of its own; on SQLite one gateway does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from disclosure.audit import Ledger
from linking.enrolment import enrol
from linking.index import Found, Index
from linking.match import match
from linking.numbers import follow_number
from linking.particulars import Likeness, Particulars
from linking.possible import waiting
from linking.review import propose
from linking.storage import open_engine
from linking.unweighed import how_many
from notifications.ledger import Appended
from notifications.receiving import NOBODYS, Receiving
from records.events import ChildReportedMissing, Whom
from records.identifiers import LocalId, NHSNumber
from records.record import Provenance
from records.source import Known
from tests.disclosure.casework import KEY, PEPPER, nhs_number
from tests.notifications.casework import rows, telling
from tests.notifications.house import House
from tests.notifications.test_newcomers import Council, report, whoever

AT_ONCE = 8
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
NUMBER, NEWER = nhs_number(730), nhs_number(731)


@dataclass
class Replicas:
    """The gateways on one database."""

    house: House
    all: Sequence[Receiving]
    before: int = 0

    async def hear(self, about: Callable[[int], Whom], ref: Callable[[int], str]) -> list[Appended]:
        """What is said at one moment, by turns to each replica."""
        return await asyncio.gather(
            *(
                self.all[n % len(self.all)].receive(self.said(about(n), ref(n)), now=self.house.now)
                for n in range(AT_ONCE)
            )
        )

    def said(self, whom: Whom, ref: str) -> ChildReportedMissing:
        """A report that a child is missing, by the system that knows them so."""
        assert whom.local_id is not None
        now = self.house.now
        return ChildReportedMissing(
            about=whom,
            sender_ref=ref,
            provenance=Provenance(source=whom.local_id.source, system="simulated", as_of=now),
            happened_at=now,
            episode_ref=ref,
        )

    async def kept(self) -> int:
        """How many events of children are kept."""
        (found,) = await rows(self.house.engine, "SELECT count(*) AS n FROM event")
        return int(found["n"])

    async def children(self) -> int:
        """How many children there are besides the one who lives in this house."""
        (found,) = await rows(self.house.engine, "SELECT count(*) AS n FROM child")
        return int(found["n"]) - self.before


def _sources() -> dict[str, Any]:
    """Police and council know the child by name; the trust's system is down."""
    police = Council(held={"P-1": whoever()}, name="police")
    council = Council(held={"C-1": whoever()}, name="council")
    trust = Council(name="trust", down=True)
    return {one.name: one for one in (police, council, trust)}


@pytest.fixture
async def replicas(house: House, database_url: str) -> AsyncIterator[Replicas]:
    async with AsyncExitStack() as opened:
        them: list[Receiving] = []
        for n in range(1 if database_url.startswith("sqlite") else 2):
            engine = open_engine(database_url)
            opened.push_async_callback(engine.dispose)
            writer = Ledger(engine, KEY, pepper=PEPPER, writer=f"replica-{n}")
            ledger = await opened.enter_async_context(writer)
            index = Index(engine, PEPPER)
            them.append(Receiving(index, ledger, telling(), sources=_sources()))
        there = Replicas(house, them)
        there.before = await there.children()
        yield there


def _by_police(_: int) -> Whom:
    return Whom(local_id=LocalId("police", "P-1"), core=whoever())


def _by_police_with_and_without_a_number(n: int) -> Whom:
    number = NUMBER if n % 3 else None
    return Whom(local_id=LocalId("police", "P-1"), nhs_number=number, core=whoever())


def _by_police_and_council_with_one_number(n: int) -> Whom:
    local_id = LocalId("police", "P-1") if n % 2 else LocalId("council", "C-1")
    return Whom(local_id=local_id, nhs_number=NUMBER, core=whoever())


def _by_police_and_council_without_a_number(n: int) -> Whom:
    local_id = LocalId("police", "P-1") if n % 2 else LocalId("council", "C-1")
    return Whom(local_id=local_id, core=whoever())


@pytest.mark.parametrize(
    "about",
    [
        _by_police,
        _by_police_with_and_without_a_number,
        _by_police_and_council_with_one_number,
        _by_police_and_council_without_a_number,
    ],
    ids=lambda about: about.__name__.strip("_").replace("_", " "),
)
async def test_what_several_say_at_once_of_a_new_child_is_of_one_child(
    replicas: Replicas, about: Callable[[int], Whom]
) -> None:
    heard = await replicas.hear(about, lambda n: f"LC-{n}")
    (child,) = {one.event.child for one in heard}
    assert child != NOBODYS
    assert len({one.event.id for one in heard}) == AT_ONCE == await replicas.kept()
    assert await replicas.children() == 1
    index = replicas.all[0].index
    for local_id in {about(n).local_id for n in range(AT_ONCE)}:
        assert await index.find(local_id=local_id) == Found(child)
    assert await waiting(index) == (), "there is nothing that a person must decide"


async def test_one_event_that_is_sent_eight_times_at_once_is_kept_once(replicas: Replicas) -> None:
    heard = await replicas.hear(_by_police_with_and_without_a_number, lambda _: "LC-1")
    assert len({one.event.id for one in heard}) == 1 == await replicas.kept()
    assert [one.new for one in heard].count(True) == 1
    assert await replicas.children() == 1


async def test_a_record_that_a_silent_system_left_open_is_tried_again_once(
    replicas: Replicas,
) -> None:
    trust = LocalId("trust", "T-1")
    await replicas.all[0].receive(
        replicas.said(Whom(local_id=trust, core=whoever()), "T"), now=replicas.house.now
    )
    await replicas.hear(_by_police, lambda n: f"LC-{n}")
    assert await how_many(replicas.house.engine) == 1
    assert await replicas.children() == 2, "until the system says who that is"


async def test_both_numbers_of_a_child_lead_to_one_child_whichever_is_followed_first(
    replicas: Replicas,
) -> None:
    index, now = replicas.all[-1].index, replicas.house.now
    known = Known(local_id=LocalId("police", "P-1"), nhs_number=NUMBER, core=whoever())
    await enrol(index, [known], by="test", now=now)
    followed = await asyncio.gather(
        *(
            follow_number(replicas.all[n % len(replicas.all)].index, NUMBER, NEWER, by="t", now=now)
            for n in range(AT_ONCE)
        )
    )
    (child,) = {one.child_ref for one in followed}
    assert child is not None
    assert await index.find(nhs_number=NEWER) == Found(child)
    assert sum(len(one.changes) for one in followed) == 1


async def test_two_records_that_are_put_before_a_person_by_several_at_once_wait_once(
    replicas: Replicas,
) -> None:
    one, other = LocalId("police", "P-1"), LocalId("council", "C-1")
    quill, quayle = (Likeness(Particulars(family_name=name)) for name in ("Quill", "Quayle"))
    verdict = match(quill, quayle)
    refs = await asyncio.gather(
        *(
            propose(
                replicas.all[n % len(replicas.all)].index,
                one,
                other,
                verdict,
                by="t",
                now=replicas.house.now,
            )
            for n in range(AT_ONCE)
        )
    )
    assert len(set(refs)) == 1 == len(await waiting(replicas.all[0].index))


async def test_a_list_of_children_and_an_event_at_once_make_one_child(replicas: Replicas) -> None:
    known = Known(local_id=LocalId("police", "P-1"), nhs_number=NUMBER, core=whoever())
    index = replicas.all[-1].index
    enrolled, *_ = await asyncio.gather(
        enrol(index, [known], by="test", now=replicas.house.now),
        replicas.hear(_by_police, lambda n: f"LC-{n}"),
    )
    (child,) = enrolled.child_refs
    assert child is not None
    assert await index.find(local_id=known.local_id) == Found(child)
    assert await replicas.children() == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_report_outlives_a_restart_of_the_database_while_systems_are_asked(
    house: House,
) -> None:
    class Restarts(Council):
        """Asked whom it knows, it cuts every connection to the database, once."""

        left = 1

        async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
            if self.left:
                self.left -= 1
                with suppress(DBAPIError):
                    await rows(house.engine, _CUT)
            return await Council.trace(self, nhs_number)

    council = Restarts()
    takes = Receiving(
        Index(house.engine, PEPPER), house.ledger, telling(), sources={"council": council}
    )
    event = report(house, "P-1", "LC-1", nhs_number=NUMBER, core=whoever())
    heard = await takes.receive(event, now=house.now)
    assert council.left == 0
    assert heard.new
    assert heard.event.child != NOBODYS
    again = await takes.receive(event, now=house.now)
    assert again.event.id == heard.event.id
    assert not again.new
