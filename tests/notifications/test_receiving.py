"""What a system sends is kept under the right child, or under nobody until a person says whose it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from linking.enrolment import enrol
from linking.index import Found, Index
from linking.storage import reading
from notifications.channels.feed import Feed
from notifications.happening import Planning
from notifications.ledger import history
from notifications.receiving import NOBODYS, Receiving, happening_of
from notifications.recipients import Way
from records.child import IdentityCore
from records.episode import EpisodeState, Risk
from records.errors import WrongArgument
from records.events import ChildFound, ChildReportedMissing, Event, RiskSet, Whom
from records.identifiers import LocalId, NHSNumber
from records.record import Provenance
from tests.disclosure.casework import PEPPER, SENTINEL, knows, nhs_number
from tests.notifications.casework import rows, telling
from tests.notifications.house import NURSE, House

CORE = IdentityCore(given_names=(SENTINEL,), family_name=SENTINEL, birth_date=None)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Finding a child is the same on either kind of database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


def report(
    house: House,
    *,
    local: str | None = "police-1",
    number: NHSNumber | None = None,
    ref: str = "inc-1/reported",
) -> ChildReportedMissing:
    """The police system pushes a report."""
    return ChildReportedMissing(
        about=Whom(
            local_id=None if local is None else LocalId("police", local),
            nhs_number=number,
            core=CORE,
        ),
        sender_ref=ref,
        provenance=Provenance(source="police", system="simulated", as_of=house.now),
        happened_at=house.now - timedelta(hours=1),
        episode_ref="inc-1",
        state=EpisodeState.MISSING,
        term_as_sent="MFH",
    )


def receiving(house: House, *told: str, desk: tuple[str, ...] = ()) -> Receiving:
    """Receiving, with a plan that tells these."""
    plan: Planning = telling(*told)
    return Receiving(Index(house.engine, PEPPER), house.ledger, plan, desk=desk)


async def test_a_child_is_found_by_the_senders_own_id(house: House) -> None:
    done = await receiving(house).receive(report(house), now=house.now)
    assert done.event.child == house.child
    assert done.event.data == {
        "episode_ref": "inc-1",
        "state": "missing",
        "term_as_sent": "MFH",
    }
    assert done.event.at == house.now - timedelta(hours=1)


async def test_the_same_push_again_is_the_same_event(house: House) -> None:
    first = await receiving(house).receive(report(house), now=house.now)
    house.later(timedelta(minutes=5))
    again = ChildReportedMissing(
        about=report(house).about,
        sender_ref="inc-1/reported",
        provenance=Provenance(source="police", system="simulated", as_of=house.now),
        happened_at=first.event.at,
        episode_ref="inc-1",
        state=EpisodeState.MISSING,
        term_as_sent="MFH",
    )
    second = await receiving(house).receive(again, now=house.now)
    assert (second.new, second.event.id) == (False, first.event.id)


async def test_a_child_whom_nobody_knew_is_taken_in_with_their_events(house: House) -> None:
    unknown = report(house, local="police-99", number=nhs_number(500))
    done = await receiving(house).receive(unknown, now=house.now)
    assert done.event.child != house.child
    index = Index(house.engine, PEPPER)
    assert await index.find(nhs_number=nhs_number(500)) == Found(done.event.child)


async def test_a_new_id_beside_a_known_number_is_that_child(house: House) -> None:
    done = await receiving(house).receive(
        report(house, local="police-new", number=nhs_number(77)), now=house.now
    )
    index = Index(house.engine, PEPPER)
    other = await receiving(house).receive(
        report(house, local="police-newer", number=nhs_number(78), ref="2"), now=house.now
    )
    assert done.event.child != other.event.child
    assert await index.find(local_id=LocalId("police", "police-new")) == Found(done.event.child)


async def test_an_event_whose_identifiers_contradict_each_other_is_kept_under_nobody(
    house: House,
) -> None:
    index = Index(house.engine, PEPPER)
    await enrol(index, [knows("police", "police-2", nhs_number(2))], by="test", now=house.now)
    nurse = await house.registers(NURSE, Way("feed"))
    takes = receiving(house, desk=(nurse.id,))
    doubtful = report(house, local="police-1", number=nhs_number(2))
    done = await takes.receive(doubtful, now=house.now)
    again = await takes.receive(doubtful, now=house.now)
    assert done.event.child == NOBODYS
    assert (again.new, again.event.id) == (False, done.event.id)
    assert done.recipients == (nurse.id,), "somebody is told that it waits"
    stored = await rows(house.engine, "SELECT data FROM event")
    assert "police-1" not in stored[0]["data"], "the sender's id is sealed"

    (line,) = await Feed(house.engine, house.telling).page(nurse, after=0, now=house.now)
    assert b"identity-in-doubt" in line.body
    assert b"police-1" not in line.body

    (waiting,) = await takes.in_doubt()
    assert await takes.waits(waiting.event) == waiting
    assert await takes.waits("another") is None
    assert waiting.local_id == LocalId("police", "police-1")
    house.later(timedelta(minutes=10))
    placed = await takes.place(waiting, house.child, now=house.now)
    assert placed.event.child == house.child
    assert placed.event.type == "child-reported-missing"
    assert await takes.in_doubt() == []
    assert await takes.waits(waiting.event) is None


class AMomentAgo(Receiving):
    """Finds a child as they were known before a person found that they are another."""

    async def _child(self, _event: Event, _now: datetime) -> str | None:
        return "a-child-no-longer-linked"


async def test_an_event_that_comes_while_two_children_are_made_one_is_kept_under_the_kept_one(
    house: House,
) -> None:
    takes = AMomentAgo(Index(house.engine, PEPPER), house.ledger, telling())
    done = await takes.receive(report(house), now=house.now)
    assert done.event.child == house.child
    assert (await takes.receive(report(house), now=house.now)).event.id == done.event.id


async def test_an_event_that_names_nobody_is_refused_in_plain_words(house: House) -> None:
    with pytest.raises(WrongArgument, match="names nobody"):
        await receiving(house).receive(report(house, local=None), now=house.now)


async def test_nothing_that_was_written_about_a_child_is_kept_with_an_event(house: House) -> None:
    said = report(house)
    found = ChildFound(about=said.about, sender_ref="x", provenance=said.provenance)
    graded = RiskSet(about=said.about, sender_ref="y", provenance=said.provenance, grade=Risk.HIGH)
    for event in (said, found, graded):
        assert SENTINEL not in str(happening_of(event, "a-child").data)
        await receiving(house).receive(event, now=house.now)
    async with reading(house.engine) as connection:
        kept = await history(connection, house.child)
    assert len(kept) == 3
    assert SENTINEL not in repr(kept)
