"""Two episodes a day apart, told in every order: in the end the same clocks run and the same people know."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact
from notifications.reconsider import NOTHING, reconsider
from notifications.tables import DeadlineState
from notifications.told import clocks_of
from tests.notifications.casework import T0
from tests.notifications.lancashire import Lancashire, lancashire_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REPORTED, FOUND = "child-reported-missing", "child-found"
AFTERWARDS = T0 + DAY + 6 * HOUR
SAID = (
    (REPORTED, "inc-1", T0),
    (FOUND, "inc-1", T0 + 5 * HOUR),
    (REPORTED, "inc-2", T0 + DAY),
    (FOUND, "inc-2", T0 + DAY + 5 * HOUR),
)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What follows from an event is the same on either kind of database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture
async def place(engine: AsyncEngine) -> Lancashire:
    """Pan-Lancashire."""
    return await lancashire_on(engine)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
async def test_in_whatever_order_two_episodes_are_told_each_return_has_its_interview_due(
    place: Lancashire, order: tuple[int, ...]
) -> None:
    """5.7.4 and 6.1: within 72 hours of the return, of each. Nothing else is still waited for."""
    await place.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    for minute, place_in_time in enumerate(order):
        event, ref, at = SAID[place_in_time]
        told = {"state": "missing"} if event == REPORTED else {}
        now = AFTERWARDS + minute * timedelta(minutes=1)
        await place.happens(event, at=at, ref=f"{event}-{ref}", now=now, episode_ref=ref, **told)
    await reconsider(place.engine, place.dispatch, place.child, now=AFTERWARDS + HOUR)

    running = {
        (clock.kind.partition(":")[2], clock.due_at)
        for clock in await clocks_of(place.engine, place.child)
        if clock.state is DeadlineState.PENDING and ":" in clock.kind
    }
    assert running == {
        (rule, found + 72 * HOUR)
        for rule in ("panlancs-rhi-72h", "panlancs-rhi-offer-any-child")
        for found in (T0 + 5 * HOUR, T0 + DAY + 5 * HOUR)
    }
    again = await reconsider(place.engine, place.dispatch, place.child, now=AFTERWARDS + DAY)
    assert again == NOTHING
