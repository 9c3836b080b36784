"""Somerset: recorded missing and then called Absent. What runs goes on, and somebody is asked to decide."""

from datetime import timedelta

from tests.notifications_http.kept import clocks, due, rules
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import at_home, followed, in_care
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = "somerset-strategy-24h/now-absent"


def asked(town: Town, child: Child) -> list[str]:
    """Who is asked to decide, once for each time that it is."""
    return [
        owner["role"]
        for one in followed(town, child, "tasks")
        if one["because"]["rule"] == ASKED
        for owner in one["owners"]
    ]


def test_whoever_has_the_clocks_is_asked_and_none_of_them_stops(town: Town) -> None:
    """TIMESCALES and Case Escalation: the inspector determines the status; the hours are of missing."""
    child = in_care(town, "Somerset")
    town.goes_missing(child)
    running = clocks(town, child)
    assert not asked(town, child)
    town.is_now(EVENING + 6 * HOUR)
    town.goes_missing(child, status="ABSENT")
    assert asked(town, child) == ["la_children_services", "police"]
    assert {"somerset-strategy-24h", "somerset-cla-24h-operations-manager"} <= running
    assert running <= clocks(town, child)
    assert due(town, child, "somerset-strategy-14d", state="pending") == [EVENING + 14 * DAY]


def test_nobody_is_asked_of_a_child_who_was_only_ever_absent(town: Town) -> None:
    child = at_home(town, "Somerset")
    town.goes_missing(child, EVENING - 20 * DAY, ref=f"LC-{child.file.serial}-before")
    town.is_found(
        child,
        EVENING - 19 * DAY,
        since=EVENING - 20 * DAY,
        ref=f"LC-{child.file.serial}-before",
    )
    town.goes_missing(child, status="ABSENT")
    assert not asked(town, child)


def test_a_report_that_lancashires_police_close_without_recording_it_is_told_to_the_home(
    town: Town,
) -> None:
    """Pan-Lancashire 5.3.1: not recorded at this time, the rationale kept, next steps relayed to the carer."""
    child = in_care(town, "Lancashire")
    town.goes_missing(child, status="REPORTED")
    town.goes_missing(child, status="CLOSED")
    kinds = {
        one["kind"]
        for one in followed(town, child, "tasks")
        if one["because"]["rule"] == "panlancs-not-recorded-missing"
    }
    assert kinds == {"record"}
    assert "panlancs-not-recorded-missing" in rules(town, child, "status-decided")


def test_a_report_that_was_recorded_and_then_closed_is_no_report_that_was_not(town: Town) -> None:
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    town.goes_missing(child, status="CLOSED")
    assert "panlancs-not-recorded-missing" not in rules(town, child, "status-decided")
