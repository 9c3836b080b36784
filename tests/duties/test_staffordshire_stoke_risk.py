"""The worked situations under the Staffordshire and Stoke-on-Trent protocol: long episodes, trafficking, grades, hours."""

from datetime import UTC, datetime

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances
from protocols.status import Verdict
from protocols.vocabulary import Known
from tests.duties.casework import FOUND, comes_due, happens, known, when
from tests.duties.following import told_whom
from tests.duties.staffordshire import (
    BACK,
    MISSING,
    PROTOCOL,
    STAFFORDSHIRE,
    STOKE,
    a_child,
    a_child_not_open,
    all_certain,
    clocks_of,
    in_either,
    tasks_of,
    why_told,
)

# --- T11: still missing after six days ------------------------------------------------------------


def _reached(rule: str, at: str, facts: Circumstances, bundle: Bundle) -> Due:
    came = comes_due(f"staffs-{rule}", PROTOCOL, datetime.fromisoformat(at))
    return duties_of(bundle, came, facts, [MISSING])


@pytest.mark.parametrize(
    "council, first, second, third",
    [
        (
            STOKE,
            "24h-stoke-strategic-manager",
            "72h-stoke-assistant-director",
            "5d-stoke-dcs",
        ),
        (
            STAFFORDSHIRE,
            "24h-staffs-district-lead",
            "72h-staffs-assistant-director",
            "5d-staffs-dcs",
        ),
    ],
)
def test_the_clocks_of_a_long_episode_run_from_the_report(
    bundle: Bundle, council: str, first: str, second: str, third: str
) -> None:
    due = duties_of(bundle, MISSING, a_child(council))

    assert clocks_of(due) == {
        "daily-alert": "2026-01-13T18:10Z",
        "daily-alert/exploitation": "2026-01-13T18:10Z",
        "24h-line-manager": "2026-01-13T18:00Z",
        first: "2026-01-13T18:00Z",
        "mim-day-3": "2026-01-14T18:00Z",
        second: "2026-01-15T18:00Z",
        "3d-urgent-care-review": "2026-01-15T18:00Z",
        third: "2026-01-17T18:00Z",
    }
    assert {c.happens.value for c in due.clocks} == {"then"}


@pytest.mark.parametrize(
    "council, rule, at, by, told",
    [
        (STOKE, "24h-line-manager", "13T18:00", "allocated_social_worker", {"team_manager"}),
        (STOKE, "24h-stoke-strategic-manager", "13T18:00", "team_manager", {"strategic_manager"}),
        (
            STOKE,
            "72h-stoke-assistant-director",
            "15T18:00",
            "strategic_manager",
            {"assistant_director"},
        ),
        (STOKE, "5d-stoke-dcs", "17T18:00", "assistant_director", {"dcs"}),
        (
            STAFFORDSHIRE,
            "24h-staffs-district-lead",
            "13T18:00",
            "team_manager",
            {"district_operational_lead"},
        ),
        (
            STAFFORDSHIRE,
            "72h-staffs-assistant-director",
            "15T18:00",
            "district_operational_lead",
            {"assistant_director"},
        ),
        (STAFFORDSHIRE, "5d-staffs-dcs", "17T18:00", "assistant_director", {"dcs"}),
    ],
)
def test_each_manager_tells_the_one_above(
    bundle: Bundle, council: str, rule: str, at: str, by: str, told: set[str]
) -> None:
    due = _reached(rule, f"2026-01-{at}:00+00:00", a_child(council), bundle)

    assert {n.to.role.id for n in due.notices} == told
    assert tasks_of(due) == {rule: (by,)}


@in_either
def test_after_three_days_police_and_social_worker_hold_an_urgent_care_review(
    bundle: Bundle, council: str
) -> None:
    due = _reached("3d-urgent-care-review", "2026-01-15T18:00:00+00:00", a_child(council), bundle)

    assert set(told_whom(due)) == {
        ("police", None),
        ("allocated_social_worker", None),
        ("partner_agencies", None),
    }
    [review] = due.tasks
    assert (review.kind, review.meeting) == (TaskKind.MEET, "urgent-care-review")
    assert [to.role.id for to in review.owners] == ["allocated_social_worker", "police"]


@in_either
def test_a_child_who_is_not_open_is_opened_for_assessment_at_24_hours(
    bundle: Bundle, council: str
) -> None:
    at = "2026-01-13T18:00:00+00:00"

    started = duties_of(bundle, MISSING, a_child_not_open(council))
    reached = _reached("unopen-24h-assessment", at, a_child_not_open(council), bundle)

    assert clocks_of(started)["unopen-24h-assessment"] == "2026-01-13T18:00Z"
    assert {"24h-line-manager", "3d-urgent-care-review"}.isdisjoint(clocks_of(started))
    assert set(told_whom(reached)) == {("la_children_services", council)}


def test_a_return_ends_every_clock_of_the_episode(bundle: Bundle) -> None:
    running = duties_of(bundle, MISSING, a_child(STOKE))

    ended = duties_of(bundle, BACK, a_child(STOKE), [MISSING])

    stopped = {(s.name, s.cancelled) for s in ended.settles}
    assert stopped >= {(c.name, True) for c in running.clocks}


def test_the_alert_comes_every_day_until_the_child_is_found(bundle: Bundle) -> None:
    came = comes_due(
        "staffs-daily-alert",
        PROTOCOL,
        datetime(2026, 1, 13, 18, 10, tzinfo=UTC),
        basis_at=datetime(2026, 1, 12, 18, 10, tzinfo=UTC),
    )

    due = duties_of(bundle, came, a_child(STOKE), [MISSING])

    assert set(told_whom(due)) == {("team_coordinator", None), ("team_manager", None)}
    assert not any(notice.urgent for notice in due.notices)
    [again] = due.clocks
    assert (again.occurrence, when(again.due_at)) == (1, "2026-01-14T18:10Z")


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def _boy(council: str, **more: Known) -> Circumstances:
    facts: dict[str, Known] = {
        "uasc": True,
        "trafficking": True,
        "placement_type": "supported",
        **more,
    }
    return {**a_child(council, age=17, care=True), **known(**facts)}


@in_either
def test_police_and_mash_are_told_at_once_of_the_suspicion_and_the_boy_is_referred(
    bundle: Bundle, council: str
) -> None:
    due = duties_of(bundle, MISSING, _boy(council))

    assert why_told(due, "police") == {"uasc-missing-immediate"}
    assert told_whom(due)["police", None] == "episode.status risk.assessment"
    assert why_told(due, "mash") == {"uasc-missing-immediate"}
    [door] = [n for n in due.notices if any(why.role == "mash" for why in n.because)]
    assert door.to.authority == council
    assert door.urgent
    assert why_told(due, "nrm") == {"nrm-duty/missing", "trafficking-centre"}
    assert why_told(due, "human_trafficking_centre") == {"trafficking-centre"}
    assert tasks_of(due)["nrm-duty/missing"] == ("la_children_services",)
    assert all_certain(due)


@in_either
def test_suspicion_that_comes_later_is_told_then_and_referred(bundle: Bundle, council: str) -> None:
    facts = {**_boy(council), **known(recorded_missing=True, located=False)}

    due = duties_of(bundle, happens("trafficking-suspected"), facts, [MISSING])

    assert why_told(due, "police") == {"uasc-missing-immediate/suspected-later"}
    assert why_told(due, "nrm") == {"nrm-duty"}


@in_either
def test_he_is_reviewed_every_six_months_at_the_same_time_of_day(
    bundle: Bundle, council: str
) -> None:
    first = duties_of(bundle, MISSING, _boy(council))
    came = comes_due(
        "staffs-uasc-six-monthly",
        PROTOCOL,
        datetime(2026, 7, 12, 17, 0, tzinfo=UTC),
        basis_at=datetime(2026, 1, 12, 18, 0, tzinfo=UTC),
    )
    due = duties_of(bundle, came, _boy(council), [MISSING])
    grown = duties_of(bundle, came, {**_boy(council), **known(age=18)}, [MISSING])

    assert clocks_of(first)["uasc-six-monthly"] == "2026-07-12T17:00Z"
    assert clocks_of(due) == {"uasc-six-monthly": "2027-01-12T18:00Z"}
    assert tasks_of(due) == {"uasc-six-monthly": ("head_of_service",)}
    assert grown.tasks == ()


def test_an_alert_to_all_councils_may_be_asked_for_after_several_days(bundle: Bundle) -> None:
    medium = duties_of(bundle, MISSING, _boy(STOKE))
    high = duties_of(bundle, MISSING, _boy(STOKE, risk_grade="high"))

    assert clocks_of(medium)["national-alert/unaccompanied"] == "2026-01-14T18:00Z"
    assert clocks_of(high)["national-alert/after-several-days"] == "2026-01-14T18:00Z"
    for due in (medium, high):
        assert "all_las" not in {n.to.role.id for n in due.notices}


def test_where_nobody_says_whether_a_child_is_unaccompanied_the_council_is_asked_and_no_one_told(
    bundle: Bundle,
) -> None:
    unsure = {k: v for k, v in a_child_not_open(STAFFORDSHIRE).items() if k.value != "uasc"}

    due = duties_of(bundle, MISSING, unsure)

    assert ("police", None) not in told_whom(due)
    assert tasks_of(due, TaskKind.ASK) == {"uasc-missing-immediate": ("la_children_services",)}


# --- T17: a first record graded low ---------------------------------------------------------------


@in_either
def test_low_is_refused_at_the_first_record_and_the_council_is_told_all_the_same(
    bundle: Bundle, council: str
) -> None:
    facts = a_child(council, age=13, risk_grade="low", investigation_begun=False)

    due = duties_of(bundle, MISSING, facts)

    [refused] = due.rejects
    assert refused.verdict is Verdict.REFUSED
    assert refused.because is not None
    assert refused.because.rule.id == "staffs-risk-low-not-initial"
    assert refused.instead is None
    assert ("la_children_services", council) in told_whom(due)


def test_low_stands_once_the_investigation_has_begun(bundle: Bundle) -> None:
    facts = a_child(STOKE, age=13, investigation_begun=True)
    lowered = happens("risk-changed", risk_grade="low")

    assert duties_of(bundle, lowered, facts, [MISSING]).rejects == ()


@in_either
def test_at_high_risk_the_council_the_bureau_and_police_command_are_told(
    bundle: Bundle, council: str
) -> None:
    graded = happens("risk-set", risk_grade="high")

    due = duties_of(bundle, graded, a_child(council), [MISSING])

    assert told_whom(due) == {
        ("la_children_services", council): "episode.status risk.assessment",
        ("nmpb", None): "",
        ("police_senior_management", None): "episode.status risk.assessment",
    }
    assert all(notice.urgent for notice in due.notices)


# --- Who is there to be told, and from when the interview counts --------------------------------


@pytest.mark.parametrize(
    "at, who",
    [
        ("2026-01-13T09:00:00+00:00", "police_missing_team"),
        ("2026-01-13T22:59:00+00:00", "police_missing_team"),
        ("2026-01-13T23:00:00+00:00", "police_control_room"),
        ("2026-01-17T22:00:00+00:00", "police_missing_team"),
        ("2026-01-18T15:59:00+00:00", "police_missing_team"),
        ("2026-01-18T16:00:00+00:00", "police_control_room"),
        ("2026-04-06T11:00:00+00:00", "police_control_room"),
        ("2026-07-07T06:30:00+00:00", "police_missing_team"),
    ],
)
def test_news_that_a_child_is_found_goes_to_the_team_in_its_hours_and_otherwise_to_101(
    bundle: Bundle, at: str, who: str
) -> None:
    found = happens("child-located", datetime.fromisoformat(at), located_by="carer")

    due = duties_of(bundle, found, a_child(STOKE))

    assert {n.to.role.id for n in due.notices if n.to.role.id.startswith("police")} == {who}
    assert why_told(due, who) == {"found-tell-mpit", "practitioner-found-tells-police"}


def test_the_72_hours_count_from_the_earlier_of_located_and_returned(bundle: Bundle) -> None:
    located = happens("child-located", datetime(2026, 1, 13, 2, 0, tzinfo=UTC), name="located")

    at_once = duties_of(bundle, located, a_child(STOKE), [MISSING])
    on_return = duties_of(bundle, BACK, a_child(STOKE), [MISSING, located])

    assert clocks_of(at_once)["rhi-72h"] == "2026-01-16T02:00Z"
    assert clocks_of(on_return)["rhi-72h"] == "2026-01-16T02:00Z"


@pytest.mark.parametrize("reviewed, who", [(False, "team_leader"), (True, "inspector")])
def test_a_dispute_over_the_risk_climbs_from_the_team_leader_to_the_inspector(
    bundle: Bundle, *, reviewed: bool, who: str
) -> None:
    disputed = happens("risk-disputed", FOUND, first_review_done=reviewed)

    due = duties_of(bundle, disputed, a_child(STOKE), [MISSING])

    [told] = due.notices
    assert told.to.role.id.endswith(who)
