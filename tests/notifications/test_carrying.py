"""Two children made one and parted again, in the tables of either database: nothing lost, nothing said twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.vocabulary import Fact
from disclosure.assertion import Capacity, Giver, Says
from disclosure.recording import record_judgement, record_preference
from linking.enrolment import admit
from linking.index import Index
from linking.joining import Joined
from linking.match import match
from linking.review import confirm_in, propose, unlink_in
from linking.storage import reading, writing
from notifications.carrying import LOOKS_BACK, carry
from notifications.happening import Happened, Planning
from notifications.ledger import accept, history
from notifications.parting import NOT_THIS_CHILD, part_ways
from notifications.recipients import Way
from notifications.told import clocks_of, who_has_been_told
from records.identifiers import LocalId
from tests.disclosure.casework import BEFORE, PEPPER, said
from tests.linking.likenesses import like
from tests.notifications.casework import missing, rows, telling
from tests.notifications.house import COORDINATOR, NURSE, House

NEWCOMER = LocalId("police", "P-new")


class Pair:
    """The house's child, and another who may be the same: with a possible match between them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.index = Index(house.engine, PEPPER)

    async def opens(self) -> "Pair":
        """The newcomer is a child of their own, and somebody has to decide."""
        admitted = await admit(self.index, NEWCOMER, by="test", now=self.house.now)
        (self.other,) = [ref for ref in admitted.child_refs if ref]
        known = (await self.index.subjects(self.house.child)).of("health")
        assert isinstance(known, LocalId)
        self.match = await propose(
            self.index, NEWCOMER, known, match(like(), like()), by="test", now=self.house.now
        )
        return self

    async def confirmed(self, plan: Planning) -> Joined:
        """Somebody says that they are one."""
        async with writing(self.house.engine) as transaction:
            done = await confirm_in(
                transaction, self.index.seal, self.match, by="Ruth Amadi", now=self.house.now
            )
            assert done.joined is not None
            assert done.joined.other is not None
            await carry(
                transaction,
                self.match,
                of=done.joined.other,
                to=done.joined.kept,
                planning=plan,
                now=self.house.now,
            )
        return done.joined

    async def parted(self, since: Joined, plan: Planning) -> None:
        """And takes it back an hour later."""
        confirmed_at = self.house.now
        self.house.later(timedelta(hours=1))
        async with writing(self.house.engine) as transaction:
            done = await unlink_in(
                transaction, self.index.seal, self.match, by="Ruth Amadi", now=self.house.now
            )
            assert done.joined == since
            await part_ways(
                transaction,
                self.match,
                since,
                since=confirmed_at,
                planning=plan,
                now=self.house.now,
            )

    async def events(self, child: str) -> list[Happened]:
        async with reading(self.house.engine) as connection:
            return await history(connection, child)


@pytest.fixture
async def pair(house: House) -> Pair:
    return await Pair(house).opens()


async def test_the_child_who_was_known_first_is_kept(pair: Pair) -> None:
    joined = await pair.confirmed(telling())
    assert (joined.kept, joined.other) == (pair.house.child, pair.other)


async def test_who_was_told_stays_told_and_who_was_not_is_told(pair: Pair) -> None:
    house = pair.house
    nurse = await house.registers(NURSE, Way("feed"))
    police = await house.registers(COORDINATOR, Way("feed"))
    await house.happens(police, child=pair.other)
    (before,) = await who_has_been_told(house.engine, pair.other)
    await pair.confirmed(telling(nurse.id, police.id))
    told = {one.recipient: one for one in await who_has_been_told(house.engine, house.child)}
    assert told.keys() == {nurse.id, police.id}
    assert told[police.id].notice_ref == before.notice_ref
    assert {one.event for one in told.values()} == {(await pair.events(house.child))[0].id}
    assert await who_has_been_told(house.engine, pair.other) == []
    clocks = await clocks_of(house.engine, house.child)
    assert before.notice_ref in {clock.id.split("/")[1] for clock in clocks}
    assert await clocks_of(house.engine, pair.other) == []


async def test_what_is_long_over_is_kept_and_told_to_nobody(pair: Pair) -> None:
    house = pair.house
    nurse = await house.registers(NURSE, Way("feed"))
    long_ago = house.now - LOOKS_BACK - timedelta(days=1)
    for ref, event, at in (
        ("old", "child-reported-missing", long_ago),
        ("old-found", "child-found", long_ago + timedelta(hours=5)),
    ):
        what = missing(pair.other, ref, at=at, event=event)
        await accept(house.engine, what, telling(), now=house.now)
    await pair.confirmed(telling(nurse.id))
    assert len(await pair.events(house.child)) == 2
    assert await who_has_been_told(house.engine, house.child) == []


async def test_a_correction_goes_on_being_one_on_either_side(pair: Pair) -> None:
    house = pair.house
    for hour in (0, 1):
        what = missing(pair.other, "r", at=house.now - timedelta(hours=hour))
        await accept(house.engine, what, telling(), now=house.now + timedelta(seconds=hour))
    house.later(timedelta(minutes=1))
    joined = await pair.confirmed(telling())
    first, second = await pair.events(house.child)
    assert second.corrects == first.id
    house.later(timedelta(minutes=1))
    what = missing(house.child, "r", at=house.now - timedelta(hours=2))
    third = await accept(house.engine, what, telling(), now=house.now)
    assert third.event.corrects == second.id
    await pair.parted(joined, telling())
    what = missing(pair.other, "r", at=house.now - timedelta(hours=3))
    fourth = await accept(house.engine, what, telling(), now=house.now)
    assert fourth.event.corrects is not None
    assert fourth.event.root == (await pair.events(pair.other))[0].id


async def test_facts_wishes_and_judgements_are_both_childrens_until_they_are_parted(
    pair: Pair,
) -> None:
    house = pair.house
    await record_preference(
        house.engine,
        pair.other,
        Says.REFUSES,
        said(since=BEFORE),
        giver=Giver.CHILD,
        giver_ref="child",
        capacity=Capacity.COMPETENT,
    )
    await record_judgement(
        house.engine,
        pair.other,
        Fact.AT_RISK,
        replace(said(since=BEFORE), valid_to=house.now + timedelta(days=2)),
        value=True,
        reason="Seen by the river.",
    )

    async def standing(table: str, child: str) -> int:
        found = await rows(
            house.engine,
            f"SELECT count(*) AS n FROM {table} a WHERE child_ref = '{child}'"  # noqa: S608 (ours)
            " AND (valid_to IS NULL OR valid_to > valid_from)"
            f" AND NOT EXISTS (SELECT 1 FROM {table} b WHERE b.replaces = a.id)",
        )
        return int(found[0]["n"])

    before = {
        table: await standing(table, house.child)
        for table in ("preference", "judgement", "standing")
    }
    joined = await pair.confirmed(telling())
    assert await standing("preference", house.child) == before["preference"] + 1
    assert await standing("judgement", house.child) == before["judgement"] + 1
    await pair.parted(joined, telling())
    for table, there in before.items():
        assert await standing(table, house.child) == there
    assert await standing("preference", pair.other) == 1
    assert await standing("judgement", pair.other) == 1


async def test_parted_everything_is_as_it_was_and_what_cannot_be_told_apart_stays(
    pair: Pair,
) -> None:
    house = pair.house
    police = await house.registers(COORDINATOR, Way("feed"))
    nurse = await house.registers(NURSE, Way("feed"))
    await house.happens(police, child=pair.other)
    before = await who_has_been_told(house.engine, pair.other)
    joined = await pair.confirmed(telling(nurse.id))
    house.later(timedelta(minutes=5))
    meanwhile = missing(house.child, "incident-1/found", at=house.now, event="child-found")
    await accept(house.engine, meanwhile, telling(nurse.id), now=house.now)
    await pair.parted(joined, telling(police.id))
    after = await who_has_been_told(house.engine, pair.other)
    assert [one for one in after if one.event == before[0].event] == before
    assert [event.type for event in await pair.events(pair.other)] == ["child-reported-missing"]
    assert "child-found" in {event.type for event in await pair.events(house.child)}, (
        "the force knows this child by an id of their own, and may have meant them"
    )
    wrong = [event for event in await pair.events(house.child) if event.type == NOT_THIS_CHILD]
    assert wrong
    told = await who_has_been_told(house.engine, house.child)
    assert nurse.id in {one.recipient for one in told if one.event in {e.id for e in wrong}}
    assert police.id not in {one.recipient for one in told}, "they were told of the right child"
