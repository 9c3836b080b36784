"""What turns out otherwise: corrected, refused, sent twice, of two children, or while a system is silent. And what people do with notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records.people import Role, Standing
from tests.acting import records
from tests.notifications_http.asking import lines, mine, sends, told_to
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.places import AUTHORITIES
from tests.strangers.children import FOUND, REPORTED, at_home, followed, in_care
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR


# Missing, absent, and the police's second thoughts


def test_in_somerset_a_child_once_recorded_missing_stays_looked_for_when_the_word_becomes_absent(
    town: Town,
) -> None:
    """DEFINITIONS and TIMESCALES: the duty inspector determines Missing or Absent.

    The later word is kept and shown and nobody is told of a new episode. The clocks run on until the
    child is found, or until somebody says why what they wait for is not done: a reading, printed in
    the states of an episode.
    """
    child = in_care(town, "Somerset")
    ref = f"LC-{child.file.serial}"
    town.goes_missing(child, ref=ref)
    town.goes_missing(child, ref=ref, status="ABSENT")
    kept = town.rows("SELECT type FROM event WHERE child = :c AND source = 'police'", c=child.ref)
    assert [row["type"] for row in kept] == [REPORTED, "absent"]
    assert due(town, child, "somerset-strategy-24h", state="pending") == [EVENING + DAY]
    assert "somerset-police-inform-somerset-direct" not in rules(town, child, "absent")
    town.is_found(child, EVENING + 3 * HOUR, ref=ref)
    assert not due(town, child, "somerset-strategy-24h", state="pending")


@pytest.mark.parametrize("area", ["Lancashire", "North East Lincolnshire"])
def test_where_the_word_absent_is_not_used_it_is_refused_and_kept_as_it_was_sent(
    town: Town, area: str
) -> None:
    """Pan-Lancashire 2: this term should not be used; North East Lincolnshire: previously, very low risk."""
    child = in_care(town, area)
    town.goes_missing(child, status="ABSENT")
    refused = [one for one in followed(town, child, "rejects") if one["what"] == "absent"]
    assert refused
    assert {one["verdict"] for one in refused} == {"refused"}
    (event,) = town.rows("SELECT data FROM event WHERE child = :c AND type = 'absent'", c=child.ref)
    assert "absent" in str(event["data"]).lower()


def test_absent_in_somerset_starts_no_clock_of_a_missing_child(town: Town) -> None:
    child = at_home(town, "Somerset")
    town.goes_missing(child, status="ABSENT")
    assert not {rule for rule in clocks(town, child) if "strategy" in rule or "24h" in rule}
    assert "somerset-police-inform-somerset-direct" not in rules(town, child, "absent")


def test_a_grade_lowered_by_somebody_who_may_not_is_refused_in_north_east_lincolnshire(
    town: Town,
) -> None:
    """Missing Person Risk Assessment: low is no grade, and only medium or high are available."""
    child = in_care(town, "North East Lincolnshire")
    town.goes_missing(child, grade="HIGH")
    town.goes_missing(child, grade="LOW", graded_at=EVENING + 5 * HOUR)
    refused = [one for one in followed(town, child, "rejects") if "low" in one["what"]]
    assert {one["verdict"] for one in refused} == {"refused"}


def test_low_after_the_investigation_began_stands_in_staffordshire(town: Town) -> None:
    """6.1: not for initial reports or before the investigation has commenced."""
    child = at_home(town, "Staffordshire")
    child.registers.states("investigation_begun", value=True)
    town.goes_missing(child, grade="MEDIUM")
    town.goes_missing(child, grade="LOW", graded_at=EVENING + 5 * HOUR)
    assert not [one for one in followed(town, child, "rejects") if "low" in one["what"]]


# Twice, in the wrong order, of somebody whom two records know


def test_the_same_document_a_hundred_times_is_one_episode_and_one_notice_each(town: Town) -> None:
    child = in_care(town, "Essex")
    ids = {town.goes_missing(child) for _ in range(20)}
    assert len(ids) == 1
    notices = town.rows(
        "SELECT recipient, event, count(*) AS n FROM delivery WHERE child = :c GROUP BY recipient, event",
        c=child.ref,
    )
    assert {row["n"] for row in notices} == {1}


def test_found_in_north_east_lincolnshire_before_anybody_said_missing_starts_no_search(
    town: Town,
) -> None:
    child = in_care(town, "North East Lincolnshire", open_to_social_care=True)
    town.is_found(child, BACK)
    town.goes_missing(child)
    town.is_now(EVENING + 3 * DAY)
    town.works_off(child)
    assert "nelincs-48h-meeting-open" not in rules(town, child, "deadline-reached")
    assert due(town, child, "nelincs-rhi-offer-72h") == [BACK + 72 * HOUR]


def test_a_child_whom_the_force_keeps_twice_is_one_episode_each_and_never_two_children(
    town: Town,
) -> None:
    child = town.world.child(
        lives_in="Lancashire",
        aged=14,
        open_to_social_care=True,
        known_to=frozenset({"police", "police-twice", "council"}),
    )
    town.goes_missing(child)
    known = town.rows("SELECT DISTINCT child FROM event WHERE child = :c", c=child.ref)
    assert [row["child"] for row in known] == [child.ref]
    worker = town.world.social_worker(child)
    answer = worker.asks(child, "missingEpisodes { state }")
    assert answer.state("missingEpisodes") != "NOTHING_HELD"


def test_with_every_system_down_the_notices_go_all_the_same(town: Town) -> None:
    """A push needs no other system: who is told rests on the registers."""
    child = in_care(town, "Lancashire")
    for simulator in town.world.simulators.values():
        simulator.is_down()
    town.goes_missing(child)
    assert "E10000017/childrens-services" in town.told_of(child, REPORTED)
    assert due(town, child, "panlancs-strategy-48h")


# Parents, chairs and core groups


@pytest.mark.parametrize("unsafe", [True, False, None])
def test_in_essex_a_parent_of_a_child_in_care_is_told_unless_that_is_unsafe_or_nobody_knows(
    town: Town, *, unsafe: bool | None
) -> None:
    """3.1.2: unless it would be inconsistent with the child's welfare, as agreed with the worker."""
    child = in_care(town, "Essex")
    if unsafe is not None:
        child.registers.states("pr_contact_unsafe", value=unsafe)
    mother = town.world.mother(child)
    town.registers("public", Role.PARENT_CARER, person=mother)
    town.goes_missing(child)
    named = {who for who, rule in told(town, child, REPORTED) if rule == "essex-carer-notifies-pr"}
    assert (mother.subject in named) is (unsafe is False)
    if unsafe is None:
        asked = {one["because"]["rule"] for one in followed(town, child, "tasks")}
        assert asked & {"essex-carer-notifies-pr", "essex-sw-notifies-pr"}


@pytest.mark.parametrize(
    "plan, rule",
    [
        ("child-protection", "essex-cp-chair-notified"),
        ("child-in-need", "essex-cp-chair-notified/child-in-need"),
    ],
)
def test_in_essex_the_chair_is_told_of_a_child_on_a_plan(town: Town, plan: str, rule: str) -> None:
    """4.1 flow chart and 4.1.3: the conference chair or the reviewing officer for children in need."""
    child = at_home(town, "Essex", on_plan=frozenset({plan}))
    town.goes_missing(child)
    heard = rules(town, child, REPORTED)
    assert rule in heard
    assert ("essex-core-group-notified" in heard) is (plan == "child-protection")


@pytest.mark.parametrize("unsafe", [True, False])
def test_in_north_east_lincolnshire_parents_are_updated_at_48_hours_where_that_is_safe(
    town: Town, *, unsafe: bool
) -> None:
    """Review of continued missing: the police update parents; nobody unsafe is updated."""
    child = at_home(town, "North East Lincolnshire", pr_contact_unsafe=unsafe)
    mother = town.world.mother(child)
    town.registers("public", Role.PARENT_CARER, person=mother)
    town.goes_missing(child)
    town.is_now(EVENING + 49 * HOUR)
    town.works_off(child)
    mine = [
        one
        for one in told_to(town.world.social_worker(child), child)["tells"]
        if one["recipient"] == mother.subject and one["event"] == "deadline-reached"
    ]
    states = {one["state"] for one in mine}
    assert not states or unsafe is False or states <= {"WITHHELD"}
    if unsafe is False:
        assert mine


# Who acknowledges, and what a notice says


def _notice(who: Practitioner, recipient: str, child: Child) -> dict[str, Any]:
    """The notice about this child among all that somebody in this role has."""
    return next(
        one
        for one in mine(who, "id recipient told child state event")
        if one["recipient"] == recipient and one["child"] == child.id
    )


def test_leeds_alone_acknowledges_what_was_sent_to_leeds(town: Town) -> None:
    """Staffordshire and Stoke 18.4: the reports go to the authority that placed the child."""
    child = in_care(town, "Leeds", lives_in="Stoke-on-Trent")
    town.goes_missing(child)
    leeds = town.world.of_responsible(child, Role.CHILDRENS_SERVICES)
    stoke = town.world.of_host(child, Role.CHILDRENS_SERVICES)
    recipient = f"{AUTHORITIES['Leeds'].code}/childrens-services"
    worker = town.world.social_worker(child)
    notice = _notice(leeds, recipient, child)
    document = "mutation A($n: ID!) { acknowledge(input: {notices: [$n]}) { outcome } }"
    for who, outcome in ((stoke, "NOT_YOURS"), (leeds, "DONE"), (leeds, "ALREADY")):
        (done,) = sends(who, document, n=notice["id"])["acknowledge"]
        assert done["outcome"] == outcome
    assert lines(worker, child, REPORTED)[recipient]["state"] == "ACKNOWLEDGED"


def test_a_school_in_lancashire_is_told_that_and_nothing_of_where_or_why(town: Town) -> None:
    """5.7.4: all schools will be notified of the missing episode."""
    child = in_care(town, "Lancashire")
    town.goes_missing(child, lastSeenPlace="Bus station", circumstances="Ran after a quarrel.")
    notice = _notice(town.world.head_teacher(child), "SCHOOL-999001/school", child)
    assert notice["told"]
    assert "Bus station" not in str(notice)
    assert "quarrel" not in str(notice)


# Consent that changes in the middle


def test_a_withdrawal_is_heard_by_the_next_answer_and_is_an_event(town: Town) -> None:
    child = in_care(town, "Lancashire")
    child.file.interviewed(safeguarding=None)
    worker = town.world.social_worker(child)
    coordinator = town.world.police_coordinator(child)
    asked = "identity { state } returnInterviews { state records { account { state account } } }"
    said = {"giver": "CHILD", "capacity": "COMPETENT"}
    records(worker, "recordConsent", child, says="AGREES", **said)
    before = coordinator.asks(child, asked)
    records(worker, "withdrawConsent", child, **said)
    after = coordinator.asks(child, asked)
    assert b"I only went" in before.raw
    assert b"I only went" not in after.raw
    made = town.rows(
        "SELECT type FROM event WHERE child = :c AND type = 'consent-changed'", c=child.ref
    )
    assert len(made) == 2


def _standing_ends(town: Town, child: Child) -> None:
    child.registers.stands(
        Standing.CHILDS_SCHOOL, organisation="SCHOOL-999001", until=town.world.clock() - DAY
    )


def test_a_school_that_the_child_has_left_is_not_told(town: Town) -> None:
    child = town.world.child(lives_in="Lancashire", aged=14, open_to_social_care=True)
    _standing_ends(town, child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    heard = town.told_of(child, REPORTED) | town.told_of(child, FOUND)
    assert "SCHOOL-999001/school" not in heard


def test_whoever_is_silent_in_plymouth_is_followed_by_whom_plymouth_named_and_by_nobody_else(
    town: Town,
) -> None:
    """Pan-Lancashire 5.7.4: the placing authority is told, so that it can arrange the interview."""
    plymouth = AUTHORITIES["Plymouth"].code
    duty_team = f"{plymouth}/emergency-duty-team"
    town.registers(plymouth, Role.CHILDRENS_SERVICES, escalates_to=(duty_team,))
    child = in_care(town, "Plymouth", lives_in="Lancashire")
    town.goes_missing(child)
    town.is_now(EVENING + 12 * HOUR)
    town.works_off(child)
    assert duty_team in town.told_of(child, "notice-unacknowledged")
    first = lines(town.world.social_worker(child), child, REPORTED)[
        f"{plymouth}/childrens-services"
    ]
    assert first["overdue"]
    assert first["acknowledgedAt"] is None


def test_a_council_that_named_nobody_is_followed_by_its_own_duty_team(town: Town) -> None:
    """Silence is told to a named role, also where a deployment forgot to name one."""
    child = in_care(town, "Somerset", lives_in="Staffordshire")
    town.goes_missing(child)
    town.is_now(EVENING + 12 * HOUR)
    town.works_off(child)
    followed_by = town.told_of(child, "notice-unacknowledged")
    for area in ("Somerset", "Staffordshire"):
        assert f"{AUTHORITIES[area].code}/emergency-duty-team" in followed_by
    assert {who.split("/")[0] for who in followed_by} <= {
        AUTHORITIES["Somerset"].code,
        AUTHORITIES["Staffordshire"].code,
    }
