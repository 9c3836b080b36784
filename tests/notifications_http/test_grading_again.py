"""A grading that a force sends by itself is known as a change of risk by what was sent before it."""

from datetime import timedelta

import pytest

from tests.adapters.police.incidents import graded, pushed
from tests.notifications_http.town import EVENING, Town
from tests.world import Child

FIRST = {"grade": "MEDIUM", "gradedTime": EVENING.isoformat(), "gradedByRank": "Sergeant"}
LATER = {
    "grade": "HIGH",
    "gradedTime": (EVENING + timedelta(hours=2)).isoformat(),
    "gradedByRank": "Inspector",
}


@pytest.fixture
def child(town: Town) -> Child:
    return town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")


def grades(town: Town, child: Child, *gradings: dict[str, str]) -> None:
    """The force pushes the report with these gradings, and no other."""
    town.is_now(EVENING + timedelta(hours=3))
    report, *assessments = graded(*gradings, reportedTime=EVENING.isoformat())
    report["id"] = f"LC-{child.file.serial}"
    report["relationships"]["nominal"] = {"data": [{"type": "person", "id": child.file.nominal}]}
    reply = town.pushes(pushed(town.person(child), report, *assessments))
    assert reply.status_code == 201, reply.text


def kept(town: Town, child: Child) -> list[tuple[str, bool]]:
    """Each grading that is kept, and whether it corrects another."""
    found = town.rows(
        "SELECT type, corrects FROM event WHERE child = :c AND type LIKE 'risk-%'"
        " ORDER BY child_seq",
        c=child.ref,
    )
    return [(one["type"], one["corrects"] is not None) for one in found]


def test_a_document_with_a_later_grading_alone_changes_the_risk(town: Town, child: Child) -> None:
    grades(town, child, FIRST)
    grades(town, child, LATER)
    assert kept(town, child) == [("risk-set", False), ("risk-changed", False)]


def test_the_same_gradings_sent_together_afterwards_change_nothing(
    town: Town, child: Child
) -> None:
    grades(town, child, FIRST)
    grades(town, child, LATER)
    grades(town, child, FIRST, LATER)
    assert kept(town, child) == [("risk-set", False), ("risk-changed", False)]


def test_a_first_grading_that_is_corrected_is_still_the_first(town: Town, child: Child) -> None:
    grades(town, child, FIRST)
    grades(town, child, {**FIRST, "grade": "HIGH"})
    assert kept(town, child) == [("risk-set", False), ("risk-set", True)]


def test_a_grading_of_another_episode_is_the_first_of_that_one(town: Town, child: Child) -> None:
    grades(town, child, FIRST)
    again = f"LC-{child.file.serial}-2"
    report, *assessments = graded(LATER, reportedTime=EVENING.isoformat())
    report["id"] = again
    report["relationships"]["nominal"] = {"data": [{"type": "person", "id": child.file.nominal}]}
    assessments[0]["id"] = f"{again}-RA"
    report["relationships"]["riskAssessments"]["data"][0]["id"] = f"{again}-RA"
    reply = town.pushes(pushed(town.person(child), report, *assessments))
    assert reply.status_code == 201
    assert kept(town, child) == [("risk-set", False), ("risk-set", False)]
