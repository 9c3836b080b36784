"""Somerset's situations of two authorities: a child of Leeds who lives there, and Somerset's own child placed away.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances
from protocols.vocabulary import Known
from tests.duties.casework import (
    LEEDS,
    PLYMOUTH,
    happens,
    known,
)
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    because,
    tasks,
    told,
)
from tests.duties.somerset import SOMERSET, in_care

# --- T05: a child of Leeds, looked after, living in Somerset --------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return {**in_care(14, home=LEEDS), **known(**more)}


def test_somerset_direct_liaises_with_leeds_and_its_worker(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, _of_leeds())

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.status",
        f"la_out_of_hours@{SOMERSET}": "episode.status",
        f"responsible_la@{LEEDS}": "episode.status rhi.offer",
        "allocated_social_worker": "episode.status rhi.offer",
    }
    assert because(due, "responsible_la") == {"somerset-rhi-ola-liaison"}
    assert tasks(due)["somerset-rhi-ola-liaison"] == ("la_front_door",)


def test_leeds_interviews_its_child_unless_it_is_settled_otherwise_and_no_clock_runs(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _of_leeds(), [MISSING])

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.status",
        f"responsible_la@{LEEDS}": "episode.status rhi.offer",
        "allocated_social_worker": "episode.status rhi.offer",
    }
    assert answers(due, "return-interview") == {
        "somerset-rhi-ola-liaison": (f"responsible_la@{LEEDS}",)
    }
    assert due.clocks == ()


@pytest.mark.parametrize(
    "rhi_by, recorded", [("host-authority", True), ("responsible-authority", False)]
)
def test_only_an_interview_that_pmex_held_by_agreement_is_recorded_and_reviewed_here(
    bundle: Bundle, rhi_by: str, *, recorded: bool
) -> None:
    done = happens("interview-done")

    due = duties_of(bundle, done, _of_leeds(rhi_by=rhi_by), [MISSING, BACK])

    assert ("somerset-rhi-manager-review/by-agreement" in due.rules) is recorded
    assert "somerset-rhi-manager-review" not in due.rules


def test_where_nobody_knows_who_interviewed_that_child_pmex_is_asked(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("interview-done"), _of_leeds(), [MISSING, BACK])

    assert due.notices == ()
    assert tasks(due, TaskKind.ASK) == {
        "somerset-rhi-manager-review/by-agreement": ("rhi_service",)
    }


# --- T07: Somerset's own child, placed away -------------------------------------------------------


@pytest.mark.parametrize(
    "place, travel", [(LEEDS, 90), (PLYMOUTH, 300), (LEEDS, 120), (LEEDS, 121)]
)
def test_the_home_tells_somerset_and_the_host_is_told_however_far_away(
    bundle: Bundle, place: str, travel: int
) -> None:
    due = duties_of(bundle, MISSING, in_care(15, place=place, travel_minutes=travel))

    assert told(due) == {
        f"la_children_services@{SOMERSET}": "episode.status",
        "allocated_social_worker": "episode.status",
        "line_manager": "episode.status",
        f"host_la@{place}": "episode.status",
        "iro": "episode.status",
        "cla_health_team": "episode.status",
    }
    assert because(due, "la_children_services") == {"somerset-out-provider-notifies"}
    assert because(due, "host_la") == {"somerset-out-notify-host-silent"}
    assert [s.because.rule.id for s in due.silent] == ["somerset-out-notify-host-silent"]


def test_the_police_of_another_force_are_bound_by_nothing_here(bundle: Bundle) -> None:
    missing = duties_of(bundle, MISSING, in_care(15, place=LEEDS))
    found = duties_of(bundle, BACK, in_care(15, place=LEEDS), [MISSING])

    assert not [
        t for d in (missing, found) for t in d.tasks for o in t.owners if o.role.id == "police"
    ]
    assert answers(found, "safe-and-well") == {}


def test_pmex_goes_on_answering_for_the_interview_of_a_child_placed_away(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, in_care(15, place=LEEDS), [MISSING])

    assert answers(due, "return-interview") == {
        "somerset-rhi-timely": ("rhi_service",),
        "somerset-out-rhi-silent": ("rhi_service",),
    }
    assert due.conflicts == ()
    assert due.clocks == ()
