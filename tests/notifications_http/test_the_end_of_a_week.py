"""A week ends in Staffordshire: the owner of the weekly meeting sees the task and its clock, and answers for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from records.people import Purpose, Role
from tests.notifications_http.asking import sends
from tests.notifications_http.town import Town
from tests.people import Practitioner

STAFFORDSHIRE = "E10000028"
DEADLINES = (
    """{ deadlines { id child says dueAt departed owners because { id paragraph } state } }"""
)
FOLLOW_UPS = """
query F($child: ID!) {
  whoHasBeenTold(child: $child) {
    __typename
    ... on Tellings { followUps { event tasks { id kind says owners doneAt because { id } } } }
  }
}
"""
COMPLETES = """
mutation C($task: ID!) {
  completeTask(input: { task: $task, how: "The subgroup met on Tuesday and reviewed the week." }) {
    __typename
  }
}
"""
DEPARTS = """
mutation D($deadline: ID!) {
  recordDeparture(input: {
    deadline: $deadline, because: "The bank holiday closed every office of the partnership."
  }) { __typename }
}
"""


WEEK = timedelta(days=7)
LONDON = ZoneInfo("Europe/London")
# A week that has ended stays so in the one town of all tests: each test has a week of its own, later than any before.
MONDAYS: Iterator[datetime] = (datetime(2027, 2, 8, 9, tzinfo=UTC) + 2 * WEEK * n for n in count())


@dataclass
class Ended:
    """A Monday morning, after a gateway that had looked the week before."""

    town: Town
    monday: datetime

    def looks(self, at: datetime) -> None:
        """The gateway looks then which weeks have ended."""
        self.town.is_now(at)
        self.town.world.does(self.town.world.parts.notices.periods.look())

    def due(self, weeks: int = 1) -> str:
        """When the meeting about the week before is due, so many weeks from this Monday."""
        midnight = (self.monday + weeks * WEEK).astimezone(LONDON).replace(hour=0)
        return f"{midnight.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def ended(town: Town) -> Ended:
    one = Ended(town, next(MONDAYS))
    for at in (one.monday - timedelta(days=4), one.monday):
        one.looks(at)
    return one


def somebody(ended: Ended, authority: str) -> Practitioner:
    return ended.town.world.person(Role.CHILDRENS_SERVICES, authority, purpose=Purpose.SAFEGUARD)


def weekly(who: Practitioner) -> list[dict[str, Any]]:
    """The clocks of the weekly meeting that somebody is shown."""
    return [
        one
        for one in sends(who, DEADLINES)["deadlines"]
        if "staffs-weekly-subgroup" in {rule["id"] for rule in one["because"]}
    ]


def newest(who: Practitioner) -> dict[str, Any]:
    """The clock of the last week that has ended."""
    return max(weekly(who), key=lambda one: str(one["dueAt"]))


def test_the_authority_sees_its_clock_and_task_and_no_other_authority_does(ended: Ended) -> None:
    own = somebody(ended, STAFFORDSHIRE)
    clock = newest(own)
    assert clock["dueAt"] == ended.due()
    assert clock["owners"] == [f"{STAFFORDSHIRE}/la_children_services"]
    told = sends(own, FOLLOW_UPS, child=clock["child"])["whoHasBeenTold"]
    tasks = [task for one in told["followUps"] for task in one["tasks"]]
    assert ("MEET", "staffs-weekly-subgroup") in {
        (task["kind"], task["because"][0]["id"]) for task in tasks
    }

    elsewhere = somebody(ended, "E10000012")
    assert weekly(elsewhere) == []
    other = sends(elsewhere, FOLLOW_UPS, child=clock["child"])["whoHasBeenTold"]
    assert other["__typename"] == "NotFoundOrNotPermitted"


def test_why_it_was_not_held_is_for_the_authority_to_say(ended: Ended) -> None:
    clock = newest(somebody(ended, STAFFORDSHIRE))
    assert clock["dueAt"] == ended.due()
    given = {"deadline": clock["id"]}
    refused = sends(somebody(ended, "E10000012"), DEPARTS, **given)["recordDeparture"]
    done = sends(somebody(ended, STAFFORDSHIRE), DEPARTS, **given)["recordDeparture"]
    assert refused["__typename"] == "Refused"
    assert done["__typename"] == "TellingRecorded"
    (after,) = [one for one in weekly(somebody(ended, STAFFORDSHIRE)) if one["id"] == clock["id"]]
    assert after["departed"], (
        "the subgroup must meet: the reason is beside the clock, which runs on"
    )


def test_the_meeting_was_held_says_the_authority_and_its_clock_is_met(ended: Ended) -> None:
    ended.looks(ended.monday + WEEK)
    own, elsewhere = somebody(ended, STAFFORDSHIRE), somebody(ended, "E10000012")
    clock = newest(own)
    assert clock["dueAt"] == ended.due(2)
    task = meeting_of(own, clock)
    refused = sends(elsewhere, COMPLETES, task=task["id"])["completeTask"]
    done = sends(own, COMPLETES, task=task["id"])["completeTask"]
    assert refused["__typename"] == "Refused"
    assert done["__typename"] == "TellingRecorded"
    ended.town.looks_again()
    assert clock["id"] not in {one["id"] for one in weekly(own)}
    assert meeting_of(own, clock)["doneAt"] is not None


def meeting_of(who: Practitioner, clock: dict[str, Any]) -> dict[str, Any]:
    """The newest task to hold the weekly meeting."""
    told = sends(who, FOLLOW_UPS, child=clock["child"])["whoHasBeenTold"]
    found: list[dict[str, Any]] = [
        task
        for one in told["followUps"]
        for task in one["tasks"]
        if task["because"][0]["id"] == "staffs-weekly-subgroup"
    ]
    return found[-1]
