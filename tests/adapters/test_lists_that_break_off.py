"""A list whose later page is missing is not a shorter list, and one refreshed half way is as old as its first page."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from adapters import mosaic, police
from adapters.mosaic.simulator import MosaicSimulator
from adapters.mosaic.simulator import settings_for as mosaic_settings
from adapters.police.simulator import CompactSimulator, NicheSimulator
from adapters.police.simulator import settings_for as police_settings
from adapters.police.simulator.force import PAGE
from gateway.http import PooledHttp
from records.errors import SourceContractBroken
from records.items import Item
from records.polling import ASKED, Polls
from records.source import Source
from tests.adapters.asking import NOW, question

LONG_AGO = NOW - timedelta(days=365)
STATUS = frozenset({Item.EPISODE_STATUS})


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


@pytest.fixture
def force() -> Iterator[NicheSimulator]:
    with NicheSimulator() as simulator:
        simulator.nominal("N-1")
        for number in range(PAGE + 3):
            simulator.report(f"O-{number}", "N-1", occurrenceStatus="OPEN")
        yield simulator


@pytest.fixture
def council() -> Iterator[MosaicSimulator]:
    with MosaicSimulator() as simulator:
        simulator.person(17)
        for number in range(103):
            simulator.placement(
                17, number + 1, personId=17, startDate="2026-11-20T00:00:00Z", placementType="U1"
            )
        yield simulator


async def test_a_forces_list_whose_second_page_is_missing_is_no_answer(
    http: PooledHttp, force: NicheSimulator
) -> None:
    source = police.connect("police", http, police_settings(force))
    whole = await source.records(question(source, "N-1", STATUS))
    assert len(whole.records) == PAGE + 3
    force.loses_later_pages()
    with pytest.raises(SourceContractBroken):
        await source.records(question(source, "N-1", STATUS))
    polled = cast("Polls", source)
    with pytest.raises(SourceContractBroken):
        await polled.told(question(source, "N-1", ASKED & source.supplies))
    with pytest.raises(SourceContractBroken):
        await polled.changed(LONG_AGO, now=NOW)


async def test_a_councils_list_whose_second_page_is_missing_is_no_answer(
    http: PooledHttp, council: MosaicSimulator
) -> None:
    source: Source = mosaic.connect("mosaic", http, mosaic_settings(council, "essex"))
    placed = [Item.PLACEMENT_DETAIL]
    assert len((await source.records(question(source, "17", placed))).records) == 103
    council.loses_later_pages()
    with pytest.raises(SourceContractBroken):
        await source.records(question(source, "17", placed))
    with pytest.raises(SourceContractBroken):
        await cast("Polls", source).told(question(source, "17", ASKED & source.supplies))


async def test_of_a_person_who_is_known_a_list_that_is_not_there_says_nothing_of_what_is_gone(
    http: PooledHttp, council: MosaicSimulator
) -> None:
    source: Source = mosaic.connect("mosaic", http, mosaic_settings(council, "essex"))
    polled = cast("Polls", source)
    asked = question(source, "17", ASKED & source.supplies)
    assert "episode/" in (await polled.told(asked)).whole
    council.loses("workflow-steps")
    told = await polled.told(asked)
    assert told.whole == frozenset()
    assert len(told.events) == 103, "what could be read is told"


class Refreshing(CompactSimulator):
    """Somebody presses refresh after each page."""

    pages = 0

    def said_of_all(self) -> dict[str, object]:
        self.pages += 1
        at = datetime(2026, 11, 24, 6, tzinfo=UTC) + timedelta(hours=self.pages)
        return {"refreshedTime": at.isoformat()}


async def test_a_list_that_is_refreshed_between_two_pages_vouches_for_the_first_refresh(
    http: PooledHttp,
) -> None:
    with Refreshing(lambda: NOW) as force:
        force.nominal("N-1")
        for number in range(PAGE + 3):
            force.missing_report(
                f"M-{number}", "N-1", f"C-{number}", reported="2026-11-23T22:00:00"
            )
        force.refreshes("2026-11-24T06:00:00+00:00")
        source = police.connect("police", http, police_settings(force))
        changed = await cast("Polls", source).changed(LONG_AGO, now=NOW + timedelta(days=1))
    assert force.pages == 2
    assert changed.as_of == datetime(2026, 11, 24, 7, tzinfo=UTC)
