"""COMPACT: a missing report and, as a second document, a found report of the same episode.

No schema or interface of COMPACT is known. It pushes nothing: a record shows only after a
refresh, so an answer is as of the last one. Its times are UK time without an offset.
Source: IOPC, Staffordshire, December 2025 (manual refresh); Staffordshire and Stoke 12.10 and
18.4 (prevention interviews are recorded on COMPACT; missing and found reports are sent on).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from adapters.police.asking import PERSON, Fields, ask_nominal, sparse
from adapters.police.dialect import Dialect, Query, Reading, Rows, Section
from adapters.police.episodes import Speech, Told, is_of, records_of
from adapters.police.nominals import read_nominal
from adapters.police.sdm import To
from adapters.police.wire import Check, Grading, Report
from adapters.reading import Wire
from adapters.times import local_instant
from records.episode import EpisodeState
from records.items import Item
from records.record import Record
from records.source import Evidence

FOUND: Final = "FOUND"
STATES: Final[Mapping[str, EpisodeState]] = {
    "MISSING": EpisodeState.MISSING,
    "ABSENT": EpisodeState.ABSENT,
    FOUND: EpisodeState.FOUND,
    "CLOSED": EpisodeState.CLOSED,
}
SPEECH: Final = Speech(states=STATES, clock=local_instant)


class Whom(msgspec.Struct, frozen=True):
    """Whom a document is about."""

    nominal: To | None = None


class Missing(msgspec.Struct, frozen=True, rename="camel"):
    """The missing report of one episode of a case."""

    episode_ref: str
    status: str | None = None
    missing_since: str | None = None
    reported: str | None = None
    recorded: str | None = None
    circumstances: str | None = None
    informant: str | None = None
    storm_log_ref: str | None = None
    pnc_circulated: bool | None = None
    pnc_id: str | None = None
    last_seen_place: str | None = None
    last_seen: str | None = None
    risk: str | None = None
    risk_set_by_rank: str | None = None
    risk_set: str | None = None
    risk_rationale: str | None = None


class MissingRow(msgspec.Struct, frozen=True, tag_field="type", tag="missingReport"):
    """A missing report with its id."""

    id: str
    attributes: Missing
    relationships: Whom


class Found(msgspec.Struct, frozen=True, rename="camel"):
    """The found report: it may come before the missing report, or long after."""

    episode_ref: str
    found: str | None = None
    found_by: str | None = None
    prevention_interview_recorded: bool = False
    prevention_interview_held: str | None = None
    prevention_interview_by: str | None = None
    prevention_interview: str | None = None


class FoundRow(msgspec.Struct, frozen=True, tag_field="type", tag="foundReport"):
    """A found report with its id."""

    id: str
    attributes: Found
    relationships: Whom


_Document = MissingRow | FoundRow
_DOCUMENTS: Final[Wire[_Document]] = Wire(cast("Any", _Document), what="missing or found report")

_I = Item
_MISSING: Final[Fields] = {
    _I.EPISODE_EXISTS: (),
    _I.EPISODE_STATUS: ("status", "missingSince", "reported", "recorded"),
    _I.EPISODE_DETAIL: ("circumstances", "informant", "stormLogRef", "pncCirculated", "pncId"),
    _I.EPISODE_HISTORY: (),
    _I.RISK_GRADE: ("risk", "riskSetByRank", "riskSet"),
    _I.RISK_ASSESSMENT: ("riskRationale",),
    _I.WHEREABOUTS_LOCATION: ("lastSeenPlace", "lastSeen"),
}
_FOUND: Final[Fields] = {
    _I.EPISODE_EXISTS: (),
    _I.EPISODE_STATUS: ("found",),
    _I.EPISODE_DETAIL: ("foundBy",),
    _I.EPISODE_HISTORY: (),
    _I.SAW_EXISTS: ("preventionInterviewRecorded",),
    _I.SAW_CONFIRMATION: (
        "preventionInterviewRecorded",
        "preventionInterviewHeld",
        "preventionInterviewBy",
    ),
    _I.SAW_RECORD: ("preventionInterviewRecorded", "preventionInterview"),
}


_TOLD_MISSING: Final[Fields] = {
    _I.EPISODE_STATUS: (
        *("status", "missingSince", "reported", "recorded"),
        *("stormLogRef", "pncCirculated"),
    ),
    _I.RISK_GRADE: ("risk", "riskSetByRank", "riskSet"),
}
_TOLD_FOUND: Final[Fields] = {
    _I.EPISODE_STATUS: ("found",),
    _I.SAW_CONFIRMATION: (
        "preventionInterviewRecorded",
        "preventionInterviewHeld",
        "preventionInterviewBy",
    ),
}


def ask_told(items: frozenset[Item]) -> Query:
    """The same for a poll: what happened and when, and nothing that was written."""
    return _ask(items, _TOLD_MISSING, _TOLD_FOUND)


def ask_documents(items: frozenset[Item]) -> Query:
    """Which kinds of document, and which of their fields, the permitted items need."""
    return _ask(items, _MISSING, _FOUND)


def _ask(items: frozenset[Item], of_missing: Fields, of_found: Fields) -> Query:
    asked: list[tuple[str, str]] = []
    kinds: list[str] = []
    for kind, fields in (("missingReport", of_missing), ("foundReport", of_found)):
        if fields.keys() & items:
            kinds.append(kind)
            # The episode is what holds a missing and a found report together.
            asked.extend(
                (name, f"episodeRef,{wanted}".rstrip(","))
                for name, wanted in sparse(kind, fields, items)
            )
    return (("type", ",".join(kinds)), *asked)


def read_documents(rows: Rows, reading: Reading) -> list[Record]:
    """Episodes from missing and found reports together, and the prevention interviews."""
    return records_of(_told(rows, reading), reading, SPEECH)


def _told(rows: Rows, reading: Reading) -> Iterator[Told]:
    episodes: dict[str, Told] = {}
    for row in _DOCUMENTS.rows(rows.data, reading.notes):
        ref = row.attributes.episode_ref
        if not is_of(ref, row.relationships.nominal, rows, reading):
            continue
        before = episodes.get(ref, Told(ref=ref, report=Report()))
        match row:
            case MissingRow(attributes=missing):
                episodes[ref] = with_missing(before, missing)
            case FoundRow(attributes=found):
                episodes[ref] = with_found(before, row.id, found)
        if _differ(before.report, episodes[ref].report):
            reading.notes.add(
                "reports-differ",
                "Two reports of one episode give different times; those of the last are shown.",
                item=Item.EPISODE_STATUS,
            )
    yield from episodes.values()


def each(rows: Rows, reading: Reading) -> Iterator[Told]:
    """What each document tells by itself, missing reports first: a found report leaves none untold.

    A missing report was a report, whatever has become of its case since; that it was found is the
    found report's to tell.
    """
    read = [
        row
        for row in _DOCUMENTS.rows(rows.data, reading.notes)
        if is_of(row.attributes.episode_ref, row.relationships.nominal, rows, reading)
    ]
    for row in read:
        if isinstance(row, MissingRow):
            yield from _reported(row.attributes)
    for row in read:
        if isinstance(row, FoundRow):
            ref = row.attributes.episode_ref
            yield with_found(Told(ref=ref, report=Report()), row.id, row.attributes)


def _reported(sent: Missing) -> Iterator[Told]:
    told = with_missing(Told(ref=sent.episode_ref, report=Report()), sent)
    state = STATES.get((sent.status or "").strip().upper())
    if state not in {EpisodeState.FOUND, EpisodeState.CLOSED}:
        yield told
        return
    at_first = msgspec.structs.replace(told.report, status="MISSING")
    yield dataclasses.replace(told, report=at_first)
    if state is EpisodeState.CLOSED:
        yield dataclasses.replace(told, gradings=())


def _differ(before: Report, after: Report) -> bool:
    """Whether a report sent again gives another time than was given before."""
    return any(
        getattr(before, name) not in {None, getattr(after, name)}
        for name in ("missing_from_time", "reported_time", "found_time")
    )


def with_missing(told: Told, sent: Missing) -> Told:
    """What is told of an episode, with a missing report added."""
    found = told.report
    report = Report(
        # The found report counts, whichever came first: the missing one is not always closed.
        status=found.status or sent.status,
        missing_from_time=sent.missing_since,
        reported_time=sent.reported,
        recorded_time=sent.recorded,
        found_time=found.found_time,
        circumstances=sent.circumstances,
        reported_by=sent.informant,
        found_by=found.found_by,
        command_and_control_ref=sent.storm_log_ref,
        pnc_circulated=sent.pnc_circulated,
        pnc_id=sent.pnc_id,
        last_seen_place=sent.last_seen_place,
        last_seen_time=sent.last_seen,
    )
    grading = Grading(
        grade=sent.risk,
        graded_by_rank=sent.risk_set_by_rank,
        graded_time=sent.risk_set,
        rationale=sent.risk_rationale,
    )
    graded = [grading] if sent.risk or sent.risk_rationale else []
    return dataclasses.replace(told, report=report, gradings=[*told.gradings, *graded])


def with_found(told: Told, ref: str, sent: Found) -> Told:
    """What is told of an episode, with a found report added."""
    report = msgspec.structs.replace(
        told.report, status=FOUND, found_time=sent.found, found_by=sent.found_by
    )
    check = Check(
        done_time=sent.prevention_interview_held,
        done_by=sent.prevention_interview_by,
        findings=sent.prevention_interview,
    )
    checks = [(ref, check)] if sent.prevention_interview_recorded else told.checks
    return dataclasses.replace(told, report=report, checks=checks)


DIALECT: Final = Dialect(
    system="COMPACT (interface modelled, unverified)",
    evidence=Evidence.INFERENCE,
    sections=(
        Section(
            path="documents",
            serves=frozenset({*_MISSING, *_FOUND}),
            ask=ask_documents,
            read=read_documents,
        ),
        Section(
            path="nominals/{subject}",
            serves=frozenset(PERSON),
            ask=ask_nominal,
            read=read_nominal,
        ),
    ),
)
