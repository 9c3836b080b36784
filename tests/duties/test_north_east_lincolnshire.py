"""The worked situations under North East Lincolnshire's protocol: who is told, what is due, who does what.

Children of North East Lincolnshire (or of Leeds, living there); reported missing on Monday 12 January
2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances, Key
from protocols.rule import Applies
from protocols.vocabulary import Known
from tests.duties.casework import LEEDS, PLYMOUTH, episodes, happens, known, lives
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

NEL: Final = "E06000012"
LANCASHIRE: Final = "E10000017"
INTERVIEWED: Final = happens("interview-done", name="interviewed")
F_72H: Final = "2026-01-16T09:00Z"
CATCH_UP_DUE: Final = {"nelincs-rhi-offer-72h": F_72H, "nelincs-rhi-72h": F_72H}


def _child(home: str, place: str, age: int, **more: Known) -> dict[Key, Known]:
    """A child at medium risk, with nothing unusual on record."""
    usual = lives(
        home,
        place,
        age=age,
        risk_grade="medium",
        legal_status="none",
        uasc=False,
        pr_contact_unsafe=False,
        secure_email_known=True,
        frequently_missing=False,
    )
    return {**usual, **known(**more)}


def _at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    services = frozenset({"social-work"} if open_ else ())
    home = known(looked_after=False, open_to_social_care=open_, open_to=services)
    return {**_child(NEL, NEL, age), **home, **known(**more)}


def _in_care(age: int, *, home: str = NEL, place: str = NEL, **more: Known) -> dict[Key, Known]:
    care = known(
        looked_after=True,
        legal_status="s20",
        open_to_social_care=True,
        open_to=frozenset({"social-work"}),
        placement_type="residential",
    )
    return {**_child(home, place, age), **care, **known(**more)}


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_the_inbox_the_missing_officer_and_youth_justice_learn_that_a_child_at_home_is_missing(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(14, open_=False))

    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "episode.detail risk.assessment",
        f"la_children_services@{NEL}": "episode.status",
        f"la_missing_officer@{NEL}": "episode.detail risk.grade",
        "youth_justice": "episode.status",
        f"la_out_of_hours@{NEL}": "",  # it is past five: there is a report to see to
    }
    assert because(due, "la_missing_officer") == {"nelincs-unknown-share"}
    assert because(due, "youth_justice") == {"nelincs-unknown-share"}
    assert "nelincs-niche-report-inbox" in because(due, "la_missing_coordinator")
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_in_office_hours_nobody_wakes_the_duty_team(bundle: Bundle) -> None:
    noon = happens("missing-recorded", datetime(2026, 1, 13, 12, 0, tzinfo=UTC))

    due = duties_of(bundle, noon, _at_home(14, open_=False))

    assert f"la_out_of_hours@{NEL}" not in told(due)


def test_youth_justice_has_the_details_of_a_child_it_works_with(bundle: Bundle) -> None:
    facts = _at_home(14, open_=False, open_to=frozenset({"youth-justice"}))

    assert told(duties_of(bundle, MISSING, facts))["youth_justice_known"] == (
        "episode.detail risk.grade"
    )


def test_the_missing_officer_contacts_the_family_and_an_episode_is_opened_on_liquid_logic(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _at_home(14, open_=False))

    assert tasks(due)["nelincs-missing-officer-contacts-family"] == ("la_missing_officer",)
    assert records(due)["nelincs-open-episode"] == ("Liquid Logic",)
    assert not tasks(due, TaskKind.MEET)


def test_when_that_child_is_found_a_catch_up_is_to_be_offered_and_held_within_72_hours(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _at_home(14, open_=False), [MISSING])

    assert clocks(due) == CATCH_UP_DUE
    assert answers(due, "return-interview") == {
        "nelincs-rhi-missing-officer": (f"la_missing_officer@{NEL}",)
    }
    assert answers(due, "safe-and-well") == {"nelincs-saw": ("police",)}
    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "episode.status whereabouts.safe",
        f"la_missing_officer@{NEL}": "episode.detail whereabouts.safe",
        "youth_justice": "episode.status",
        "police": "episode.status",
        f"responsible_la@{NEL}": "episode.status",
    }


def test_a_parents_refusal_changes_nothing_because_no_rule_speaks_of_it(bundle: Bundle) -> None:
    facts = _at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    assert clocks(duties_of(bundle, BACK, facts, [MISSING])) == CATCH_UP_DUE
    said = duties_of(bundle, happens("consent-changed"), facts, [MISSING, BACK])
    assert [s.because.rule.id for s in said.silent] == ["nelincs-says-nothing"]
    assert said.rules == {"nelincs-says-nothing"}


# --- T04: a looked-after child tells of a sexual assault ------------------------------------------


def test_an_assault_goes_to_the_police_and_the_council_at_once_and_youth_justice_learns_nothing(
    bundle: Bundle,
) -> None:
    tells = happens(
        ["interview-urgent-finding", "harm-suspected", "crime-suspected"],
        datetime(2026, 1, 15, 14, 0, tzinfo=UTC),
        significant_harm_suspected=True,
    )

    facts = _in_care(15, child_says="refuses", sensitive_disclosure=True)

    due = duties_of(bundle, tells, facts, [MISSING, BACK])

    assert told(due) == {
        "police": "rhi.safeguarding",
        f"la_children_services@{NEL}": "rhi.safeguarding",
        f"la_front_door@{NEL}": "",
    }
    assert all(notice.urgent for notice in due.notices)
    assert {"nelincs-crime-police-attend", "nelincs-abuse-contact-immediately"} <= because(
        due, "police"
    )
    [attend] = [t for t in due.tasks if t.because.rule.id == "nelincs-crime-police-attend"]
    assert "ask them to attend" in attend.says
    assert attend.because.wording == "without delay"
    assert tasks(due, TaskKind.MEET) == {"nelincs-strategy-harm": ("la_children_services",)}
    apart = [t.keep for t in due.tasks if t.because.rule.id == "nelincs-rhi-recorded/sensitive"]
    assert [k.what.partition("; ")[2] for k in apart if k is not None] == [
        "the Catch Up says only that there is such a note"
    ]


# --- T02, T03: the interview was held -------------------------------------------------------------


def test_the_home_hears_nothing_of_a_catch_up_and_the_police_what_is_relevant(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, INTERVIEWED, _in_care(15), [MISSING, BACK])

    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "rhi.full",
        "police": "rhi.confirmation rhi.synopsis",
        "allocated_social_worker": "rhi.full",
        "family_help_practitioner": "rhi.full",
        "practice_supervisor": "rhi.full",
    }
    assert {s.name.partition(":")[2] for s in due.settles} >= set(CATCH_UP_DUE)


# --- T05: a child of Leeds, looked after, living here ---------------------------------------------


def _of_leeds(**more: Known) -> Circumstances:
    return _in_care(14, home=LEEDS, place=NEL, **more)


def test_leeds_is_told_once_by_police_and_coordinator_and_those_here_may_view(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, _of_leeds())

    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "episode.detail risk.assessment",
        f"la_children_services@{NEL}": "episode.status",
        f"responsible_la@{LEEDS}": "episode.detail risk.assessment",
        f"la_missing_officer@{NEL}": "episode.detail risk.grade",
        "youth_justice": "episode.status",
        f"la_out_of_hours@{NEL}": "",
    }
    assert because(due, "responsible_la") == {
        "nelincs-forward-responsible-la",
        "nelincs-ola-share-responsible",
    }
    [placing] = [n for n in due.notices if n.to.authority == LEEDS]
    assert (placing.urgent, placing.channel) == (True, "secure-email")


def test_where_leeds_has_no_secure_address_it_is_rung(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, _of_leeds(secure_email_known=False))

    assert tasks(due)["nelincs-ola-share-responsible/no-secure-address"] == (
        "la_missing_coordinator",
        "la_out_of_hours",
    )


def test_until_it_is_agreed_otherwise_leeds_interviews_its_child_within_72_hours(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _of_leeds(rhi_by="nobody"), [MISSING])

    assert answers(due, "return-interview") == {
        "nelincs-ola-rhi-agreement": (f"responsible_la@{LEEDS}",)
    }
    assert clocks(due) == {
        "nelincs-ola-rhi-agreement": F_72H,
        "nelincs-rhi-offer-72h/placed-here": F_72H,
        "nelincs-rhi-72h/placed-here": F_72H,
    }
    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "episode.status whereabouts.safe",
        f"responsible_la@{LEEDS}": "episode.status rhi.offer",
        "police": "episode.status",
        "allocated_social_worker": "episode.status",
        f"la_missing_officer@{NEL}": "episode.detail whereabouts.safe",
        "youth_justice": "episode.status",
    }


def test_where_leeds_agreed_the_missing_officer_here_interviews(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, _of_leeds(rhi_by="host-authority"), [MISSING])

    assert answers(due, "return-interview") == {
        "nelincs-ola-rhi-agreement/agreed": (f"la_missing_officer@{NEL}",)
    }
    assert set(clocks(due).values()) == {F_72H}


def test_where_nothing_is_known_of_an_agreement_the_coordinator_is_asked_to_make_one(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, _of_leeds(), [MISSING])

    assert tasks(due, TaskKind.ASK)["nelincs-ola-rhi-agreement/agreed"] == (
        "la_missing_coordinator",
    )
    assert list(answers(due, "return-interview")) == ["nelincs-ola-rhi-agreement"]


def test_an_interview_that_leeds_held_is_forwarded_to_the_coordinator_here(bundle: Bundle) -> None:
    facts = _of_leeds(rhi_by="responsible-authority", child_says="agrees")

    due = duties_of(bundle, INTERVIEWED, facts, [MISSING, BACK])

    assert told(due) == {
        f"la_missing_coordinator@{NEL}": "rhi.full",
        "police": "rhi.confirmation rhi.synopsis",
    }
    assert "nelincs-ola-rhi-forward-to-nel" in because(due, "la_missing_coordinator")
    assert tasks(due)["nelincs-ola-rhi-forward-to-nel"] == ("responsible_la",)


# --- T07: the authority's own child, placed away --------------------------------------------------


@pytest.mark.parametrize(
    "place, travel", [(LEEDS, 90), (PLYMOUTH, 300), (LEEDS, 120), (LEEDS, 121)]
)
def test_however_far_away_its_own_authority_answers_for_the_interview(
    bundle: Bundle, place: str, travel: int
) -> None:
    facts = _in_care(15, place=place, travel_minutes=travel)

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert answers(due, "return-interview") == {
        "nelincs-out-rhi-silent": (f"responsible_la@{NEL}",)
    }
    assert clocks(due) == {**CATCH_UP_DUE, "nelincs-out-rhi-silent": F_72H}
    assert all(c.because.as_ is Applies.RESPONSIBLE for c in due.clocks)
    assert told(due)["police"] == "episode.status"
    assert "nelincs-found-carers-tell" in because(due, "police")
    assert "nelincs-found-carers-tell" in because(due, "allocated_social_worker")
    assert tasks(due)["nelincs-found-carers-tell"] == ("placement_provider", "foster_carer")


def test_the_home_follows_both_protocols_and_the_host_is_notified(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("placement-made", episode=None), _in_care(15, place=LEEDS))

    assert tasks(due)["nelincs-out-provider-both"] == ("placement_provider",)
    assert told(due) == {f"host_la@{LEEDS}": "placement.address placement.detail"}


@pytest.mark.parametrize("home, place", [(NEL, LANCASHIRE), (LANCASHIRE, NEL)])
def test_with_lancashire_there_is_no_quarrel_over_who_interviews(
    bundle: Bundle, home: str, place: str
) -> None:
    facts = _in_care(15, home=home, place=place, travel_minutes=90, rhi_by="nobody")

    due = duties_of(bundle, BACK, facts, [MISSING])

    assert not [c for c in due.conflicts if c.matter == "return-interview"]


# --- T08: the second episode, and the third -------------------------------------------------------


def _recorded(day: int, month: int, name: str) -> tuple[str, datetime]:
    return name, datetime(2026, month, day, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "earlier, latest, meets",
    [
        (("2026-01-05",), _recorded(14, 2, "second"), True),
        (("2026-01-05", "2026-02-14"), _recorded(27, 3, "third"), False),
        (("2023-01-05",), _recorded(14, 2, "years later"), True),
        ((), _recorded(5, 1, "first"), False),
    ],
)
def test_the_second_episode_ever_calls_for_a_discussion_and_the_third_adds_nothing(
    bundle: Bundle, earlier: tuple[str, ...], latest: tuple[str, datetime], *, meets: bool
) -> None:
    name, at = latest
    happened = happens("missing-recorded", at, episode=name)

    due = duties_of(bundle, happened, _at_home(15), episodes(*earlier))

    discussions = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert [t.because.rule.id for t in discussions] == ["nelincs-repeat-two-discussion"] * meets
    assert all(t.meeting == "discussion-with-family" for t in discussions)
    assert all([to.role.id for to in t.attendees] == ["child", "parent_carer"] for t in discussions)
    assert "school" not in told(due)


def test_for_a_child_who_is_not_open_coordinator_and_police_find_what_is_to_be_done(
    bundle: Bundle,
) -> None:
    second = happens("missing-recorded", datetime(2026, 2, 14, 12, tzinfo=UTC), episode="second")

    due = duties_of(bundle, second, _at_home(15, open_=False), episodes("2026-01-05"))

    assert tasks(due, TaskKind.MEET) == {
        "nelincs-repeat-unopen": ("la_missing_coordinator", "police")
    }


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_is_offered_a_catch_up_as_well(bundle: Bundle) -> None:
    assert clocks(duties_of(bundle, BACK, _at_home(9), [MISSING])) == CATCH_UP_DUE
