"""A council's own record is what its own system holds: not what another council's holds of the same child."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gateway.settings import Settings
from tests.casefile import Casefile
from tests.places import AUTHORITIES
from tests.scenarios.asked import PLACEMENT
from tests.world import Child, World, running_world

OWN_SYSTEMS = {"mosaic", "mosaic-essex", "liquidlogic"}


def _whose(settings: Settings, _folder: Path) -> Settings:
    """Each council's system named as its own, as a deployment for several has to."""
    sources = {
        name: msgspec.structs.replace(
            one,
            organisations=tuple(a.code for a in AUTHORITIES.values() if a.system == name),
        )
        for name, one in settings.sources.items()
    }
    return msgspec.structs.replace(settings, sources=sources)


@pytest.fixture(scope="module")
def region() -> Iterator[World]:
    with running_world(adjust=_whose) as world:
        yield world


def known_to_both(region: World) -> Child:
    """A child of Lancashire whom Blackpool's own system knows as well."""
    child = region.child(lives_in="Blackpool", looked_after_by="Lancashire")
    there = Casefile(region, "mosaic", child.number, child.file.serial + 50_000, 15)
    there.opens({"council"})
    assert region.does(region._enrolled(child.number)) == child.ref
    region.forgets_what_was_asked()
    return child


def test_a_worker_of_lancashire_reads_lancashire_s_record_and_not_blackpool_s(
    region: World,
) -> None:
    child = known_to_both(region)
    child.file.placed()
    told = region.social_worker(child).asks(child, PLACEMENT)

    assert region.were_asked() & OWN_SYSTEMS == {"liquidlogic"}
    [placements] = [told.body["data"]["child"]["placements"]]
    assert placements["state"] == "REDUCED"
    assert len(placements["records"]) == 1


def test_what_stays_closed_is_said_to_be_another_council_s_and_never_nothing_held(
    region: World,
) -> None:
    child = known_to_both(region)
    told = region.social_worker(child).asks(child, PLACEMENT)

    assert told.state("placements") == "WITHHELD"
    assert "mosaic" not in region.were_asked()


def test_a_grant_of_the_protocol_reaches_the_other_council_s_record_as_before(
    region: World,
) -> None:
    child = known_to_both(region)
    region.social_worker(child).asks(child, "missingEpisodes { state }")

    assert {"mosaic", "liquidlogic"} <= region.were_asked()
