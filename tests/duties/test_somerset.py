"""The worked situations under the Somerset protocol: who is told, what is due, who does what.

Children of Somerset (or of Leeds, living in Somerset); reported missing on Monday 12 January 2026 at
18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, Happens, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances, Key
from protocols.status import Verdict
from protocols.vocabulary import Known
from tests.duties.casework import (
    LEEDS,
    PLYMOUTH,
    REPORTED,
    comes_due,
    episodes,
    happens,
    known,
    lives,
    when,
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

SOMERSET: Final = "E06000066"
R_24H: Final = "2026-01-13T18:00Z"
R_48H: Final = "2026-01-14T18:00Z"
R_14D: Final = "2026-01-26T18:00Z"
R_6M: Final = "2026-07-12T17:00Z"


def _at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    home = lives(
        SOMERSET,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        open_to=frozenset({"social-work"} if open_ else ()),
        on_plan=frozenset({"child-in-need"} if open_ else ()),
    )
    return {**home, **known(**more)}


def _in_care(
    age: int, *, home: str = SOMERSET, place: str = SOMERSET, **more: Known
) -> dict[Key, Known]:
    care = lives(
        home,
        place,
        age=age,
        looked_after=True,
        open_to_social_care=True,
        open_to=frozenset({"social-work"}),
        on_plan=frozenset({"care"}),
        uasc=False,
    )
    return {**care, **known(**more)}


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_somerset_direct_is_told_and_deals_with_it_as_a_safeguarding_referral(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(14, open_=False))

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.detail episode.status",
        # It is past five.
        f"la_out_of_hours@{SOMERSET}": "episode.status",
    }
    assert because(due, "la_front_door") == {
        "somerset-police-inform-somerset-direct",
        "somerset-sd-safeguarding-referral",
    }
    assert tasks(due) == {
        "somerset-sd-safeguarding-referral": ("la_front_door",),
        "somerset-nmpb": ("police",),
    }
    assert records(due)["somerset-all-missing-recorded"] == ("LCS", "EHM")
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_when_that_child_is_found_police_check_and_pmex_interviews_without_a_clock(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _at_home(14, open_=False), [MISSING])

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.status",
        "rhi_service": "episode.status rhi.offer",
    }
    assert due.clocks == ()
    assert answers(due, "safe-and-well") == {"somerset-saw": ("police",)}
    assert answers(due, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}
    [timely] = [t for t in due.tasks if t.because.rule.id == "somerset-rhi-timely"]
    assert timely.because.wording == "in a timely way"


def test_a_parents_refusal_stops_nothing_and_is_shown_to_the_manager(bundle: Bundle) -> None:
    facts = _at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    refused = duties_of(bundle, happens("consent-changed"), facts, [MISSING, BACK])
    found = duties_of(bundle, BACK, facts, [MISSING])

    assert told(refused) == {"line_manager": "record.consent"}
    assert refused.rejects == ()
    assert answers(found, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}


# --- T04: an interview brings harm to light -------------------------------------------------------

FINDING: Final = happens(
    "interview-urgent-finding", datetime(2026, 1, 15, 14, 0, tzinfo=UTC), name="finding"
)


def test_pmex_and_the_line_manager_see_it_swiftly_and_a_strategy_discussion_follows(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, FINDING, _in_care(15), [MISSING, BACK])

    assert tasks(due) == {
        "somerset-rhi-manager-review": ("rhi_service", "line_manager"),
        "somerset-rhi-follow-on/harm": ("la_children_services",),
    }
    [meeting] = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert meeting.meeting == "strategy"
    assert {to.role.id for to in meeting.attendees} >= {"police", "health", "education"}
    assert because(due, "line_manager") == {
        "somerset-rhi-manager-review",
        "somerset-rhi-follow-on/harm",
    }


def test_the_police_learn_of_it_through_the_discussion_and_the_interview_stays_on_lcs(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, FINDING, _in_care(15), [MISSING, BACK])

    assert told(due)["police"] == "meeting.request"
    assert {role for role, items in told(due).items() if "rhi.full" in items} == {"line_manager"}


# --- T05: a child of Leeds, looked after, living in Somerset --------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return {**_in_care(14, home=LEEDS), **known(**more)}


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
    due = duties_of(bundle, MISSING, _in_care(15, place=place, travel_minutes=travel))

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
    missing = duties_of(bundle, MISSING, _in_care(15, place=LEEDS))
    found = duties_of(bundle, BACK, _in_care(15, place=LEEDS), [MISSING])

    assert not [
        t for d in (missing, found) for t in d.tasks for o in t.owners if o.role.id == "police"
    ]
    assert answers(found, "safe-and-well") == {}


def test_pmex_goes_on_answering_for_the_interview_of_a_child_placed_away(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _in_care(15, place=LEEDS), [MISSING])

    assert answers(due, "return-interview") == {
        "somerset-rhi-timely": ("rhi_service",),
        "somerset-out-rhi-silent": ("rhi_service",),
    }
    assert due.conflicts == ()
    assert due.clocks == ()


# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)


def test_three_episodes_in_90_days_are_nothing_to_this_protocol(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, _at_home(15), episodes("2026-01-05", "2026-02-14"))

    assert not {r for r in due.rules if "trigger-plan" in r or "exploitation" in r}
    assert due.flags == ()
    assert tasks(due) == {"somerset-nmpb": ("police",)}


@pytest.mark.parametrize("first, reached", [("2026-02-28", True), ("2026-02-27", False)])
def test_the_28_days_end_with_the_day_of_the_third_episode(
    bundle: Bundle, first: str, *, reached: bool
) -> None:
    due = duties_of(bundle, THIRD, _at_home(15), episodes(first, "2026-03-14"))

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
    due = duties_of(bundle, NINTH, _in_care(14), EIGHT_BEFORE)

    assert tasks(due)["somerset-trigger-plan-3-in-28"] == ("allocated_social_worker",)
    assert {"somerset-exploitation-considered", "somerset-cla-care-plan/repeatedly"} <= set(
        records(due)
    )
    assert tasks(due, TaskKind.MEET) == {}
    assert [(f.flag, f.episodes) for f in due.flags] == [("repeat-missing", 3)]


def test_at_a_further_episode_it_is_considered_again_until_there_is_a_plan(bundle: Bundle) -> None:
    tenth = happens("missing-recorded", datetime(2026, 2, 18, 12, 0, tzinfo=UTC), episode="tenth")

    without = duties_of(bundle, tenth, _in_care(14), [*EIGHT_BEFORE, NINTH])
    planned = duties_of(
        bundle, tenth, _in_care(14, trigger_plan_exists=True), [*EIGHT_BEFORE, NINTH]
    )

    assert "somerset-trigger-plan-3-in-28" in tasks(without)
    assert "somerset-trigger-plan-3-in-28" not in tasks(planned)


def test_without_a_social_worker_pmex_considers_the_trigger_plan(bundle: Bundle) -> None:
    due = duties_of(bundle, NINTH, _at_home(14, open_=False), EIGHT_BEFORE)

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

    due = duties_of(bundle, back, _in_care(14), [*EIGHT_BEFORE, checked, NINTH])

    assert answers(due, "safe-and-well") == {"somerset-saw": ("police",)}


# --- T11: still missing after six days ------------------------------------------------------------


def _reached(
    rule: str, at: datetime, facts: Circumstances, bundle: Bundle, *past: Occurrence
) -> Due:
    clock = comes_due(rule, "somerset", at, basis_at=REPORTED)
    return duties_of(bundle, clock, facts, [MISSING, *past])


def test_a_strategy_discussion_is_convened_at_24_hours_and_no_operations_manager_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(15))

    assert clocks(due) == {
        "somerset-strategy-24h": R_24H,
        "somerset-strategy-review-24h/none-recorded": R_48H,
        "somerset-strategy-14d": R_14D,
    }
    at = REPORTED + timedelta(hours=24)
    reached = _reached("somerset-strategy-24h", at, _at_home(15), bundle)
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
    facts = _at_home(15, located=False)
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
        due = duties_of(bundle, clock, _at_home(15), [MISSING])
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

    due = duties_of(bundle, missed, _at_home(15, located=False), [MISSING])

    assert set(told(due)) == {f"la_children_services@{SOMERSET}", "police"}
    assert all(notice.overdue for notice in due.notices)
    assert clocks(due) == {"somerset-strategy-review-24h": "2026-01-15T14:00Z"}


def test_a_return_ends_every_one_of_these_clocks(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _at_home(15), [MISSING])

    ended = {s.name.partition(":")[2] for s in due.settles if s.cancelled}
    assert ended >= {
        "somerset-strategy-24h",
        "somerset-strategy-review-24h",
        "somerset-strategy-review-24h/none-recorded",
        "somerset-strategy-14d",
    }


def test_a_strategy_discussion_about_a_child_who_is_back_brings_no_review(bundle: Bundle) -> None:
    held = happens("strategy-discussion-held", datetime(2026, 1, 15, 9, 0, tzinfo=UTC))

    due = duties_of(bundle, held, _at_home(15, located=True), [MISSING, BACK])

    assert due.clocks == ()


def test_of_a_child_who_is_not_open_whoever_decides_on_the_referral_is_asked_at_24_hours(
    bundle: Bundle,
) -> None:
    facts = _at_home(15, open_=False)

    due = duties_of(bundle, MISSING, facts)
    reached = _reached(
        "somerset-strategy-24h/not-open", REPORTED + timedelta(hours=24), facts, bundle
    )

    assert clocks(due) == {"somerset-strategy-24h/not-open": R_24H, "somerset-strategy-14d": R_14D}
    assert tasks(reached) == {"somerset-strategy-24h/not-open": ("la_front_door",)}


@pytest.mark.parametrize("service", ["family-intervention", "youth-justice"])
def test_a_child_open_to_family_intervention_or_youth_justice_has_the_discussion_too(
    bundle: Bundle, service: str
) -> None:
    facts = _at_home(15, open_=False, open_to=frozenset({service}))

    due = duties_of(bundle, MISSING, facts)

    assert clocks(due)["somerset-strategy-24h"] == R_24H
    assert "somerset-strategy-24h/not-open" not in clocks(due)


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_an_unaccompanied_boy_has_what_every_looked_after_child_has(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, _in_care(17, uasc=True, trafficking=True))

    assert clocks(due) == {
        "somerset-cla-24h-operations-manager": R_24H,
        "somerset-strategy-24h": R_24H,
        "somerset-strategy-review-24h/none-recorded": R_48H,
        "somerset-strategy-14d": R_14D,
        "somerset-dcs-6-months": R_6M,
    }
    assert tasks(due) == {
        "somerset-nmpb": ("police",),
        "somerset-says-nothing/referral-of-trafficking-missing": ("allocated_social_worker",),
    }
    assert records(due)["somerset-pnc-circulation"] == ("Police National Computer",)


def test_the_operations_manager_is_told_at_24_hours_and_the_inspector_convenes_at_14_days(
    bundle: Bundle,
) -> None:
    facts = _in_care(17, uasc=True)
    day = _reached(
        "somerset-cla-24h-operations-manager", REPORTED + timedelta(hours=24), facts, bundle
    )
    fortnight = _reached("somerset-strategy-14d", REPORTED + timedelta(days=14), facts, bundle)

    assert told(day) == {"operations_manager": "episode.status meeting.request"}
    [meeting] = fortnight.tasks
    assert meeting.meeting == "strategy-14-day"
    assert [to.role.id for to in meeting.chair] == ["police_reviewing_di"]
    assert {to.role.id for to in meeting.attendees} >= {"operations_manager", "head_of_service"}


# --- T17: a first record graded low ---------------------------------------------------------------


@pytest.mark.parametrize("grade", ["low", "medium", "high"])
def test_no_grade_is_defined_and_each_is_kept_as_it_was_sent(bundle: Bundle, grade: str) -> None:
    due = duties_of(bundle, MISSING, _at_home(13, risk_grade=grade))

    [note] = due.rejects
    assert (note.verdict, note.instead, note.because) == (Verdict.NOT_DEFINED, None, None)
    assert "kept as it was sent" in note.says
    assert "somerset-police-risk-assessment" in records(due)
    assert not [n for n in due.notices if any(i.value == "risk.assessment" for i in n.items)]


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_is_interviewed_by_pmex_as_any_other(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _at_home(9), [MISSING])

    assert answers(due, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}
    assert due.clocks == ()
    assert due.rejects == ()


# --- Absent, and who is there to be told ----------------------------------------------------------


def test_nothing_is_sent_to_somerset_direct_of_a_child_who_is_absent(bundle: Bundle) -> None:
    facts = _at_home(14, contactable=True)

    due = duties_of(bundle, happens("absent"), facts)

    assert due.notices == ()
    assert due.rejects == ()
    assert set(tasks(due)) == {"somerset-absent-no-deployment", "somerset-absent-checks"}


@pytest.mark.parametrize("open_to", ["social-work", "family-intervention", "youth-justice"])
def test_somerset_direct_notifies_the_worker_of_the_service_that_has_the_child(
    bundle: Bundle, open_to: str
) -> None:
    worker = {
        "social-work": "allocated_social_worker",
        "family-intervention": "family_intervention_worker",
        "youth-justice": "youth_justice",
    }[open_to]

    due = duties_of(bundle, MISSING, _at_home(14, open_to=frozenset({open_to})))

    assert [role for role in told(due) if "@" not in role] == [worker]


@pytest.mark.parametrize(
    "at, who",
    [
        ("2026-01-13T09:00:00+00:00", "la_children_services"),
        ("2026-01-13T19:00:00+00:00", "la_out_of_hours"),
        ("2026-01-17T11:00:00+00:00", "la_out_of_hours"),
    ],
)
def test_where_it_is_not_safe_to_return_the_child_social_care_or_the_duty_team_has_the_check(
    bundle: Bundle, at: str, who: str
) -> None:
    checked = happens("safe-and-well-done", datetime.fromisoformat(at), return_safe=False)

    due = duties_of(bundle, checked, _at_home(14), [MISSING, BACK])

    assert told(due) == {f"{who}@{SOMERSET}": "saw.record whereabouts.location"}
    assert due.notices[0].urgent


def test_where_the_police_have_not_said_whether_it_is_safe_they_are_asked(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("safe-and-well-done"), _at_home(14), [MISSING, BACK])

    assert due.notices == ()
    assert tasks(due, TaskKind.ASK) == {"somerset-saw-unsafe-return": ("police",)}
