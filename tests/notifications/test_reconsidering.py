"""A fact changes while clocks run: what was judged is judged again, and whoever was forgotten is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.recording import record_area, record_attribute, record_standing
from linking.storage import writing
from notifications.recipients import register
from notifications.reconsider import NOTHING, reconsider
from notifications.tables import DeadlineState
from notifications.told import clocks_of, follow_ups
from records.identifiers import AuthorityCode
from records.people import Role, Standing
from tests.notifications.casework import T0
from tests.notifications.lancashire import LANCASHIRE, LEEDS, Lancashire, lancashire_on, service

HOUR = timedelta(hours=1)
FOUND = T0 + 15 * HOUR
REVIEW = "pan-lancashire:panlancs-strategy-48h"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database will do: what is written goes through the same transaction as any event."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture
async def lancashire(engine: AsyncEngine) -> Lancashire:
    return await lancashire_on(engine)


async def learns(lancashire: Lancashire, fact: Fact, value: object, at: object) -> None:
    said = Said(source="care", by="test", valid_from=at, recorded_at=at)  # type: ignore[arg-type]
    await record_attribute(lancashire.engine, lancashire.child, fact, value, said)  # type: ignore[arg-type]


async def again(lancashire: Lancashire, now: object) -> object:
    return await reconsider(
        lancashire.engine,
        lancashire.dispatch,
        lancashire.child,
        now=now,  # type: ignore[arg-type]
    )


async def kinds(lancashire: Lancashire, state: DeadlineState) -> set[str]:
    clocks = await clocks_of(lancashire.engine, lancashire.child)
    return {clock.kind for clock in clocks if clock.state is state and ":" in clock.kind}


async def test_where_nothing_has_changed_nothing_is_written(lancashire: Lancashire) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    await lancashire.is_found(FOUND, now=FOUND)

    assert await again(lancashire, FOUND + HOUR) == NOTHING
    assert await again(lancashire, FOUND + 20 * HOUR) == NOTHING


async def test_a_child_who_proves_to_be_another_authoritys_has_that_protocols_clocks_and_not_the_old_ones(
    lancashire: Lancashire,
) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    assert REVIEW in await kinds(lancashire, DeadlineState.PENDING)

    said = Said(source="care", by="test", valid_from=T0 + HOUR, recorded_at=T0 + HOUR)
    await record_area(
        lancashire.engine, lancashire.child, Area.RESPONSIBLE, AuthorityCode(LEEDS), said
    )
    await again(lancashire, T0 + 2 * HOUR)

    assert REVIEW in await kinds(lancashire, DeadlineState.CANCELLED)
    assert f"{REVIEW}/placed-here" in await kinds(lancashire, DeadlineState.PENDING)
    told = await lancashire.told("state-of-play")
    assert f"{LEEDS}/childrens-services" in told
    assert "panlancs-ola-host-informs-placing" in {
        reason.rule for reason in told[f"{LEEDS}/childrens-services"].because
    }
    assert await again(lancashire, T0 + 3 * HOUR) == NOTHING


async def test_a_clock_that_a_changed_fact_started_stops_when_the_fact_changes_back(
    lancashire: Lancashire,
) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    said = Said(source="care", by="test", valid_from=T0 + HOUR, recorded_at=T0 + HOUR)
    await record_area(
        lancashire.engine, lancashire.child, Area.RESPONSIBLE, AuthorityCode(LEEDS), said
    )
    await again(lancashire, T0 + 2 * HOUR)
    back = Said(source="care", by="test", valid_from=T0 + 3 * HOUR, recorded_at=T0 + 3 * HOUR)
    await record_area(
        lancashire.engine, lancashire.child, Area.RESPONSIBLE, AuthorityCode(LANCASHIRE), back
    )
    await again(lancashire, T0 + 4 * HOUR)

    pending = await kinds(lancashire, DeadlineState.PENDING)
    assert f"{REVIEW}/placed-here" not in pending
    assert REVIEW in pending


async def test_what_was_done_in_between_is_not_asked_for_again(lancashire: Lancashire) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    await lancashire.is_found(FOUND, now=FOUND)
    said = Said(source="care", by="test", valid_from=FOUND, recorded_at=FOUND)
    await record_area(
        lancashire.engine, lancashire.child, Area.RESPONSIBLE, AuthorityCode(LEEDS), said
    )
    await again(lancashire, FOUND + HOUR)

    started = await kinds(lancashire, DeadlineState.PENDING)
    assert not {kind for kind in started if "strategy" in kind}, "the child is back since"


async def asked(lancashire: Lancashire) -> list[str]:
    """The rules by which something is asked of people, one entry to a task."""
    kept = await follow_ups(lancashire.engine, lancashire.child)
    return [task["because"]["rule"] for _, body in kept for task in body.get("tasks", ())]


async def test_what_a_changed_fact_asks_of_people_is_asked_once_and_of_whom_it_names(
    lancashire: Lancashire,
) -> None:
    """5.4: the nurses offer a child who is looked after a visit or a call."""
    offer = "panlancs-cla-nurse-offers-contact"
    await lancashire.knows(facts={Fact.LOOKED_AFTER: False, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    await lancashire.is_found(FOUND, now=FOUND)
    assert offer not in await asked(lancashire)

    await learns(lancashire, Fact.LOOKED_AFTER, True, FOUND + HOUR)  # noqa: FBT003 (a fact's value)
    await again(lancashire, FOUND + 2 * HOUR)
    await again(lancashire, FOUND + 3 * HOUR)

    assert (await asked(lancashire)).count(offer) == 1
    assert await again(lancashire, FOUND + 4 * HOUR) == NOTHING


async def test_whoever_joins_later_gets_the_state_of_play_once_and_no_history(
    lancashire: Lancashire,
) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()
    late = service("RXX02", Role.CLA_NURSE)
    async with writing(lancashire.engine) as connection:
        await register(connection, late, now=T0 + HOUR)
    said = Said(source="care", by="test", valid_from=T0 + HOUR, recorded_at=T0 + HOUR)
    await record_standing(
        lancashire.engine, lancashire.child, Standing.NURSE_TEAM, said, organisation="RXX02"
    )

    await again(lancashire, T0 + 2 * HOUR)
    await again(lancashire, T0 + 3 * HOUR)

    assert set(await lancashire.told("state-of-play")) == {late.id}
    assert late.id not in await lancashire.told("child-reported-missing")


async def test_whoever_works_by_day_is_not_forgotten_because_the_duty_team_was_told_at_night(
    lancashire: Lancashire,
) -> None:
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    await lancashire.goes_missing()

    assert await again(lancashire, T0 + 15 * HOUR) == NOTHING
