"""Back before anybody knew, a minute too late, without a time, on a holiday; checks, plans, hospitals. Expected first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.people import Purpose, Role
from tests.acting import records
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import HOMES
from tests.strangers.children import FOUND, REPORTED, at_home, followed, in_care, says
from tests.world import Child

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR


def asked(town: Town, child: Child) -> set[str]:
    return {one["because"]["rule"] for one in followed(town, child, "tasks")}


def refused(town: Town, child: Child) -> set[str]:
    return {one["what"] for one in followed(town, child, "rejects")}


@pytest.mark.parametrize("minutes, asked_for", [(-1, False), (+1, True)])
def test_back_a_minute_before_or_after_somersets_24_hours(
    town: Town, minutes: int, *, asked_for: bool
) -> None:
    """Case Escalation: After 24 hours of missing."""
    child = at_home(town, "Somerset")
    back = EVENING + DAY + minutes * MINUTE
    town.goes_missing(child)
    if asked_for:
        town.is_now(EVENING + DAY)
        town.works_off(child)
    town.is_found(child, back)
    town.is_now(back + HOUR)
    town.works_off(child)
    assert ("somerset-strategy-24h" in rules(town, child, "deadline-reached")) is asked_for
    assert not due(town, child, "somerset-strategy-24h", state="pending")


@pytest.mark.parametrize(
    "area", ["Lancashire", "Staffordshire", "Essex", "Somerset", "North East Lincolnshire"]
)
def test_back_before_anybody_was_told_leaves_no_clock_of_a_missing_child_running(
    town: Town, area: str
) -> None:
    """Each is stopped by the return. What follows a return begins with it."""
    child = at_home(town, area)
    town.goes_missing(child, EVENING)
    missing = clocks(town, child)
    town.is_found(child, EVENING + MINUTE)
    assert missing
    assert not {
        rule
        for rule in clocks(town, child)
        if "strategy" in rule or "24h" in rule or "48h-m" in rule
    }
    assert not missing & clocks(town, child)


def test_72_hours_from_maundy_thursday_end_on_easter_sunday(town: Town) -> None:
    """Pan-Lancashire 5.7.4: 72 hours, not working days; summer time begins in between."""
    child = at_home(town, "Lancashire")
    began = datetime(2027, 3, 25, 8, tzinfo=UTC)
    town.goes_missing(child, began)
    town.is_found(child, began + 4 * HOUR, since=began)
    assert due(town, child, "panlancs-rhi-72h") == [datetime(2027, 3, 28, 12, tzinfo=UTC)]


def test_a_return_without_a_time_counts_from_when_it_was_learnt_and_not_from_the_report(
    town: Town,
) -> None:
    """5.7.4: within 72 hours after the missing episode. Nobody entered when it ended."""
    child = at_home(town, "Lancashire")
    town.goes_missing(child)
    town.is_now(EVENING + 2 * DAY)
    told_ = {
        "status": "FOUND",
        "missingFromTime": (EVENING - HOUR).isoformat(),
        "reportedTime": EVENING.isoformat(),
        "recordedTime": (EVENING + 2 * MINUTE).isoformat(),
    }
    reply = town.pushes(town.document(child, ref=f"LC-{child.file.serial}", **told_))
    assert reply.status_code == 201, reply.text
    town.is_now(EVENING + 3 * DAY)
    again = town.pushes(town.document(child, ref=f"LC-{child.file.serial}", **told_))
    assert again.status_code == 201, again.text
    (at,) = due(town, child, "panlancs-rhi-72h")
    assert EVENING + 5 * DAY <= at <= EVENING + 5 * DAY + MINUTE


def test_a_corrected_time_of_the_report_moves_every_clock_that_counts_from_it(town: Town) -> None:
    """Pan-Lancashire 5.5.3: after a period of 48 hours, counted from the report as it is corrected."""
    child = at_home(town, "Lancashire")
    ref = f"LC-{child.file.serial}"
    town.goes_missing(child, ref=ref)
    first = town.told_of(child, REPORTED)
    town.goes_missing(child, EVENING - 30 * MINUTE, ref=ref)
    corrected = EVENING + 48 * HOUR - 30 * MINUTE
    assert due(town, child, "panlancs-strategy-48h", state="pending") == [corrected]
    assert town.told_of(child, REPORTED) == first


def test_the_monthly_review_of_a_trigger_plan_of_the_31st_is_due_on_the_last_of_february(
    town: Town,
) -> None:
    """Pan-Lancashire 5.5: reviewed monthly by the allocated worker."""
    child = in_care(town, "Lancashire")
    at = datetime(2027, 1, 31, 12, tzinfo=UTC)
    town.is_now(at + HOUR)
    said = says(town.world.social_worker(child), child, "TRIGGER_PLAN_UPDATED", at.isoformat())
    assert said["__typename"] == "Recorded"
    assert due(town, child, "panlancs-trigger-plan-monthly") == [
        datetime(2027, 2, 28, 12, tzinfo=UTC)
    ]
    shared = {
        who
        for who, rule in told(town, child, "trigger-plan-updated")
        if rule == "panlancs-trigger-plan-share"
    }
    assert shared


# Who makes the check


@pytest.mark.parametrize(
    "area, risk, no",
    [
        ("Lancashire", "MEDIUM", "panlancs-saw-delegation-test/not-low"),
        ("Lancashire", "LOW", None),
        ("North East Lincolnshire", "LOW", "nelincs-saw/by-another"),
        ("Staffordshire", "MEDIUM", None),
    ],
)
def test_whether_somebody_else_than_the_police_may_make_the_check(
    town: Town, area: str, risk: str, no: str | None
) -> None:
    """Pan-Lancashire 5.7.3: LOW; North East Lincolnshire: by the police; Staffordshire and Stoke 13.4: in some exceptions."""
    child = in_care(town, area, crime_suspected=False)
    town.goes_missing(child)
    town.is_found(child, BACK)
    officer = town.world.officer(child)
    town.is_now(BACK + HOUR)
    said = says(
        officer,
        child,
        "SAFE_AND_WELL_PROPOSED",
        (BACK + 30 * MINUTE).isoformat(),
        detail={"checkedBy": "OTHER_PROFESSIONAL", "checkRisk": risk},
    )
    assert said["__typename"] == "Recorded"
    found = {what for what in refused(town, child) if "saw" in what}
    assert found == (set() if no is None else {no})
    if area == "Staffordshire":
        assert "staffs-found-debrief/exception" in asked(town, child)


def test_where_nobody_has_said_that_no_crime_is_suspected_lancashires_check_stays_with_the_police(
    town: Town,
) -> None:
    """5.7.3: no known or suspected circumstances; what nobody has looked at is not excluded: a reading."""
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    town.is_found(child, BACK)
    town.is_now(BACK + HOUR)
    says(
        town.world.officer(child),
        child,
        "SAFE_AND_WELL_PROPOSED",
        (BACK + 30 * MINUTE).isoformat(),
        detail={"checkedBy": "OTHER_PROFESSIONAL", "checkRisk": "LOW"},
    )
    assert "panlancs-saw-delegation-test/crime" in refused(town, child)


# Away and known where


def test_in_essex_a_home_that_says_where_the_child_is_starts_no_search(town: Town) -> None:
    """Flow chart 1: away from placement without authorisation; the Social Worker or EDS is informed."""
    child = in_care(town, "Essex")
    town.world.social_worker(child)
    manager = town.world.person(Role.REGISTERED_MANAGER, HOMES["Elm House"], purpose=Purpose.CARE)
    said = says(
        manager,
        child,
        "AWAY_WITHOUT_AUTHORISATION",
        (EVENING - HOUR).isoformat(),
        detail={"whereaboutsKnown": True},
    )
    assert said["__typename"] == "Recorded", said
    assert "essex-away-inform-sw" in rules(town, child, "away-without-authorisation")
    assert not {rule for rule in clocks(town, child) if "strategy" in rule or "dld" in rule}


@pytest.mark.parametrize("known", [True, False])
def test_in_north_east_lincolnshire_six_hours_run_only_where_nobody_knows_where_the_child_is(
    town: Town, *, known: bool
) -> None:
    """Away from placement: no more than six hours for whose whereabouts are not known and who cannot be contacted."""
    child = in_care(town, "North East Lincolnshire")
    manager = town.world.person(Role.REGISTERED_MANAGER, HOMES["Elm House"], purpose=Purpose.CARE)
    at = EVENING - HOUR
    said = says(
        manager,
        child,
        "AWAY_WITHOUT_AUTHORISATION",
        at.isoformat(),
        detail={"whereaboutsKnown": known, "contactable": known},
    )
    assert said["__typename"] == "Recorded", said
    expected = [] if known else [at + 6 * HOUR]
    assert due(town, child, "nelincs-away-six-hours", state="pending") == expected


# The return, told on


def test_north_east_lincolnshire_tells_leeds_that_its_child_is_back(town: Town) -> None:
    """Reporting that a missing child is found: the responsible authority is notified."""
    child = in_care(town, "Leeds", lives_in="North East Lincolnshire")
    town.goes_missing(child)
    town.is_found(child, BACK)
    heard = {who for who, rule in told(town, child, FOUND) if rule == "nelincs-found-carers-tell"}
    assert "E08000035/childrens-services" in heard


def test_a_place_that_is_not_safe_to_return_to_is_the_councils_to_settle_in_somerset(
    town: Town,
) -> None:
    """RETURNING: where it is not considered safe, police will liaise with Children's Social Care or the duty team."""
    child = at_home(town, "Somerset")
    town.goes_missing(child)
    town.is_found(child, BACK)
    town.is_now(BACK + HOUR)
    said = says(
        town.world.officer(child),
        child,
        "SAFE_AND_WELL_DONE",
        (BACK + 30 * MINUTE).isoformat(),
        detail={"checkedBy": "POLICE", "returnSafe": False},
    )
    assert said["__typename"] == "Recorded", said
    assert "somerset-saw-unsafe-return" in rules(town, child, "safe-and-well-done")


def test_a_child_on_no_authoritys_list_of_the_five_is_told_to_the_one_that_answers_and_that_is_all(
    town: Town,
) -> None:
    """A child of Leeds at home in Leeds: none of the five protocols speaks; the report is kept."""
    child = at_home(town, "Leeds")
    town.goes_missing(child)
    assert town.told_of(child, REPORTED) == set()
    assert not clocks(town, child)
    assert followed(town, child, "rejects") == []


def test_an_officer_who_has_a_child_abroad_is_asked_for_enquiries_overseas(town: Town) -> None:
    """Pan-Lancashire 5.3: children missing abroad."""
    child = at_home(town, "Lancashire")
    town.goes_missing(child)
    said = says(
        town.world.officer(child), child, "MISSING_ABROAD", (EVENING + 4 * MINUTE).isoformat()
    )
    assert said["__typename"] == "Recorded"
    assert "panlancs-overseas-enquiries" in asked(town, child)
    assert due(town, child, "panlancs-strategy-48h", state="pending") == [EVENING + 48 * HOUR]


def test_a_parents_no_to_the_interview_of_a_child_not_open_is_reviewed_by_managers_in_lancashire(
    town: Town,
) -> None:
    """6.3: a review with management oversight before the episode is closed."""
    child = at_home(town, "Lancashire", open_to_social_care=False)
    town.world.manager(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    records(
        town.world.interviewer(child),
        "recordConsent",
        child,
        giver="PARENT",
        capacity="PARENTAL_RESPONSIBILITY",
        says="REFUSES",
    )
    heard = told(town, child, "consent-changed")
    assert ("E10000017/team-manager", "panlancs-rhi-unopen-review-before-close/refused") in heard


def test_an_appeal_in_the_media_in_essex_is_a_directors_and_who_has_parental_responsibility(
    town: Town,
) -> None:
    """4.1.5: always in discussion with the Director of Local Delivery."""
    child = at_home(town, "Essex")
    town.goes_missing(child)
    said = says(
        town.world.social_worker(child),
        child,
        "MEDIA_CONSIDERED",
        (EVENING + 4 * MINUTE).isoformat(),
    )
    assert said["__typename"] == "Recorded"
    assert "essex-media-strategy" in rules(town, child, "media-considered")


def test_essexs_hub_tells_school_and_specialist_service_of_persistent_absence_at_first_contact(
    town: Town,
) -> None:
    """4.2: if it involves persistent absence from school."""
    child = at_home(town, "Essex", open_to_social_care=False)
    hub = town.world.of_responsible(child, Role.FRONT_DOOR)
    for absent in (False, True):
        said = says(
            hub,
            child,
            "REFERRAL_RECEIVED",
            (EVENING - (1 + absent) * HOUR).isoformat(),
            detail={"persistentAbsence": absent},
        )
        assert said["__typename"] == "Recorded", said
        assert (
            "essex-hub-notify-school-absence" in rules(town, child, "referral-received")
        ) is absent
