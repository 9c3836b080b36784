"""Several people who follow for one recipient: decided once for the moment, each on record, none given another's."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from disclosure.assertion import Says
from notifications.channels.feed import Feed, Look
from notifications.recipients import Recipient, Way
from records.items import Item
from tests.disclosure.casework import SENTINEL
from tests.notifications.casework import rows
from tests.notifications.house import COORDINATOR, STRANGER, House

READERS = [("https://issuer.example", f"person-{n}") for n in range(5)]
KINDS = "SELECT row FROM ledger WHERE kind = :kind"


async def written(house: House, kind: str) -> list[dict[str, object]]:
    """The bodies of the ledger's rows of a kind."""
    found = await rows(house.engine, KINDS.replace(":kind", f"'{kind}'"))
    return [json.loads(bytes(row["row"]))["body"] for row in found]


async def reads(
    feed: Feed, recipient: Recipient, house: House, by: tuple[str, str], rung: int = 1
) -> Look:
    look = await feed.look(recipient.id, after=0, rung=rung, now=house.now)
    await feed.read_by(look, by, house.now)
    return look


async def test_readers_of_one_moment_share_one_decision_and_each_is_on_record(
    house: House,
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.happens(police)
    decided = len(await written(house, "decision"))
    looks = await asyncio.gather(*(reads(feed, police, house, by) for by in READERS))
    assert len({id(look) for look in looks}) == 1
    assert len(await written(house, "decision")) == decided + 1
    (shown,) = [one for one in await written(house, "delivery") if one["did"] == "shown"]
    marks = house.telling.door.ledger.pseudonyms
    assert shown["readers"] == sorted(marks.person(*by) for by in READERS)
    tries = await rows(house.engine, "SELECT n, outcome FROM attempt")
    assert [(one["n"], one["outcome"]) for one in tries] == [(1, "shown")]


async def test_recipients_never_share_whatever_they_are_told_of(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    stranger = await house.registers(STRANGER, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.happens(police, stranger)
    theirs, nobodys = await asyncio.gather(
        reads(feed, police, house, READERS[0]), reads(feed, stranger, house, READERS[1])
    )
    assert ([one.told for one in theirs.lines], [one.told for one in nobodys.lines]) == (
        [True],
        [False],
    )


async def test_whoever_was_woken_for_more_does_not_join_an_older_look(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.happens(police)
    before, after = await asyncio.gather(
        reads(feed, police, house, READERS[0], rung=1),
        reads(feed, police, house, READERS[1], rung=2),
    )
    assert before is not after


async def test_whoever_comes_later_is_decided_for_anew(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.testshire.child_says(Says.AGREES)
    await house.happens(police, event="interview-done", items=(Item.RHI_FULL,))
    first = await reads(feed, police, house, READERS[0])
    assert SENTINEL.encode() in first.lines[0].body
    house.later(timedelta(hours=1))
    await house.testshire.child_says(Says.WITHDREW, since=house.now)
    later = await reads(feed, police, house, READERS[1])
    assert SENTINEL.encode() not in later.lines[0].body


async def test_a_recipient_who_is_no_more_is_told_nothing(house: House) -> None:
    feed = Feed(house.engine, house.telling)
    look = await feed.look("nobody/at-all", after=0, rung=0, now=house.now)
    assert (look.recipient, look.lines) == (None, ())
