"""Essex's situations of two authorities: a child of Leeds who lives there, and Essex's own child placed away.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances
from protocols.vocabulary import Known
from tests.duties.casework import (
    LEEDS,
    PLYMOUTH,
    happens,
    known,
)
from tests.duties.essex import ESSEX, in_care
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    because,
    clocks,
    tasks,
    told,
)

F_48H: Final = "2026-01-15T09:00Z"
F_72H: Final = "2026-01-16T09:00Z"


# --- T05: a child of Leeds, looked after, living in Essex -----------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return {**in_care(14, home=LEEDS), **known(**more)}


def test_of_a_child_of_leeds_the_carer_tells_police_leeds_and_parents_and_the_hub_passes_it_on(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _of_leeds())

    assert told(due) == {
        "allocated_social_worker": "episode.status",
        f"la_out_of_hours@{ESSEX}": "episode.status",
        "police": "episode.status plan.prevention trigger-plan.associates trigger-plan.photo",
        f"responsible_la@{LEEDS}": "episode.status",
        "person_with_pr": "episode.status",
    }
    assert because(due, "responsible_la") == {
        "essex-carer-notifies-responsible-la",
        "essex-ola-inbound-silent",
    }
    assert because(due, "person_with_pr") == {"essex-carer-notifies-pr"}
    assert [s.because.rule.id for s in due.silent] == ["essex-ola-inbound-silent"]
    assert due.clocks == ()


def test_no_chat_is_held_for_a_child_of_leeds_unless_leeds_asks(bundle: Bundle) -> None:
    facts = _of_leeds(returned_by="police")

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert told(due) == {"police": "episode.status", f"responsible_la@{LEEDS}": "episode.status"}
    assert answers(due, "return-interview") == {
        "essex-ola-inbound-silent": (f"responsible_la@{LEEDS}",)
    }
    assert tasks(due) == {
        "essex-saw-police": ("police",),
        "essex-ola-inbound-silent": ("host_la",),
    }
    assert due.clocks == ()


def test_essex_neither_sends_nor_keeps_what_leeds_interviewer_wrote(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("interview-done"), _of_leeds(), [MISSING, BACK])

    assert due.notices == ()
    assert due.tasks == ()


# --- T07: Essex's own child, placed away ----------------------------------------------------------


@pytest.mark.parametrize(
    "place, travel", [(LEEDS, 90), (PLYMOUTH, 300), (LEEDS, 120), (LEEDS, 121)]
)
def test_wherever_an_essex_child_is_placed_carer_and_social_worker_tell_the_same_people(
    bundle: Bundle, place: str, travel: int
) -> None:
    due = duties_of(bundle, MISSING, in_care(15, place=place, travel_minutes=travel))

    assert told(due) == {
        "allocated_social_worker": "episode.status",
        "allocated_worker": "episode.detail",
        f"la_out_of_hours@{ESSEX}": "episode.status",
        "police": "episode.status plan.prevention trigger-plan.associates trigger-plan.photo",
        f"responsible_la@{ESSEX}": "episode.status",
        "person_with_pr": "episode.status",
        "iro": "episode.status",
        f"host_la@{place}": "episode.status",
    }
    assert because(due, "host_la") == {"essex-sw-notifies-host"}
    assert because(due, "iro") == {"essex-sw-notifies-iro"}
    assert because(due, "person_with_pr") == {"essex-carer-notifies-pr", "essex-sw-notifies-pr"}


@pytest.mark.parametrize("place", [LEEDS, PLYMOUTH])
def test_when_found_police_iro_host_and_school_are_told_and_the_essex_service_holds_the_chat(
    bundle: Bundle, place: str
) -> None:
    facts = in_care(15, place=place, placement_safe=True, returned_by="police")

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert told(due) == {
        "police": "episode.status",
        "iro": "episode.status",
        f"host_la@{place}": "episode.status",
        "school": "episode.status",
        "person_with_pr": "episode.status",
    }
    assert because(due, "host_la") == {"essex-found-notify-host"}
    assert clocks(due) == {
        "essex-contact-48h": F_48H,
        "essex-rhi-time-limit-silent": F_72H,
        "essex-plan-close-90": "2026-04-13T08:00Z",
    }
    assert answers(due, "return-interview") == {"essex-rhi-offer-10plus": ("rhi_service",)}


@pytest.mark.parametrize("event", [MISSING, BACK])
def test_where_nobody_has_settled_that_it_is_safe_parents_are_held_back_and_one_question_is_asked(
    bundle: Bundle, event: Occurrence
) -> None:
    facts = {k: v for k, v in in_care(15).items() if k.value != "pr_contact_unsafe"}

    due = duties_of(bundle, event, {**facts, **known(placement_safe=True)})

    assert "person_with_pr" not in told(due)
    [ask] = [t for t in due.tasks if t.kind is TaskKind.ASK]
    assert "can safely be told" in ask.says


def test_a_parent_whom_it_is_unsafe_to_tell_is_not_told_and_the_paragraph_is_shown(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, in_care(15, pr_contact_unsafe=True))

    assert "person_with_pr" not in told(due)
    [refused] = due.rejects
    assert refused.because is not None
    assert refused.because.rule.heading == "3.1.2"
