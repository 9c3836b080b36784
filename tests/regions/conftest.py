"""Two running regions for these tests: one on SQLite, the other on PostgreSQL; well again for each test."""

from collections.abc import Iterator

import pytest

from notifications.peer_telling import PeerTelling
from tests.notifications_http.town import EVENING
from tests.postgres import Postgres
from tests.regions.regions import Regions, two_regions
from tests.regions.stranger import Stranger


@pytest.fixture(scope="session")
def whole_regions(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Regions]:
    with (
        postgres.database() as url,
        two_regions(tmp_path_factory.mktemp("regions"), (None, url)) as regions,
    ):
        yield regions


@pytest.fixture
def regions(whole_regions: Regions) -> Iterator[Regions]:
    for region in whole_regions.both:
        region.front.unplugged, region.front.loses = False, 0
        # A test that ended in another week left its pauses behind.
        region.town.changes("UPDATE endpoint SET failures = 0, paused_until = NULL")
        telling = region.town.world.parts.notices.telling
        assert isinstance(telling, PeerTelling)
        telling.contents.silent_since.clear()
    whole_regions.is_now(EVENING)
    yield whole_regions
    for region in whole_regions.both:
        region.front.unplugged, region.front.loses = False, 0


@pytest.fixture
def lancashire(regions: Regions) -> Stranger:
    """Lancashire's own certificate and keys, used by hand."""
    one = regions.lancashire
    return Stranger(regions.staffordshire, one.identity, one.keys, regions.papers)
