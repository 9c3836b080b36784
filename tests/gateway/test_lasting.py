"""Work that lasts as long as a block, and no longer."""

import asyncio

import pytest

from gateway.lasting import ended, until_the_end


async def test_what_goes_on_beside_a_block_ends_with_it() -> None:
    begun = asyncio.Event()

    async def for_ever() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with until_the_end(for_ever(), "looking"):
        await begun.wait()
        (task,) = (one for one in asyncio.all_tasks() if one.get_name() == "looking")
    assert task.cancelled()


async def test_a_loop_whose_library_takes_the_end_for_a_fault_of_its_own_ends_all_the_same() -> (
    None
):
    looked = 0

    async def keep_looking() -> None:
        nonlocal looked
        while True:
            try:
                looked += 1
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    if looked == 1:
                        raise OSError("The connection was lost.") from None
                    raise
            except OSError:
                continue

    async with until_the_end(keep_looking(), "looking"):
        await asyncio.sleep(0)
    assert looked == 2


async def test_what_failed_by_itself_is_said_at_the_end() -> None:
    async def fails() -> None:
        raise RuntimeError("It went wrong.")

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    with pytest.raises(RuntimeError):
        await ended(task)
