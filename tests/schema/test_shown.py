"""What is open in one agency's records is not thereby open in another's."""

from dataclasses import replace
from typing import Any

from consent.decision import Decision, Reason
from disclosure.answers import AnswerState, Disclosure, Refusal, ReportState, SourceReport
from records.items import Category, Item
from records.people import Kind, Role
from schema.asked import AnswerAsked
from schema.shown import AnswerShown
from schema.telling import Desk
from tests.disclosure.casework import NOW, SENTINEL, bundle, episode, provenance
from tests.schema.questions import IDS

ITEMS = frozenset({Item.EPISODE_EXISTS, Item.EPISODE_STATUS, Item.EPISODE_DETAIL})


def _decision(item: Item, holders: frozenset[Kind]) -> Decision:
    return Decision(
        item=item,
        open=True,
        reason=Reason.GRANTED,
        rules=(),
        set_aside=(),
        duties=(),
        holders=holders,
        unverified=False,
    )


def _report(name: str, kind: Kind) -> SourceReport:
    return SourceReport(
        source=name,
        system="a system",
        kind=kind,
        state=ReportState.ANSWERED,
        says="Answered.",
        as_of=NOW,
    )


def _answer() -> AnswerShown:
    """An episode with each agency; its detail is open from the police's records alone."""
    disclosure = Disclosure(
        ref="ref",
        policy="policy",
        decisions={
            Item.EPISODE_EXISTS: _decision(Item.EPISODE_EXISTS, frozenset(Kind)),
            Item.EPISODE_STATUS: _decision(Item.EPISODE_STATUS, frozenset(Kind)),
            Item.EPISODE_DETAIL: _decision(Item.EPISODE_DETAIL, frozenset({Kind.POLICE})),
        },
        records={Category.EPISODES: (episode("police"), episode("social-care"))},
        reports={
            Category.EPISODES: (
                _report("police", Kind.POLICE),
                replace(_report("social-care", Kind.SOCIAL_CARE), as_of=None),
            )
        },
        withheld=(),
        asked=("police", "social-care"),
        not_asked={},
    )
    desk = Desk(bundle(), Role.POLICE_OFFICER, IDS)
    return AnswerShown("a-child", disclosure, AnswerAsked(Category.EPISODES, ITEMS), desk)


def _by_source(answer: AnswerShown) -> dict[str, Any]:
    return {shown.source.name: shown for shown in answer.records}


def test_a_part_is_shown_from_the_records_that_the_grant_speaks_of_alone() -> None:
    shown = _by_source(_answer())

    assert shown["police"].detail.circumstances == SENTINEL
    elsewhere = shown["social-care"].detail
    assert elsewhere.state is AnswerState.WITHHELD
    assert elsewhere.circumstances is None
    (refusal,) = elsewhere.withheld
    assert refusal.reason is Refusal.SILENT
    assert refusal.ask.label == "the front door"
    assert shown["social-care"].status.state is AnswerState.DISCLOSED


def test_a_record_of_another_agency_does_not_tell_when_it_changed() -> None:
    shown = _by_source(_answer())
    assert provenance("police").recorded_at is None
    assert not _answer().whole(shown["police"].held)


def test_an_answer_vouches_for_no_more_than_its_oldest_source() -> None:
    assert _answer().as_of == NOW
