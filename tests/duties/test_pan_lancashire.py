"""The worked situations under the pan-Lancashire protocol: who is told, what is due, who answers.

Children of Lancashire (or of Leeds, living in Lancashire); reported missing on Monday 12 January 2026
at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances, Key
from protocols.rule import Applies
from protocols.status import Verdict
from protocols.vocabulary import Known
from tests.duties.casework import (
    FOUND,
    LEEDS,
    PLYMOUTH,
    comes_due,
    episodes,
    happens,
    known,
    lives,
    when,
)

LANCASHIRE: Final = "E10000017"
PROTOCOL: Final = "pan-lancashire"
MISSING: Final = happens(["child-reported-missing", "missing-recorded"], name="missing")
BACK: Final = happens("child-found", name="back")
F_72H: Final = "2026-01-16T09:00Z"


def _told(due: Due) -> dict[tuple[str, str | None], str]:
    """Items by the rule's word for whom it tells and the authority, one entry to an addressee."""
    return {
        (n.to.role.id, n.to.authority if isinstance(n.to.authority, str) else None): " ".join(
            sorted(item.value for item in n.items)
        )
        for n in due.notices
    }


def _because(due: Due, role: str) -> set[str]:
    return {why.rule.id for n in due.notices if n.to.role.id == role for why in n.because}


def _clocks(due: Due) -> dict[str, str]:
    return {c.because.rule.id: when(c.due_at) for c in due.clocks}


def _tasks(due: Due) -> dict[str, tuple[str, ...]]:
    return {
        t.because.rule.id: tuple(to.role.id for to in t.owners)
        for t in due.tasks
        if t.kind is not TaskKind.RECORD
    }


def _interviews(due: Due) -> dict[str, tuple[tuple[str, object], ...]]:
    return {
        a.because.rule.id: tuple((to.role.id, to.authority) for to in a.who)
        for a in due.answers
        if a.matter == "return-interview"
    }


def _at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    home = lives(
        LANCASHIRE,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        district="E07000123",
        school_on_record=True,
    )
    return {**home, **known(**more)}


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_when_a_child_at_home_goes_missing_the_council_health_and_school_are_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(14, open_=False))

    assert _told(due) == {
        ("la_children_services", LANCASHIRE): "episode.status risk.assessment",
        ("health_practitioner", None): "episode.status",
        ("health_hcrg", None): "episode.status",
        ("school", None): "episode.status",
    }
    assert _because(due, "la_children_services") == {
        "panlancs-auto-notify-csc",
        "panlancs-share-risk-assessment",
    }
    assert _because(due, "health_practitioner") == {"panlancs-health-not-cla-notified"}
    assert _because(due, "school") == {"panlancs-school-encompass"}
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_when_that_child_is_found_the_interview_is_due_in_72_hours_and_police_do_the_check(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _at_home(14, open_=False), [MISSING])

    assert _clocks(due) == {
        "panlancs-rhi-72h": F_72H,
        "panlancs-rhi-offer-any-child": F_72H,
    }
    checks = {a.because.rule.id: a.who for a in due.answers if a.matter == "safe-and-well"}
    assert {to.role.id for who in checks.values() for to in who} == {"police"}
    assert "panlancs-saw-not-open-police" in checks
    assert _interviews(due) == {
        "panlancs-rhi-provider-lancashire/at-home": (("rhi_team_lancashire", None),)
    }


@pytest.mark.parametrize("said", ["interview-declined", "consent-changed"])
def test_a_parents_refusal_brings_a_managers_review_before_the_episode_is_closed(
    bundle: Bundle, said: str
) -> None:
    facts = _at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    due = duties_of(bundle, happens(said), facts, [MISSING, BACK])

    [review] = [
        t
        for t in due.tasks
        if t.because.rule.id.startswith("panlancs-rhi-unopen-review-before-close")
        and t.kind is TaskKind.DO
    ]
    assert "before the episode is closed" in review.says
    assert ("team_manager", None) in _told(due)


# --- T05: a child of Leeds, looked after, living in Lancashire ------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return lives(LEEDS, LANCASHIRE, age=14, looked_after=True, open_to_social_care=True, **more)


def test_the_host_is_told_once_and_the_placing_authority_at_once_when_its_child_is_missing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _of_leeds(district="E07000123"))

    at = {authority for _, authority in _told(due) if authority is not None}
    assert at == {LANCASHIRE, LEEDS}
    # Its Emergency Duty Team is told as well: it is past five.
    [host] = [
        n for n in due.notices if n.to.authority == LANCASHIRE and n.to.role.id != "la_out_of_hours"
    ]
    assert {why.rule.id for why in host.because} == {
        "panlancs-auto-notify-csc",
        "panlancs-share-risk-assessment",
        "panlancs-ola-police-notify-host",
    }
    [placing] = [n for n in due.notices if n.to.authority == LEEDS]
    assert {why.rule.id for why in placing.because} == {"panlancs-ola-host-informs-placing"}
    assert placing.urgent


def test_the_placing_authority_interviews_its_child_within_72_hours(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _of_leeds(), [MISSING])

    assert _interviews(due) == {"panlancs-rhi-ola-placing-does": (("responsible_la", LEEDS),)}
    assert _clocks(due) == {
        "panlancs-rhi-72h": F_72H,
        "panlancs-rhi-offer-any-child/placed-here": F_72H,
    }
    assert ("responsible_la", LEEDS) in _told(due)


def test_the_interview_goes_to_the_co_ordinator_and_the_hosts_lead_and_the_home_hears_it_took_place(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("interview-done"), _of_leeds(), [MISSING, BACK])

    told = _told(due)
    assert told["police_missing_coordinator", None] == "rhi.full"
    assert told["la_missing_lead", LANCASHIRE] == "rhi.full"
    assert not [role for role, _ in told if role == "placement_provider"]
    assert _tasks(due)["panlancs-rhi-confirm-placement"] == ("allocated_social_worker",)
    assert {s.name for s in due.settles} >= {
        "pan-lancashire:panlancs-rhi-72h",
        "pan-lancashire:panlancs-rhi-offer-any-child/placed-here",
    }


def test_a_child_who_was_never_notified_is_asked_about(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("placement-never-notified"), _of_leeds())

    assert _because(due, "responsible_la") == {"panlancs-ola-no-notification"}
    assert _tasks(due) == {"panlancs-ola-no-notification": ("host_la",)}


def test_an_assessment_that_a_provider_said_is_overdue_is_certainly_offered_after_the_episode(
    bundle: Bundle,
) -> None:
    """5.4: who is outstanding their Review Health Assessment is offered it. Where nobody has said so, it is asked."""
    facts = lives(LANCASHIRE, age=15, looked_after=True)
    overdue = happens("review-health-assessment-overdue", FOUND - timedelta(days=20), episode=None)

    certain = {
        one.because.certain
        for past in ([MISSING], [MISSING, overdue])
        for one in duties_of(bundle, BACK, facts, past).tasks
        if one.because.rule.id == "panlancs-review-health-assessment-offer"
    }
    told = duties_of(bundle, BACK, facts, [MISSING, overdue])

    assert certain == {True, False}
    assert _tasks(told)["panlancs-review-health-assessment-offer"] == ("cla_nurse_team",)


# --- T07: Lancashire's own child, placed away -----------------------------------------------------


@pytest.mark.parametrize(
    "place, travel, rule, who",
    [
        (LEEDS, 90, "within-two-hours", "responsible_la"),
        (PLYMOUTH, 300, "over-two-hours", "rhi_commissioned_service"),
        (LEEDS, 120, "within-two-hours", "responsible_la"),
        (LEEDS, 121, "over-two-hours", "rhi_commissioned_service"),
    ],
)
def test_within_two_hours_the_authority_interviews_itself_and_beyond_it_commissions(
    bundle: Bundle, place: str, travel: int, rule: str, who: str
) -> None:
    facts = lives(LANCASHIRE, place, age=15, looked_after=True, travel_minutes=travel)

    due = duties_of(bundle, BACK, facts, [MISSING])

    interviews = _interviews(due)
    assert list(interviews) == [f"panlancs-rhi-{rule}"]
    assert interviews[f"panlancs-rhi-{rule}"][0][0] == who
    assert set(_clocks(due).values()) == {F_72H}
    assert f"panlancs-rhi-{rule}" in _clocks(due)
    assert all(c.because.as_ is Applies.RESPONSIBLE for c in due.clocks)


def test_when_the_journey_is_not_known_both_readings_are_shown_as_uncertain(
    bundle: Bundle,
) -> None:
    facts = lives(LANCASHIRE, LEEDS, age=15, looked_after=True)

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert {a.because.certain for a in due.answers if a.matter == "return-interview"} == {False}
    assert len(_interviews(due)) == 2


def test_the_host_of_a_placement_is_told_and_given_the_plans(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, LEEDS, age=15, looked_after=True)

    due = duties_of(bundle, happens("placement-made", episode=None), facts)

    assert _told(due)["host_la", LEEDS] == (
        "placement.address placement.detail plan.care plan.placement "
        "trigger-plan.associates trigger-plan.full trigger-plan.photo"
    )


def test_between_two_authorities_of_the_partnership_the_host_is_told_once(bundle: Bundle) -> None:
    blackpools = lives("E06000009", LANCASHIRE, age=15, looked_after=True)

    due = duties_of(bundle, happens("placement-made", episode=None), blackpools)

    [host] = [n for n in due.notices if n.to.role.id == "host_la"]
    assert host.to.authority == LANCASHIRE
    assert {why.rule.id for why in host.because} == {
        "panlancs-ola-placing-notifies",
        "panlancs-out-placement-notify",
    }


# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)


def test_the_third_episode_in_90_days_calls_for_a_meeting_and_a_trigger_plan(
    bundle: Bundle,
) -> None:
    past = episodes("2026-01-05", "2026-02-14")

    due = duties_of(bundle, THIRD, _at_home(15), past)

    [meeting] = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert meeting.because.rule.id == "panlancs-three-in-90-meeting"
    assert meeting.meeting == "mfh-risk-management"
    assert [to.role.id for to in meeting.owners] == ["allocated_social_worker"]
    assert [to.role.id for to in meeting.chair] == ["allocated_social_worker"]
    assert _tasks(due)["panlancs-trigger-plan-three-in-90"] == ("allocated_worker",)
    assert [
        (f.flag, f.episodes) for f in due.flags if f.rule.id == "panlancs-frequent-missing"
    ] == [("frequent-missing", 3)]


def test_our_reminder_of_that_meeting_is_advisory_and_passes_over_easter(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, _at_home(15), episodes("2026-01-05", "2026-02-14"))

    [reminder] = [c for c in due.clocks if c.because.rule.id == "panlancs-three-in-90-meeting"]
    assert when(reminder.due_at) == "2026-04-07T22:59Z"
    assert reminder.advisory


def test_a_trigger_plan_goes_to_the_worker_the_carers_and_the_police(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("trigger-plan-updated", episode=None), _at_home(15))

    roles = {why.role for n in due.notices for why in n.because}
    assert {"allocated_worker", "foster_carer", "placement_provider", "police"} <= roles
    assert "school" not in roles
    assert not [n for n in due.notices if any("credentials" in i.value for i in n.items)]
    assert _clocks(due) == {"panlancs-trigger-plan-monthly": "2026-02-13T09:00Z"}


# --- T10: the ninth episode, and a home that asks to do the check ---------------------------------

NINTH: Final = happens(
    "missing-recorded", datetime(2026, 2, 16, 12, 0, tzinfo=UTC), episode="ninth"
)
EIGHT_BEFORE: Final = episodes(
    "2025-11-24",
    "2025-12-01",
    "2025-12-08",
    "2025-12-15",
    "2025-12-29",
    "2026-01-12",
    "2026-01-28",
    "2026-02-09",
)


def _checked_by(who: str) -> Occurrence:
    return happens(
        "safe-and-well-done",
        datetime(2026, 2, 10, 9, 0, tzinfo=UTC),
        episode="episode-2026-02-09",
        name="checked",
        saw_by=who,
    )


def test_there_is_no_ninth_tier(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, age=14, looked_after=True, open_to_social_care=True)

    due = duties_of(bundle, NINTH, facts, EIGHT_BEFORE)

    assert not [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert not {"panlancs-trigger-plan-three-in-90"} & due.rules


@pytest.mark.parametrize("last, refused", [("other-professional", True), ("police", False)])
def test_a_home_may_not_do_the_check_twice_running(
    bundle: Bundle, last: str, *, refused: bool
) -> None:
    facts = lives(LANCASHIRE, age=14, looked_after=True, crime_suspected=False)
    asks = happens(
        "safe-and-well-proposed",
        datetime(2026, 2, 17, 9, 0, tzinfo=UTC),
        episode="ninth",
        saw_by="other-professional",
        saw_risk="low",
    )

    due = duties_of(bundle, asks, facts, [*EIGHT_BEFORE, _checked_by(last), NINTH])

    because = [r.because.rule.id for r in due.rejects if r.because is not None]
    assert because == (["panlancs-saw-not-two-delegated"] if refused else [])
    if refused:
        assert "the police see the child" in due.rejects[0].says


def test_where_concerns_grow_a_manager_comes_to_the_next_meeting(bundle: Bundle) -> None:
    held = happens("meeting-held", meeting="mfh-risk-management", concerns_continue=True)

    due = duties_of(bundle, held, lives(LANCASHIRE, looked_after=True))

    assert _because(due, "team_manager") == {"panlancs-risk-meeting-manager-escalation"}
    assert _because(due, "service_manager") == {"panlancs-risk-meeting-manager-escalation"}


# --- T11: still missing after six days ------------------------------------------------------------


def _reached(rule: str, at: str, facts: Circumstances, bundle: Bundle) -> Due:
    came = comes_due(rule, PROTOCOL, datetime.fromisoformat(at))
    return duties_of(bundle, came, facts, [MISSING])


def test_at_48_hours_from_the_report_a_strategy_meeting_is_due_and_nothing_else(
    bundle: Bundle,
) -> None:
    reported = happens("child-reported-missing", name="reported")

    due = duties_of(bundle, MISSING, _at_home(15), [reported])

    assert _clocks(due) == {
        "panlancs-strategy-48h": "2026-01-14T18:00Z",
        "panlancs-strategy-request-route/at-48h": "2026-01-14T18:00Z",
        "panlancs-strategy-48h-not-held": "2026-01-14T23:59Z",
    }
    assert {c.happens.value for c in due.clocks} == {"then"}


def test_then_the_council_convenes_and_the_request_goes_to_the_bcu_referral_manager(
    bundle: Bundle,
) -> None:
    at = "2026-01-14T18:00:00+00:00"
    meeting = _reached("panlancs-strategy-48h", at, _at_home(15), bundle)
    request = _reached("panlancs-strategy-request-route/at-48h", at, _at_home(15), bundle)

    assert _tasks(meeting) == {"panlancs-strategy-48h": ("la_children_services",)}
    assert {role for role, _ in _told(request)} == {"police_referral_manager"}


def test_without_a_meeting_the_team_manager_has_to_record_why(bundle: Bundle) -> None:
    due = _reached(
        "panlancs-strategy-48h-not-held", "2026-01-14T23:59:00+00:00", _at_home(15), bundle
    )

    [record] = [t for t in due.tasks if t.kind is TaskKind.RECORD]
    assert [to.role.id for to in record.owners] == ["team_manager"]
    assert ("team_manager", None) in _told(due)


@pytest.mark.parametrize(
    "ended, cancelled", [("strategy-discussion-held", False), ("child-found", True)]
)
def test_a_strategy_discussion_meets_those_clocks_and_a_return_ends_them(
    bundle: Bundle, ended: str, *, cancelled: bool
) -> None:
    due = duties_of(bundle, happens(ended), _at_home(15), [MISSING])

    stopped = {(s.name.partition(":")[2], s.cancelled, s.subject) for s in due.settles}
    assert stopped >= {
        ("panlancs-strategy-48h", cancelled, "this-episode"),
        ("panlancs-strategy-48h-not-held", cancelled, "this-episode"),
    }


def test_a_clock_learnt_of_after_the_child_was_found_is_met_already(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, _at_home(15), [BACK])

    assert {c.met_by for c in due.clocks} == {"back"}


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_the_council_refers_a_child_suspected_of_being_trafficked(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, age=17, looked_after=True, uasc=True, trafficking=True)

    missing = duties_of(bundle, MISSING, facts)
    suspected = duties_of(bundle, happens("trafficking-suspected"), facts)

    assert _tasks(missing)["panlancs-nrm-referral/missing"] == ("la_children_services",)
    assert _tasks(suspected)["panlancs-nrm-referral"] == ("la_children_services",)


@pytest.mark.parametrize("life, alert", [(True, True), (False, False)])
def test_a_child_rescue_alert_is_only_for_a_real_and_immediate_risk_to_life(
    bundle: Bundle, *, life: bool, alert: bool
) -> None:
    facts = lives(LANCASHIRE, age=17, risk_grade="high", life_at_risk=life)

    due = duties_of(bundle, happens("media-considered"), facts)

    assert ("panlancs-child-rescue-alert" in due.rules) is alert
    assert due.notices == ()


# --- T17: a first record graded low ---------------------------------------------------------------


@pytest.mark.parametrize("grade", ["low", "standard", "no-apparent-risk"])
def test_a_grade_that_is_neither_high_nor_medium_is_refused(bundle: Bundle, grade: str) -> None:
    due = duties_of(bundle, MISSING, _at_home(13, risk_grade=grade))

    [refused] = due.rejects
    assert refused.verdict is Verdict.REFUSED
    assert refused.because is not None
    assert refused.because.rule.id == "panlancs-grades-high-medium-only"
    assert ("la_children_services", LANCASHIRE) in _told(due)


def test_high_and_medium_stand(bundle: Bundle) -> None:
    for grade in ("high", "medium"):
        assert duties_of(bundle, MISSING, _at_home(13, risk_grade=grade)).rejects == ()


def test_the_word_absent_is_refused_and_nobody_is_named_to_be_told_of_it(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("absent"), _at_home(13))

    [refused] = due.rejects
    assert refused.because is not None
    assert refused.because.rule.id == "panlancs-absent-forbidden"
    assert due.notices == ()
    assert [s.because.rule.id for s in due.silent] == ["panlancs-says-nothing"]


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_is_offered_the_interview_as_well(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _at_home(9), [MISSING])

    assert _clocks(due) == {"panlancs-rhi-72h": F_72H, "panlancs-rhi-offer-any-child": F_72H}


# --- Who is there to be told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "at, who",
    [
        ("2026-01-13T09:00:00+00:00", "allocated_social_worker"),
        ("2026-01-12T18:00:00+00:00", "la_out_of_hours"),
        ("2026-01-10T11:00:00+00:00", "la_out_of_hours"),
        ("2026-04-06T11:00:00+00:00", "la_out_of_hours"),
    ],
)
def test_outside_9_to_5_at_weekends_and_on_bank_holidays_the_duty_team_is_told(
    bundle: Bundle, at: str, who: str
) -> None:
    reported = happens("child-reported-missing", datetime.fromisoformat(at))

    due = duties_of(bundle, reported, _at_home(15))

    assert _because(due, who) == {"panlancs-reporter-informs-social-worker"}


def test_where_the_district_is_not_known_no_health_team_is_guessed_and_somebody_is_asked_once(
    bundle: Bundle,
) -> None:
    facts = lives(LANCASHIRE, age=15, looked_after=True)

    due = duties_of(bundle, MISSING, facts)

    assert not [role for role, _ in _told(due) if role in {"health_bth", "health_hcrg"}]
    [ask] = [t for t in due.tasks if t.kind is TaskKind.ASK]
    assert [to.role.id for to in ask.owners] == ["la_business_support"]


def test_whether_a_child_is_looked_after_not_being_known_both_health_roles_are_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, lives(LANCASHIRE, age=15, district="E06000008"))

    told = {role for role, _ in _told(due)}
    assert {"cla_nurse_team", "health_practitioner"} <= told
    doubtful = [n for n in due.notices if n.to.role.id in {"cla_nurse_team", "health_practitioner"}]
    assert not any(why.certain for n in doubtful for why in n.because)


def test_the_monthly_review_comes_again_from_its_start_and_the_worker_is_told_that_it_is_overdue(
    bundle: Bundle,
) -> None:
    due_at = FOUND + timedelta(days=31)
    late = comes_due(
        "panlancs-trigger-plan-monthly", PROTOCOL, due_at, basis_at=FOUND, occurrence=0
    )

    due = duties_of(bundle, late, _at_home(15))

    [again] = due.clocks
    assert (again.occurrence, when(again.due_at)) == (1, "2026-03-13T09:00Z")
    [told] = due.notices
    assert told.overdue
    assert told.to.role.id == "allocated_worker"
