"""A review health assessment becomes overdue although nothing is written that day, and is told by itself."""

from datetime import timedelta

import pytest

from adapters.health.simulator import patient
from adapters.health.simulator.provider import REVIEW
from tests.notifications_http.town import EVENING
from tests.polling.polled import Polled
from tests.world import Child

DUE = EVENING.date() + timedelta(days=1)


def record_of(child: Child) -> str:
    return f"Patient/nurses-{child.file.serial}"


@pytest.fixture
def child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Lancashire", looked_after_by="Lancashire", known_to=frozenset({"police"})
    )
    record = f"nurses-{one.file.serial}"
    polled.nurses.keeps(
        patient(
            record,
            given="Robin",
            family="Ashworth",
            born=one.file.born,
            nhs_number=one.number.digits,
        )
    )
    polled.knows("nurses", record, one)
    system, _, code = REVIEW.partition("|")
    polled.nurses.holds(
        "Task",
        record,
        status="requested",
        code={"coding": [{"system": system, "code": code}]},
        restriction={"period": {"end": DUE.isoformat()}},
    )
    return one


def test_it_is_told_the_day_after_it_was_due_and_once(polled: Polled, child: Child) -> None:
    polled.looks("nurses")
    assert polled.kinds(child) == []
    polled.town.is_now(EVENING + timedelta(days=2))
    assert polled.looks("nurses").kept == 1
    assert polled.kinds(child) == ["review-health-assessment-overdue"]
    polled.town.is_now(EVENING + timedelta(days=3))
    assert polled.looks("nurses").kept == 0
    assert polled.kinds(child) == ["review-health-assessment-overdue"]


def test_one_that_was_done_is_never_told(polled: Polled, child: Child) -> None:
    polled.nurses.resources[:] = [
        {**one, "status": "completed"} if one.get("for") == {"reference": record_of(child)} else one
        for one in polled.nurses.resources
    ]
    polled.town.is_now(EVENING + timedelta(days=2))
    polled.looks("nurses")
    assert polled.kinds(child) == []
