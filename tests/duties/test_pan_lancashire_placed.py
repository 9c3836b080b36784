"""Lancashire's situations of two authorities: a child of Leeds who lives there, and Lancashire's own child placed away.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances
from protocols.rule import Applies
from protocols.vocabulary import Known
from tests.duties.casework import (
    FOUND,
    LEEDS,
    PLYMOUTH,
    happens,
    lives,
)
from tests.duties.following import BACK, MISSING, because, clocks, tasks, told_whom
from tests.duties.lancashire import LANCASHIRE, interviewers

F_72H: Final = "2026-01-16T09:00Z"


# --- T05: a child of Leeds, looked after, living in Lancashire ------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return lives(LEEDS, LANCASHIRE, age=14, looked_after=True, open_to_social_care=True, **more)


def test_the_host_is_told_once_and_the_placing_authority_at_once_when_its_child_is_missing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _of_leeds(district="E07000123"))

    at = {authority for _, authority in told_whom(due) if authority is not None}
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

    assert interviewers(due) == {"panlancs-rhi-ola-placing-does": (("responsible_la", LEEDS),)}
    assert clocks(due) == {
        "panlancs-rhi-72h": F_72H,
        "panlancs-rhi-offer-any-child/placed-here": F_72H,
    }
    assert ("responsible_la", LEEDS) in told_whom(due)


def test_the_interview_goes_to_the_co_ordinator_and_the_hosts_lead_and_the_home_hears_it_took_place(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("interview-done"), _of_leeds(), [MISSING, BACK])

    told = told_whom(due)
    assert told["police_missing_coordinator", None] == "rhi.full"
    assert told["la_missing_lead", LANCASHIRE] == "rhi.full"
    assert not [role for role, _ in told if role == "placement_provider"]
    assert tasks(due)["panlancs-rhi-confirm-placement"] == ("allocated_social_worker",)
    assert {s.name for s in due.settles} >= {
        "pan-lancashire:panlancs-rhi-72h",
        "pan-lancashire:panlancs-rhi-offer-any-child/placed-here",
    }


def test_a_child_who_was_never_notified_is_asked_about(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("placement-never-notified"), _of_leeds())

    assert because(due, "responsible_la") == {"panlancs-ola-no-notification"}
    assert tasks(due) == {"panlancs-ola-no-notification": ("host_la",)}


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
    assert tasks(told)["panlancs-review-health-assessment-offer"] == ("cla_nurse_team",)


# --- T07: Lancashire's own child, placed away -----------------------------------------------------


@pytest.mark.parametrize(
    "place, travel, rule, who",
    [
        (LEEDS, 90, "within-two-hours", "responsible_la"),
        (PLYMOUTH, 300, "over-two-hours/service", "rhi_commissioned_service"),
        (LEEDS, 120, "within-two-hours", "responsible_la"),
        (LEEDS, 121, "over-two-hours/service", "rhi_commissioned_service"),
    ],
)
def test_within_two_hours_the_authority_interviews_itself_and_beyond_it_commissions(
    bundle: Bundle, place: str, travel: int, rule: str, who: str
) -> None:
    facts = lives(LANCASHIRE, place, age=15, looked_after=True, travel_minutes=travel)

    due = duties_of(bundle, BACK, facts, [MISSING])

    interviews = interviewers(due)
    assert list(interviews) == [f"panlancs-rhi-{rule}"]
    assert interviews[f"panlancs-rhi-{rule}"][0][0] == who
    assert set(clocks(due).values()) == {F_72H}
    assert f"panlancs-rhi-{rule.partition('/')[0]}" in clocks(due)
    assert all(c.because.as_ is Applies.RESPONSIBLE for c in due.clocks)


def test_when_the_journey_is_not_known_the_authority_answers_and_is_asked_how_far_it_is(
    bundle: Bundle,
) -> None:
    """Either way it is the authority's to see to; no service is told that it has to interview."""
    facts = lives(LANCASHIRE, LEEDS, age=15, looked_after=True)

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert interviewers(due) == {"panlancs-rhi-within-two-hours": (("responsible_la", LANCASHIRE),)}
    assert {a.because.certain for a in due.answers if a.matter == "return-interview"} == {False}
    assert [t.because.rule.id for t in due.tasks if t.kind is TaskKind.ASK] == [
        "panlancs-rhi-over-two-hours/service"
    ]
    assert not due.conflicts
    assert "rhi_commissioned_service" not in {n.to.role.id for n in due.notices}


def test_the_host_of_a_placement_is_told_and_given_the_plans(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, LEEDS, age=15, looked_after=True)

    due = duties_of(bundle, happens("placement-made", episode=None), facts)

    assert told_whom(due)["host_la", LEEDS] == (
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
