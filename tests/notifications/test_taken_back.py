"""What was said by mistake is taken back once, whichever process does it, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.happenings import SAID_BY_MISTAKE
from notifications.happening import (
    OURSELVES,
    Happened,
    Happening,
    Plan,
    Settle,
    Start,
    Tell,
)
from notifications.ledger import Appended, accept
from notifications.retracting import retract
from notifications.turns import writing_in_turn
from records.items import Item
from tests.notifications.casework import HOUR, POLICE, T0, WORKER, because, missing, rows

CLOCK, NEXT = "test-contact", "test-next"


async def duties(event: Happened, _history: Sequence[Happened]) -> Plan:
    """A report starts a clock; contact meets it, starts another and is told to the worker."""
    match event.type:
        case "child-reported-missing":
            return Plan(start=(clock(CLOCK, event),))
        case "contact-made":
            tell = Tell(
                recipient=WORKER.id, items=frozenset({Item.EPISODE_STATUS}), reasons=because()
            )
            return Plan(tell=(tell,), settle=(Settle(kind=CLOCK),), start=(clock(NEXT, event),))
        case _:
            return Plan(tell=(Tell(recipient=POLICE.id, items=frozenset(), reasons=because()),))


def clock(kind: str, event: Happened) -> Start:
    return Start(
        kind=kind, subject=event.root, basis_at=event.at, due_at=event.at + timedelta(days=2)
    )


def contact(ref: str, at: timedelta = HOUR) -> Happening:
    return Happening(
        type="contact-made", child="child-a", at=T0 + at, source=OURSELVES, sender_ref=ref
    )


async def keeps(engine: AsyncEngine, what: Happening) -> None:
    await accept(engine, what, duties, now=what.at)


async def takes_back(engine: AsyncEngine, ref: str, by: str = "said/back") -> Appended | None:
    async with writing_in_turn(engine) as transaction:
        return await retract(
            transaction, "child-a", ref, duties, taken_back_as=by, now=T0 + 3 * HOUR
        )


async def states(engine: AsyncEngine) -> dict[str, str]:
    return {
        row["kind"]: row["state"]
        for row in await rows(engine, "SELECT * FROM deadline WHERE kind LIKE 'test-%'")
    }


async def test_who_was_told_is_told_and_the_clocks_stand_as_if_it_had_not_been_said(
    engine: AsyncEngine,
) -> None:
    await keeps(engine, missing())
    await keeps(engine, contact("said/one"))
    assert await states(engine) == {CLOCK: "met", NEXT: "pending"}

    done = await takes_back(engine, "said/one")

    assert done is not None
    assert (done.event.type, done.recipients) == (SAID_BY_MISTAKE, (WORKER.id,))
    assert done.event.corrects is not None
    assert await states(engine) == {CLOCK: "pending", NEXT: "cancelled"}


async def test_what_something_else_has_met_too_stays_met_and_names_that(
    engine: AsyncEngine,
) -> None:
    await keeps(engine, missing())
    await keeps(engine, contact("said/one"))
    await keeps(engine, contact("said/two", 2 * HOUR))
    kept = await rows(engine, "SELECT event FROM inbox WHERE sender_ref = 'said/two'")

    await takes_back(engine, "said/one")

    (met,) = await rows(engine, "SELECT * FROM deadline WHERE kind = :k", k=CLOCK)
    assert (met["state"], met["settled_by"]) == ("met", kept[0]["event"])


async def test_two_processes_that_take_it_back_at_once_do_it_once(engine: AsyncEngine) -> None:
    await keeps(engine, missing())
    await keeps(engine, contact("said/one"))

    done = await asyncio.gather(*(takes_back(engine, "said/one") for _ in range(4)))

    assert sum(one is not None for one in done) == 1
    events = await rows(engine, "SELECT id FROM event WHERE type = :t", t=SAID_BY_MISTAKE)
    notices = await rows(
        engine, "SELECT d.event FROM delivery d JOIN event e ON e.id = d.event WHERE e.type = :t",
        t=SAID_BY_MISTAKE,
    )  # fmt: skip
    assert (len(events), len(notices)) == (1, 1)


async def test_what_was_never_kept_cannot_be_taken_back_yet(engine: AsyncEngine) -> None:
    await keeps(engine, missing())

    assert await takes_back(engine, "said/not-there") is None
    assert await states(engine) == {CLOCK: "pending"}
