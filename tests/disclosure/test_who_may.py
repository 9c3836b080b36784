"""Who may put what on record: whole tables, each row with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from consent.situation import Situation
from consent.vocabulary import UNKNOWN, IsUnknown
from disclosure import plain_words
from disclosure.acts import ENTITLED, Act, Entitled, May, may
from disclosure.assertion import JUDGED
from disclosure.entries import EntryKind
from disclosure.judging import IS_AN_EVENT, NOT_JUDGED_HERE, WHO_JUDGES, Judgement
from disclosure.sayable import WHO_SAYS, ProtocolMeeting, SaidToHappen
from disclosure.saying import _DONE
from disclosure.working_days import within_one_working_day
from protocols.duties_vocabulary import MEETINGS, Event
from records.items import Item
from records.people import KIND_OF, Kind, Purpose, Role, Standing

ELSEWHERE = {
    Act.RECORD_JUDGEMENT,
    Act.BREAK_GLASS,
    Act.REVIEW_BREAK_GLASS,
    Act.ANSWER_REQUEST,
    Act.CONFIRM_MATCH,
    Act.REJECT_MATCH,
    Act.UNLINK_MATCH,
    Act.PLACE_EVENT,
    Act.RECORD_EVENT,
    Act.RETRACT_EVENT,
}


def as_(role: Role, standings: frozenset[Standing] | IsUnknown) -> Situation:
    return Situation(
        role=role,
        standings=standings,
        purpose=Purpose.SAFEGUARD,
        host=None,
        responsible=None,
        on=date(2026, 11, 24),
    )


def rows() -> list[Entitled]:
    judging = [row for who in WHO_JUDGES.values() for row in who.entitled]
    saying = [row for who in WHO_SAYS.values() for row in who.entitled]
    return [*(row for each in ENTITLED.values() for row in each), *judging, *saying]


def test_every_act_has_those_who_may_do_it() -> None:
    assert ENTITLED.keys() | ELSEWHERE == set(Act)
    assert all(row.source and row.roles for row in rows())


def test_whatever_a_person_may_say_is_a_word_of_the_duties_with_those_who_say_it() -> None:
    assert WHO_SAYS.keys() == set(SaidToHappen)
    assert all(who.source and who.entitled for who in WHO_SAYS.values())
    events = {event.value for event in Event}
    assert {one.value for one in SaidToHappen} <= events
    assert set(IS_AN_EVENT.values()) <= events
    assert {one.value for one in ProtocolMeeting} == set(MEETINGS)


def test_everything_that_is_judged_is_judged_here_or_said_to_be_elsewhere() -> None:
    assert WHO_JUDGES.keys() == set(Judgement)
    here = {judgement.fact for judgement in Judgement}
    assert here | NOT_JUDGED_HERE.keys() == JUDGED
    assert not here & NOT_JUDGED_HERE.keys()
    assert all(timedelta(0) < who.longest for who in WHO_JUDGES.values())
    assert all(who.source for who in WHO_JUDGES.values())


def test_a_role_that_is_not_listed_is_refused_by_its_name_alone() -> None:
    enough = frozenset(Standing)
    assert may(ENTITLED[Act.RECORD_CONSENT], as_(Role.REGISTERED_MANAGER, enough)) is (
        May.NOT_THIS_ROLE
    )


def test_a_listed_role_needs_the_standing_and_needs_it_for_certain() -> None:
    row = ENTITLED[Act.RECORD_CONSENT]
    allocated = frozenset({Standing.ALLOCATED_WORKER})
    assert may(row, as_(Role.SOCIAL_WORKER, allocated)) is May.YES
    assert may(row, as_(Role.SOCIAL_WORKER, frozenset())) is May.NOT_THIS_CHILD
    assert may(row, as_(Role.SOCIAL_WORKER, UNKNOWN)) is May.NOT_THIS_CHILD


@pytest.mark.parametrize("role", [r for r in Role if KIND_OF[r] in {Kind.POLICE, Kind.PLACEMENT}])
def test_neither_the_police_nor_a_home_says_that_a_child_agrees(role: Role) -> None:
    row = ENTITLED[Act.RECORD_CONSENT]
    assert may(row, as_(role, frozenset(Standing))) is May.NOT_THIS_ROLE


@pytest.mark.parametrize("judgement", [Judgement.URGENT, Judgement.CRITICAL])
def test_the_police_do_not_judge_what_would_open_the_interview_to_them(
    judgement: Judgement,
) -> None:
    situation = as_(Role.POLICE_MISSING_COORDINATOR, frozenset(Standing))
    assert may(WHO_JUDGES[judgement].entitled, situation) is May.NOT_THIS_ROLE


@pytest.mark.parametrize(
    "table, keys",
    [
        (plain_words.ITEMS, Item),
        (plain_words.PURPOSES, Purpose),
    ],
)
def test_everything_has_plain_words(table: Mapping[object, str], keys: type) -> None:
    assert table.keys() == set(keys)  # type: ignore[call-overload] # an enum
    assert len(set(table.values())) == len(table)


def test_every_kind_of_entry_that_a_child_may_read_has_words() -> None:
    of_no_child = {EntryKind.OPENED, EntryKind.INDEX, EntryKind.APPROVED, EntryKind.HOLIDAY}
    said_otherwise = {EntryKind.RECEIPT, EntryKind.DECISION}
    assert _DONE.keys() | of_no_child | said_otherwise == set(EntryKind)


@pytest.mark.parametrize(
    "at, due",
    [
        # A Tuesday, a Friday, a Saturday night, Christmas Eve, and the evening before the clocks change.
        ("2026-11-24T03:00", "2026-11-25T17:00"),
        ("2026-11-27T16:00", "2026-11-30T17:00"),
        ("2026-11-28T23:30", "2026-11-30T17:00"),
        ("2026-12-24T10:00", "2026-12-29T17:00"),
        ("2026-03-28T20:00", "2026-03-30T16:00"),
        ("2026-06-30T23:30", "2026-07-02T16:00"),
    ],
)
def test_one_working_day_ends_at_five_in_london_on_the_next(at: str, due: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert within_one_working_day(instant) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_who_saw_the_talk_is_not_told_to_have_seen_that_there_was_one() -> None:
    seen = {Item.RHI_EXISTS, Item.RHI_CONFIRMATION, Item.RHI_FULL, Item.HEALTH_NEEDS}
    assert plain_words.in_short(seen) == (
        "what you said in your talk",
        "what you need to stay well",
    )
