"""Essex's situations of time: again and again missing, or missing still; plans, meetings and the director.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances
from tests.duties.casework import (
    comes_due,
    episodes,
    happens,
)
from tests.duties.essex import ESSEX, at_home, in_care
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    clocks,
    records,
    tasks,
    told,
)

R_5D: Final = "2026-01-17T18:00Z"


# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)
TWO_BEFORE: Final = episodes("2026-01-05", "2026-02-14")


def test_the_third_episode_in_90_days_calls_for_a_missing_prevention_plan(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, at_home(15), TWO_BEFORE)

    assert tasks(due)["essex-plan-3-in-90"] == ("allocated_social_worker",)
    assert tasks(due, TaskKind.MEET) == {}
    assert "school" not in told(due)


def test_the_second_does_not_and_the_fourth_does_not_again(bundle: Bundle) -> None:
    second = duties_of(bundle, THIRD, at_home(15), TWO_BEFORE[:1])
    fourth = happens("missing-recorded", datetime(2026, 3, 28, 12, 0, tzinfo=UTC), episode="fourth")
    again = duties_of(bundle, fourth, at_home(15), [*TWO_BEFORE, THIRD])

    assert "essex-plan-3-in-90" not in second.rules
    assert "essex-plan-3-in-90" not in again.rules


@pytest.mark.parametrize("earlier, offered", [(2, True), (1, False)])
def test_from_the_third_episode_ever_the_chat_is_offered_by_word_of_mouth_too(
    bundle: Bundle, earlier: int, *, offered: bool
) -> None:
    back = happens("child-found", datetime(2026, 3, 27, 20, 0, tzinfo=UTC), episode="third")
    past = [*episodes("2023-05-01", "2025-06-01")[:earlier], THIRD]

    due = duties_of(bundle, back, at_home(15), past)

    assert ("essex-rhi-verbal-offer/three-or-more" in due.rules) is offered
    assert "essex-rhi-verbal-offer" not in due.rules


def test_ninety_days_after_the_return_the_plan_may_be_closed_unless_there_was_another_episode(
    bundle: Bundle,
) -> None:
    at = datetime(2026, 4, 13, 8, 0, tzinfo=UTC)
    clock = comes_due("essex-plan-close-90", "essex", at)
    later = episodes("2026-03-01")

    quiet = duties_of(bundle, clock, at_home(15), [MISSING, BACK])
    not_quiet = duties_of(bundle, clock, at_home(15), [MISSING, BACK, *later])

    assert tasks(quiet) == {"essex-plan-close-90": ("allocated_social_worker",)}
    assert not_quiet.tasks == ()


# --- T10: the ninth episode -----------------------------------------------------------------------

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


def test_there_is_no_ninth_tier_and_mace_1_is_to_know_of_it(bundle: Bundle) -> None:
    due = duties_of(bundle, NINTH, in_care(14), EIGHT_BEFORE)

    assert "essex-plan-3-in-90" not in due.rules
    assert tasks(due, TaskKind.MEET) == {}
    assert tasks(due)["essex-mace1-monthly/recently-missing"] == ("missing_coordinator",)


@pytest.mark.parametrize(
    "returned_by, check, observed", [("police", True, False), ("own-accord", False, True)]
)
def test_the_police_check_whom_they_return_and_of_others_the_carer_is_asked(
    bundle: Bundle, returned_by: str, *, check: bool, observed: bool
) -> None:
    back = happens("child-found", datetime(2026, 2, 17, 9, 0, tzinfo=UTC), episode="ninth")

    due = duties_of(bundle, back, in_care(14, returned_by=returned_by), [*EIGHT_BEFORE, NINTH])

    assert bool(answers(due, "safe-and-well")) is check
    assert ("essex-saw-own-accord-care" in records(due)) is observed


def test_mace_1_meets_again_within_a_month(bundle: Bundle) -> None:
    held = happens("meeting-held", episode=None, meeting="mace-1")

    due = duties_of(bundle, held, in_care(14))

    assert clocks(due) == {"essex-mace1-monthly": "2026-02-13T09:00Z"}
    assert tasks(due)["essex-mace1-plan-in-place"] == ("mace1",)


# --- T11: still missing after six days ------------------------------------------------------------


def _reached(rule: str, facts: Circumstances, bundle: Bundle) -> Due:
    at = datetime(2026, 1, 17, 18, 0, tzinfo=UTC)
    return duties_of(bundle, comes_due(rule, "essex", at), facts, [MISSING])


def test_nothing_is_due_before_five_days_and_then_strategy_service_manager_and_director(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, at_home(15))

    assert clocks(due) == {"essex-strategy-5d-home": R_5D, "essex-dld-5d-home": R_5D}
    assert {c.happens.value for c in due.clocks} == {"then"}

    strategy = _reached("essex-strategy-5d-home", at_home(15), bundle)
    managers = _reached("essex-dld-5d-home", at_home(15), bundle)

    assert tasks(strategy, TaskKind.MEET) == {
        "essex-strategy-5d-home": ("allocated_social_worker",)
    }
    assert told(strategy) == {"police": "meeting.request", "partner_agencies": "meeting.request"}
    assert told(managers) == {
        "service_manager": "episode.status",
        "director_local_delivery": "episode.status",
    }


def test_of_a_child_who_is_not_open_a_worker_is_allocated_and_the_police_convene(
    bundle: Bundle,
) -> None:
    facts = at_home(15, open_=False)

    allocate = _reached("essex-unopen-5d-allocate", facts, bundle)
    convene = _reached("essex-unopen-strategy-police", facts, bundle)

    assert told(allocate) == {f"assessment_intervention_team@{ESSEX}": "episode.detail"}
    assert tasks(convene, TaskKind.MEET) == {"essex-unopen-strategy-police": ("police",)}


def test_a_strategy_discussion_meets_its_clock_and_the_director_is_told_all_the_same(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("strategy-discussion-held"), at_home(15), [MISSING])

    met = {s.name.partition(":")[2] for s in due.settles if not s.cancelled}
    assert "essex-strategy-5d-home" in met
    assert "essex-dld-5d-home" not in met
