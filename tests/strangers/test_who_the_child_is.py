"""Who the child is: eighteen already or on the way there, in foster care, a brother, in care since this morning. Expected first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from disclosure.recording import record_birth_date
from tests.adapters.police.incidents import pushed, report
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.registers import said
from tests.strangers.children import (
    FOUND,
    REPORTED,
    at_home,
    followed,
    in_care,
    judged_again,
)
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR
FIVE = ["Lancashire", "Staffordshire", "Essex", "Somerset", "North East Lincolnshire"]


def born(town: Town, child: Child, on: date) -> None:
    town.world.does(record_birth_date(town.world.parts.engine, child.ref, on, said()))


def asked(town: Town, child: Child) -> set[str]:
    return {one["because"]["rule"] for one in followed(town, child, "tasks")}


# Eighteen


@pytest.mark.parametrize("area", FIVE)
def test_whoever_is_eighteen_when_they_go_missing_is_nobodys_child_in_these_protocols(
    town: Town, area: str
) -> None:
    """Pan-Lancashire 2 and Staffordshire 3.2: under 18. The report is kept, and no agency is told of it."""
    child = at_home(town, area)
    born(town, child, EVENING.date().replace(year=2009))
    town.goes_missing(child)
    assert town.told_of(child, REPORTED) == set()
    assert clocks(town, child) == set()
    assert town.rows("SELECT id FROM event WHERE child = :c AND type = :t", c=child.ref, t=REPORTED)


@pytest.mark.parametrize("area", FIVE)
def test_the_day_before_the_eighteenth_birthday_is_a_childs_like_any_other(
    town: Town, area: str
) -> None:
    child = at_home(town, area)
    born(town, child, (EVENING + DAY).date().replace(year=2009))
    town.goes_missing(child)
    assert town.told_of(child, REPORTED)
    assert clocks(town, child)


def test_whoever_turns_eighteen_while_missing_is_still_looked_for_and_everybody_hears_of_the_return(
    town: Town,
) -> None:
    """What was begun for a child goes on until they are found: a reading. No interview is due (2)."""
    child = in_care(town, "Lancashire")
    born(town, child, (EVENING + DAY).date().replace(year=2009))
    town.goes_missing(child)
    first = town.told_of(child, REPORTED)
    town.is_now(EVENING + 49 * HOUR)
    town.works_off(child)
    assert "panlancs-strategy-48h" in rules(town, child, "deadline-reached")
    town.is_found(child, EVENING + 60 * HOUR)
    assert "E10000017/childrens-services" in first & town.told_of(child, FOUND)
    assert not due(town, child, "panlancs-rhi-72h")


# In care since, or no longer


def test_a_child_who_comes_into_care_while_missing_in_somerset_has_the_step_of_24_hours_from_the_report(
    town: Town,
) -> None:
    """TIMESCALES: Somerset Children Looked After who are missing for more than 24 hours."""
    child = at_home(town, "Somerset")
    town.goes_missing(child)
    assert not due(town, child, "somerset-cla-24h-operations-manager")
    town.is_now(EVENING + 6 * HOUR)
    child.registers.states("looked_after", value=True)
    judged_again(town, child)
    assert due(town, child, "somerset-cla-24h-operations-manager", state="pending") == [
        EVENING + DAY
    ]


def test_a_child_whose_care_ends_while_missing_in_somerset_loses_that_step_and_keeps_the_search(
    town: Town,
) -> None:
    child = in_care(town, "Somerset", open_to_social_care=True)
    town.goes_missing(child)
    town.is_now(EVENING + 6 * HOUR)
    child.registers.states("looked_after", value=False)
    judged_again(town, child)
    assert not due(town, child, "somerset-cla-24h-operations-manager", state="pending")
    assert due(town, child, "somerset-strategy-14d", state="pending") == [EVENING + 14 * DAY]


def test_a_child_who_is_opened_to_social_care_while_missing_in_stoke_has_the_line_manager_at_24_hours(
    town: Town,
) -> None:
    """14.1: when a child is open; 20.5: not open and missing for longer than 24 hours, opened."""
    child = at_home(town, "Stoke-on-Trent", open_to_social_care=False)
    town.goes_missing(child)
    assert due(town, child, "staffs-unopen-24h-assessment") == [EVENING + DAY]
    assert not due(town, child, "staffs-24h-line-manager")
    town.is_now(EVENING + 6 * HOUR)
    child.registers.states("open_to_social_care", value=True)
    judged_again(town, child)
    assert due(town, child, "staffs-24h-line-manager", state="pending") == [EVENING + DAY]
    assert not due(town, child, "staffs-unopen-24h-assessment", state="pending")


# Foster care and homes


@pytest.mark.parametrize("placement, carer", [("foster", True), ("residential", False)])
def test_staffordshires_urgent_review_at_three_days_is_with_the_foster_carer_where_there_is_one(
    town: Town, placement: str, *, carer: bool
) -> None:
    """14.2: the police, the child's social worker, foster carer."""
    child = in_care(town, "Staffordshire", open_to_social_care=True)
    child.registers.states("placement_type", placement)
    town.goes_missing(child)
    town.is_now(EVENING + 73 * HOUR)
    town.works_off(child)
    heard = rules(town, child, "deadline-reached")
    assert "staffs-3d-urgent-care-review" in heard
    assert bool(due(town, child, "staffs-3d-urgent-care-review/foster-carer")) is carer


@pytest.mark.parametrize("placement, form", [("residential", True), ("foster", False)])
def test_in_north_east_lincolnshire_a_home_sends_the_philomena_form_and_a_foster_carer_has_none(
    town: Town, placement: str, *, form: bool
) -> None:
    """Philomena Protocol: implemented for children living in residential children's homes."""
    child = in_care(town, "North East Lincolnshire")
    child.registers.states("placement_type", placement)
    town.goes_missing(child)
    assert ("nelincs-philomena-on-missing" in asked(town, child)) is form


# Brother and sister


def test_two_children_in_one_report_are_two_episodes_and_the_return_of_one_ends_nothing_of_the_other(
    town: Town,
) -> None:
    """Each protocol speaks of a child. One document may hold two."""
    sister, brother = at_home(town, "Lancashire"), at_home(town, "Lancashire", aged=9)
    town.is_now(EVENING + 5 * timedelta(minutes=1))
    told_ = {
        "status": "MISSING",
        "missingFromTime": (EVENING - HOUR).isoformat(),
        "reportedTime": EVENING.isoformat(),
        "recordedTime": (EVENING + timedelta(minutes=2)).isoformat(),
    }
    rows = [
        row
        for one in (sister, brother)
        for row in (
            town.person(one),
            report(f"LC-{one.file.serial}", one.file.nominal, **told_),
        )
    ]
    reply = town.pushes(pushed(*rows))
    assert reply.status_code == 201, reply.text
    for one in (sister, brother):
        assert "E10000017/childrens-services" in town.told_of(one, REPORTED)
    town.is_found(sister, EVENING + 5 * HOUR)
    assert not due(town, sister, "panlancs-strategy-48h", state="pending")
    assert due(town, brother, "panlancs-strategy-48h", state="pending") == [EVENING + 48 * HOUR]
    assert town.told_of(brother, FOUND) == set()


# Unaccompanied


def test_six_months_from_the_last_of_august_end_on_the_last_of_february(town: Town) -> None:
    """Staffordshire and Stoke 23.3: six-monthly review meetings until the child is located or turns 18."""
    child = in_care(town, "Staffordshire", uasc=True)
    born(town, child, date(2013, 1, 1))
    began = datetime(2027, 8, 31, 18, tzinfo=UTC)
    town.goes_missing(child, began)
    assert due(town, child, "staffs-uasc-six-monthly") == [datetime(2028, 2, 29, 19, tzinfo=UTC)]
    town.is_found(child, began + 40 * DAY, since=began)
    assert not due(town, child, "staffs-uasc-six-monthly", state="pending")


@pytest.mark.parametrize("cared_for", [True, False])
def test_somersets_director_reviews_at_six_months_whoever_is_looked_after(
    town: Town, *, cared_for: bool
) -> None:
    """LONGER ABSENCES: Whilst a Child Looked After remains missing ... six months or more."""
    child = in_care(town, "Somerset") if cared_for else at_home(town, "Somerset")
    town.goes_missing(child)
    half = [datetime(2027, 7, 11, 17, tzinfo=UTC)]
    assert due(town, child, "somerset-dcs-6-months") == (half if cared_for else [])


@pytest.mark.parametrize("cared_for", [True, False])
def test_somersets_line_manager_hears_at_once_of_a_child_in_care(
    town: Town, *, cared_for: bool
) -> None:
    """TIMESCALES: the Social Worker should notify their line manager as soon as this is known."""
    child = in_care(town, "Somerset") if cared_for else at_home(town, "Somerset")
    town.world.manager(child)
    town.goes_missing(child)
    assert ("somerset-sw-line-manager" in rules(town, child, REPORTED)) is cared_for


def test_in_north_east_lincolnshire_a_remanded_child_who_goes_missing_is_told_to_youth_justice(
    town: Town,
) -> None:
    """Children remanded to local authority accommodation: in legal terms has escaped custody."""
    child, other = (
        in_care(town, "North East Lincolnshire"),
        in_care(town, "North East Lincolnshire"),
    )
    child.registers.states("legal_status", "remand")
    for one in (child, other):
        town.is_now(EVENING)
        town.goes_missing(one)
    assert ("E06000012/youth-justice-worker", "nelincs-remand-escaped-custody") in told(
        town, child, REPORTED
    )
    assert "nelincs-remand-escaped-custody" not in rules(town, other, REPORTED)
