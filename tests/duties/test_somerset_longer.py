"""Somerset's situations of time: again and again missing, or missing still; discussions, reviews and trigger plans.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Happens, TaskKind
from protocols.duties_evaluation import duties_of
from tests.duties.casework import (
    REPORTED,
    comes_due,
    episodes,
    happens,
    when,
)
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    clocks,
    records,
    tasks,
    told,
)
from tests.duties.somerset import SOMERSET, at_home, came_due, in_care

R_24H: Final = "2026-01-13T18:00Z"
R_48H: Final = "2026-01-14T18:00Z"
R_14D: Final = "2026-01-26T18:00Z"


# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)


def test_three_episodes_in_90_days_are_nothing_to_this_protocol(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, at_home(15), episodes("2026-01-05", "2026-02-14"))

    assert not {r for r in due.rules if "trigger-plan" in r or "exploitation" in r}
    assert due.flags == ()
    assert tasks(due) == {"somerset-nmpb": ("police",)}


@pytest.mark.parametrize("first, reached", [("2026-02-28", True), ("2026-02-27", False)])
def test_the_28_days_end_with_the_day_of_the_third_episode(
    bundle: Bundle, first: str, *, reached: bool
) -> None:
    due = duties_of(bundle, THIRD, at_home(15), episodes(first, "2026-03-14"))

    assert ("somerset-trigger-plan-3-in-28" in tasks(due)) is reached


# --- T10: the ninth episode, the third in 28 days -------------------------------------------------

NINTH: Final = happens(
    "missing-recorded", datetime(2026, 2, 16, 12, 0, tzinfo=UTC), episode="ninth"
)
EIGHT_BEFORE: Final = episodes(
    "2025-11-19",
    "2025-11-20",
    "2025-11-21",
    "2025-12-15",
    "2025-12-16",
    "2025-12-17",
    "2026-01-25",
    "2026-02-01",
)


def test_there_is_no_ninth_tier_but_the_third_in_28_days_calls_for_a_trigger_plan(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, NINTH, in_care(14), EIGHT_BEFORE)

    assert tasks(due)["somerset-trigger-plan-3-in-28"] == ("allocated_social_worker",)
    assert {"somerset-exploitation-considered", "somerset-cla-care-plan/repeatedly"} <= set(
        records(due)
    )
    assert tasks(due, TaskKind.MEET) == {}
    assert [(f.flag, f.episodes) for f in due.flags] == [("repeat-missing", 3)]


def test_at_a_further_episode_it_is_considered_again_until_there_is_a_plan(bundle: Bundle) -> None:
    tenth = happens("missing-recorded", datetime(2026, 2, 18, 12, 0, tzinfo=UTC), episode="tenth")

    without = duties_of(bundle, tenth, in_care(14), [*EIGHT_BEFORE, NINTH])
    planned = duties_of(
        bundle, tenth, in_care(14, trigger_plan_exists=True), [*EIGHT_BEFORE, NINTH]
    )

    assert "somerset-trigger-plan-3-in-28" in tasks(without)
    assert "somerset-trigger-plan-3-in-28" not in tasks(planned)


def test_without_a_social_worker_pmex_considers_the_trigger_plan(bundle: Bundle) -> None:
    due = duties_of(bundle, NINTH, at_home(14, open_=False), EIGHT_BEFORE)

    assert tasks(due)["somerset-trigger-plan-3-in-28/not-open"] == ("rhi_service",)
    assert "somerset-trigger-plan-3-in-28" not in tasks(due)


def test_the_check_is_for_the_police_whoever_did_the_last(bundle: Bundle) -> None:
    checked = happens(
        "safe-and-well-done",
        datetime(2026, 2, 2, 9, 0, tzinfo=UTC),
        episode="episode-2026-02-01",
        name="checked",
        saw_by="other-professional",
    )
    back = happens("child-found", datetime(2026, 2, 17, 9, 0, tzinfo=UTC), episode="ninth")

    due = duties_of(bundle, back, in_care(14), [*EIGHT_BEFORE, checked, NINTH])

    assert answers(due, "safe-and-well") == {"somerset-saw": ("police",)}


# --- T11: still missing after six days ------------------------------------------------------------


def test_a_strategy_discussion_is_convened_at_24_hours_and_no_operations_manager_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, at_home(15))

    assert clocks(due) == {
        "somerset-strategy-24h": R_24H,
        "somerset-strategy-review-24h/none-recorded": R_48H,
        "somerset-strategy-14d": R_14D,
    }
    at = REPORTED + timedelta(hours=24)
    reached = came_due("somerset-strategy-24h", at, at_home(15), bundle)
    assert tasks(reached) == {"somerset-strategy-24h": ("la_children_services", "police")}
    assert set(told(reached)) == {
        f"la_children_services@{SOMERSET}",
        "police",
        "education",
        "health",
        "partner_agencies",
    }


def test_each_discussion_brings_a_review_within_24_hours_until_the_child_is_back(
    bundle: Bundle,
) -> None:
    facts = at_home(15, located=False)
    latest = []
    for hours in (24, 48, 72, 96, 120):
        at = REPORTED + timedelta(hours=hours)
        held = happens("strategy-discussion-held", at, name=f"held-{hours}")
        due = duties_of(bundle, held, facts, [MISSING])
        [review] = [c for c in due.clocks if c.because.rule.id == "somerset-strategy-review-24h"]
        assert review.happens is Happens.BY
        assert "somerset:somerset-strategy-review-24h" in {s.name for s in due.settles}
        latest.append(when(review.due_at))

    assert latest == [f"2026-01-{day}T18:00Z" for day in (14, 15, 16, 17, 18)]


def test_where_no_discussion_is_recorded_it_is_asked_for_again_every_24_hours(
    bundle: Bundle,
) -> None:
    rule = "somerset-strategy-review-24h/none-recorded"
    asked = []
    at = REPORTED + timedelta(hours=48)
    for occurrence in range(5):
        clock = comes_due(rule, "somerset", at, basis_at=REPORTED, occurrence=occurrence)
        due = duties_of(bundle, clock, at_home(15), [MISSING])
        assert tasks(due, TaskKind.MEET) == {rule: ("la_children_services", "police")}
        asked.append(when(at))
        [following] = due.clocks
        at = following.due_at

    assert asked == [f"2026-01-{day}T18:00Z" for day in (14, 15, 16, 17, 18)]


def test_a_review_that_was_missed_is_told_of_and_the_next_is_not_late_for_it(
    bundle: Bundle,
) -> None:
    held_at = REPORTED + timedelta(hours=20)
    missed = comes_due(
        "somerset-strategy-review-24h", "somerset", held_at + timedelta(hours=24), basis_at=held_at
    )

    due = duties_of(bundle, missed, at_home(15, located=False), [MISSING])

    assert set(told(due)) == {f"la_children_services@{SOMERSET}", "police"}
    assert all(notice.overdue for notice in due.notices)
    assert clocks(due) == {"somerset-strategy-review-24h": "2026-01-15T14:00Z"}


def test_a_return_ends_every_one_of_these_clocks(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, at_home(15), [MISSING])

    ended = {s.name.partition(":")[2] for s in due.settles if s.cancelled}
    assert ended >= {
        "somerset-strategy-24h",
        "somerset-strategy-review-24h",
        "somerset-strategy-review-24h/none-recorded",
        "somerset-strategy-14d",
    }


def test_a_strategy_discussion_about_a_child_who_is_back_brings_no_review(bundle: Bundle) -> None:
    held = happens("strategy-discussion-held", datetime(2026, 1, 15, 9, 0, tzinfo=UTC))

    due = duties_of(bundle, held, at_home(15, located=True), [MISSING, BACK])

    assert due.clocks == ()


def test_of_a_child_who_is_not_open_whoever_decides_on_the_referral_is_asked_at_24_hours(
    bundle: Bundle,
) -> None:
    facts = at_home(15, open_=False)

    due = duties_of(bundle, MISSING, facts)
    reached = came_due(
        "somerset-strategy-24h/not-open", REPORTED + timedelta(hours=24), facts, bundle
    )

    assert clocks(due) == {"somerset-strategy-24h/not-open": R_24H, "somerset-strategy-14d": R_14D}
    assert tasks(reached) == {"somerset-strategy-24h/not-open": ("la_front_door",)}


@pytest.mark.parametrize("service", ["family-intervention", "youth-justice"])
def test_a_child_open_to_family_intervention_or_youth_justice_has_the_discussion_too(
    bundle: Bundle, service: str
) -> None:
    facts = at_home(15, open_=False, open_to=frozenset({service}))

    due = duties_of(bundle, MISSING, facts)

    assert clocks(due)["somerset-strategy-24h"] == R_24H
    assert "somerset-strategy-24h/not-open" not in clocks(due)
