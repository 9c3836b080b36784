"""Meetings, decided kind by kind: what a question opens, and what a notice does not."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pytest

from consent.situation import Situation
from consent.vocabulary import NOTHING_RECORDED, Fact, Known
from disclosure.meetings import KINDS, MEETING_ITEMS
from disclosure.narrowing import decide_within, decided_meetings, explained_by
from protocols.bundle import Bundle
from protocols.load import load_bundle
from records.items import Item
from records.meeting import MeetingKind
from records.people import Purpose, Role, Standing


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle()


def officer(facts: Mapping[Fact, Known] = MappingProxyType({})) -> Situation:
    """Somebody in the force that looks for a looked-after child of Staffordshire."""
    return Situation(
        role=Role.POLICE_OFFICER,
        standings=frozenset({Standing.INVESTIGATING_FORCE}),
        purpose=Purpose.SAFEGUARD,
        host="staffordshire-stoke",
        responsible="staffordshire-stoke",
        on=date(2026, 11, 24),
        facts={**NOTHING_RECORDED, Fact.LOOKED_AFTER: True, Fact.AGREEMENT: True, **facts},
    )


def test_a_question_is_open_where_any_kind_of_meeting_is_and_says_for_which(
    bundle: Bundle,
) -> None:
    decisions = decide_within(bundle, officer(), MEETING_ITEMS, {})
    by_kind = decided_meetings(bundle, officer(), MEETING_ITEMS, {})

    assert decisions[Item.MEETING_MINUTES].open
    opened = {kind for kind in KINDS if by_kind[kind][Item.MEETING_MINUTES].open}
    assert opened == {MeetingKind.MISSING_INTERVENTION}


def test_the_paragraph_that_opened_it_explains_it(bundle: Bundle) -> None:
    about = explained_by(bundle, Item.MEETING_MINUTES, officer(), {})
    assert about.facts[Fact.MEETING] == MeetingKind.MISSING_INTERVENTION.value


@pytest.mark.parametrize(
    "given, kinds",
    [
        ({Fact.CHANNEL: "secure-email"}, set()),
        ({Fact.MEETING: "strategy"}, {MeetingKind.STRATEGY}),
        (
            {Fact.CHANNEL: "feed", Fact.MEETING: "missing-intervention"},
            {MeetingKind.MISSING_INTERVENTION},
        ),
    ],
)
def test_a_notice_and_an_answer_given_at_a_meeting_speak_of_the_kind_that_they_rest_on_alone(
    bundle: Bundle, given: Mapping[Fact, Known], kinds: set[MeetingKind]
) -> None:
    by_kind = decided_meetings(bundle, officer(given), MEETING_ITEMS, {})
    decided = decide_within(bundle, officer(given), MEETING_ITEMS, {})

    assert set(by_kind) == kinds
    assert decided[Item.MEETING_MINUTES].open is (MeetingKind.MISSING_INTERVENTION in kinds)


def test_a_question_that_asks_nothing_of_meetings_is_decided_once(bundle: Bundle) -> None:
    assert decided_meetings(bundle, officer(), [Item.RISK_GRADE], {}) == {}
