"""The worked situations under the Staffordshire and Stoke-on-Trent protocol: missing, back, interviewed, placed."""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_evaluation import duties_of
from protocols.rule import Applies
from tests.duties.casework import LEEDS, PLYMOUTH, episodes, happens
from tests.duties.following import told_whom
from tests.duties.staffordshire import (
    BACK,
    F_72H,
    MISSING,
    PROTOCOL,
    STAFFORDSHIRE,
    STOKE,
    a_child,
    a_child_not_open,
    all_certain,
    chairs_of,
    clocks_of,
    in_either,
    interviewers_of,
    records_of,
    tasks_of,
    why_told,
)

INTERVIEWED: Final = happens("interview-done", name="interviewed")

# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_in_staffordshire_council_missing_officer_and_local_support_team_are_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, a_child_not_open(STAFFORDSHIRE, age=14))

    assert told_whom(due) == {
        ("la_children_services", STAFFORDSHIRE): "episode.status",
        ("la_missing_process_officer", STAFFORDSHIRE): "episode.status",
        ("local_support_team", STAFFORDSHIRE): "episode.status",
    }
    assert "compact-auto-notify" in why_told(due, "la_children_services")
    assert why_told(due, "local_support_team") == {"staffs-officer-routes"}
    assert all_certain(due)


def test_in_stoke_council_and_chad_are_told_and_chad_decides_what_the_notice_is(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, a_child_not_open(STOKE, age=14))

    assert told_whom(due) == {
        ("la_children_services", STOKE): "episode.status",
        ("la_front_door_stoke", STOKE): "episode.status",
    }
    assert why_told(due, "la_front_door_stoke") == {"stoke-chad-receives"}
    assert tasks_of(due)["stoke-chad-decides"] == ("la_front_door_stoke",)
    assert records_of(due)["stoke-chad-decides"] == ("Liquid Logic",)
    assert all_certain(due)


@in_either
@pytest.mark.parametrize("parent", ["not-asked", "refuses"])
def test_catch22_interviews_within_72_hours_whatever_the_parent_says(
    bundle: Bundle, council: str, parent: str
) -> None:
    facts = a_child_not_open(council, age=14, child_says="agrees", parent_says=parent)

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert clocks_of(due) == {"rhi-72h": F_72H}
    [clock] = due.clocks
    assert [to.role.id for to in clock.owners] == ["rhi_provider"]
    assert interviewers_of(due) == ["rhi_provider"]
    assert "rhi-catch22" in why_told(due, "rhi_provider")


def test_who_is_told_that_the_child_is_back(bundle: Bundle) -> None:
    in_staffordshire = duties_of(bundle, BACK, a_child_not_open(STAFFORDSHIRE, age=14), [MISSING])
    in_stoke = duties_of(bundle, BACK, a_child_not_open(STOKE, age=14), [MISSING])

    everywhere: dict[tuple[str, str | None], str] = {
        ("rhi_provider", None): "episode.status",
        ("police_missing_team", None): "episode.status whereabouts.location",
    }
    assert told_whom(in_staffordshire) == {
        **everywhere,
        ("la_missing_process_officer", STAFFORDSHIRE): "episode.status",
    }
    assert told_whom(in_stoke) == {**everywhere, ("la_front_door_stoke", STOKE): "episode.status"}


def test_the_interview_of_a_child_nobody_knows_goes_to_the_family_practitioner_lead_or_chad(
    bundle: Bundle,
) -> None:
    past = [MISSING, BACK]
    in_staffordshire = duties_of(bundle, INTERVIEWED, a_child_not_open(STAFFORDSHIRE), past)
    in_stoke = duties_of(bundle, INTERVIEWED, a_child_not_open(STOKE), past)

    assert told_whom(in_staffordshire) == {
        ("la_missing_process_officer", STAFFORDSHIRE): "rhi.full",
        ("family_practitioner_lead", STAFFORDSHIRE): "rhi.full",
    }
    assert why_told(in_staffordshire, "family_practitioner_lead") == {
        "rhi-unknown-child-staffordshire"
    }
    assert "rhi-unknown-child-decision" in tasks_of(in_staffordshire)
    assert told_whom(in_stoke) == {("la_front_door_stoke", STOKE): "rhi.full"}
    assert {s.name for s in in_stoke.settles} >= {f"{PROTOCOL}:staffs-rhi-72h"}


# --- T04: the interviewer learns of an assault --------------------------------------------------------


@pytest.mark.parametrize("event", ["crime-suspected", "interview-urgent-finding"])
@pytest.mark.parametrize(
    "council, door", [(STAFFORDSHIRE, "la_front_door_staffs"), (STOKE, "la_front_door_stoke")]
)
def test_a_crime_is_told_to_the_police_at_once_and_referred_beside_it(
    bundle: Bundle, council: str, door: str, event: str
) -> None:
    said = happens(event, datetime(2026, 1, 15, 14, 0, tzinfo=UTC))
    facts = a_child(council, care=True, child_says="refuses", crime_suspected=True)

    due = duties_of(bundle, said, facts, [MISSING, BACK])

    assert told_whom(due) == {
        ("police", None): "rhi.safeguarding",
        (door, council): "rhi.safeguarding",
    }
    assert all(notice.urgent for notice in due.notices)
    assert "crime-tell-police" in why_told(due, "police")
    assert {rule.partition("/")[0] for rule in why_told(due, door)} == {"crime-parallel-s47"}


def test_of_a_child_placed_elsewhere_the_home_front_door_and_worker_learn_it_too(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, happens("crime-suspected"), a_child(STOKE, LEEDS, care=True))

    assert told_whom(due) == {
        ("police", None): "rhi.safeguarding",
        ("mash", STOKE): "rhi.safeguarding",
        ("allocated_social_worker", None): "rhi.safeguarding",
    }


# --- T05: a child of Leeds, looked after, living here ---------------------------------------------


def test_the_host_is_told_and_sends_leeds_the_report_when_its_child_is_missing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, a_child(LEEDS, STAFFORDSHIRE, age=14, care=True))

    assert told_whom(due) == {
        ("host_la", STAFFORDSHIRE): "episode.status",
        ("la_missing_process_officer", STAFFORDSHIRE): "episode.status",
        ("responsible_la", LEEDS): "episode.detail risk.assessment",
        ("allocated_social_worker", None): "episode.status",
    }
    assert "compact-auto-notify/placed-here" in why_told(due, "host_la")
    [leeds] = [n for n in due.notices if n.to.authority == LEEDS]
    assert why_told(due, "responsible_la") == {"ola-forward-reports"}
    assert leeds.channel == "secure-email"
    assert leeds.urgent
    assert tasks_of(due)["ola-forward-reports"] == ("host_la",)


@in_either
def test_catch22_interviews_leeds_child_and_leeds_has_the_found_report(
    bundle: Bundle, council: str
) -> None:
    due = duties_of(bundle, BACK, a_child(LEEDS, council, age=14, care=True), [MISSING])

    assert clocks_of(due) == {"rhi-72h": F_72H}
    assert interviewers_of(due) == ["rhi_provider"]
    assert told_whom(due)["responsible_la", LEEDS] == "episode.detail risk.assessment"


@pytest.mark.parametrize(
    "council, here",
    [
        (STAFFORDSHIRE, {("host_la", STAFFORDSHIRE): "rhi.confirmation"}),
        (STOKE, {("la_front_door_stoke", STOKE): "rhi.full"}),
    ],
)
def test_leeds_front_door_has_the_copy_and_staffordshire_hears_that_it_took_place(
    bundle: Bundle, council: str, here: dict[tuple[str, str | None], str]
) -> None:
    facts = a_child(LEEDS, council, age=14, care=True, child_says="agrees")

    due = duties_of(bundle, INTERVIEWED, facts, [MISSING, BACK])

    assert told_whom(due) == {("responsible_la_front_door", LEEDS): "rhi.full", **here}
    assert why_told(due, "responsible_la_front_door") == {"ola-rhi-to-placing"}


def test_harm_to_leeds_child_is_the_hosts_to_enquire_into_and_both_are_told(bundle: Bundle) -> None:
    facts = a_child(LEEDS, STOKE, age=14, care=True)

    due = duties_of(bundle, happens("harm-suspected"), facts)

    assert set(told_whom(due)) == {
        ("host_la", STOKE),
        ("responsible_la", LEEDS),
        ("police", None),
        ("la_front_door_stoke", STOKE),
        ("la_out_of_hours_stoke", STOKE),
    }
    assert [
        (a.matter, [to.authority for to in a.who])
        for a in due.answers
        if a.because.rule.id == "staffs-host-cp-enquiries"
    ] == [("child-protection-enquiries", [STOKE])]


def test_a_staffordshire_child_living_in_stoke_is_told_of_to_both_councils_and_no_other(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, a_child(STAFFORDSHIRE, STOKE, care=True))

    notices = [n for n in due.notices if any("compact" in why.rule.id for why in n.because)]
    assert {(n.to.role.id, n.to.authority) for n in notices} == {
        ("host_la", STOKE),
        ("la_children_services", STAFFORDSHIRE),
    }


def test_a_lancashire_child_here_is_claimed_by_two_interviewers_and_its_own_council_is_taken(
    bundle: Bundle,
) -> None:
    facts = a_child("E10000017", STAFFORDSHIRE, care=True, travel_minutes=90)

    due = duties_of(bundle, BACK, facts, [MISSING])

    [conflict] = [c for c in due.conflicts if c.matter == "return-interview"]
    assert {claim.because.rule.id for claim in conflict.claims} == {
        "staffs-rhi-catch22",
        "panlancs-rhi-within-two-hours",
    }
    assert conflict.taken.because.as_ is Applies.RESPONSIBLE


# --- T07: the authorities' own child, placed away -------------------------------------------------


@in_either
@pytest.mark.parametrize(
    "place, travel", [(LEEDS, 90), (PLYMOUTH, 300), (LEEDS, 120), (LEEDS, 121)]
)
def test_the_social_worker_ensures_the_interview_however_far_away(
    bundle: Bundle, council: str, place: str, travel: int
) -> None:
    facts = a_child(council, place, care=True, travel_minutes=travel)

    missing = duties_of(bundle, MISSING, facts)
    back = duties_of(bundle, BACK, facts, [MISSING])

    assert why_told(missing, "allocated_social_worker") == {"out-provider-reports"}
    assert tasks_of(missing)["out-provider-reports"] == ("placement_provider",)
    assert {n.to.role.id for n in missing.notices} == {
        "allocated_social_worker",
        "lead_practitioner",
    }
    assert clocks_of(back) == {"rhi-out-of-county": F_72H}
    assert interviewers_of(back) == ["allocated_social_worker"]
    assert "rhi_provider" not in {n.to.role.id for n in back.notices}
    assert all(c.because.as_ is Applies.RESPONSIBLE for c in back.clocks)


@in_either
def test_an_episode_elsewhere_counts_towards_the_meeting(bundle: Bundle, council: str) -> None:
    facts = a_child(council, PLYMOUTH, care=True)

    due = duties_of(bundle, MISSING, facts, episodes("2025-12-20", "2026-01-02"))

    assert "staffs-out-equal-rigour" in due.rules
    assert clocks_of(due)["mim-5wd"] == "2026-01-19T23:59Z"
    assert len(chairs_of(due)) == 1


# --- T18: a child of nine -------------------------------------------------------------------------


@in_either
def test_a_child_of_nine_is_interviewed_by_catch22_within_72_hours(
    bundle: Bundle, council: str
) -> None:
    due = duties_of(bundle, BACK, a_child(council, age=9), [MISSING])

    assert clocks_of(due) == {"rhi-72h": F_72H}
    assert interviewers_of(due) == ["rhi_provider"]
