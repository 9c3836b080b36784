"""What somebody decided not to do, or cannot decide any more: each stands as it was, whoever asks again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from linking.storage import writing
from notifications import clocks
from notifications.again import send_again
from notifications.answering import Answer, acknowledge, depart, record_not_told
from notifications.channels.feed import Feed
from notifications.deadlines import fire_due
from notifications.happening import Settle
from notifications.ledger import accept
from notifications.recipients import Way, end, register
from notifications.tables import DeadlineState
from notifications.told import Told, clocks_of, who_has_been_told
from records.errors import WrongArgument
from tests.notifications.casework import missing, ref_of, telling
from tests.notifications.house import COORDINATOR, NURSE, STRANGER, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_deadlines import engine_plan
from tests.notifications.test_delivering import hook

HOUR = timedelta(hours=1)
WHY = "A relative of the child works there, as the mother says."


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is read back is the same on either kind; what is written is tried on both elsewhere."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


async def decides(house: House, event: str, recipient: str) -> Answer:
    """The police decide not to tell them."""
    return await record_not_told(
        house.engine, house.ledger, event, recipient, COORDINATOR, reason=WHY, now=house.now
    )


async def departs(house: House, clock: str) -> Answer:
    """The police decide not to do what the clock waits for."""
    return await depart(house.engine, house.ledger, clock, COORDINATOR, reason=WHY, now=house.now)


async def lines(house: House) -> dict[str, Told]:
    """Who should know, by recipient."""
    return {one.recipient: one for one in await who_has_been_told(house.engine, house.child)}


async def test_whoever_is_not_to_be_told_is_not_sent_what_was_given_up_either(
    house: House, receiver: Receiver
) -> None:
    nurse = f"{NURSE.organisation}/{NURSE.role.value}"
    done = await house.happens(planning=telling(nurse))
    assert await decides(house, done.event.id, nurse) is Answer.DONE
    await house.registers(NURSE, hook(receiver))
    assert await send_again(house.engine, recipient=None, now=house.now) == []
    assert (await lines(house))[nurse].why_not == "somebody decided not to, with a reason"


async def test_whoever_has_been_told_cannot_be_decided_against(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    done = await house.happens(police)
    await house.worker().deliver_due()
    with pytest.raises(WrongArgument, match="have been told"):
        await decides(house, done.event.id, police.id)
    assert (await lines(house))[police.id].decided_ref is None
    assert len(await house.testshire.written("delivery")) == 1, "the sending alone"


async def test_a_decision_about_somebody_who_never_had_a_notice_stays_to_be_seen(
    house: House,
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    done = await house.happens(police)
    assert await decides(house, done.event.id, "RXX01/cla-nurse") is Answer.DONE
    assert await decides(house, done.event.id, "RXX01/cla-nurse") is Answer.ALREADY
    line = (await lines(house))["RXX01/cla-nurse"]
    assert (line.event, line.state, line.because) == (done.event.id, None, ())
    assert line.why_not == "somebody decided not to, with a reason"


async def test_what_was_done_or_called_off_cannot_be_departed_from(house: House) -> None:
    plan = telling(clock=48 * HOUR)
    done = await accept(house.engine, missing(house.child, at=house.now), plan, now=house.now)
    async with writing(house.engine) as connection:
        met = [Settle(kind="test-clock", subject=done.event.root)]
        await clocks.settle(connection, house.child, met, at=house.now, by="what was done")
    (clock,) = await clocks_of(house.engine, house.child)
    with pytest.raises(WrongArgument, match="no longer runs"):
        await departs(house, clock.id)
    assert await house.testshire.written("delivery") == []


@pytest.mark.parametrize(
    "strength, state, fires",
    [("must", DeadlineState.PENDING, 1), ("should", DeadlineState.DEPARTED, 0)],
)
async def test_what_must_be_done_stays_due_whatever_the_reason(
    house: House, strength: str, state: DeadlineState, fires: int
) -> None:
    plan = telling(clock=48 * HOUR, strength=strength)
    await accept(house.engine, missing(house.child, at=house.now), plan, now=house.now)
    (clock,) = await clocks_of(house.engine, house.child)
    assert await departs(house, clock.id) is Answer.DONE
    (clock,) = await clocks_of(house.engine, house.child)
    assert (clock.state, clock.departure is not None) == (state, True)
    later = house.now + 49 * HOUR
    assert await fire_due(house.engine, engine_plan, now=later) == fires


async def test_departing_twice_is_one_entry(house: House) -> None:
    plan = telling(clock=48 * HOUR)
    await accept(house.engine, missing(house.child, at=house.now), plan, now=house.now)
    (clock,) = await clocks_of(house.engine, house.child)
    assert [await departs(house, clock.id) for _ in range(2)] == [Answer.DONE, Answer.ALREADY]
    assert len(await house.testshire.written("delivery")) == 1


async def test_whoever_has_left_ends_no_chase(house: House) -> None:
    nurse = await house.registers(NURSE, Way("feed"))
    await house.happens(nurse)
    (line,) = (await lines(house)).values()
    async with writing(house.engine) as connection:
        await end(connection, nurse.id, at=house.now)
    answer = await acknowledge(house.engine, house.ledger, ref_of(line), NURSE, now=house.now)
    assert answer is Answer.NOT_YOURS
    async with writing(house.engine) as connection:
        await register(connection, nurse, now=house.now)
    answer = await acknowledge(house.engine, house.ledger, ref_of(line), NURSE, now=house.now)
    assert answer is Answer.DONE


async def test_to_acknowledge_a_number_is_not_to_have_been_told(house: House) -> None:
    stranger = await house.registers(STRANGER, Way("feed"))
    await house.happens(stranger)
    (line,) = await Feed(house.engine, house.telling).page(stranger, after=0, now=house.now)
    assert not line.told
    await acknowledge(house.engine, house.ledger, line.notice_ref, STRANGER, now=house.now)
    told = (await lines(house))[stranger.id]
    assert told.acknowledged_at is not None
    assert told.why_not == "when it was to be sent, the rules opened nothing of it"
