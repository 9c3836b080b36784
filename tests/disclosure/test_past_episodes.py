"""Who may know of the current episode and not of the past is given one of each system, and no sign of more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from disclosure.answers import AnswerState, ReportState, state_of
from disclosure.asking import Outcome, report
from disclosure.episodes import current_only
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode, RiskGrade
from records.episode import Risk as Grade
from records.items import Category, Item
from records.record import DataNote, only
from records.source import Answered
from tests.disclosure.casework import COORDINATOR, NOW, WORKER, Testshire, provenance, systems

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STATUS = frozenset({Item.EPISODE_STATUS})
WITH_HISTORY = STATUS | {Item.EPISODE_HISTORY}


def began(days_ago: float, *, source: str = "police", found: bool = True) -> MissingEpisode:
    at = NOW - timedelta(days=days_ago)
    return MissingEpisode(
        ref=f"ep-{days_ago}",
        provenance=provenance(source),
        status=EpisodeStatus(
            state=EpisodeState.FOUND if found else EpisodeState.MISSING,
            reported_at=at,
            found_at=at + timedelta(hours=9) if found else None,
        ),
    )


def chosen(*episodes: MissingEpisode) -> list[str]:
    kept = current_only(episodes)
    return [f"{e.provenance.source} {e.ref}" for e in episodes if id(e) in kept]


def test_the_open_episode_is_given_and_not_the_one_that_ended_after_it_began() -> None:
    assert chosen(began(400), began(2, found=False), began(30)) == ["police ep-2"]


def test_without_an_open_episode_the_latest_is_given() -> None:
    assert chosen(began(400), began(30), began(90)) == ["police ep-30"]


def test_two_systems_records_of_one_episode_are_both_given() -> None:
    care = began(29.5, source="social-care")
    assert chosen(began(30), care) == ["police ep-30", "social-care ep-29.5"]


def test_another_systems_older_episode_is_left_out() -> None:
    assert chosen(began(1, found=False), began(200, source="social-care")) == ["police ep-1"]


def test_without_the_status_the_dates_that_are_open_decide() -> None:
    def graded(ref: str, days_ago: int) -> MissingEpisode:
        at = NOW - timedelta(days=days_ago)
        return MissingEpisode(
            ref=ref,
            provenance=provenance("police"),
            risk=RiskGrade(grade=Grade.HIGH, grade_as_sent="H", set_at=at),
        )

    assert chosen(graded("older", 50), graded("newer", 5)) == ["police newer"]


@sqlite_only
async def test_the_force_sees_the_current_episode_alone_and_the_worker_all(
    testshire: Testshire,
) -> None:
    police = testshire.systems["police"]
    police.held[:] = [began(400), began(1, found=False), began(30)]
    testshire.systems["social-care"].held[:] = []

    force = await testshire.asks(COORDINATOR, WITH_HISTORY)
    worker = await testshire.asks(WORKER, WITH_HISTORY)

    assert [r.ref for r in force.records[Category.EPISODES]] == ["ep-1"]
    assert state_of(force, Category.EPISODES) is AnswerState.REDUCED
    assert [w.item for w in force.withheld] == [Item.EPISODE_HISTORY]
    assert len(worker.records[Category.EPISODES]) == 3
    assert state_of(worker, Category.EPISODES) is AnswerState.DISCLOSED


@sqlite_only
async def test_how_many_past_episodes_there_are_is_not_to_be_seen(testshire: Testshire) -> None:
    police = testshire.systems["police"]
    testshire.systems["social-care"].held[:] = []
    told = []
    for held in ([began(1)], [began(1), began(30)], [began(n) for n in range(1, 90, 5)]):
        police.held[:] = held
        one = await testshire.asks(COORDINATOR, WITH_HISTORY)
        told.append((one.records, one.reports, one.withheld, one.closed))
    assert told[0] == told[1] == told[2]


def test_a_note_on_a_part_that_is_not_given_is_not_given() -> None:
    on_risk = DataNote(code="odd-grade", says="The grade is odd.", item=Item.RISK_GRADE)
    on_all = DataNote(code="old", says="Entered late.")
    episode = replace(began(1), notes=(on_risk, on_all))
    answered = Answered(records=(episode,), as_of=NOW, notes=(on_risk, on_all))
    outcome = Outcome(ReportState.ANSWERED, None, answered)
    police = systems()["police"]

    assert only(episode, STATUS).notes == (on_all,)
    assert only(episode, STATUS | {Item.RISK_GRADE}).notes == (on_risk, on_all)
    assert report(police, outcome, Category.EPISODES, STATUS).notes == (on_all,)
    assert report(police, outcome, Category.HEALTH, STATUS).notes == (on_all,)
