"""What a source has told, held against what it shows now, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.polling.gone import Compared, Gone, how_many_gone
from gateway.settings import PollSettings
from linking.migration import migrate
from linking.sealing import Seal
from linking.storage import open_engine
from records.identifiers import LocalId
from records.polling import Told

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEAL = Seal(b"a pepper of thirty-two bytes, or more")
ROBIN, JO = LocalId("council", "17"), LocalId("council", "18")
KINDS = frozenset({"placement/", "episode/"})


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(database_url)
    await migrate(opened)
    yield opened
    await opened.dispose()


def gone(engine: AsyncEngine, at_most: int = 20) -> Gone:
    return Gone("council", PollSettings(gone_at_most=at_most), engine, SEAL)


def shows(*records: str, whole: frozenset[str] = KINDS, not_so: tuple[str, ...] = ()) -> Told:
    return Told(events=(), whole=whole, there=frozenset(records), not_so=frozenset(not_so))


async def test_what_is_not_shown_is_untrue_only_once_it_was_not_shown_for_hours(
    engine: AsyncEngine,
) -> None:
    council = gone(engine)
    refs = ["placement/a/begun", "placement/a/ended", "placement/b/begun"]
    await council.compare(shows("placement/a", "placement/b"), refs, ROBIN, NOW)
    assert await council.compare(shows("placement/b"), (), ROBIN, NOW + HOUR) == Compared()
    assert await how_many_gone(engine) == {"council": 1}
    assert await council.compare(shows("placement/b"), (), ROBIN, NOW + 6 * HOUR) == Compared()
    assert await council.compare(shows("placement/b"), (), ROBIN, NOW + 7 * HOUR) == Compared(
        untrue=("placement/a/begun", "placement/a/ended")
    )
    await council.forget("placement/a/begun")
    await council.forget("placement/a/ended")
    assert await how_many_gone(engine) == {}


async def test_a_kind_that_was_not_wholly_read_says_nothing(engine: AsyncEngine) -> None:
    council = gone(engine)
    await council.compare(shows("placement/a"), ["placement/a/begun"], ROBIN, NOW)
    for hours in (1, 8, 16):
        told = shows(whole=frozenset({"episode/"}))
        assert await council.compare(told, (), ROBIN, NOW + hours * HOUR) == Compared()
    assert await how_many_gone(engine) == {}


async def test_of_one_child_nothing_is_said_by_reading_another(engine: AsyncEngine) -> None:
    council = gone(engine)
    await council.compare(shows("placement/a"), ["placement/a/begun"], ROBIN, NOW)
    for hours in (1, 8):
        assert await council.compare(shows(), (), JO, NOW + hours * HOUR) == Compared()


async def test_a_record_that_moves_to_another_id_of_the_child_is_not_gone(
    engine: AsyncEngine,
) -> None:
    council = gone(engine)
    await council.compare(shows("placement/a"), ["placement/a/begun"], ROBIN, NOW)
    await council.compare(shows("placement/a"), ["placement/a/begun"], JO, NOW + HOUR)
    for hours in (2, 9):
        assert await council.compare(shows(), (), ROBIN, NOW + hours * HOUR) == Compared()


async def test_what_a_record_says_to_be_otherwise_is_untrue_at_once(engine: AsyncEngine) -> None:
    council = gone(engine)
    refs = ["placement/a/begun", "placement/a/ended"]
    await council.compare(shows("placement/a"), refs, ROBIN, NOW)
    told = shows("placement/a", not_so=("placement/a/ended", "placement/b/ended"))
    assert await council.compare(told, (), ROBIN, NOW + HOUR) == Compared(
        untrue=("placement/a/ended",)
    )


async def test_more_than_may_go_at_once_is_held_back(engine: AsyncEngine) -> None:
    council = gone(engine, at_most=1)
    refs = ["placement/a/begun", "placement/b/begun"]
    await council.compare(shows("placement/a", "placement/b"), refs, ROBIN, NOW)
    await council.compare(shows(), (), ROBIN, NOW + HOUR)
    assert await council.compare(shows(), (), ROBIN, NOW + 8 * HOUR) == Compared(held_back=2)
    one_back = shows("placement/a")
    assert await council.compare(one_back, (), ROBIN, NOW + 9 * HOUR) == Compared(
        untrue=("placement/b/begun",)
    )
