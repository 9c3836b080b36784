"""From an event to whom the protocols name and which clocks they start, as pan-Lancashire agreed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.recording import record_area
from linking.storage import writing
from notifications.recipients import end
from notifications.tables import DELIVERY, DeadlineState, DeliveryState
from notifications.told import Running, clocks_of, follow_ups
from records.identifiers import AuthorityCode
from tests.notifications.casework import T0, rows
from tests.notifications.lancashire import (
    FORCE,
    LANCASHIRE,
    LEEDS,
    NURSES,
    SCHOOL,
    Lancashire,
    lancashire_on,
)

ESSEX = "E10000012"
HOUR = timedelta(hours=1)
LOOKED_AFTER = {Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True}
REPORTED = "child-reported-missing"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What follows from an event is the same on either kind of database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture
async def place(engine: AsyncEngine) -> Lancashire:
    """Pan-Lancashire."""
    return await lancashire_on(engine)


async def running(place: Lancashire, rule: str) -> Running:
    """The first clock of this rule."""
    found = [c for c in await clocks_of(place.engine, place.child) if rule in c.kind]
    assert found, [c.kind for c in await clocks_of(place.engine, place.child)]
    return found[0]


async def test_everybody_whom_the_protocol_names_has_a_notice_with_its_paragraphs(
    place: Lancashire,
) -> None:
    await place.knows(facts={**LOOKED_AFTER})
    await place.goes_missing()
    told = await place.told(REPORTED)
    assert {f"{NURSES}/cla-nurse", f"{SCHOOL}/school"} <= told.keys()
    care = [one for one in told if one.startswith(f"{LANCASHIRE}/")]
    assert care, "children's services"
    rules = {reason.rule for reason in told[f"{NURSES}/cla-nurse"].because}
    assert "panlancs-cla-nurse-notified" in rules
    assert told[f"{NURSES}/cla-nurse"].items == ("episode.status",)


async def test_the_social_worker_is_told_in_their_hours_and_the_duty_team_outside_them(
    place: Lancashire,
) -> None:
    """Pan-Lancashire 5.1.1: the social worker, or the Emergency Duty Team outside 9 to 5."""
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    told = await place.told(REPORTED)
    assert f"{LANCASHIRE}/emergency-duty-team" in told
    assert "worker-7-of-leeds" not in told

    other = replace(place, child="child-by-day")
    await other.knows(facts=LOOKED_AFTER)
    await other.goes_missing(at=T0 - 4 * HOUR)
    assert "worker-7-of-leeds" in await other.told(REPORTED)


async def test_of_a_child_of_leeds_placed_here_the_host_and_leeds_are_both_told_once(
    place: Lancashire,
) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await place.goes_missing()
    told = await place.told(REPORTED)
    leeds = [one for one in told if one.startswith(f"{LEEDS}/")]
    assert leeds
    found = await place.is_found(T0 + 5 * HOUR)
    assert found.new
    assert any(one.startswith(f"{LEEDS}/") for one in await place.told("child-found"))
    numbers = await rows(place.engine, "SELECT recipient, event FROM delivery")
    assert len(numbers) == len({(n["recipient"], n["event"]) for n in numbers})


async def test_a_host_that_was_never_told_of_a_placement_is_found_out_when_the_child_goes_missing(
    place: Lancashire,
) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    done = await place.goes_missing()
    events = await rows(place.engine, "SELECT type, caused_by FROM event ORDER BY child_seq")
    assert [e["type"] for e in events] == [REPORTED, "placement-never-notified"]
    assert events[1]["caused_by"] == done.event.id
    told = await place.told("placement-never-notified")
    assert any(one.startswith(f"{LEEDS}/") for one in told)

    await place.is_found(T0 + HOUR)
    await place.happens(REPORTED, at=T0 + 30 * HOUR, ref="inc-2", episode_ref="inc-2")
    again = await rows(place.engine, "SELECT id FROM event WHERE type = 'placement-never-notified'")
    assert len(again) == 1, "it is said once"


async def test_a_host_that_was_told_is_not_said_to_be_forgotten(place: Lancashire) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await place.happens(
        "placement-made",
        at=T0 - 100 * HOUR,
        source="leeds-mosaic",
        host_authority=LANCASHIRE,
        responsible_authority=LEEDS,
    )
    assert any(one.startswith(f"{LANCASHIRE}/") for one in await place.told("placement-made")), (
        "host authorities hear of placements in their area"
    )
    await place.goes_missing()
    events = await rows(place.engine, "SELECT type FROM event")
    assert "placement-never-notified" not in {e["type"] for e in events}


async def placed(place: Lancashire, what: str, where: str, at: datetime) -> None:
    """Leeds's system tells of a placement."""
    await place.happens(
        what,
        at=at,
        ref=f"{what}-{where}",
        source="leeds-mosaic",
        host_authority=where,
        responsible_authority=LEEDS,
    )


async def test_what_a_host_was_told_of_an_earlier_stay_is_no_notice_of_this_one(
    place: Lancashire,
) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await placed(place, "placement-made", LANCASHIRE, T0 - timedelta(days=700))
    await placed(place, "placement-moved", ESSEX, T0 - timedelta(days=350))
    assert any(one.startswith(f"{LANCASHIRE}/") for one in await place.told("placement-made"))
    # Back in Lancashire, as the register has it, and no system has told of it.
    at = T0 - timedelta(days=1)
    said = Said(source="leeds-mosaic", by="test", valid_from=at, recorded_at=at)
    await record_area(place.engine, place.child, Area.HOST, AuthorityCode(LANCASHIRE), said)

    await place.goes_missing()
    (never,) = await rows(
        place.engine, "SELECT data FROM event WHERE type = 'placement-never-notified'"
    )
    assert LANCASHIRE in never["data"]


async def test_a_notice_before_the_move_is_notice_of_the_stay_that_it_began(
    place: Lancashire,
) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await placed(place, "placement-made", ESSEX, T0 - timedelta(days=90))
    await place.happens("placement-notified", at=T0 - timedelta(days=9))
    at = T0 - timedelta(days=8)
    said = Said(source="leeds-mosaic", by="test", valid_from=at, recorded_at=at)
    await record_area(place.engine, place.child, Area.HOST, AuthorityCode(LANCASHIRE), said)

    await place.goes_missing()
    events = await rows(place.engine, "SELECT type FROM event ORDER BY child_seq")
    assert "placement-never-notified" not in {e["type"] for e in events}


async def test_a_notice_that_could_reach_nobody_is_no_notice_of_a_placement(
    place: Lancashire,
) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await place.happens(
        "placement-made",
        at=T0 - 100 * HOUR,
        source="leeds-mosaic",
        host_authority=LANCASHIRE,
        responsible_authority=LEEDS,
    )
    async with writing(place.engine) as transaction:
        await transaction.execute(sa.update(DELIVERY).values(state=DeliveryState.FAILED.value))

    await place.goes_missing()
    events = await rows(place.engine, "SELECT type FROM event ORDER BY child_seq")
    assert "placement-never-notified" in {e["type"] for e in events}


async def test_still_missing_after_48_hours_a_strategy_meeting_is_called(
    place: Lancashire,
) -> None:
    """Situation T11 under pan-Lancashire 5.5.3: due at 2026-01-14T18:00Z, to the minute."""
    await place.knows(facts={Fact.LOOKED_AFTER: False, Fact.OPEN_TO_SOCIAL_CARE: True})
    await place.goes_missing()
    clock = await running(place, "panlancs-strategy-48h")
    assert clock.due_at == datetime.fromisoformat("2026-01-14T18:00:00+00:00")
    assert clock.terms["reasons"][0]["rule"].startswith("panlancs-strategy-48h")
    before = clock.due_at - timedelta(minutes=1)
    await place.time_passes(before)
    assert not await place.told("deadline-reached")
    await place.time_passes(clock.due_at)
    told = await place.told("deadline-reached")
    assert f"{FORCE}/police-referral-manager" in told


async def test_a_child_who_is_back_before_then_needs_no_strategy_meeting(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    await place.is_found(T0 + 40 * HOUR)
    clock = await running(place, "panlancs-strategy-48h")
    assert clock.state in (DeadlineState.CANCELLED, DeadlineState.MET)
    interview = await running(place, "panlancs-rhi-72h")
    assert interview.due_at == T0 + 112 * HOUR
    await place.time_passes(T0 + 60 * HOUR)
    assert not await place.told("deadline-reached")


async def test_an_interview_that_is_not_held_in_72_hours_is_missed_and_somebody_hears_of_it(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    await place.is_found(T0 + 4 * HOUR)
    await place.time_passes(T0 + 77 * HOUR)
    clock = await running(place, "panlancs-rhi-72h")
    assert clock.state is DeadlineState.FIRED
    await place.happens("interview-done", at=T0 + 70 * HOUR, now=T0 + 90 * HOUR)
    clock = await running(place, "panlancs-rhi-72h")
    assert clock.state is DeadlineState.FIRED
    assert clock.settled_at == T0 + 70 * HOUR, "held in time, and learnt late"


async def test_found_before_missing_starts_no_clock_that_is_pointless(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.is_found(T0 + 4 * HOUR)
    await place.goes_missing(now=T0 + 6 * HOUR)
    await place.time_passes(T0 + 60 * HOUR)
    assert not await place.told("deadline-reached")
    (interview,) = [
        c for c in await clocks_of(place.engine, place.child) if c.kind.endswith("rhi-72h")
    ]
    assert interview.due_at == T0 + 76 * HOUR


async def test_a_second_systems_report_of_the_same_episode_tells_nobody_again(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    before = len(await rows(place.engine, "SELECT seq FROM delivery"))
    clock = await running(place, "panlancs-strategy-48h")
    await place.happens(
        REPORTED,
        at=T0 - HOUR,
        now=T0 + HOUR,
        ref="care-1",
        source="liquidlogic",
        state="missing",
    )
    assert len(await rows(place.engine, "SELECT seq FROM delivery")) == before
    clocks = [c for c in await clocks_of(place.engine, place.child) if c.kind == clock.kind]
    assert len(clocks) == 1, "one episode, one clock"


async def test_a_correction_reaches_everybody_who_had_what_it_corrects(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    first = set(await place.told(REPORTED))
    corrected = await place.goes_missing(at=T0 - 3 * HOUR, now=T0 + HOUR)
    assert corrected.event.corrects is not None
    assert first <= set(corrected.recipients)
    clock = await running(place, "panlancs-strategy-48h")
    assert clock.due_at == T0 + 45 * HOUR


async def test_what_an_event_opens_is_open_when_its_notices_go(place: Lancashire) -> None:
    await place.knows(facts=LOOKED_AFTER)
    await place.goes_missing()
    stated = await rows(
        place.engine,
        "SELECT fact, value FROM attribute WHERE source = 'homeward' ORDER BY fact",
    )
    assert {s["fact"]: s["value"] for s in stated} == {
        "located": "false",
        "recorded_missing": "true",
        "reported_missing": "true",
        "whereabouts_known": "false",
    }


async def test_tasks_and_who_answers_are_kept_with_their_paragraphs(place: Lancashire) -> None:
    await place.knows(responsible=LEEDS, host=LANCASHIRE, facts=LOOKED_AFTER)
    await place.goes_missing()
    await place.is_found(T0 + HOUR)
    shown = [body for _, body in await follow_ups(place.engine, place.child)]
    matters = {answer["matter"] for body in shown for answer in body.get("answers", ())}
    assert matters
    assert all(
        task["because"]["rule"].startswith("panlancs-") or task["because"]["partnership"]
        for body in shown
        for task in body.get("tasks", ())
    )


async def test_a_role_that_nobody_holds_is_shown_and_the_duty_team_hears_of_it(
    place: Lancashire,
) -> None:
    await place.knows(facts=LOOKED_AFTER)
    async with writing(place.engine) as connection:
        await end(connection, f"{NURSES}/cla-nurse", at=T0)
    await place.goes_missing()
    told = await place.told(REPORTED)
    nobody = [one for one in told.values() if one.channel is None]
    assert any("nurse" in one.recipient for one in nobody)
    assert {one.why_not for one in nobody} == {"nobody is registered for this role"}
    await place.time_passes(T0)
    heard = await place.told("notice-undeliverable")
    assert f"{LANCASHIRE}/emergency-duty-team" in heard
