"""Readers come back for what they have not seen; each notice is decided anew whenever it is read."""

from __future__ import annotations

import json
from datetime import timedelta

from disclosure.assertion import Says
from notifications.channels.feed import Feed
from notifications.recipients import Way
from records.items import Item
from tests.disclosure.casework import SENTINEL
from tests.notifications.casework import rows
from tests.notifications.house import COORDINATOR, STRANGER, House
from tests.notifications.test_delivering import states


async def test_a_reader_sees_every_number_once_and_resumes_where_they_left_off(
    house: House,
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    for n in range(5):
        await house.happens(police, ref=f"r{n}")
    first = await feed.page(police, after=0, now=house.now, most=3)
    rest = await feed.page(police, after=first[-1].seq, now=house.now)
    assert [line.seq for line in (*first, *rest)] == [1, 2, 3, 4, 5]
    assert await feed.heads([police.id, "nobody"]) == {police.id: 5, "nobody": 0}


async def test_bytes_on_a_socket_are_no_delivery_and_coming_back_is(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.happens(police, ref="1")
    await house.happens(police, ref="2")
    await feed.page(police, after=0, now=house.now, most=1)
    assert await states(house.engine) == {police.id: "pending"}
    assert await feed.confirm(police.id, upto=2, now=house.now) == 1, "only what was shown"
    found = await rows(house.engine, "SELECT seq, state FROM delivery ORDER BY seq")
    assert [row["state"] for row in found] == ["delivered", "pending"]


async def test_what_was_read_yesterday_is_decided_anew_today(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.testshire.child_says(Says.AGREES)
    await house.happens(police, event="interview-done", items=(Item.RHI_FULL,))
    (before,) = await feed.page(police, after=0, now=house.now)
    assert SENTINEL.encode() in before.body
    house.later(timedelta(hours=1))
    await house.testshire.child_says(Says.WITHDREW, since=house.now)
    (after,) = await feed.page(police, after=0, now=house.now)
    assert SENTINEL.encode() not in after.body
    assert after.notice_ref == before.notice_ref
    tries = await rows(house.engine, "SELECT n, outcome FROM attempt ORDER BY n")
    assert [(t["n"], t["outcome"]) for t in tries] == [(1, "shown"), (2, "shown")]


async def test_a_number_of_which_nothing_may_be_said_is_there_all_the_same(house: House) -> None:
    stranger = await house.registers(STRANGER, Way("feed"))
    feed = Feed(house.engine, house.telling)
    await house.happens(stranger)
    (line,) = await feed.page(stranger, after=0, now=house.now)
    assert not line.told
    assert json.loads(line.body)["data"] == {}
    await feed.confirm(stranger.id, upto=1, now=house.now)
    assert await states(house.engine) == {stranger.id: "withheld"}
