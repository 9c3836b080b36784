"""The same question at one moment goes out once, and only the very same."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.health.simulator import STAGINGS as HEALTH
from adapters.police.simulator import STAGINGS
from adapters.simulation import Staged
from gateway.http import PooledHttp
from gateway.settings import Settings, SourceSettings
from gateway.settings import Telemetry as TelemetrySettings
from gateway.sources import Watched, start
from gateway.telemetry import Telemetry
from records.condition import BreakerState, Condition
from records.errors import NeedsExplicitAction, SourceHeldBack, SourceRefused, SourceUnavailable
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.source import Question
from tests.gateway.test_resilience_breaker import Clock

DEADLINE = 0.8
QUESTION = Question(
    subject=LocalId("police", "set by the fixture"),
    items=frozenset({Item.EPISODE_STATUS}),
    purpose=Purpose.LOCATE,
    asked_for="E10000017",
    request_ref="6f9619ff-8b86-d011-b42d-00c04fc964ff",
    now=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def running() -> Iterator[Staged]:
    staged = next(iter(STAGINGS.values()))()
    staged.simulator.start()
    yield staged
    staged.simulator.stop()


@pytest.fixture
def force(running: Staged) -> Staged:
    running.simulator.recovers()
    running.simulator.forgets_what_it_was_asked()
    return running


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry(TelemetrySettings())


@pytest.fixture
async def police(force: Staged, telemetry: Telemetry) -> AsyncIterator[Watched]:
    """The force's system as the gateway asks it, by the shipped adapter."""
    described = SourceSettings(
        adapter="police", deadline_seconds=DEADLINE, config=dict(force.config())
    )
    async with PooledHttp() as http:
        settings = Settings(sources={"police": described})
        yield start(settings, http, telemetry)["police"]


@pytest.fixture
def question(force: Staged) -> Question:
    return replace(QUESTION, subject=LocalId("police", force.subject))


def breaker(police: Watched) -> BreakerState:
    return police.health.breaker


async def test_the_same_question_at_one_moment_goes_out_once(
    police: Watched, force: Staged, question: Question, telemetry: Telemetry
) -> None:
    force.simulator.is_slow(0.1)
    answers = await asyncio.gather(
        *(police.records(replace(question, request_ref=str(one))) for one in range(5))
    )
    assert len(force.simulator.asked) == 1
    assert all(answer.records == answers[0].records for answer in answers)
    assert answers[0].records
    assert (
        'homeward_beside_asking_total{source="police",what="joined"} 4.0'
        in telemetry.metrics().decode()
    )


@pytest.mark.parametrize(
    "other",
    [
        {"items": frozenset({Item.EPISODE_STATUS, Item.RISK_GRADE})},
        {"items": frozenset({Item.EPISODE_EXISTS})},
        {"asked_for": "E08000009"},
        {"purpose": Purpose.ASSURE},
        {"subject": LocalId("police", "somebody-else")},
        {"explicit": True},
    ],
    ids=[
        "more items",
        "fewer items",
        "another organisation",
        "another purpose",
        "another child",
        "a person's own look",
    ],
)
async def test_a_question_that_differs_in_anything_that_counts_goes_out_by_itself(
    police: Watched, force: Staged, question: Question, other: dict[str, object]
) -> None:
    force.simulator.is_slow(0.1)
    differs = replace(question, **other)  # type: ignore[arg-type]
    await asyncio.gather(police.records(question), police.records(differs))
    assert len(force.simulator.asked) == 2


async def test_two_peoples_own_looks_at_a_child_are_two(
    police: Watched, force: Staged, question: Question
) -> None:
    force.simulator.is_slow(0.1)
    own = replace(question, explicit=True)
    await asyncio.gather(police.records(own), police.records(question), police.records(own))
    assert len(force.simulator.asked) == 3


async def test_nothing_is_kept_once_it_has_been_answered(
    police: Watched, force: Staged, question: Question
) -> None:
    await police.records(question)
    await police.records(question)
    assert len(force.simulator.asked) == 2
    assert not police._sharing._under_way


async def test_one_caller_who_leaves_takes_nothing_from_the_others(
    police: Watched, force: Staged, question: Question
) -> None:
    force.simulator.is_slow(0.15)
    first, second = (asyncio.create_task(police.records(question)) for _ in range(2))
    await asyncio.sleep(0.02)
    first.cancel()
    assert (await second).records
    assert first.cancelled()
    assert len(force.simulator.asked) == 1


async def test_when_nobody_waits_any_more_the_fetch_ends(
    police: Watched, force: Staged, question: Question
) -> None:
    force.simulator.is_slow(5)
    callers = [asyncio.create_task(police.records(question)) for _ in range(3)]
    await asyncio.sleep(0.02)
    (under_way,) = police._sharing._under_way.values()
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    await asyncio.wait([under_way.task])
    assert under_way.task.cancelled()
    assert not police._sharing._under_way
    # A caller who left early says nothing of the system.
    assert police.health.state is Condition.UNKNOWN


async def test_a_failure_is_told_to_everybody_who_waits(
    police: Watched, force: Staged, question: Question
) -> None:
    force.simulator.refuses(403)
    told = await asyncio.gather(
        *(police.records(question) for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in told] == [SourceRefused] * 3
    assert len(force.simulator.asked) == 1


async def test_a_fetch_that_may_be_stuck_is_not_joined(
    police: Watched, force: Staged, question: Question
) -> None:
    clock = Clock()
    police._sharing._clock = clock
    force.simulator.is_slow(0.2)
    first = asyncio.create_task(police.records(question))
    await asyncio.sleep(0.02)
    clock.passes(DEADLINE / 2 + 0.01)
    second = asyncio.create_task(police.records(question))
    await asyncio.wait([first, second])
    assert len(force.simulator.asked) == 2


async def test_a_system_that_is_down_is_left_alone_and_asked_again_by_one_probe(
    force: Staged, question: Question, telemetry: Telemetry
) -> None:
    clock = Clock()
    async with PooledHttp() as http:
        described = SourceSettings(adapter="police", config=dict(force.config()))
        police = Watched(
            start(Settings(sources={"police": described}), http, telemetry)["police"]._source,
            telemetry,
            clock=clock,
        )
        force.simulator.is_down()
        for _ in range(8):
            with pytest.raises(SourceUnavailable, match="cannot be reached"):
                await police.records(question)
        assert breaker(police) is BreakerState.OPEN
        assert police.health.state is Condition.PAUSED
        assert "missing episodes" in police.health.losing
        force.simulator.recovers()
        with pytest.raises(SourceUnavailable, match="left alone for some seconds") as told:
            await police.records(question)
        assert told.value.retry_after == 5.0
        assert force.simulator.asked == []
        assert 'homeward_breaker{source="police"} 2.0' in telemetry.metrics().decode()
        clock.passes(5)
        assert (await police.records(question)).records
        assert breaker(police) is BreakerState.CLOSED
        assert police.health.losing == ()


async def test_one_childs_unreadable_record_silences_nobody(
    police: Watched, force: Staged, question: Question
) -> None:
    force.simulator.truncates()
    for _ in range(20):
        with pytest.raises(Exception, match="cannot be read"):
            await police.records(question)
    assert breaker(police) is BreakerState.CLOSED
    assert police.health.state is Condition.FAILING
    force.simulator.recovers()
    assert (await police.records(question)).records


async def test_a_deadline_that_passes_counts_as_silence(
    police: Watched, force: Staged, question: Question, telemetry: Telemetry
) -> None:
    force.simulator.is_slow(5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            await police.records(question)
    # The fetch ends by itself once nobody waits for it.
    await asyncio.sleep(0.02)
    assert police.health.state is Condition.FAILING
    assert 'outcome="timed-out",source="police"' in telemetry.metrics().decode()


async def test_a_system_that_waits_for_a_persons_own_action_is_not_taken_for_silent(
    telemetry: Telemetry,
) -> None:
    staged = HEALTH["cp-is"]()
    with staged.simulator:
        async with PooledHttp() as http:
            described = SourceSettings(adapter="health", config=dict(staged.config()))
            national = start(Settings(sources={"cp-is": described}), http, telemetry)["cp-is"]
            number = NHSNumber(staged.nhs_number)
            for _ in range(20):
                with pytest.raises(NeedsExplicitAction):
                    await national.trace(number)
            assert breaker(national) is BreakerState.CLOSED
            assert national.health.state is Condition.UNKNOWN
            assert staged.simulator.asked == []


async def test_a_look_at_cp_is_is_never_repeated(telemetry: Telemetry) -> None:
    staged = HEALTH["cp-is"]()
    with staged.simulator:
        async with PooledHttp() as http:
            described = SourceSettings(adapter="health", config=dict(staged.config()))
            national = start(Settings(sources={"cp-is": described}), http, telemetry)["cp-is"]
            staged.simulator.is_busy(503, "0")
            look = replace(
                QUESTION,
                subject=LocalId("cp-is", staged.subject),
                items=national.supplies,
                explicit=True,
            )
            with pytest.raises(SourceUnavailable, match="was not asked again"):
                await national.records(look)
            assert len(staged.simulator.asked) == 1


async def test_a_pds_read_is_repeated_with_the_same_request_id_and_at_its_pace(
    telemetry: Telemetry,
) -> None:
    staged = HEALTH["pds"]()
    with staged.simulator:
        async with PooledHttp() as http:
            described = SourceSettings(adapter="health", config=dict(staged.config()))
            pds = start(Settings(sources={"pds": described}), http, telemetry)["pds"]
            staged.simulator.is_busy(503, "0")
            read = replace(QUESTION, subject=LocalId("pds", staged.subject), items=pds.supplies)
            with pytest.raises(SourceUnavailable):
                await pds.records(read)
            sent = [asked.headers["x-request-id"] for asked in staged.simulator.asked]
            assert sent == [QUESTION.request_ref] * 3
            staged.simulator.recovers()
            staged.simulator.forgets_what_it_was_asked()
            began = time.monotonic()
            # Five a second, of which three went just now.
            for _ in range(3):
                await pds.records(read)
            assert time.monotonic() - began > 0.7


async def test_one_who_had_no_turn_is_told_that_nobody_was_asked(
    force: Staged, telemetry: Telemetry, question: Question
) -> None:
    described = SourceSettings(
        adapter="police",
        deadline_seconds=DEADLINE,
        calls_per_second=0.5,
        config=dict(force.config()),
    )
    async with PooledHttp() as http:
        police = start(Settings(sources={"police": described}), http, telemetry)["police"]
        # The only turn of these two seconds: spent on a question that goes no further.
        with suppress(SourceUnavailable):
            await police.records(question)
        force.simulator.forgets_what_it_was_asked()
        with pytest.raises(SourceHeldBack, match="was not asked"):
            await police.records(question)
        assert force.simulator.asked == []
        assert breaker(police) is BreakerState.CLOSED


async def test_one_who_is_held_back_half_way_has_asked(
    telemetry: Telemetry,
) -> None:
    staged = HEALTH["fhir-r4"]()
    with staged.simulator:
        described = SourceSettings(
            adapter="health",
            deadline_seconds=DEADLINE,
            calls_per_second=0.5,
            config=dict(staged.config()),
        )
        async with PooledHttp() as http:
            health = start(Settings(sources={"health": described}), http, telemetry)["health"]
            asked = replace(
                QUESTION, subject=LocalId("health", staged.subject), items=health.supplies
            )
            with pytest.raises(SourceUnavailable) as told:
                await health.records(asked)
            assert not isinstance(told.value, SourceHeldBack)
