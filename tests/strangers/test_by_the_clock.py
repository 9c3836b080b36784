"""When something is due: nights on which the clocks change, bank holidays, hours of duty, the ninetieth day, birthdays.

All of it in 2027: summer time begins on Sunday 28 March, in the night after Good Friday's Saturday;
Easter Monday is 29 March.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from disclosure.recording import record_birth_date
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.registers import said
from tests.strangers.children import REPORTED, at_home, followed, in_care
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def episode(town: Town, child: Child, began: datetime, *, over: bool = True) -> None:
    ref = f"LC-{child.file.serial}-{began:%m%d%H%M}"
    town.goes_missing(child, began, ref=ref)
    if over:
        town.is_found(child, began + 3 * HOUR, since=began, ref=ref)


# The night on which summer time begins


def test_48_hours_over_the_change_to_summer_time_are_48_hours(town: Town) -> None:
    """Pan-Lancashire 5.5.3: after a period of 48 hours."""
    child = in_care(town, "Lancashire")
    began = at(3, 27, 20)
    town.goes_missing(child, began)
    assert due(town, child, "panlancs-strategy-48h") == [at(3, 29, 20)]


def test_five_days_over_the_change_end_at_the_same_time_on_the_wall(town: Town) -> None:
    """Essex 3.1.4: five days; reported at six in the evening, due at six in the evening."""
    child = in_care(town, "Essex")
    town.goes_missing(child, at(3, 25, 18))
    assert due(town, child, "essex-strategy-5d-care") == [at(3, 30, 17)]


def test_72_hours_from_a_return_in_the_hour_that_comes_twice(town: Town) -> None:
    """Staffordshire and Stoke 13.9, on 31 October 2027 at 01:30, first and second time."""
    for hour in (0, 1):
        child = at_home(town, "Staffordshire")
        began, back = at(10, 30, 20), at(10, 31, hour, 30)
        town.goes_missing(child, began)
        town.is_found(child, back, since=began)
        assert due(town, child, "staffs-rhi-72h") == [back + 72 * HOUR]


# Working days and hours of duty


def test_five_working_days_over_easter_leave_out_both_holidays_and_the_weekend(town: Town) -> None:
    """Staffordshire and Stoke 13.17: recorded on Maundy Thursday, due on Monday 5 April."""
    child = at_home(town, "Stoke-on-Trent")
    for day in (1, 12):
        episode(town, child, at(3, day, 12))
    episode(town, child, at(3, 25, 12), over=False)
    assert due(town, child, "staffs-mim-5wd") == [at(4, 5, 22, 59)]


@pytest.mark.parametrize(
    "when, on_duty",
    [
        (at(3, 25, 16, 59), False),  # Thursday 16:59 in winter
        (at(3, 25, 17, 0), True),
        (at(3, 29, 10), True),  # Easter Monday, 11:00 in summer time
        (at(3, 30, 7, 59), True),  # 08:59
        (at(3, 30, 8, 0), False),  # 09:00
        (at(4, 3, 10), True),  # Saturday
    ],
)
def test_outside_nine_to_five_lancashires_duty_team_is_told(
    town: Town, when: datetime, *, on_duty: bool
) -> None:
    """Pan-Lancashire 5.1.1: the social worker, or the Emergency Duty Team outside working hours."""
    child = in_care(town, "Lancashire")
    town.world.social_worker(child)
    # The report is learnt five minutes after it is made.
    town.goes_missing(child, when - timedelta(minutes=8))
    heard = told(town, child, REPORTED)
    assert (
        ("E10000017/emergency-duty-team", "panlancs-reporter-informs-social-worker") in heard
    ) is on_duty


# The ninetieth day


@pytest.mark.parametrize("days, reached", [(89, True), (90, False)])
@pytest.mark.parametrize(
    "area, rule",
    [("Lancashire", "panlancs-three-in-90-meeting"), ("Staffordshire", "staffs-mim-5wd")],
)
def test_the_third_episode_counts_on_the_90th_day_and_no_longer_on_the_91st(
    town: Town, area: str, rule: str, days: int, *, reached: bool
) -> None:
    """5.5.3 and 13.18: three episodes in 90 days, the day of the first being the first of them."""
    child = at_home(town, area)
    third = at(4, 10, 22, 30)  # 23:30 on 10 April in summer time
    first = datetime(2027, 4, 10, 0, 30, tzinfo=UTC) - days * DAY
    episode(town, child, first)
    episode(town, child, at(2, 20, 12))
    episode(town, child, third, over=False)
    assert bool(due(town, child, rule)) is reached


def test_an_hour_before_midnight_in_utc_is_the_next_day_in_summer(town: Town) -> None:
    """The 91st day begins at midnight in London: 23:15 UTC is past it in summer time."""
    child = at_home(town, "Lancashire")
    episode(town, child, at(1, 11, 12))
    episode(town, child, at(2, 20, 12))
    episode(town, child, at(4, 10, 23, 15), over=False)
    assert not due(town, child, "panlancs-three-in-90-meeting")


def test_in_north_east_lincolnshire_the_second_episode_counts_however_long_ago_the_first(
    town: Town,
) -> None:
    """Children who repeatedly run away: two or more times, and no period is named."""
    child = at_home(town, "North East Lincolnshire")
    episode(town, child, datetime(2024, 5, 2, 12, tzinfo=UTC))
    episode(town, child, EVENING, over=False)
    asked = {one["because"]["rule"] for one in followed(town, child, "tasks")}
    assert any(rule.startswith("nelincs-repeat-two-discussion") for rule in asked)


# Chairs of a meeting about a child who is open to nobody


def test_who_chairs_when_no_worker_is_allocated(town: Town) -> None:
    """13.18: in Stoke CHAD's manager, in Staffordshire the Family Practitioner Lead offers it."""
    expected = {
        "Stoke-on-Trent": "staffs-mim-chair-3-5-stoke-not-open",
        "Staffordshire": "staffs-mim-chair-3-staffs-not-open",
    }
    for area, rule in expected.items():
        town.is_now(EVENING)
        child = at_home(town, area, open_to_social_care=False)
        for days in (40, 20):
            episode(town, child, EVENING - days * DAY)
        episode(town, child, EVENING, over=False)
        named = rules(town, child, REPORTED) | {
            one["because"]["rule"] for one in followed(town, child, "tasks")
        }
        assert rule in named, area
        assert not {one for one in named if one.endswith(("-stoke-open", "-staffs-open"))}, named


# Birthdays


def born(town: Town, child: Child, on: date) -> None:
    town.world.does(record_birth_date(town.world.parts.engine, child.ref, on, said()))


def test_essex_offers_a_chat_to_a_child_who_turned_ten_while_missing(town: Town) -> None:
    """Essex 5.2: children ten years or older are offered it; it is offered on return."""
    child, younger = at_home(town, "Essex"), at_home(town, "Essex")
    born(town, child, (EVENING + DAY).date().replace(year=2017))
    born(town, younger, (EVENING + 9 * DAY).date().replace(year=2017))
    for one in (child, younger):
        town.is_now(EVENING)
        town.goes_missing(one)
        town.is_found(one, EVENING + 30 * HOUR)
    asked = {
        one.ref: {task["because"]["rule"] for task in followed(town, one, "tasks")}
        for one in (child, younger)
    }
    assert "essex-rhi-offer-10plus" in asked[child.ref]
    assert "essex-rhi-offer-10plus" not in asked[younger.ref]


def test_a_child_in_lancashire_who_comes_back_on_the_eighteenth_birthday_is_no_child(
    town: Town,
) -> None:
    """Pan-Lancashire 2: anyone who has not reached their eighteenth birthday."""
    day_before, on_the_day = in_care(town, "Lancashire"), in_care(town, "Lancashire")
    born(town, day_before, (BACK + DAY).date().replace(year=2009))
    born(town, on_the_day, BACK.date().replace(year=2009))
    for child in (day_before, on_the_day):
        town.is_now(EVENING)
        town.goes_missing(child)
        town.is_found(child, BACK)
    assert due(town, day_before, "panlancs-rhi-72h") == [BACK + 72 * HOUR]
    assert not due(town, on_the_day, "panlancs-rhi-72h")


# Longer and longer


def test_somersets_operations_manager_hears_at_24_hours_and_senior_officers_at_14_days(
    town: Town,
) -> None:
    """Somerset, TIMESCALES and Case Escalation; the first step is for children looked after."""
    own, home = in_care(town, "Somerset"), at_home(town, "Somerset")
    for child in (own, home):
        town.is_now(EVENING)
        town.goes_missing(child)
        assert due(town, child, "somerset-strategy-14d") == [EVENING + 14 * DAY]
    assert due(town, own, "somerset-cla-24h-operations-manager") == [EVENING + DAY]
    assert not due(town, home, "somerset-cla-24h-operations-manager")


def test_stokes_ladder_climbs_one_rank_at_a_time_and_stops_when_the_child_is_back(
    town: Town,
) -> None:
    """14.1: Strategic Manager at 24 hours, Assistant Director at 72, the Director after five days."""
    child = at_home(town, "Stoke-on-Trent")
    town.goes_missing(child)
    running = clocks(town, child)
    assert {"staffs-5d-stoke-dcs"} <= running
    town.is_now(EVENING + 25 * HOUR)
    town.works_off(child)
    reached = rules(town, child, "deadline-reached")
    assert any("24h" in rule for rule in reached)
    assert not any("dcs" in rule for rule in reached)
    town.is_found(child, EVENING + 100 * HOUR)
    town.is_now(EVENING + 7 * DAY)
    town.works_off(child)
    assert not any("dcs" in rule for rule in rules(town, child, "deadline-reached"))
