"""A child of one authority who lives in another's area: both protocols run and both show."""

from dataclasses import replace
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due
from protocols.duties_evaluation import duties_of
from protocols.rule import Applies
from protocols.vocabulary import UNKNOWN
from tests.duties.casework import FOUND, happens, known, lives, when
from tests.duties.invented import ELMSHIRE, OAKSHIRE, duty, invented
from tests.places import AUTHORITIES

SOMERSET, LANCASHIRE, ESSEX, STAFFORDSHIRE, NORTH_EAST_LINCOLNSHIRE = (
    AUTHORITIES[name].code
    for name in ("Somerset", "Lancashire", "Essex", "Staffordshire", "North East Lincolnshire")
)
BACK: Final = happens("child-found", name="back")

ELM_INTERVIEWS: Final = duty(
    "elm-interview-here",
    'treatment = ["enforced", "timed", "surfaced"]',
    'event = ["child-found"]',
    'applies = ["host"]',
    'owner = ["host_la"]',
    'responsibility = { who = ["host_la"], for = "return-interview" }',
    'clock = { within = "PT48H", starts = "found", met_by = ["interview-done"] }',
    kind="responsibility",
)
OAK_INTERVIEWS: Final = duty(
    "oak-interview-own",
    'treatment = ["enforced", "timed", "surfaced"]',
    'event = ["child-found"]',
    'owner = ["responsible_la"]',
    'responsibility = { who = ["responsible_la"], for = "return-interview" }',
    'clock = { within = "PT72H", starts = "found", met_by = ["interview-done"] }',
    kind="responsibility",
)


def test_two_protocols_that_name_different_interviewers_are_shown_with_the_one_we_go_by() -> None:
    bundle = invented(ELM_INTERVIEWS, OAK_INTERVIEWS)

    due = duties_of(bundle, BACK, lives(OAKSHIRE, ELMSHIRE))

    [conflict] = due.conflicts
    assert conflict.matter == "return-interview"
    assert {claim.because.rule.id for claim in conflict.claims} == {
        "elm-interview-here",
        "oak-interview-own",
    }
    assert conflict.taken.because.rule.id == "oak-interview-own"
    assert [to.authority for to in conflict.taken.who] == [OAKSHIRE]


def test_both_clocks_run_each_under_its_own_protocol() -> None:
    due = duties_of(invented(ELM_INTERVIEWS, OAK_INTERVIEWS), BACK, lives(OAKSHIRE, ELMSHIRE))

    assert {(c.name, when(c.due_at), c.because.as_) for c in due.clocks} == {
        ("elmshire:elm-interview-here", "2026-01-15T09:00Z", Applies.HOST),
        ("oakshire:oak-interview-own", "2026-01-16T09:00Z", Applies.RESPONSIBLE),
    }


def test_at_home_there_is_no_conflict() -> None:
    bundle = invented(ELM_INTERVIEWS, OAK_INTERVIEWS)

    for home, rule in ((ELMSHIRE, "elm-interview-here"), (OAKSHIRE, "oak-interview-own")):
        due = duties_of(bundle, BACK, lives(home))
        assert due.conflicts == ()
        assert [a.because.rule.id for a in due.answers] == [rule]


@pytest.mark.parametrize(
    "own, host, differ",
    [
        (SOMERSET, LANCASHIRE, False),
        (ESSEX, SOMERSET, False),
        (LANCASHIRE, STAFFORDSHIRE, True),
        (NORTH_EAST_LINCOLNSHIRE, STAFFORDSHIRE, True),
    ],
)
def test_the_placing_authority_and_the_service_that_interviews_for_it_are_no_conflict(
    bundle: Bundle,
    own: str,
    host: str,
    differ: bool,  # noqa: FBT001 (whether a conflict is shown)
) -> None:
    """5.7.4 has the placing authority interview, and Somerset's own PMEX does: one answer. 13.6 has Catch22: two."""
    facts = lives(own, host, age=15, looked_after=True, open_to_social_care=True)

    due = duties_of(bundle, BACK, facts)

    assert ("return-interview" in {one.matter for one in due.conflicts}) is differ


def test_of_what_ones_own_protocol_says_we_go_by_what_certainly_holds() -> None:
    doubtful = duty(
        "oak-service-far-away",
        'treatment = ["enforced"]',
        'event = ["child-found"]',
        "when = { travel_minutes = { from = 121 } }",
        'responsibility = { who = ["desk"], for = "return-interview" }',
        kind="responsibility",
    )
    bundle = invented(ELM_INTERVIEWS, doubtful + OAK_INTERVIEWS)

    [conflict] = duties_of(bundle, BACK, lives(OAKSHIRE, ELMSHIRE)).conflicts

    assert len(conflict.claims) == 3
    assert conflict.taken.because.rule.id == "oak-interview-own"


def _tells(name: str, who: str, items: str, *lines: str) -> str:
    return duty(
        name,
        'treatment = ["notified"]',
        'event = ["child-found"]',
        f'tell = [{{ who = ["{who}"], items = ["{items}"] }}]',
        *lines,
    )


def test_whom_two_protocols_name_is_told_once_with_all_items_and_both_reasons() -> None:
    elm = _tells("elm-own-council", "responsible_la", "episode.status")
    elm += _tells("elm-worker", "social_worker", "episode.status", "urgent = false")
    oak = _tells("oak-council", "children_services", "risk.grade")
    oak += _tells("oak-worker", "social_worker", "risk.grade")

    due = duties_of(invented(elm, oak), BACK, lives(OAKSHIRE, ELMSHIRE))

    told = {
        n.to.authority or n.to.role.id: (
            {item.value for item in n.items},
            [why.rule.id for why in n.because],
            n.urgent,
        )
        for n in due.notices
    }
    both = {"episode.status", "risk.grade"}
    assert told == {
        OAKSHIRE: (both, ["elm-own-council", "oak-council"], True),
        "social_worker": (both, ["elm-worker", "oak-worker"], True),
    }


def test_the_same_word_means_each_authority_in_its_own_protocol() -> None:
    elm = _tells("elm-council", "children_services", "episode.status")
    oak = _tells("oak-council", "children_services", "episode.status")

    due = duties_of(invented(elm, oak), BACK, lives(OAKSHIRE, ELMSHIRE))

    assert {n.to.authority for n in due.notices} == {ELMSHIRE, OAKSHIRE}


def test_each_protocol_sees_the_child_as_its_own_or_as_anothers() -> None:
    here = "when = { placed_here_by_other_authority = true }"
    away = "when = { placed_out_of_area = true }"
    elm = _tells("elm-here", "host_la", "episode.status", here)
    elm += _tells("elm-away", "host_la", "episode.status", away)
    oak = elm.replace("elm-", "oak-")

    due = duties_of(invented(elm, oak), BACK, lives(OAKSHIRE, ELMSHIRE))

    assert due.rules == {"elm-here", "oak-away"}


def test_a_child_whose_authority_is_not_known_has_the_hosts_protocol_and_doubt_shows() -> None:
    elm = _tells("elm-here", "host_la", "episode.status", "when = { placed_out_of_area = true }")
    elm += _tells("elm-owner", "responsible_la", "episode.status")
    somebody = known(host_authority=ELMSHIRE)

    due = duties_of(invented(elm), BACK, somebody)

    [host] = [n for n in due.notices if n.to.authority == ELMSHIRE]
    assert not host.because[0].certain
    [owner] = [n for n in due.notices if n.to.role.id == "responsible_la"]
    assert owner.to.authority is UNKNOWN


def test_a_child_known_not_to_be_placed_away_lives_where_their_authority_is() -> None:
    elm = _tells("elm-host", "host_la", "episode.status")
    at_home = known(authority=ELMSHIRE, placed_out_of_area=False)

    due = duties_of(invented(elm), BACK, at_home)

    assert [n.to.authority for n in due.notices] == [ELMSHIRE]


def test_where_no_partnership_is_known_nobody_is_named() -> None:
    due = duties_of(invented(ELM_INTERVIEWS), BACK, lives("E08000035"))

    assert due == Due()


def test_a_duty_that_is_not_yet_in_force_says_nothing() -> None:
    later = _tells("elm-later", "host_la", "episode.status", "starts = 2026-01-14")
    bundle = invented(later)

    assert duties_of(bundle, BACK, lives(ELMSHIRE)).notices == ()
    next_day = replace(BACK, at=FOUND.replace(day=14))
    assert len(duties_of(bundle, next_day, lives(ELMSHIRE)).notices) == 1
