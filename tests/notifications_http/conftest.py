"""One running town for these tests, in the evening; its systems are well again for each."""

from collections.abc import Iterator

import pytest

from records.people import Role
from tests.notifications_http.town import EVENING, Town, running_town
from tests.places import AUTHORITIES

SERVICES = (
    Role.CHILDRENS_SERVICES,
    Role.EMERGENCY_DUTY_TEAM,
    Role.FRONT_DOOR,
    Role.MISSING_COORDINATOR,
    Role.MISSING_OFFICER,
    Role.TEAM_MANAGER,
    Role.SERVICE_MANAGER,
)


@pytest.fixture(scope="session")
def whole_town() -> Iterator[Town]:
    with running_town() as town:
        for authority in AUTHORITIES.values():
            for role in SERVICES:
                town.registers(authority.code, role)
        yield town


@pytest.fixture
def town(whole_town: Town) -> Iterator[Town]:
    for simulator in whole_town.world.simulators.values():
        simulator.recovers()
    whole_town.world.forgets_what_was_asked()
    whole_town.is_now(EVENING)
    yield whole_town
    whole_town.is_now(EVENING)
