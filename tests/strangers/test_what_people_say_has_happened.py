"""A person says what no system tells, and the protocols do the rest: who is told, which clock stops.

Source: each test names its paragraph.
"""

from datetime import timedelta

import pytest

from records.people import Purpose, Role
from tests.acting import records
from tests.notifications_http.asking import sends
from tests.notifications_http.kept import due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import at_home, in_care, says

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR
OVER = ("panlancs-rhi-over-two-hours", "panlancs-rhi-within-two-hours")
WHY = "Heard from the child in the car on the way back."


def test_essex_contact_within_48_hours_is_on_record_and_the_clock_stops(town: Town) -> None:
    """Essex 3.3.1: the social worker tries to make meaningful contact within 48 hours of the return."""
    child = in_care(town, "Essex")
    worker = town.world.social_worker(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    assert due(town, child, "essex-contact-48h", state="pending") == [BACK + 48 * HOUR]

    town.is_now(BACK + 20 * HOUR)
    said = says(worker, child, "CONTACT_MADE", (BACK + 19 * HOUR).isoformat())

    assert said["__typename"] == "Recorded"
    assert not due(town, child, "essex-contact-48h", state="pending")
    assert due(town, child, "essex-contact-48h", state="met") == [BACK + 48 * HOUR]
    assert "essex-sw-informs-iro" in rules(town, child, "contact-made")


def test_a_strategy_discussion_in_lancashire_stops_its_clock_and_no_manager_is_asked_why(
    town: Town,
) -> None:
    """Pan-Lancashire 5.5.3: after 48 hours a strategy meeting, or a Team Manager says why not."""
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    town.is_now(EVENING + 30 * HOUR)

    said = says(
        town.world.social_worker(child),
        child,
        "STRATEGY_DISCUSSION_HELD",
        (EVENING + 29 * HOUR).isoformat(),
    )

    assert said["__typename"] == "Recorded"
    for rule in ("panlancs-strategy-48h", "panlancs-strategy-48h-not-held"):
        assert not due(town, child, rule, state="pending"), rule
    town.is_now(EVENING + 73 * HOUR)
    town.works_off(child)
    assert "panlancs-strategy-48h-not-held" not in rules(town, child, "deadline-breached")


def test_in_somerset_each_discussion_sets_the_next_24_hours_later_until_the_child_is_back(
    town: Town,
) -> None:
    """Somerset, Case Escalation: review strategy discussions every 24 hours until the child is returned."""
    child = in_care(town, "Somerset")
    town.goes_missing(child)
    town.is_now(EVENING + 24 * HOUR)
    held = EVENING + 23 * HOUR
    says(town.world.social_worker(child), child, "STRATEGY_DISCUSSION_HELD", held.isoformat())
    assert due(town, child, "somerset-strategy-review-24h", state="pending") == [held + 24 * HOUR]

    town.is_found(child, EVENING + 40 * HOUR)
    assert not due(town, child, "somerset-strategy-review-24h", state="pending")


@pytest.mark.parametrize(
    "area, chosen, stops",
    [
        ("Staffordshire", "MISSING_INTERVENTION", True),
        ("Staffordshire", "STRATEGY", False),
        ("Lancashire", "MFH_RISK_MANAGEMENT", True),
        ("Lancashire", "MISSING_INTERVENTION", False),
    ],
)
def test_only_the_meeting_that_the_paragraph_asks_for_meets_its_clock(
    town: Town, area: str, chosen: str, *, stops: bool
) -> None:
    """Staffordshire and Stoke 13.17; pan-Lancashire 5.5.3."""
    rule = {"Staffordshire": "staffs-mim-5wd", "Lancashire": "panlancs-three-in-90-meeting"}[area]
    child = at_home(town, area)
    for days in (40, 20):
        at, ref = EVENING - days * DAY, f"LC-{child.file.serial}-{days}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
    town.goes_missing(child, ref=f"LC-{child.file.serial}-now")
    assert due(town, child, rule, state="pending")

    town.is_now(EVENING + 2 * DAY)
    says(
        town.world.social_worker(child),
        child,
        "MEETING_HELD",
        (EVENING + 2 * DAY - HOUR).isoformat(),
        meeting=chosen,
    )

    assert bool(due(town, child, rule, state="pending")) is not stops


def test_catch22_has_no_system_and_says_itself_that_the_interview_took_place(town: Town) -> None:
    """Staffordshire and Stoke 13.6 and 13.9: the commissioned provider, within 72 hours."""
    child = at_home(town, "Staffordshire")
    catch22 = town.world.interviewer(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    town.is_now(BACK + 50 * HOUR)

    said = says(catch22, child, "INTERVIEW_DONE", (BACK + 48 * HOUR).isoformat())

    assert said["__typename"] == "Recorded"
    assert due(town, child, "staffs-rhi-72h", state="met") == [BACK + 72 * HOUR]
    assert ("E10000028/missing-officer", "staffs-rhi-save-staffordshire") in told(
        town, child, "interview-done"
    )


def test_an_interviewer_who_does_not_know_the_child_says_nothing_of_them(town: Town) -> None:
    child = at_home(town, "Staffordshire")
    town.goes_missing(child)
    stranger = town.world.person(
        Role.RETURN_INTERVIEW_SERVICE, "SERVICE-999002", purpose=Purpose.RETURN_INTERVIEW
    )
    for who in (stranger, town.world.head_teacher(child), town.world.officer(child)):
        said = says(who, child, "INTERVIEW_DONE", EVENING.isoformat())
        assert said["__typename"] == "Refused"
    assert not town.told_of(child, "interview-done")


@pytest.mark.parametrize(
    "area, judgement, event, whom, rule",
    [
        (
            "Lancashire",
            "URGENT",
            "interview-urgent-finding",
            "E23000003/police-missing-coordinator",
            "panlancs-rhi-urgent-sharing",
        ),
        (
            "Staffordshire",
            "CRIME_SUSPECTED",
            "crime-suspected",
            "E23000015/police-officer",
            "staffs-crime-tell-police",
        ),
        (
            "North East Lincolnshire",
            "CRIME_SUSPECTED",
            "crime-suspected",
            "E23000012/police-officer",
            "nelincs-crime-police-attend",
        ),
        (
            "Somerset",
            "URGENT",
            "interview-urgent-finding",
            "E06000066/team-manager",
            "somerset-rhi-manager-review",
        ),
        (
            "Essex",
            "AT_RISK",
            "harm-suspected",
            "E10000012/senior-manager",
            "essex-dld-early-harm/suspected",
        ),
    ],
)
def test_what_the_interviewer_judges_is_told_at_once_and_not_when_somebody_next_asks(
    town: Town, area: str, judgement: str, event: str, whom: str, rule: str
) -> None:
    """T04 from the other side: the child tells of harm, and the interviewer says so here.

    Source: Lancashire 5.7.4 without delay; Staffordshire and Stoke 19.1; North East Lincolnshire,
    Incidents of specific concern; Somerset, seen swiftly by a line manager; Essex 3.1.4, 4.1.2.
    """
    child = in_care(town, area)
    town.world.manager(child)
    # Essex speaks of harm while the child is missing: there the worker fears it, and not later.
    while_missing = area == "Essex"
    says_so = town.world.social_worker(child) if while_missing else town.world.interviewer(child)
    town.goes_missing(child)
    if not while_missing:
        town.is_found(child, BACK)
    town.is_now(BACK + 20 * HOUR)

    judged = records(
        says_so, "recordJudgement", child, judgement=judgement, value=True, hours=12, reason=WHY
    )

    assert judged["__typename"] == "Recorded"
    assert (whom, rule) in told(town, child, event)
    waits = town.rows(
        "SELECT d.not_before, d.created_at FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = :t",
        c=child.ref,
        t=event,
    )
    assert waits
    assert all(one["not_before"] == one["created_at"] for one in waits)


def test_judging_again_what_stands_is_no_news_and_judging_that_it_is_not_so_is_none_either(
    town: Town,
) -> None:
    child = in_care(town, "Staffordshire")
    worker = town.world.social_worker(child)
    town.goes_missing(child)
    for value in (True, True, False):
        records(
            worker,
            "recordJudgement",
            child,
            judgement="CRIME_SUSPECTED",
            value=value,
            hours=12,
            reason=WHY,
        )
    made = town.rows(
        "SELECT type FROM event WHERE child = :c AND type = 'crime-suspected'", c=child.ref
    )
    assert len(made) == 1


def test_a_mother_who_says_no_in_somerset_is_seen_by_the_manager_of_the_service(town: Town) -> None:
    """Somerset is silent on her consent: the interview goes on, and a line manager learns of her no."""
    child = at_home(town, "Somerset", open_to_social_care=False)
    town.world.manager(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    said = records(
        town.world.interviewer(child),
        "recordConsent",
        child,
        giver="PARENT",
        capacity="PARENTAL_RESPONSIBILITY",
        says="REFUSES",
    )
    assert said["__typename"] == "Recorded"
    assert ("E06000066/team-manager", "somerset-rhi-timely/parent-refuses") in told(
        town, child, "consent-changed"
    )


@pytest.mark.parametrize(
    "minutes, rule, other, who",
    [
        (150, *OVER, "rhi_commissioned_service"),
        (121, *OVER, "rhi_commissioned_service"),
        (120, *reversed(OVER), "E10000017/responsible_la"),
    ],
)
def test_how_far_away_a_lancashire_child_lives_says_who_interviews(
    town: Town, minutes: int, rule: str, other: str, who: str
) -> None:
    """Pan-Lancashire 6.6: more than two hours' travel, and a service is commissioned there."""
    child = in_care(town, "Lancashire", lives_in="Plymouth")
    placed = says(
        town.world.social_worker(child),
        child,
        "PLACEMENT_NOTIFIED",
        (EVENING - DAY).isoformat(),
        travelMinutes=minutes,
    )
    assert placed["__typename"] == "Recorded"
    town.goes_missing(child)
    assert "placement-never-notified" not in {
        row["type"] for row in town.rows("SELECT type FROM event WHERE child = :c", c=child.ref)
    }
    town.is_found(child, BACK)
    assert due(town, child, rule, state="pending") == [BACK + 72 * HOUR]
    assert not due(town, child, other)
    document = (
        "query T($c: ID!) { whoHasBeenTold(child: $c) { ... on Tellings { followUps {"
        " event answers { matter who certain because { id paragraph } } } } } }"
    )
    shown = sends(town.world.social_worker(child), document, c=child.id)["whoHasBeenTold"]
    (answer,) = [
        answer
        for one in shown["followUps"]
        for answer in one["answers"]
        if answer["matter"] == "return-interview"
    ]
    assert answer["who"] == [who]
    assert answer["certain"]
    assert [ref["paragraph"] for ref in answer["because"]] == ["6.6"]


def test_nothing_is_said_to_happen_tomorrow_last_year_or_as_a_meeting_of_no_kind(
    town: Town,
) -> None:
    child = in_care(town, "Essex")
    worker = town.world.social_worker(child)
    asked = "mutation S($i: RecordEventInput!) { recordEvent(input: $i) { __typename } }"
    for what, at, more in (
        ("CONTACT_MADE", EVENING + DAY, {}),
        ("CONTACT_MADE", EVENING - 400 * DAY, {}),
        ("MEETING_HELD", EVENING, {}),
        ("CONTACT_MADE", EVENING, {"meeting": "STRATEGY"}),
        ("CONTACT_MADE", EVENING, {"travelMinutes": 30}),
    ):
        given = {
            "child": child.id,
            "what": what,
            "at": at.isoformat(),
            "clientMutationId": f"never-{what}-{at:%Y%m%d}",
            **more,
        }
        told_ = worker.sends(asked, {"i": given})
        assert told_.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", told_.body
    assert not town.told_of(child, "contact-made")
