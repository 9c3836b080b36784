"""A child of one area who lives in another, in situations that nobody compared: whom each protocol has told, and what runs."""

from datetime import timedelta

import pytest

from records.people import Role, Standing
from tests.notifications_http.asking import sends, told_to
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES, NURSE_TEAM, SCHOOL
from tests.strangers.children import FOUND, REPORTED, at_home, followed, in_care

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR


def of(area: str, service: str = "childrens-services") -> str:
    return f"{AUTHORITIES[area].code}/{service}"


def test_a_stoke_child_in_staffordshire_is_told_to_both_and_interviewed_by_catch22_alone(
    town: Town,
) -> None:
    """Staffordshire and Stoke 9.1, 13.6, and 13.7: out of county is out of both."""
    child = in_care(town, "Stoke-on-Trent", lives_in="Staffordshire")
    town.goes_missing(child)
    town.is_found(child, BACK)
    heard = town.told_of(child, REPORTED)
    assert {of("Staffordshire"), of("Stoke-on-Trent")} <= heard
    assert due(town, child, "staffs-rhi-72h") == [BACK + 72 * HOUR]
    assert "staffs-rhi-catch22" in rules(town, child, FOUND)
    assert not due(town, child, "staffs-rhi-out-of-county")
    assert "staffs-rhi-out-of-county" not in rules(town, child, FOUND)


def test_a_staffordshire_child_in_essex_is_interviewed_by_their_own_worker_in_72_hours(
    town: Town,
) -> None:
    """Staffordshire and Stoke 13.7 and 17.3: the same standard outside the borders."""
    child = in_care(town, "Staffordshire", lives_in="Essex")
    town.world.social_worker(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    assert due(town, child, "staffs-rhi-out-of-county") == [BACK + 72 * HOUR]
    assert "staffs-rhi-catch22" not in rules(town, child, FOUND)
    # Essex names nobody to interview another authority's child, and does not claim this one.
    assert not [
        one for one in followed(town, child, "conflicts") if one["matter"] == "return-interview"
    ]


def test_a_blackpool_child_in_lancashire_is_told_by_the_one_council_to_the_other(
    town: Town,
) -> None:
    """Pan-Lancashire 5.7.4: gone missing within one of the three, looked after by another."""
    child = in_care(town, "Blackpool", lives_in="Lancashire")
    town.goes_missing(child)
    town.is_found(child, BACK)
    first = told(town, child, REPORTED)
    assert (of("Lancashire"), "panlancs-ola-police-notify-host") in first
    assert (of("Blackpool"), "panlancs-ola-host-informs-placing") in first
    assert due(town, child, "panlancs-rhi-72h") == [BACK + 72 * HOUR]
    interviewed_by = {
        who["at"]
        for one in followed(town, child, "answers")
        if one["matter"] == "return-interview"
        for who in one["who"]
    }
    # How far it is nobody has said: Blackpool answers for it either way, and is asked.
    assert interviewed_by == {AUTHORITIES["Blackpool"].code}
    assert "panlancs-rhi-over-two-hours/service" in {
        one["because"]["rule"] for one in followed(town, child, "tasks") if one["kind"] == "ask"
    }


def test_a_somerset_child_in_north_east_lincolnshire_has_the_interview_by_agreement(
    town: Town,
) -> None:
    """North East Lincolnshire, external authorities; Somerset, TIMESCALES: the provider tells Somerset."""
    child = in_care(town, "Somerset", lives_in="North East Lincolnshire")
    town.goes_missing(child)
    town.is_found(child, BACK)
    first = told(town, child, REPORTED)
    assert ("E06000012/missing-officer", "nelincs-ola-share-officer-yjp") in first
    assert (of("Somerset"), "nelincs-ola-share-responsible") in first
    assert (of("Somerset"), "somerset-out-provider-notifies") in first
    assert due(town, child, "nelincs-ola-rhi-agreement") == [BACK + 72 * HOUR]


def test_a_north_east_lincolnshire_child_in_somerset_keeps_both_clocks(town: Town) -> None:
    """North East Lincolnshire: responsible wherever placed, 48 hours; Somerset: its police tell Somerset Direct."""
    child = in_care(town, "North East Lincolnshire", lives_in="Somerset", open_to_social_care=True)
    town.goes_missing(child)
    first = told(town, child, REPORTED)
    assert ("E06000066/front-door", "somerset-police-inform-somerset-direct") in first
    assert (of("North East Lincolnshire"), "somerset-rhi-ola-liaison") in first
    running = clocks(town, child)
    assert "nelincs-48h-meeting-open" in running
    # The 24-hour step of an Operations Manager is for Somerset's own looked-after children.
    assert "somerset-cla-24h-operations-manager" not in running
    assert "somerset-strategy-24h" not in running


def test_an_essex_child_in_lancashire_has_two_strategies_each_at_its_hour_and_one_interviewer(
    town: Town,
) -> None:
    """Pan-Lancashire 5.5.3 at 48 hours, held by the placing authority; Essex 3.1.4 at five days."""
    child = in_care(town, "Essex", lives_in="Lancashire")
    town.goes_missing(child)
    assert due(town, child, "panlancs-strategy-48h/placed-here") == [EVENING + 48 * HOUR]
    assert due(town, child, "essex-strategy-5d-care") == [EVENING + 5 * DAY]
    town.is_now(EVENING + 48 * HOUR)
    town.works_off(child)
    assert (of("Essex"), "panlancs-strategy-48h/placed-here") in told(
        town, child, "deadline-reached"
    )


def test_high_risk_of_another_authoritys_child_goes_to_both_councils_at_once(town: Town) -> None:
    """Staffordshire and Stoke 6.1: children's services are notified immediately."""
    child = in_care(town, "North East Lincolnshire", lives_in="Stoke-on-Trent")
    town.goes_missing(child, grade="HIGH")
    urgent = {
        row["recipient"]
        for row in town.rows(
            "SELECT d.recipient, d.urgent FROM delivery d WHERE d.child = :c AND d.urgent",
            c=child.ref,
        )
    }
    assert {of("Stoke-on-Trent"), of("North East Lincolnshire")} <= urgent


def test_the_host_does_not_learn_who_else_was_told_of_what_it_may_not_know(town: Town) -> None:
    """Essex 3.1.3: the reviewing officer is Essex's affair; the host sees the episode's own lines."""
    child = in_care(town, "Essex", lives_in="Somerset")
    town.world.reviewing_officer(child)
    town.goes_missing(child)
    own = {one["recipient"] for one in told_to(town.world.social_worker(child), child)["tells"]}
    school = told_to(town.world.head_teacher(child), child)
    assert any(who.endswith(("/iro", "/independent-reviewing-officer")) for who in own), own
    assert school["__typename"] == "NotFoundOrNotPermitted" or not school["tells"]


@pytest.mark.parametrize(
    "responsible, host", [("Lancashire", "Staffordshire"), ("Stoke-on-Trent", "Lancashire")]
)
def test_where_both_protocols_claim_the_interview_the_responsible_authoritys_is_taken_and_shown(
    town: Town, responsible: str, host: str
) -> None:
    """13.6 against 6.6, and 5.7.4 against 13.7: the second pair agree, and no conflict is invented."""
    child = in_care(town, responsible, lives_in=host)
    town.world.social_worker(child)
    town.goes_missing(child)
    town.is_found(child, BACK)
    conflicts = [
        one for one in followed(town, child, "conflicts") if one["matter"] == "return-interview"
    ]
    document = (
        "query T($c: ID!) { whoHasBeenTold(child: $c) { ... on Tellings { followUps {"
        " conflicts { matter taken } } } } }"
    )
    shown = sends(town.world.of_responsible(child, Role.FRONT_DOOR), document, c=child.id)
    matters = {
        conflict["matter"]
        for one in shown["whoHasBeenTold"]["followUps"]
        for conflict in one["conflicts"]
    }
    assert ("return-interview" in matters) is bool(conflicts)
    assert bool(conflicts) is (responsible == "Lancashire")


@pytest.mark.parametrize("area", ["Lancashire", "Staffordshire", "Essex", "Somerset"])
def test_a_child_at_home_is_told_of_to_a_school_only_where_the_paragraph_is_for_every_child(
    town: Town, area: str
) -> None:
    """Pan-Lancashire 5.7.4, all schools; Essex 3.3 is in the part on children in care."""
    child = at_home(town, area)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    town.goes_missing(child)
    town.is_found(child, BACK)
    heard = town.told_of(child, REPORTED) | town.told_of(child, FOUND)
    assert (f"{SCHOOL}/school" in heard) is (area == "Lancashire")
    assert f"{NURSE_TEAM}/cla-nurse" not in heard
