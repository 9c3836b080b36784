"""A statutory review that stands in Liquidlogic has reviewed the care plan, if it was held."""

from datetime import timedelta

import pytest

from tests.notifications_http.town import EVENING
from tests.polling.polled import Polled
from tests.world import Child

DAY = timedelta(days=1)
REVIEWED = ["meeting-held", "care-plan-reviewed"]


@pytest.fixture
def child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Somerset", looked_after_by="Somerset", known_to=frozenset({"police"})
    )
    lcs = polled.councils["somerset"]
    lcs.holds("DIM_PERSON", DIM_PERSON_ID=one.file.serial)
    polled.knows("somerset", str(one.file.serial), one)
    return one


def review(polled: Polled, child: Child, *, days: int = 0, cancelled: str | None = None) -> int:
    lcs = polled.councils["somerset"]
    meeting = lcs.holds("FACT_MEETINGS", FACT_MEETING_ID=child.file.serial, CANCELLED=cancelled)
    assert meeting
    return lcs.holds(
        "FACT_CLA_REVIEW",
        DIM_PERSON_ID=child.file.serial,
        FACT_MEETING_ID=child.file.serial,
        MEETING_DTTM=(EVENING + days * DAY).strftime("%Y-%m-%dT10:00:00"),
    )


def test_a_review_that_was_held_is_told(polled: Polled, child: Child) -> None:
    review(polled, child, cancelled="N")
    polled.looks("somerset")
    assert polled.kinds(child) == REVIEWED
    assert polled.looks("somerset").kept == 0


def test_one_that_is_still_to_come_is_told_once_it_was_held_and_written_up(
    polled: Polled, child: Child
) -> None:
    key = review(polled, child, days=2)
    polled.looks("somerset")
    assert polled.kinds(child) == []
    polled.town.is_now(EVENING + 3 * DAY)
    polled.councils["somerset"].changes("FACT_CLA_REVIEW", key)
    polled.looks("somerset")
    assert polled.kinds(child) == REVIEWED


def test_one_that_was_cancelled_is_not_told_and_one_found_to_be_is_taken_back(
    polled: Polled, child: Child
) -> None:
    key = review(polled, child, cancelled="Y")
    polled.looks("somerset")
    assert polled.kinds(child) == []
    lcs = polled.councils["somerset"]
    (meeting,) = (
        row for row in lcs.tables["FACT_MEETINGS"] if row["FACT_MEETING_ID"] == child.file.serial
    )
    meeting["CANCELLED"] = "N"
    polled.town.is_now(EVENING + DAY)
    lcs.changes("FACT_CLA_REVIEW", key)
    polled.looks("somerset")
    assert polled.kinds(child) == REVIEWED
    meeting["CANCELLED"] = "Y"
    polled.town.is_now(EVENING + 2 * DAY)
    lcs.changes("FACT_CLA_REVIEW", key)
    polled.looks("somerset")
    assert polled.kinds(child) == [*REVIEWED, "said-by-mistake", "said-by-mistake"]
