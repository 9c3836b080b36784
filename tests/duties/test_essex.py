"""The worked situations under Essex's guidance: who is told, what is due, who does what.

Children of Essex (or of Leeds, living in Essex); reported missing on Monday 12 January 2026 at 18:00,
recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances, Key
from protocols.status import Verdict
from protocols.vocabulary import Known
from tests.duties.casework import (
    LEEDS,
    PLYMOUTH,
    comes_due,
    episodes,
    happens,
    known,
    lives,
)
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

ESSEX: Final = "E10000012"
F_48H: Final = "2026-01-15T09:00Z"
F_72H: Final = "2026-01-16T09:00Z"
R_5D: Final = "2026-01-17T18:00Z"


def _at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    home = lives(
        ESSEX,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        open_to=frozenset({"social-work"} if open_ else ()),
        on_plan=frozenset({"child-in-need"} if open_ else ()),
        risk_grade="medium",
        uasc=False,
    )
    return {**home, **known(**more)}


def _in_care(age: int, *, home: str = ESSEX, place: str = ESSEX, **more: Known) -> dict[Key, Known]:
    care = lives(
        home,
        place,
        age=age,
        looked_after=True,
        open_to_social_care=True,
        open_to=frozenset({"social-work"}),
        on_plan=frozenset({"care"}),
        risk_grade="medium",
        pr_contact_unsafe=False,
        uasc=False,
        school_on_record=True,
    )
    return {**care, **known(**more)}


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_of_a_child_who_is_not_open_the_hub_alone_is_told_and_decides_on_tier_4(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(14, open_=False))

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
    due = duties_of(bundle, BACK, _at_home(14, open_=False, returned_by="police"), [MISSING])

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

    due = duties_of(bundle, done, _at_home(14, open_=False), [MISSING, BACK])

    assert told(due) == {"police_missing_coordinator": "rhi.synopsis"}
    assert "essex-rhi-unopen-synopsis" in because(due, "police_missing_coordinator")


def test_a_parents_refusal_goes_to_a_person_who_decides_what_follows(bundle: Bundle) -> None:
    facts = _at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    due = duties_of(bundle, happens("consent-changed"), facts, [MISSING, BACK])

    assert due.notices == ()
    assert tasks(due) == {
        "essex-rhi-declined-recorded/parent-refuses": ("allocated_social_worker", "la_front_door")
    }


def test_for_a_child_in_care_no_parents_agreement_is_needed_and_a_refusal_brings_nothing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("consent-changed"), _in_care(14, parent_says="refuses"))

    assert due.rules == frozenset()


# --- T04: harm comes to light ---------------------------------------------------------------------


def _harm(at: str = "2026-01-15T14:00:00+00:00", *, likely_repeat: bool = False) -> Occurrence:
    learnt = datetime.fromisoformat(at)
    return happens("harm-suspected", learnt, name="harm", likely_repeat=likely_repeat)


def test_harm_told_of_after_the_return_goes_to_the_hub_and_to_assessment_and_intervention(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, _harm(), _in_care(15, located=True), [MISSING, BACK])

    assert told(due) == {
        f"la_front_door@{ESSEX}": "rhi.safeguarding",
        f"assessment_intervention_team@{ESSEX}": "rhi.safeguarding",
    }
    assert tasks(due) == {"essex-harm-to-ai": ("assessment_intervention_team",)}


def test_where_that_child_is_likely_to_go_again_a_strategy_meeting_and_the_service_manager_follow(
    bundle: Bundle,
) -> None:
    facts = _in_care(15, located=True)

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

    due = duties_of(bundle, suspected, _in_care(15, located=False), [MISSING])

    assert tasks(due, TaskKind.MEET) == {
        "essex-strategy-harm-care/suspected": ("allocated_social_worker",)
    }
    assert because(due, "director_local_delivery") == {"essex-dld-early-harm/suspected"}


# --- T05: a child of Leeds, looked after, living in Essex -----------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return {**_in_care(14, home=LEEDS), **known(**more)}


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
    due = duties_of(bundle, MISSING, _in_care(15, place=place, travel_minutes=travel))

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
    facts = _in_care(15, place=place, placement_safe=True, returned_by="police")

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
    facts = {k: v for k, v in _in_care(15).items() if k.value != "pr_contact_unsafe"}

    due = duties_of(bundle, event, {**facts, **known(placement_safe=True)})

    assert "person_with_pr" not in told(due)
    [ask] = [t for t in due.tasks if t.kind is TaskKind.ASK]
    assert "can safely be told" in ask.says


def test_a_parent_whom_it_is_unsafe_to_tell_is_not_told_and_the_paragraph_is_shown(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _in_care(15, pr_contact_unsafe=True))

    assert "person_with_pr" not in told(due)
    [refused] = due.rejects
    assert refused.because is not None
    assert refused.because.rule.heading == "3.1.2"


# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)
TWO_BEFORE: Final = episodes("2026-01-05", "2026-02-14")


def test_the_third_episode_in_90_days_calls_for_a_missing_prevention_plan(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, _at_home(15), TWO_BEFORE)

    assert tasks(due)["essex-plan-3-in-90"] == ("allocated_social_worker",)
    assert tasks(due, TaskKind.MEET) == {}
    assert "school" not in told(due)


def test_the_second_does_not_and_the_fourth_does_not_again(bundle: Bundle) -> None:
    second = duties_of(bundle, THIRD, _at_home(15), TWO_BEFORE[:1])
    fourth = happens("missing-recorded", datetime(2026, 3, 28, 12, 0, tzinfo=UTC), episode="fourth")
    again = duties_of(bundle, fourth, _at_home(15), [*TWO_BEFORE, THIRD])

    assert "essex-plan-3-in-90" not in second.rules
    assert "essex-plan-3-in-90" not in again.rules


@pytest.mark.parametrize("earlier, offered", [(2, True), (1, False)])
def test_from_the_third_episode_ever_the_chat_is_offered_by_word_of_mouth_too(
    bundle: Bundle, earlier: int, *, offered: bool
) -> None:
    back = happens("child-found", datetime(2026, 3, 27, 20, 0, tzinfo=UTC), episode="third")
    past = [*episodes("2023-05-01", "2025-06-01")[:earlier], THIRD]

    due = duties_of(bundle, back, _at_home(15), past)

    assert ("essex-rhi-verbal-offer/three-or-more" in due.rules) is offered
    assert "essex-rhi-verbal-offer" not in due.rules


def test_ninety_days_after_the_return_the_plan_may_be_closed_unless_there_was_another_episode(
    bundle: Bundle,
) -> None:
    at = datetime(2026, 4, 13, 8, 0, tzinfo=UTC)
    clock = comes_due("essex-plan-close-90", "essex", at)
    later = episodes("2026-03-01")

    quiet = duties_of(bundle, clock, _at_home(15), [MISSING, BACK])
    not_quiet = duties_of(bundle, clock, _at_home(15), [MISSING, BACK, *later])

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
    due = duties_of(bundle, NINTH, _in_care(14), EIGHT_BEFORE)

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

    due = duties_of(bundle, back, _in_care(14, returned_by=returned_by), [*EIGHT_BEFORE, NINTH])

    assert bool(answers(due, "safe-and-well")) is check
    assert ("essex-saw-own-accord-care" in records(due)) is observed


def test_mace_1_meets_again_within_a_month(bundle: Bundle) -> None:
    held = happens("meeting-held", episode=None, meeting="mace-1")

    due = duties_of(bundle, held, _in_care(14))

    assert clocks(due) == {"essex-mace1-monthly": "2026-02-13T09:00Z"}
    assert tasks(due)["essex-mace1-plan-in-place"] == ("mace1",)


# --- T11: still missing after six days ------------------------------------------------------------


def _reached(rule: str, facts: Circumstances, bundle: Bundle) -> Due:
    at = datetime(2026, 1, 17, 18, 0, tzinfo=UTC)
    return duties_of(bundle, comes_due(rule, "essex", at), facts, [MISSING])


def test_nothing_is_due_before_five_days_and_then_strategy_service_manager_and_director(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(15))

    assert clocks(due) == {"essex-strategy-5d-home": R_5D, "essex-dld-5d-home": R_5D}
    assert {c.happens.value for c in due.clocks} == {"then"}

    strategy = _reached("essex-strategy-5d-home", _at_home(15), bundle)
    managers = _reached("essex-dld-5d-home", _at_home(15), bundle)

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
    facts = _at_home(15, open_=False)

    allocate = _reached("essex-unopen-5d-allocate", facts, bundle)
    convene = _reached("essex-unopen-strategy-police", facts, bundle)

    assert told(allocate) == {f"assessment_intervention_team@{ESSEX}": "episode.detail"}
    assert tasks(convene, TaskKind.MEET) == {"essex-unopen-strategy-police": ("police",)}


def test_a_strategy_discussion_meets_its_clock_and_the_director_is_told_all_the_same(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("strategy-discussion-held"), _at_home(15), [MISSING])

    met = {s.name.partition(":")[2] for s in due.settles if not s.cancelled}
    assert "essex-strategy-5d-home" in met
    assert "essex-dld-5d-home" not in met


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_the_director_is_told_at_once_and_somebody_is_asked_about_a_referral(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _in_care(17, uasc=True, trafficking=True))

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
    due = duties_of(bundle, MISSING, _at_home(13, risk_grade="low"))

    [note] = due.rejects
    assert (note.verdict, note.instead, note.because) == (Verdict.NOT_DEFINED, None, None)
    assert "kept as it was sent" in note.says
    assert f"la_front_door@{ESSEX}" in told(due)


@pytest.mark.parametrize("grade", ["high", "medium"])
def test_high_and_medium_are_explained_in_the_appendix_and_stand(
    bundle: Bundle, grade: str
) -> None:
    assert duties_of(bundle, MISSING, _at_home(13, risk_grade=grade)).rejects == ()


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_has_no_chat_but_the_social_workers_contact_and_a_persons_decision(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _at_home(9), [MISSING])

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
    facts = {k: v for k, v in _at_home(9).items() if k.value != "age"}

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

    due = duties_of(bundle, reported, _in_care(15))

    assert "essex-carer-tells-sw-eds" in because(due, "allocated_social_worker")
    assert (because(due, "la_out_of_hours") == {"essex-carer-tells-sw-eds"}) is night


def test_a_core_group_is_not_told_by_guess(bundle: Bundle) -> None:
    facts = {k: v for k, v in _at_home(15).items() if k.value != "on_plan"}

    due = duties_of(bundle, MISSING, facts)

    assert "core_group" not in told(due)
    assert tasks(due, TaskKind.ASK) == {"essex-core-group-notified": ("allocated_social_worker",)}
