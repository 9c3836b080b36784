"""That a possible match waits reaches its reviewers also where the process died between the match and their notice."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from disclosure.audit import Ledger
from linking.enrolment import enrol
from linking.index import Index
from linking.particulars import Particulars
from linking.possible import waiting
from linking.review import refuse
from linking.search import Seen
from linking.storage import open_engine
from notifications.enrolling import Brought, bring_in
from notifications.happening import Happened, Plan, Planning
from notifications.newcomers import LATELY, Newcomers
from records.identifiers import LocalId
from records.source import Known
from tests.disclosure.casework import KEY, PEPPER
from tests.notifications.casework import DESK, rows, telling
from tests.notifications.house import House
from tests.notifications.test_newcomers import NEW, OLD, Council, whoever

HELD = {"C-1": whoever(), "C-2": whoever()}
TOLD = "SELECT d.recipient FROM delivery d JOIN event e ON e.id = d.event WHERE e.type = 'possible-match'"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A file, since another process writes it too."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


def newcomers(index: Index, ledger: Ledger, told: Planning) -> Newcomers:
    return Newcomers(index, ledger, {"council": Council(held=HELD)}, told=told)


def enrolled() -> list[Known]:
    return [
        Known(local_id=LocalId("council", "C-1"), nhs_number=OLD, core=HELD["C-1"]),
        Known(local_id=LocalId("council", "C-2"), nhs_number=NEW, core=HELD["C-2"]),
    ]


def dies_in_between(url: str, now: datetime) -> None:
    """A process that puts two children before a person, and is killed when it comes to telling."""

    async def dies(_event: Happened, _history: Sequence[Happened]) -> Plan:
        os.kill(os.getpid(), signal.SIGKILL)
        return Plan()

    async def follows() -> None:
        engine = open_engine(url)
        async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
            one = newcomers(Index(engine, PEPPER), ledger, dies)
            await one.follow(OLD, NEW, by="pds", now=now)

    asyncio.run(follows())


async def test_whoever_decides_is_told_by_the_next_process_and_once(
    house: House, database_url: str
) -> None:
    index = Index(house.engine, PEPPER)
    await enrol(index, enrolled(), by="test", now=house.now)
    process = multiprocessing.get_context("spawn").Process(
        target=dies_in_between, args=(database_url, house.now)
    )
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == -signal.SIGKILL
    assert len(await waiting(index)) == 1
    assert await rows(house.engine, TOLD) == []
    next_one = newcomers(index, house.ledger, telling(DESK.id))

    looks = [await next_one.tell_the_untold(house.now) for _ in range(3)]

    assert looks == [1, 0, 0]
    assert await rows(house.engine, TOLD) == [{"recipient": DESK.id}]


async def test_of_one_that_was_decided_meanwhile_or_long_ago_nobody_is_told(house: House) -> None:
    async def fails(_event: Happened, _history: Sequence[Happened]) -> Plan:
        raise OSError

    index = Index(house.engine, PEPPER)
    await enrol(index, enrolled(), by="test", now=house.now)
    with pytest.raises(OSError):
        await newcomers(index, house.ledger, fails).follow(OLD, NEW, by="pds", now=house.now)
    next_one = newcomers(index, house.ledger, telling(DESK.id))
    assert await newcomers(index, house.ledger, fails).tell_the_untold(house.now) == 1, "tried"
    assert await next_one.tell_the_untold(house.now + 2 * LATELY) == 0

    (match,) = await waiting(index)
    await refuse(index, match.match_ref, by="Ruth Okafor", now=house.now)

    assert await next_one.tell_the_untold(house.now) == 0
    assert await rows(house.engine, TOLD) == []


async def test_of_what_a_list_that_was_brought_in_leaves_open_nobody_is_told_one_by_one(
    house: House,
) -> None:
    """A council's whole list may hold thousands: they wait in the queue."""
    index = Index(house.engine, PEPPER)
    one = newcomers(index, house.ledger, telling(DESK.id))
    people = [
        Seen(
            local_id=known.local_id,
            particulars=Particulars.of(
                Known(local_id=known.local_id, nhs_number=None, core=known.core)
            ),
        )
        for known in enrolled()
    ]

    for person in people:
        await bring_in(one, [person], Brought(), by="a list", now=house.now)

    assert len(await waiting(index)) == 1
    assert await one.tell_the_untold(house.now) == 0
    assert await rows(house.engine, TOLD) == []
