"""Messages that come in another order than things happened, where the order decides who has to be told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.notifications_http.kept import due, rules
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import REPORTED, in_care

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATE_OF_PLAY = "state-of-play"


@pytest.mark.parametrize("area", ["Lancashire", "Staffordshire", "Somerset"])
def test_a_child_who_is_gone_again_before_the_first_return_is_learnt_of_is_told_of_as_gone_again(
    town: Town, area: str
) -> None:
    """The second report looked like more of the first episode; the return in between shows that it was not."""
    child = in_care(town, area, open_to_social_care=True)
    first, second = f"LC-{child.file.serial}-1", f"LC-{child.file.serial}-2"
    again = EVENING + DAY
    town.goes_missing(child, ref=first)
    told = town.told_of(child, REPORTED)
    town.goes_missing(child, again, ref=second)
    town.is_now(again + HOUR)
    town.is_found(child, EVENING + 5 * HOUR, ref=first)

    assert told
    assert town.told_of(child, STATE_OF_PLAY) == told


@pytest.mark.parametrize(
    "area, rule, due_at",
    [
        ("Lancashire", "panlancs-strategy-48h", EVENING + 3 * DAY),
        ("Somerset", "somerset-strategy-24h", EVENING + 2 * DAY),
    ],
)
def test_the_clocks_of_the_second_episode_run_from_its_own_report(
    town: Town, area: str, rule: str, due_at: object
) -> None:
    child = in_care(town, area, open_to_social_care=True)
    first, second = f"LC-{child.file.serial}-1", f"LC-{child.file.serial}-2"
    town.goes_missing(child, ref=first)
    town.goes_missing(child, EVENING + DAY, ref=second)
    town.is_found(child, EVENING + 5 * HOUR, ref=first)

    assert due(town, child, rule, state="pending") == [due_at]
    town.looks_again()
    assert due(town, child, rule, state="pending") == [due_at]


@pytest.mark.parametrize("found_first", [True, False])
def test_an_episode_that_is_learnt_of_late_makes_up_the_third_in_90_days(
    town: Town,
    found_first: bool,  # noqa: FBT001 (which of two orders)
) -> None:
    """13.15 and 13.17: the days on which the child went missing count, not those on which it was heard of."""
    child = in_care(town, "Stoke-on-Trent", open_to_social_care=True)
    for days in (0, 40):
        at = EVENING + days * DAY
        town.goes_missing(child, at, ref=f"LC-{child.file.serial}-{days}")
        town.is_found(child, at + 5 * HOUR, since=at, ref=f"LC-{child.file.serial}-{days}")
    assert not due(town, child, "staffs-mim-5wd")

    at, ref = EVENING + 20 * DAY, f"LC-{child.file.serial}-20"
    if found_first:
        town.is_found(child, at + 5 * HOUR, since=at, ref=ref)
        town.goes_missing(child, at, ref=ref)
    else:
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 5 * HOUR, since=at, ref=ref)

    # Recorded on Saturday 20 February 2027: the fifth working day is the Friday after.
    (deadline,) = due(town, child, "staffs-mim-5wd", state="pending")
    assert f"{deadline:%d %B %Y}" == "26 February 2027"
    assert "staffs-mim-chair-3-stoke-open" in rules(town, child, STATE_OF_PLAY)
    town.is_now(EVENING + 41 * DAY)
    town.looks_again()
    assert due(town, child, "staffs-mim-5wd", state="pending") == [deadline]


def test_an_episode_that_is_learnt_of_late_and_makes_up_no_number_tells_nobody_twice(
    town: Town,
) -> None:
    child = in_care(town, "Stoke-on-Trent", open_to_social_care=True)
    later = EVENING + 40 * DAY
    town.goes_missing(child, later, ref=f"LC-{child.file.serial}-40")
    town.goes_missing(child, ref=f"LC-{child.file.serial}-0")
    town.is_found(child, EVENING + 5 * HOUR, ref=f"LC-{child.file.serial}-0")

    assert town.told_of(child, REPORTED)
    assert not town.told_of(child, STATE_OF_PLAY)
