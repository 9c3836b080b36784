"""What one call to a system does when the system does not do its part: over real HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.exchange import Exchange
from adapters.simulation import Simulator
from gateway.http import PooledHttp
from gateway.resilience.asking import asking
from gateway.resilience.guarded import GuardedHttp
from gateway.resilience.pace import Pace
from records.errors import SourceContractBroken, SourceUnavailable
from records.http import Failure, NoReplyError


class Moody(Simulator):
    """Answers with the statuses that are laid out for it, and then well."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[tuple[int, dict[str, str]]] = []
        self.takes = 0.0
        self.under_way = self.most_under_way = 0

    def routes(self) -> Sequence[Route]:
        async def answer(_: Request) -> Response:
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            try:
                await asyncio.sleep(self.takes)
            finally:
                self.under_way -= 1
            status, headers = self.moods.pop(0) if self.moods else (200, {})
            return Response("{}", status, headers, media_type="application/json")

        return [Route("/people", answer, methods=["GET", "POST"])]

    def is_moody(self, *statuses: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.moods = [(status, named) for status in statuses]


@pytest.fixture(scope="module")
def running() -> Iterator[Moody]:
    with Moody() as simulator:
        yield simulator


@pytest.fixture
def system(running: Moody) -> Moody:
    running.recovers()
    running.forgets_what_it_was_asked()
    running.moods, running.takes, running.most_under_way = [], 0.0, 0
    return running


@pytest.fixture
async def guarded() -> AsyncIterator[GuardedHttp]:
    async with PooledHttp() as http:
        yield GuardedHttp(http, deadline=2.0)


def exchange(guarded: GuardedHttp, system: Moody) -> Exchange:
    return Exchange("police", guarded, system.url)


async def test_a_read_that_met_a_bad_moment_is_made_again(
    system: Moody, guarded: GuardedHttp
) -> None:
    system.is_moody(503)
    reply = await exchange(guarded, system).get("people", headers={"x-request-id": "one"})
    assert reply.status == 200
    # The very same request: the system can tell that it is no second question.
    assert [asked.headers["x-request-id"] for asked in system.asked] == ["one", "one"]


async def test_a_call_that_does_not_say_that_it_is_harmless_is_never_made_again(
    system: Moody, guarded: GuardedHttp
) -> None:
    system.is_moody(503, 503, 503, 503)
    one = exchange(guarded, system)
    with pytest.raises(SourceUnavailable):
        await one.ask("POST", "people", body=b"{}")
    assert len(system.asked) == 1
    with pytest.raises(SourceUnavailable):
        await one.get("people", repeatable=False)
    assert len(system.asked) == 2


async def test_what_will_not_pass_is_not_asked_again(system: Moody, guarded: GuardedHttp) -> None:
    system.is_moody(404)
    with pytest.raises(SourceContractBroken):
        await exchange(guarded, system).get("people")
    assert len(system.asked) == 1


async def test_a_call_is_made_three_times_at_most(system: Moody, guarded: GuardedHttp) -> None:
    system.is_moody(500, 500, 500, 500)
    with pytest.raises(SourceUnavailable):
        await exchange(guarded, system).get("people")
    assert len(system.asked) == 3


async def test_a_failing_system_is_not_asked_twice_as_much(
    system: Moody, guarded: GuardedHttp
) -> None:
    system.fails(500)
    one = exchange(guarded, system)
    for _ in range(40):
        with pytest.raises(SourceUnavailable):
            await one.get("people")
    # One in ten, rounded up; not three times forty.
    assert len(system.asked) <= 44


async def test_the_wait_that_a_system_wishes_for_is_kept(
    system: Moody, guarded: GuardedHttp
) -> None:
    system.is_moody(429, retry_after="1")
    began = time.monotonic()
    await exchange(guarded, system).get("people")
    assert 1.0 <= time.monotonic() - began < 1.8


async def test_a_wish_beyond_the_deadline_ends_the_call_at_once(
    system: Moody, guarded: GuardedHttp
) -> None:
    system.is_moody(503, retry_after="3")
    began = time.monotonic()
    with pytest.raises(SourceUnavailable) as told:
        await exchange(guarded, system).get("people")
    assert told.value.retry_after == 3.0
    assert len(system.asked) == 1
    assert time.monotonic() - began < 0.5


async def test_a_system_that_is_down_is_tried_again_and_found_when_it_is_back(
    system: Moody, guarded: GuardedHttp
) -> None:
    repeated: list[str] = []

    def comes_back() -> None:
        repeated.append("again")
        system.recovers()

    guarded._on_repeat = comes_back
    system.is_down()
    reply = await exchange(guarded, system).get("people")
    assert reply.status == 200
    assert repeated == ["again"]


async def test_no_more_calls_are_under_way_than_agreed(system: Moody, guarded: GuardedHttp) -> None:
    guarded.pace = Pace(time.monotonic, at_once=3)
    system.takes = 0.03
    one = exchange(guarded, system)
    await asyncio.gather(*(one.get("people") for _ in range(12)))
    assert system.most_under_way == 3
    assert len(system.asked) == 12


async def test_five_a_second_are_five_in_any_second(system: Moody, guarded: GuardedHttp) -> None:
    guarded.pace = Pace(time.monotonic, per_second=5)
    one = exchange(guarded, system)
    began: list[float] = []

    async def ask() -> None:
        await one.get("people")
        began.append(time.monotonic())

    await asyncio.gather(*(ask() for _ in range(7)))
    began.sort()
    assert began[4] - began[0] < 0.5
    assert began[5] - began[0] > 0.9


async def test_whoever_has_no_turn_before_the_deadline_is_told_at_once_and_nobody_else(
    system: Moody, guarded: GuardedHttp
) -> None:
    guarded.pace = Pace(time.monotonic, per_second=2)
    one = exchange(guarded, system)
    await one.get("people")
    await one.get("people")
    with asking(0.3, time.monotonic) as question:
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="asking it as much as it may"):
            await one.get("people")
        assert time.monotonic() - began < 0.2
    assert question.held_back
    assert len(system.asked) == 2


async def test_a_place_in_a_full_house_is_waited_for_until_the_deadline(
    system: Moody, guarded: GuardedHttp
) -> None:
    guarded.pace = Pace(time.monotonic, at_once=1)
    await guarded.pace.begin(time.monotonic() + 1)
    with pytest.raises(NoReplyError) as told:
        await guarded.pace.begin(time.monotonic() + 0.05)
    assert told.value.failure is Failure.HELD_BACK
    guarded.pace.end()
    await exchange(guarded, system).get("people")


async def test_a_caller_who_leaves_gives_the_place_back(
    system: Moody, guarded: GuardedHttp
) -> None:
    guarded.pace = Pace(time.monotonic, at_once=1)
    system.takes = 0.5
    one = exchange(guarded, system)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await one.get("people")
    system.takes = 0.0
    async with asyncio.timeout(0.4):
        await one.get("people")
