"""Workflow steps as missing episodes and return interviews."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from adapters.council_events import OfEpisode
from adapters.missing_rules import note_dates, note_kind
from adapters.mosaic.answers import Answers, concerns, is_among
from adapters.mosaic.council import Council, Interview
from adapters.mosaic.reading import Reading
from adapters.mosaic.wire import STEP, Step
from adapters.notes import Notes
from adapters.times import day, moment
from records.episode import EpisodeDetail, EpisodeState, EpisodeStatus, MissingEpisode
from records.interview import (
    InterviewAccount,
    InterviewHeld,
    InterviewNeeds,
    InterviewOffer,
    InterviewSynopsis,
    ReturnInterview,
    SafeguardingMatters,
    Took,
)
from records.items import Item
from records.record import Provenance

_CLOSED = "COMPLETED"
_REOPENED = "REOPENED"


def read_episodes(rows: Iterable[msgspec.Raw], reading: Reading) -> list[MissingEpisode]:
    """The missing episodes among the steps."""
    types = reading.council.missing.step_types
    return [_episode(step, reading) for step in steps_of(rows, types, reading)]


def read_interviews(rows: Iterable[msgspec.Raw], reading: Reading) -> list[ReturnInterview]:
    """The return interviews among the steps."""
    council = reading.council.interview
    if council is None:
        return []
    return [
        _interview(step, council, reading) for step in steps_of(rows, council.step_types, reading)
    ]


def steps_of(rows: Iterable[msgspec.Raw], types: Iterable[int], reading: Reading) -> Iterator[Step]:
    """This child's steps of these types, each once; another person's is left out and counted."""
    seen: dict[str, Step] = {}
    for step in STEP.rows(rows, reading.notes):
        if step.workflow_step_type_id not in types:
            continue
        if not concerns(step, reading.subject):
            reading.notes.skip("workflow step of another person")
            continue
        if str(step.workflow_step_id) in seen:
            reading.notes.add("duplicate-row", "A workflow step came twice; the last was taken.")
        seen[str(step.workflow_step_id)] = step
    yield from seen.values()


def _episode(step: Step, reading: Reading) -> MissingEpisode:
    notes, items, council = Notes(), reading.items, reading.council
    answers = Answers(step, reading.subject, notes)
    episode = MissingEpisode(
        ref=str(step.workflow_step_id),
        provenance=provenance_of(step, reading, notes),
        status=_status(step, answers, reading, notes) if Item.EPISODE_STATUS in items else None,
        detail=EpisodeDetail(
            circumstances=answers.word(council.missing.circumstances),
            reported_by=answers.word(council.missing.reported_by),
            found_by=answers.word(council.missing.found_by),
        )
        if Item.EPISODE_DETAIL in items
        else None,
    )
    return reading.noted(episode, notes)


def _status(step: Step, answers: Answers, reading: Reading, notes: Notes) -> EpisodeStatus:
    council = reading.council
    asked = council.missing
    term = answers.word(asked.kind.question) if asked.kind else None
    if asked.kind and term is not None and not answers.is_of_a_list(asked.kind.question):
        reading.own_words.add(term)
    began, ended = answers.dated(asked.missing_from), answers.dated(asked.found_at)
    status = EpisodeStatus(
        state=EpisodeState.NOT_KNOWN,
        term_as_sent=term,
        missing_from=answers.time(asked.missing_from, "time missing from"),
        reported_at=answers.time(asked.reported_at, "time of the report"),
        found_at=answers.time(asked.found_at, "time found"),
    )
    if asked.missing_from is not None:
        note_dates(status, notes, began=began, ended=ended)
    return dataclasses.replace(status, state=_state(step, status, council, notes))


def _state(step: Step, status: EpisodeStatus, council: Council, notes: Notes) -> EpisodeState:
    """The form's own word first; then whether the child is found; then whether the step is closed."""
    kind, word = council.missing.kind, status.term_as_sent
    if kind is not None and word is None:
        note_kind(notes)
    if kind is not None and word is not None:
        if is_among(word, kind.absent):
            return EpisodeState.ABSENT
        if is_among(word, kind.away):
            return EpisodeState.AWAY_WITHOUT_AUTHORISATION
        if not is_among(word, kind.missing):
            note_kind(notes)
            return EpisodeState.NOT_KNOWN
    progress = (step.step_status or "").strip().upper()
    if progress == _REOPENED:
        notes.add("reopened", "The step was reopened: what was read of it before may have changed.")
    if status.found_at is not None:
        return EpisodeState.FOUND
    return EpisodeState.CLOSED if progress == _CLOSED else EpisodeState.MISSING


def _interview(step: Step, asked: Interview, reading: Reading) -> ReturnInterview:
    notes, items = Notes(), reading.items
    answers = Answers(step, reading.subject, notes)
    written_at = moment(step.completed_on, notes, "time the step was completed")
    reading.of_episode[str(step.workflow_step_id)] = _of_episode(step, answers, asked, reading)
    synopsis, account = answers.word(asked.synopsis), answers.word(asked.account)
    interview = ReturnInterview(
        ref=str(step.workflow_step_id),
        provenance=provenance_of(step, reading, notes),
        offer=_offer(answers, asked) if Item.RHI_OFFER in items else None,
        confirmation=_held(answers, asked) if Item.RHI_CONFIRMATION in items else None,
        safeguarding=_matters(answers.texts(asked.safeguarding), written_at)
        if Item.RHI_SAFEGUARDING in items
        else None,
        safeguarding_provider=_matters(answers.texts(asked.safeguarding_provider), written_at)
        if Item.RHI_SAFEGUARDING_PROVIDER in items
        else None,
        needs=_needs(answers.texts(asked.needs)) if Item.RHI_NEEDS in items else None,
        synopsis=InterviewSynopsis(synopsis=synopsis)
        if synopsis and Item.RHI_SYNOPSIS in items
        else None,
        account=InterviewAccount(account=account) if account and Item.RHI_FULL in items else None,
    )
    return reading.noted(interview, notes)


def _of_episode(step: Step, answers: Answers, asked: Interview, reading: Reading) -> OfEpisode:
    """The episode of the same step, or else the one that the form names."""
    if step.workflow_step_type_id in reading.council.missing.step_types:
        return OfEpisode(ref=str(step.workflow_step_id))
    return OfEpisode(
        ref=answers.word(asked.episode),
        began_on=day(answers.dated(asked.episode_began), Notes(), "day on which it began"),
    )


def _offer(answers: Answers, asked: Interview) -> InterviewOffer:
    return InterviewOffer(
        offered=answers.took(asked.offered, "the offer"),
        accepted=answers.took(asked.accepted, "acceptance"),
        offered_at=answers.time(asked.offered_at, "time of the offer"),
        declined_because=answers.word(asked.declined_because),
    )


def _held(answers: Answers, asked: Interview) -> InterviewHeld | None:
    """That it took place: a date, or a yes. Neither is no confirmation."""
    held_at = answers.time(asked.held_at, "time of the interview")
    if held_at is None and answers.took(asked.held, "the interview") is not Took.YES:
        return None
    return InterviewHeld(held_at=held_at, held_by=answers.word(asked.held_by))


def _matters(texts: tuple[str, ...], written_at: datetime | None) -> SafeguardingMatters | None:
    return SafeguardingMatters(matters=texts, written_at=written_at) if texts else None


def _needs(texts: tuple[str, ...]) -> InterviewNeeds | None:
    return InterviewNeeds(needs=texts) if texts else None


def provenance_of(step: Step, reading: Reading, notes: Notes) -> Provenance:
    """Where a step's record comes from, recorded when the step was started."""
    return dataclasses.replace(
        reading.provenance, recorded_at=moment(step.started_on, notes, "time the step was started")
    )
