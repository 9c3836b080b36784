"""Children who go missing again and again, at the very edges of what each protocol counts. Expected from the texts first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.people import Role
from tests.notifications_http.kept import due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES
from tests.strangers.children import REPORTED, at_home, followed, of_council
from tests.strangers.children import in_care as looked_after
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def missed(town: Town, child: Child, *ago: int, now: datetime = EVENING) -> None:
    """Episodes so many days ago, each over after three hours, and one that is still open."""
    for days in ago:
        at, ref = now - days * DAY, f"LC-{child.file.serial}-{days}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
    town.goes_missing(child, now, ref=f"LC-{child.file.serial}-now")


def asked(town: Town, child: Child) -> set[str]:
    return {one["because"]["rule"] for one in followed(town, child, "tasks")}


# Staffordshire and Stoke: three, five, nine


@pytest.mark.parametrize(
    "area, is_open, rule, chair",
    [
        ("Staffordshire", True, "staffs-mim-chair-5-staffs", Role.TEAM_MANAGER),
        ("Stoke-on-Trent", True, "staffs-mim-chair-5-stoke", Role.SERVICE_MANAGER),
        ("Stoke-on-Trent", False, "staffs-mim-chair-3-5-stoke-not-open/five", None),
        ("Staffordshire", False, "staffs-mim-chair-5-staffs/early-help", None),
    ],
)
def test_the_fifth_in_90_days_has_another_chair_than_the_third(
    town: Town, area: str, rule: str, chair: Role | None, *, is_open: bool
) -> None:
    """13.18 and 13.19: Team Manager or Family Practitioner Lead; Service Manager; CHAD's manager where not open."""
    child = at_home(town, area, open_to_social_care=is_open)
    town.world.manager(child)
    missed(town, child, 60, 40, 20, 10)
    heard = told(town, child, REPORTED)
    assert rule in {one for _, one in heard} | asked(town, child)
    if chair is not None:
        assert (of_council(AUTHORITIES[area].code, chair), rule) in heard
    assert due(town, child, "staffs-mim-5wd/five") == [datetime(2027, 1, 18, 23, 59, tzinfo=UTC)]


def test_the_fourth_asks_for_no_further_meeting_and_in_stoke_of_a_child_not_open_for_a_referral(
    town: Town,
) -> None:
    """13.17 to 13.20 name three, five and nine; 13.18: more often than this, a referral to CHAD."""
    own, unknown = (
        at_home(town, "Staffordshire"),
        at_home(town, "Stoke-on-Trent", open_to_social_care=False),
    )
    for child in (own, unknown):
        missed(town, child, 40, 20, 10)
        assert len(due(town, child, "staffs-mim-5wd")) == 1
        assert not due(town, child, "staffs-mim-5wd/five")
    assert "staffs-mim-stoke-more-often-referral/from-the-fourth" in asked(town, unknown)
    assert not {rule for rule in asked(town, own) if "more-often" in rule}


def test_in_stoke_the_sixth_of_a_child_not_open_is_referred_to_chad(town: Town) -> None:
    """13.18: where a child goes missing more often than this, a referral for an assessment."""
    child = at_home(town, "Stoke-on-Trent", open_to_social_care=False)
    missed(town, child, 70, 60, 40, 20, 10)
    assert ("E06000021/front-door", "staffs-mim-stoke-more-often-referral") in told(
        town, child, REPORTED
    )


def test_five_working_days_over_christmas_and_new_year_leave_out_three_holidays(town: Town) -> None:
    """13.17: recorded on Friday 24 December 2027; Christmas, Boxing Day and New Year are kept on weekdays after."""
    child = at_home(town, "Staffordshire")
    missed(town, child, 40, 20, now=datetime(2027, 12, 24, 12, tzinfo=UTC))
    assert due(town, child, "staffs-mim-5wd") == [datetime(2028, 1, 5, 23, 59, tzinfo=UTC)]


# Somerset: three in 28 days


@pytest.mark.parametrize("first, reached", [(27, True), (28, False)])
def test_somersets_third_counts_on_the_28th_day_and_no_longer_on_the_29th(
    town: Town, first: int, *, reached: bool
) -> None:
    """CHILDREN WHO ... REPEATEDLY GO MISSING: three or more occasions in a 28 day period."""
    child = at_home(town, "Somerset")
    missed(town, child, first, 10)
    assert ("somerset-trigger-plan-3-in-28" in asked(town, child)) is reached


def test_somerset_considers_no_second_trigger_plan_for_a_child_who_has_one(town: Town) -> None:
    """The same sentence: creating a Trigger Plan."""
    child = at_home(town, "Somerset", trigger_plan_exists=True)
    missed(town, child, 20, 10, 5)
    assert "somerset-trigger-plan-3-in-28" not in asked(town, child)
    assert "somerset-exploitation-considered" in asked(town, child)


def test_somersets_care_plan_reflects_it_for_a_child_in_care_and_not_for_one_at_home(
    town: Town,
) -> None:
    """The same section: where a Child Looked After repeatedly goes missing, their Care Plan must reflect this."""
    own, home = looked_after(town, "Somerset"), at_home(town, "Somerset")
    for child in (own, home):
        missed(town, child, 20, 10)
    assert "somerset-cla-care-plan/repeatedly" in asked(town, own)
    assert "somerset-cla-care-plan/repeatedly" not in asked(town, home)


# Essex: three in 90 days, ninety days without


def test_in_essex_the_third_makes_a_prevention_plan_of_an_open_child_only(town: Town) -> None:
    """2.1, in the part on children whom Children and Families work with."""
    own, unknown = at_home(town, "Essex"), at_home(town, "Essex", open_to_social_care=False)
    for child in (own, unknown):
        missed(town, child, 40, 20)
    assert "essex-plan-3-in-90" in asked(town, own)
    assert "essex-plan-3-in-90" not in asked(town, unknown)


def test_the_ninety_days_without_begin_again_with_each_return(town: Town) -> None:
    """2.1: if the child is not missing for 90 days the plan can then be closed."""
    child = at_home(town, "Essex")
    first, second = EVENING - 60 * DAY, EVENING
    for at in (first, second):
        ref = f"LC-{child.file.serial}-{at:%j}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
    town.is_now(first + 3 * HOUR + 91 * DAY)
    town.works_off(child)
    assert "essex-plan-close-90" not in asked(town, child)
    town.is_now(second + 3 * HOUR + 91 * DAY)
    town.works_off(child)
    assert "essex-plan-close-90" in asked(town, child)


def test_essex_offers_a_chat_face_to_face_at_the_first_and_from_the_third_and_not_at_the_second(
    town: Town,
) -> None:
    """5.2: verbally for the first episode, and for those who go missing three times or more."""
    child = at_home(town, "Essex")
    seen = []
    for days in (60, 40, 20):
        at, ref = EVENING - days * DAY, f"LC-{child.file.serial}-{days}"
        before = len(offers(town, child))
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
        seen.append(len(offers(town, child)) - before)
    assert [bool(one) for one in seen] == [True, False, True]


def offers(town: Town, child: Child) -> list[str]:
    """The verbal offers that were asked for."""
    asked_for = (one["because"]["rule"] for one in followed(town, child, "tasks"))
    return [rule for rule in asked_for if rule.startswith("essex-rhi-verbal-offer")]


# North East Lincolnshire and Pan-Lancashire


def test_in_north_east_lincolnshire_who_acts_on_the_second_depends_on_who_works_with_the_child(
    town: Town,
) -> None:
    """Children who repeatedly run away: the worker of an open child; else the Coordinator with the police."""
    own, unknown = (
        at_home(town, "North East Lincolnshire", open_to_social_care=is_open)
        for is_open in (True, False)
    )
    for child in (own, unknown):
        missed(town, child, 400)
    assert "nelincs-repeat-two-discussion" in asked(town, own)
    assert "nelincs-repeat-unopen" not in asked(town, own)
    assert "nelincs-repeat-unopen" in asked(town, unknown)
    assert "nelincs-repeat-two-discussion" not in asked(town, unknown)


def test_in_lancashire_the_third_of_a_child_not_open_is_the_interviewers_to_plan_for(
    town: Town,
) -> None:
    """5.5: three episodes in 90 days; the plan of a child who is open to nobody."""
    child = at_home(town, "Lancashire", open_to_social_care=False)
    missed(town, child, 40, 20)
    assert "panlancs-trigger-plan-author-unopen/three-in-90" in asked(town, child)
    assert due(town, child, "panlancs-three-in-90-meeting/not-open")
    assert "panlancs-three-in-90-meeting" not in rules(town, child, REPORTED)


def test_two_reports_of_one_evening_under_two_references_are_two_of_the_three(town: Town) -> None:
    """Back after an hour and gone again: each is an episode, and the third in 90 days is reached that night."""
    child = at_home(town, "Lancashire")
    for number, at in enumerate((EVENING - 20 * DAY, EVENING, EVENING + 2 * HOUR)):
        ref = f"LC-{child.file.serial}-{number}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + HOUR, since=at, ref=ref)
    assert len(due(town, child, "panlancs-three-in-90-meeting")) == 1
    assert sorted(due(town, child, "panlancs-rhi-72h"))[-2:] == [
        EVENING + 73 * HOUR,
        EVENING + 75 * HOUR,
    ]
