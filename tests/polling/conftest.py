"""One running town for these tests, with systems that are polled, in the evening."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from records.people import Role
from tests.notifications_http.conftest import SERVICES
from tests.notifications_http.town import EVENING
from tests.places import AUTHORITIES
from tests.polling.polled import Polled, running_polled


@pytest.fixture(scope="session")
def whole() -> Iterator[Polled]:
    with running_polled(EVENING) as polled:
        for authority in AUTHORITIES.values():
            for role in (*SERVICES, Role.SOCIAL_WORKER):
                polled.town.registers(authority.code, role)
        yield polled


@pytest.fixture
def polled(whole: Polled) -> Iterator[Polled]:
    for simulator in whole.simulators:
        simulator.recovers()
    whole.town.is_now(EVENING)
    # Another test may have been further on: what changes from now on is news again.
    began = str((EVENING - timedelta(hours=72)).replace(tzinfo=None))
    whole.town.changes("UPDATE poll SET as_of = :b, began_at = :b, failing_since = NULL", b=began)
    # What other tests took out of their systems is not gone here.
    whole.town.changes("DELETE FROM polled_told")
    yield whole
    whole.town.is_now(EVENING)
