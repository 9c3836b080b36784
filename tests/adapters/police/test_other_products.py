"""What differs in Niche and COMPACT."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime

import pytest

from adapters.police import connect
from adapters.police.dialects.niche import QUESTIONS
from adapters.police.simulator import CompactSimulator, NicheSimulator, settings_for
from gateway.http import PooledHttp
from records.episode import EpisodeState, MissingEpisode, Risk, SafeAndWellCheck
from records.items import Item
from records.source import Answered
from tests.adapters.asking import question


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


async def asked(
    force: CompactSimulator | NicheSimulator, http: PooledHttp, items: Iterable[Item]
) -> Answered:
    source = connect("police", http, settings_for(force))
    return await source.records(question(source, "N-1", items))


async def test_niche_answers_are_shown_with_their_question(http: PooledHttp) -> None:
    with NicheSimulator() as force:
        force.nominal("N-1")
        force.report(
            "O-1",
            "N-1",
            gradings=[
                {
                    "grade": "HIGH",
                    "answers": [{"number": 8, "answer": "Yes"}, {"number": 99, "answer": "No"}],
                }
            ],
        )
        [episode] = (await asked(force, http, [Item.RISK_ASSESSMENT])).records
    assert isinstance(episode, MissingEpisode)
    assert episode.assessment is not None
    assert [(one.question, one.answer) for one in episode.assessment.answers] == [
        ("8. At risk of sexual exploitation now", "Yes"),
        ("Question 99", "No"),
    ]
    assert episode.risk is None


def test_niche_has_its_twenty_three_questions() -> None:
    assert list(QUESTIONS) == list(range(1, 24))
    assert len(set(QUESTIONS.values())) == 23


async def test_a_niche_report_marked_inactive_is_not_read_as_a_return(http: PooledHttp) -> None:
    with NicheSimulator() as force:
        force.nominal("N-1")
        force.report("O-1", "N-1", occurrenceStatus="INACTIVE", pncCirculated=True)
        [episode] = (await asked(force, http, [Item.EPISODE_STATUS, Item.EPISODE_DETAIL])).records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is EpisodeState.NOT_KNOWN
    assert episode.status.term_as_sent == "INACTIVE"
    assert [note.code for note in episode.notes] == ["inactive"]
    assert "does not say that the child has returned" in episode.notes[0].says
    assert episode.detail is not None
    assert episode.detail.pnc_circulated is True


async def test_what_compact_holds_shows_only_after_a_refresh_and_as_of_it(
    http: PooledHttp,
) -> None:
    with CompactSimulator() as force:
        force.nominal("N-1")
        force.missing_report("M-1", "N-1", "C-1/1", status="MISSING")
        before = await asked(force, http, [Item.EPISODE_STATUS])
        force.refreshes("2026-11-24T08:30:00+00:00")
        after = await asked(force, http, [Item.EPISODE_STATUS])
    assert before.records == ()
    assert before.as_of == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert [record.ref for record in after.records] == ["C-1/1"]
    assert after.as_of == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert after.records[0].provenance.as_of == after.as_of


@pytest.mark.parametrize("found_first", [True, False])
async def test_compact_missing_and_found_reports_are_one_episode_in_either_order(
    http: PooledHttp, *, found_first: bool
) -> None:
    with CompactSimulator() as force:
        force.nominal("N-1")
        if found_first:
            force.found_report("F-1", "N-1", "C-1/1", found="2026-07-02T08:00:00")
        force.missing_report(
            "M-1", "N-1", "C-1/1", status="MISSING", reported="2026-07-01T22:00:00", risk="HIGH"
        )
        if not found_first:
            force.found_report("F-1", "N-1", "C-1/1", found="2026-07-02T08:00:00")
        force.refreshes("2026-11-24T06:00:00+00:00")
        [episode] = (await asked(force, http, [Item.EPISODE_STATUS, Item.RISK_GRADE])).records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is EpisodeState.FOUND
    # UK summer time without an offset is an hour ahead of UTC.
    assert episode.status.reported_at == datetime(2026, 7, 1, 21, tzinfo=UTC)
    assert episode.status.found_at == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert episode.risk is not None
    assert episode.risk.grade is Risk.HIGH


async def test_a_found_report_without_its_missing_report_is_an_episode(http: PooledHttp) -> None:
    with CompactSimulator() as force:
        force.nominal("N-1")
        force.found_report("F-1", "N-1", "C-1/1", found="2026-11-21T08:00:00")
        force.refreshes("2026-11-24T06:00:00+00:00")
        [episode] = (await asked(force, http, [Item.EPISODE_STATUS])).records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is EpisodeState.FOUND
    assert episode.status.reported_at is None


async def test_a_compact_report_sent_again_regrades_and_makes_no_second_episode(
    http: PooledHttp,
) -> None:
    with CompactSimulator() as force:
        force.nominal("N-1")
        for ref, grade, at in (("M-2", "MEDIUM", "09"), ("M-1", "HIGH", "03")):
            force.missing_report(
                ref, "N-1", "C-1/1", status="MISSING", risk=grade, riskSet=f"2026-11-21T{at}:00:00"
            )
        force.refreshes("2026-11-24T06:00:00+00:00")
        [episode] = (await asked(force, http, [Item.RISK_GRADE])).records
    assert isinstance(episode, MissingEpisode)
    assert episode.risk is not None
    assert episode.risk.grade is Risk.MEDIUM


async def test_a_found_report_without_a_prevention_interview_is_no_check(http: PooledHttp) -> None:
    with CompactSimulator() as force:
        force.nominal("N-1")
        force.found_report("F-1", "N-1", "C-1/1", found="2026-11-21T08:00:00")
        force.found_report("F-2", "N-1", "C-1/2", preventionInterviewRecorded=True)
        force.refreshes("2026-11-24T06:00:00+00:00")
        found = (await asked(force, http, [Item.SAW_EXISTS])).records
        told = dict(force.asked[-1].query)
    assert [type(record) for record in found] == [SafeAndWellCheck]
    assert found[0].ref == "F-2"
    assert told["type"] == "foundReport"
    assert told["fields[foundReport]"] == "episodeRef,preventionInterviewRecorded"
