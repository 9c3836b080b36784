"""The worked situations under the Staffordshire and Stoke-on-Trent protocol: episodes that repeat, and who chairs."""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.vocabulary import Known
from tests.duties.casework import episodes, happens
from tests.duties.following import told_whom
from tests.duties.staffordshire import (
    PROTOCOL,
    STAFFORDSHIRE,
    STOKE,
    a_child,
    a_child_not_open,
    chairs_of,
    clocks_of,
    in_either,
    records_of,
    tasks_of,
    why_told,
)

# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)
TWO_BEFORE: Final = episodes("2026-01-05", "2026-02-14")


@pytest.mark.parametrize(
    "council, rule, chair",
    [
        (STAFFORDSHIRE, "mim-chair-3-staffs-open", "allocated_social_worker"),
        (STOKE, "mim-chair-3-stoke-open", "team_manager"),
    ],
)
def test_the_third_episode_brings_a_meeting_within_five_working_days_over_easter(
    bundle: Bundle, council: str, rule: str, chair: str
) -> None:
    due = duties_of(bundle, THIRD, a_child(council), TWO_BEFORE)

    assert "staffs-mim-trigger-3" in due.rules
    assert clocks_of(due)["mim-5wd"] == "2026-04-07T22:59Z"
    assert chairs_of(due) == [chair]
    assert tasks_of(due, TaskKind.MEET) == {rule: (chair,)}
    assert rule in why_told(due, chair)


def test_a_quiet_hour_may_hold_back_the_call_to_chair_a_meeting(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, a_child(STOKE), TWO_BEFORE)

    [chair] = [n for n in due.notices if n.to.role.id == "team_manager"]
    assert not chair.urgent


@in_either
def test_the_police_and_the_school_are_invited_and_nothing_of_an_interview_goes_with_it(
    bundle: Bundle, council: str
) -> None:
    called = happens("meeting-convened", episode=None, meeting="missing-intervention")

    due = duties_of(bundle, called, a_child(council))

    assert told_whom(due) == dict.fromkeys(
        (
            (role, None)
            for role in (
                "child",
                "parent_carer",
                "allocated_social_worker",
                "team_manager",
                "police",
                "school",
                "health",
                "rhi_provider",
            )
        ),
        "meeting.request",
    )
    assert why_told(due, "police") == {"mim-attendees", "mim-minutes-police"}


def test_parents_are_not_invited_by_guess_where_nobody_says_that_contact_is_safe(
    bundle: Bundle,
) -> None:
    called = happens("meeting-convened", episode=None, meeting="missing-intervention")
    unsure = {k: v for k, v in a_child(STOKE).items() if k.value != "pr_contact_unsafe"}

    due = duties_of(bundle, called, unsure)

    assert ("parent_carer", None) not in told_whom(due)
    assert tasks_of(due, TaskKind.ASK) == {"mim-attendees/parents": ("la_children_services",)}


@pytest.mark.parametrize(
    "council, form", [(STAFFORDSHIRE, "Care Director"), (STOKE, "Liquid Logic")]
)
def test_the_meeting_goes_on_the_councils_form_the_police_have_the_minutes_and_the_clock_is_met(
    bundle: Bundle, council: str, form: str
) -> None:
    held = happens("meeting-held", episode=None, meeting="missing-intervention")

    due = duties_of(bundle, held, a_child(council), [*TWO_BEFORE, THIRD])

    assert told_whom(due) == {("police", None): "meeting.minutes"}
    assert set(records_of(due).values()) == {(form,)}
    assert (f"{PROTOCOL}:staffs-mim-5wd", False) in {(s.name, s.cancelled) for s in due.settles}


@pytest.mark.parametrize(
    "council, facts, chair",
    [
        (
            STOKE,
            {"open_to": frozenset({"early-help"}), "parents_engaged": True},
            "early_help_manager",
        ),
        (STOKE, {"open_to": frozenset({"early-help"}), "parents_engaged": False}, "chad_manager"),
        (STOKE, {}, "chad_manager"),
        (STAFFORDSHIRE, {}, "family_practitioner_lead"),
    ],
)
def test_who_chairs_for_a_child_who_is_not_open(
    bundle: Bundle, council: str, facts: dict[str, Known], chair: str
) -> None:
    due = duties_of(bundle, THIRD, a_child_not_open(council, **facts), TWO_BEFORE)

    assert chairs_of(due) == [chair]


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
    "2026-01-28",
    "2026-02-02",
    "2026-02-09",
)


@pytest.mark.parametrize(
    "council, rule, chair",
    [
        (STOKE, "mim-chair-9-stoke", "strategic_manager"),
        (STAFFORDSHIRE, "mim-chair-9-staffs", "district_operational_lead"),
    ],
)
def test_the_ninth_episode_brings_the_meeting_of_the_highest_level_and_one_clock(
    bundle: Bundle, council: str, rule: str, chair: str
) -> None:
    due = duties_of(bundle, NINTH, a_child(council, age=14, care=True), EIGHT_BEFORE)

    assert {k: v for k, v in clocks_of(due).items() if "5wd" in k} == {
        "mim-5wd/nine": "2026-02-23T23:59Z"
    }
    assert tasks_of(due, TaskKind.MEET) == {rule: (chair,)}
    assert chairs_of(due) == [chair]


@pytest.mark.parametrize(
    "council, open_, chair",
    [
        (STOKE, True, "service_manager"),
        (STOKE, False, "chad_manager"),
        (STAFFORDSHIRE, True, "team_manager"),
        (STAFFORDSHIRE, False, "family_practitioner_lead"),
    ],
)
def test_who_chairs_after_the_fifth(
    bundle: Bundle, council: str, *, open_: bool, chair: str
) -> None:
    facts = a_child(council) if open_ else a_child_not_open(council)
    four = episodes("2026-01-28", "2026-02-02", "2026-02-05", "2026-02-09")

    due = duties_of(bundle, NINTH, facts, four)

    assert chairs_of(due) == [chair]
    assert clocks_of(due)["mim-5wd/five"] == "2026-02-23T23:59Z"


@in_either
def test_the_check_is_for_the_police_and_an_exception_needs_a_name_and_a_reason(
    bundle: Bundle, council: str
) -> None:
    facts = a_child(council, age=14, care=True)
    asks = happens("safe-and-well-proposed", episode="ninth", saw_by="other-professional")

    back = duties_of(bundle, happens("child-found", episode="ninth"), facts, [NINTH])
    asked = duties_of(bundle, asks, facts, [NINTH])

    checks = [a for a in back.answers if a.matter == "safe-and-well"]
    assert [(a.because.rule.id, [to.role.id for to in a.who]) for a in checks] == [
        ("staffs-found-debrief", ["police"])
    ]
    assert asked.rejects == ()
    assert tasks_of(asked) == {"found-debrief/exception": ("police",)}
    assert records_of(asked) == {"found-debrief/exception": ("COMPACT",)}
