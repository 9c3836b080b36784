"""What is sent is decided when it is sent: an agreement taken back in between is honoured, and the record says so."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from disclosure.assertion import Says
from notifications.facts_stated import state_facts
from notifications.happening import Happening
from notifications.ledger import accept
from notifications.recipients import Way
from records.people import Role, Standing
from tests.acting import records
from tests.casefile import ACCOUNT
from tests.notifications.receiver import Receiver, receiving
from tests.notifications_http.asking import lines
from tests.notifications_http.town import EVENING, Town
from tests.world import Child

DONE = EVENING + timedelta(hours=40)
TOO_BUSY, TAKEN = 503, 200


@contextmanager
def listening(town: Town) -> Iterator[Receiver]:
    """The force's own machine, on the loop of the gateway."""
    stack = AsyncExitStack()
    receiver = town.world.does(stack.enter_async_context(receiving()))
    try:
        yield receiver
    finally:
        town.world.does(stack.aclose())


@pytest.fixture
def child(town: Town) -> Child:
    one = town.world.child(
        lives_in="Lancashire", looked_after_by="Lancashire", placed_with="Elm House", aged=15
    )
    one.registers.stands(Standing.INVESTIGATING_FORCE, organisation=one.host.force)
    one.registers.child_says(Says.AGREES)
    one.file.interviewed()
    return one


def interview_is_done(town: Town, child: Child) -> None:
    """The council's system says that the interview took place."""
    town.is_now(DONE)
    notices = town.world.parts.notices
    what = Happening(
        type="interview-done",
        child=child.ref,
        at=DONE,
        source="liquidlogic",
        sender_ref=f"interview-{child.ref}",
    )
    kept = town.world.does(
        accept(notices.engine, what, notices.planning, now=town.world.clock(), also=state_facts)
    )
    town.world.does(notices.bells.announce(kept))


def waits_for(town: Town, receiver: Receiver, count: int) -> None:
    for _ in range(400):
        if len(receiver.got) >= count:
            return
        notices = town.world.parts.notices
        notices.bells.anything.set()
        town.world.does(asyncio.sleep(0.02))
    pytest.fail(f"{len(receiver.got)} of {count} came")


@pytest.mark.parametrize("takes_back", [False, True])
def test_a_notice_delayed_until_the_child_takes_back_agreement_no_longer_holds_the_account(
    town: Town, child: Child, *, takes_back: bool
) -> None:
    with listening(town) as receiver:
        receiver.answers = lambda _event: TOO_BUSY
        force = town.registers(
            child.host.force,
            Role.POLICE_MISSING_COORDINATOR,
            Way("webhook", address=receiver.url, secrets=("hook",), content=True),
        )
        town.goes_missing(child)
        town.is_found(child, EVENING + timedelta(hours=15))
        interview_is_done(town, child)
        waits_for(town, receiver, 1)
        worker = town.world.social_worker(child)
        if takes_back:
            done = records(worker, "withdrawConsent", child, giver="CHILD", capacity="COMPETENT")
            assert done["__typename"] == "Recorded"
        receiver.answers = lambda _event: TAKEN
        told: list[dict[str, object]] = []
        line: dict[str, Any] | None = None
        for minutes in range(1, 120, 5):
            town.is_now(DONE + timedelta(minutes=minutes))
            town.world.does(asyncio.sleep(0.1))
            told = [e for e in receiver.events if str(e["type"]).endswith("interview-done")]
            line = lines(worker, child, "interview-done").get(force.id)
            if line is not None and line["state"] not in ("PENDING", None):
                break
        assert told, "the co-ordinator was sent something"
        assert line is not None
        last = msgspec.json.encode(told[-1]).decode()
        assert (ACCOUNT in last) is not takes_back
        kept = {one["item"]: one["reason"] for one in line["keptBack"]}
        assert kept == ({"RHI_FULL": "NO_CONSENT"} if takes_back else {})
        assert ACCOUNT not in str(town.rows("SELECT * FROM delivery WHERE child = :c", c=child.ref))
