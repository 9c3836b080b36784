"""What somebody said to a process that died is made an event of by another, once, on both databases."""

import asyncio
import json

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.happenings import SAID_BY_MISTAKE
from disclosure.proceeding_tables import SAID_TO_HAPPEN
from linking.storage import writing
from notifications.said import Said
from notifications.waking import Bells
from tests.notifications.casework import HOUR, T0, WORKER, rows, telling

WORD = {"said_by": "social-care", "said_at": "E10000099"}


async def is_said(engine: AsyncEngine, ref: str, what: str, **data: str) -> None:
    """The row that is durable with the ledger's entry; whoever was to make an event of it has died."""
    async with writing(engine) as connection:
        await connection.execute(
            SAID_TO_HAPPEN.insert().values(
                ref=ref,
                child_ref="child-a",
                type=what,
                at=T0,
                data=json.dumps({**data, **WORD}),
                said_at=T0 + HOUR if what == SAID_BY_MISTAKE else T0,
            )
        )


def looking(engine: AsyncEngine) -> Said:
    """A process that looks for what others left."""
    return Said(engine, telling(WORKER.id), Bells(engine), clock=lambda: T0 + 2 * HOUR)


async def test_whatever_process_looks_first_makes_the_event_and_all_that_follows_once(
    engine: AsyncEngine,
) -> None:
    await is_said(engine, "ref-one", "meeting-held", meeting="mace-1")

    await asyncio.gather(*(looking(engine).look() for _ in range(3)))
    assert await looking(engine).look() == 0

    (event,) = await rows(engine, "SELECT * FROM event")
    assert json.loads(event["data"]) == {"meeting": "mace-1", **WORD}
    assert len(await rows(engine, "SELECT * FROM delivery")) == 1


async def test_a_mistake_that_was_taken_back_before_anybody_looked_is_told_in_its_order(
    engine: AsyncEngine,
) -> None:
    await is_said(engine, "ref-back", SAID_BY_MISTAKE, **{"not": "ref-one"})
    await is_said(engine, "ref-one", "contact-made")

    assert await looking(engine).look() == 2
    assert await looking(engine).look() == 0

    events = await rows(engine, "SELECT * FROM event ORDER BY child_seq")
    assert [one["type"] for one in events] == ["contact-made", SAID_BY_MISTAKE]
    assert events[1]["corrects"] == events[0]["id"]
    told = await rows(engine, "SELECT recipient FROM delivery ORDER BY seq")
    assert [one["recipient"] for one in told] == [WORKER.id, WORKER.id]


async def test_one_of_which_no_event_can_be_made_holds_up_no_other(engine: AsyncEngine) -> None:
    await is_said(engine, "ref-bad", SAID_BY_MISTAKE, **{"not": "never-said"})
    async with writing(engine) as connection:
        await connection.execute(
            SAID_TO_HAPPEN.insert().values(
                ref="ref-worse", child_ref="child-b", type="contact-made", at=T0, data="no", said_at=T0
            )
        )  # fmt: skip
    await is_said(engine, "ref-good", "contact-made")

    assert await looking(engine).look() == 1

    assert [one["child"] for one in await rows(engine, "SELECT child FROM event")] == ["child-a"]
