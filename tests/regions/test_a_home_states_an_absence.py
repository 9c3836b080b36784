"""A home in Staffordshire says that a child of Lancashire's is away: each region acts by its own protocol, and the police hear nothing."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from disclosure.assertion import Said
from disclosure.recording import record_standing
from records.people import Purpose, Role, Standing
from tests.acting import does
from tests.notifications_http.town import EVENING
from tests.places import HOMES
from tests.regions.placed import Placed, placed
from tests.regions.regions import Regions

HOUR = timedelta(hours=1)
AWAY, FOUND = "away-without-authorisation", "child-found"


@pytest.fixture
def child(regions: Regions) -> Placed:
    one = placed(regions)
    one.child.file.placed()
    one.is_placed()
    one.is_known_there()
    world = regions.staffordshire.town.world
    said = Said(source="staffordshire", by="a person", valid_from=EVENING, recorded_at=EVENING)
    world.does(
        record_standing(
            world.parts.engine,
            one.there,
            Standing.PROVIDES_PLACEMENT,
            said,
            organisation=HOMES["Elm House"],
        )
    )
    regions.is_now(EVENING + 3 * HOUR)
    return one


def states(child: Placed, what: str, at: datetime, **detail: object) -> None:
    """The manager of the home says it, in Staffordshire."""
    world = child.regions.staffordshire.town.world
    manager = world.person(Role.REGISTERED_MANAGER, HOMES["Elm House"], purpose=Purpose.CARE)
    ids = world.parts.services.ids
    given: dict[str, Any] = {
        "what": what,
        "at": at.isoformat(),
        **({"detail": detail} if detail else {}),
    }
    named = str(ids.child(child.there))
    done = does(manager, "recordEvent", "__typename", child=named, **given)
    assert done["__typename"] == "Recorded"


def test_the_homes_word_crosses_as_the_homes_and_so_does_the_end_of_it(
    child: Placed, regions: Regions
) -> None:
    """Pan-Lancashire 5.5.2: the social worker or EDT; nobody is missing, found or interviewed."""
    states(child, "AWAY_WITHOUT_AUTHORISATION", EVENING + 2 * HOUR, whereaboutsKnown=True)
    regions.until(lambda: child.events(regions.lancashire, AWAY))
    (there,) = child.events(regions.lancashire, AWAY)
    said = msgspec.json.decode(there["data"])
    assert (said["said_by"], said["whereabouts_known"]) == ("placement", True)
    (by,) = said["peer"]["because"]
    assert by["rule"] == "panlancs-unauthorised-absence-inform-sw"
    before = running(child, regions)

    states(child, "CHILD_FOUND", EVENING + 3 * HOUR)

    regions.until(lambda: child.events(regions.lancashire, FOUND))
    assert running(child, regions) == before
    for region in regions.both:
        assert set(child.told(region, FOUND)) == set(child.told(region, AWAY))


def test_what_lancashire_has_from_the_police_outlasts_a_homes_word(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(EVENING + 2 * HOUR)
    regions.until(lambda: child.events(regions.lancashire, "child-reported-missing"))
    regions.is_now(EVENING + 5 * HOUR)
    before = running(child, regions)

    states(child, "AWAY_WITHOUT_AUTHORISATION", EVENING + 4 * HOUR, whereaboutsKnown=True)

    assert child.events(regions.staffordshire, AWAY), "it is kept where it was said"
    assert not child.told(regions.staffordshire, AWAY)
    assert running(child, regions) == before


def running(child: Placed, regions: Regions) -> set[str]:
    """The protocols' clocks of the child that run, in both regions."""
    both = (regions.lancashire, child.child.ref), (regions.staffordshire, child.there)
    query = "SELECT kind FROM deadline WHERE child = :c AND state = 'pending' AND kind LIKE '%:%'"
    return {row["kind"] for region, ref in both for row in region.rows(query, c=ref)}
