"""Several questions to one system at once."""

import asyncio

import pytest

from adapters.together import together
from records.errors import SourceError, SourceRefused, SourceUnavailable


async def test_answers_come_in_the_order_asked() -> None:
    first_may_answer = asyncio.Event()

    async def first() -> str:
        await first_may_answer.wait()
        return "first"

    async def second() -> str:
        first_may_answer.set()
        return "second"

    assert await together(first(), second()) == ["first", "second"]


async def test_the_first_failure_is_raised_plainly_and_ends_the_others() -> None:
    ended = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fails() -> None:
        raise SourceRefused("police", "refused the gateway.")

    with pytest.raises(SourceError) as told:
        await together(waits(), fails())
    assert type(told.value) is SourceRefused
    assert ended.is_set()


async def test_of_two_failures_one_is_raised() -> None:
    async def fails() -> None:
        raise SourceUnavailable("police", "cannot be reached.")

    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await together(fails(), fails())


async def test_a_failure_leaves_no_request_to_end_behind_on_the_caller() -> None:
    """Otherwise the caller's next deadline ends it with a cancellation that nobody asked for."""

    async def fails() -> None:
        await asyncio.sleep(0)
        raise SourceUnavailable("police", "did not answer in time.")

    with pytest.raises(SourceUnavailable):
        await together(fails(), asyncio.sleep(10))
    caller = asyncio.current_task()
    assert caller is not None
    assert caller.cancelling() == 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
