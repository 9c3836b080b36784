"""The worked situations under Essex's guidance: who is told, who holds the chat, what harm and risk bring.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.status import Verdict
from tests.duties.casework import (
    happens,
)
from tests.duties.essex import ESSEX, at_home, in_care
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    because,
    clocks,
    records,
    tasks,
    told,
)

F_48H: Final = "2026-01-15T09:00Z"
F_72H: Final = "2026-01-16T09:00Z"
R_5D: Final = "2026-01-17T18:00Z"


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_of_a_child_who_is_not_open_the_hub_alone_is_told_and_decides_on_tier_4(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, at_home(14, open_=False))

    assert told(due) == {f"la_front_door@{ESSEX}": "episode.detail"}
    assert "essex-unopen-auto-notify" in because(due, "la_front_door")
    assert tasks(due) == {
        "essex-unopen-tier4": ("la_front_door",),
        "essex-unopen-tier2": ("la_front_door",),
        "essex-unopen-police-follow-up": ("police",),
        "essex-mace1-monthly/recently-missing": ("missing_coordinator",),
    }
    assert records(due)["essex-unopen-upload"] == ("Mosaic",)
    assert due.rejects == ()
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_when_that_child_is_found_a_chat_is_offered_twice_and_72_hours_are_only_advice(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, at_home(14, open_=False, returned_by="police"), [MISSING])

    assert told(due) == {f"la_front_door_bsa@{ESSEX}": "episode.status"}
    assert clocks(due) == {"essex-rhi-time-limit-silent": F_72H}
    assert [clock.advisory for clock in due.clocks] == [True]
    assert tasks(due)["essex-rhi-offer-10plus"] == ("rhi_service",)
    assert tasks(due)["essex-rhi-verbal-offer"] == ("rhi_service",)
    assert "essex-contact-48h" not in due.rules
    assert answers(due, "safe-and-well") == {"essex-saw-police": ("police",)}
    assert answers(due, "return-interview") == {"essex-rhi-offer-10plus": ("rhi_service",)}


def test_the_synopsis_of_that_chat_goes_to_the_mplo_and_to_nobody_else(bundle: Bundle) -> None:
    done = happens("interview-done")

    due = duties_of(bundle, done, at_home(14, open_=False), [MISSING, BACK])

    assert told(due) == {"police_missing_coordinator": "rhi.synopsis"}
    assert "essex-rhi-unopen-synopsis" in because(due, "police_missing_coordinator")


def test_a_parents_refusal_goes_to_a_person_who_decides_what_follows(bundle: Bundle) -> None:
    facts = at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    due = duties_of(bundle, happens("consent-changed"), facts, [MISSING, BACK])

    assert due.notices == ()
    assert tasks(due) == {
        "essex-rhi-declined-recorded/parent-refuses": ("allocated_social_worker", "la_front_door")
    }


def test_for_a_child_in_care_no_parents_agreement_is_needed_and_a_refusal_brings_nothing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("consent-changed"), in_care(14, parent_says="refuses"))

    assert due.rules == frozenset()


# --- T04: harm comes to light ---------------------------------------------------------------------


def _harm(at: str = "2026-01-15T14:00:00+00:00", *, likely_repeat: bool = False) -> Occurrence:
    learnt = datetime.fromisoformat(at)
    return happens("harm-suspected", learnt, name="harm", likely_repeat=likely_repeat)


def test_harm_told_of_after_the_return_goes_to_the_hub_and_to_assessment_and_intervention(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, _harm(), in_care(15, located=True), [MISSING, BACK])

    assert told(due) == {
        f"la_front_door@{ESSEX}": "rhi.safeguarding",
        f"assessment_intervention_team@{ESSEX}": "rhi.safeguarding",
    }
    assert tasks(due) == {"essex-harm-to-ai": ("assessment_intervention_team",)}


def test_where_that_child_is_likely_to_go_again_a_strategy_meeting_and_the_service_manager_follow(
    bundle: Bundle,
) -> None:
    facts = in_care(15, located=True)

    due = duties_of(bundle, _harm(likely_repeat=True), facts, [MISSING, BACK])

    assert told(due) == {
        f"la_front_door@{ESSEX}": "rhi.safeguarding",
        f"assessment_intervention_team@{ESSEX}": "rhi.safeguarding",
        "police": "meeting.request",
        "service_manager": "episode.status",
    }
    assert tasks(due, TaskKind.MEET) == {
        "essex-harm-or-likely-repeat-plan/learnt-later": ("allocated_social_worker",)
    }
    assert not [n for n in due.notices if any(i.value == "rhi.full" for i in n.items)]


def test_harm_suspected_while_a_child_is_missing_does_not_wait_for_five_days(
    bundle: Bundle,
) -> None:
    suspected = _harm("2026-01-12T20:00:00+00:00")

    due = duties_of(bundle, suspected, in_care(15, located=False), [MISSING])

    assert tasks(due, TaskKind.MEET) == {
        "essex-strategy-harm-care/suspected": ("allocated_social_worker",)
    }
    assert because(due, "director_local_delivery") == {"essex-dld-early-harm/suspected"}


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_the_director_is_told_at_once_and_somebody_is_asked_about_a_referral(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, in_care(17, uasc=True, trafficking=True))

    assert because(due, "director_local_delivery") == {"essex-dld-community-risk/trafficking"}
    assert tasks(due)["essex-uasc-same-procedure"] == ("allocated_social_worker",)
    assert tasks(due)["essex-says-nothing/referral-of-trafficking-missing"] == (
        "allocated_social_worker",
    )
    assert "essex-says-nothing/referral-of-trafficking-missing" in {
        s.because.rule.id for s in due.silent
    }
    assert clocks(due)["essex-strategy-5d-care"] == R_5D


# --- T17: a first record graded low ---------------------------------------------------------------


def test_low_is_kept_as_it_was_sent_and_never_converted(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, at_home(13, risk_grade="low"))

    [note] = due.rejects
    assert (note.verdict, note.instead, note.because) == (Verdict.NOT_DEFINED, None, None)
    assert "kept as it was sent" in note.says
    assert f"la_front_door@{ESSEX}" in told(due)


@pytest.mark.parametrize("grade", ["high", "medium"])
def test_high_and_medium_are_explained_in_the_appendix_and_stand(
    bundle: Bundle, grade: str
) -> None:
    assert duties_of(bundle, MISSING, at_home(13, risk_grade=grade)).rejects == ()


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_has_no_chat_but_the_social_workers_contact_and_a_persons_decision(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, at_home(9), [MISSING])

    assert clocks(due) == {
        "essex-contact-48h": F_48H,
        "essex-plan-close-90": "2026-04-13T08:00Z",
    }
    assert answers(due, "return-interview") == {}
    [refused] = due.rejects
    assert refused.says == "No Missing Chat is offered to a child under ten."
    assert tasks(due)["essex-rhi-under-10/welfare"] == (
        "allocated_social_worker",
        "la_front_door",
    )
    assert "essex-rhi-offer-10plus" not in due.rules


def test_where_the_age_is_not_known_somebody_is_asked_and_the_offer_stands(bundle: Bundle) -> None:
    facts = {k: v for k, v in at_home(9).items() if k.value != "age"}

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert due.rejects == ()
    assert tasks(due, TaskKind.ASK)["essex-rhi-under-10"] == (
        "allocated_social_worker",
        "la_front_door",
    )
    assert tasks(due)["essex-rhi-offer-10plus"] == ("rhi_service",)


# --- Who is there to be told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "at, night",
    [
        ("2026-01-13T09:00:00+00:00", False),
        ("2026-01-12T18:00:00+00:00", True),
        ("2026-01-10T11:00:00+00:00", True),
        ("2026-04-06T11:00:00+00:00", True),
    ],
)
def test_the_social_worker_is_told_always_and_eds_as_well_when_the_office_is_shut(
    bundle: Bundle, at: str, *, night: bool
) -> None:
    reported = happens("child-reported-missing", datetime.fromisoformat(at))

    due = duties_of(bundle, reported, in_care(15))

    assert "essex-carer-tells-sw-eds" in because(due, "allocated_social_worker")
    assert (because(due, "la_out_of_hours") == {"essex-carer-tells-sw-eds"}) is night


def test_a_core_group_is_not_told_by_guess(bundle: Bundle) -> None:
    facts = {k: v for k, v in at_home(15).items() if k.value != "on_plan"}

    due = duties_of(bundle, MISSING, facts)

    assert "core_group" not in told(due)
    assert tasks(due, TaskKind.ASK) == {"essex-core-group-notified": ("allocated_social_worker",)}
