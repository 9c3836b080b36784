"""One running town for these situations: every service that a protocol names can be told; it is Monday evening."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from records.people import Role
from tests.notifications_http.conftest import SERVICES
from tests.notifications_http.town import EVENING, Town, running_town
from tests.places import AUTHORITIES, NURSE_TEAM, SCHOOL, SERVICE
from tests.world import World

_OF_COUNCILS = (
    *SERVICES,
    Role.SENIOR_MANAGER,
    Role.DIRECTOR_OF_CHILDRENS_SERVICES,
    Role.INDEPENDENT_REVIEWING_OFFICER,
    Role.CHILD_PROTECTION_CHAIR,
    Role.FAMILY_HELP_PRACTITIONER,
    Role.SOCIAL_WORKER,
    Role.YOUTH_JUSTICE_WORKER,
)
_OF_FORCES = (
    Role.POLICE_OFFICER,
    Role.POLICE_MISSING_COORDINATOR,
    Role.POLICE_REFERRAL_MANAGER,
    Role.POLICE_CONTROL_ROOM,
)


@pytest.fixture(scope="session")
def whole_town() -> Iterator[Town]:
    with running_town() as town:
        for council in AUTHORITIES.values():
            for role in _OF_COUNCILS:
                town.registers(council.code, role)
            for role in _OF_FORCES:
                town.registers(council.force, role, serves=frozenset({council.code}))
        town.registers(NURSE_TEAM, Role.CLA_NURSE)
        town.registers(SCHOOL, Role.SCHOOL)
        town.registers(SERVICE, Role.RETURN_INTERVIEW_SERVICE)
        yield town


@pytest.fixture
def town(whole_town: Town) -> Iterator[Town]:
    """The town, with every fault mended and nothing asked yet."""
    for simulator in whole_town.world.simulators.values():
        simulator.recovers()
    whole_town.world.forgets_what_was_asked()
    whole_town.is_now(EVENING)
    yield whole_town
    whole_town.is_now(EVENING)


@pytest.fixture
def world(town: Town) -> World:
    """The same gateway and agencies, now, for whoever only asks."""
    town.world.clock.ahead = timedelta(0)
    return town.world
