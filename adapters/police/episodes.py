"""What a force tells of a child going missing, as episodes and as checks made on return.

A dialect reads its product's own documents into `Told`; from here on all products are one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from adapters.notes import Notes
from adapters.police.dialect import Reading, Rows
from adapters.police.risk import risk
from adapters.police.sdm import To, all_refs
from adapters.police.wire import Check, Grading, Report
from adapters.times import instant
from records.episode import (
    CheckDone,
    CheckFindings,
    EpisodeDetail,
    EpisodeState,
    EpisodeStatus,
    MissingEpisode,
    RiskAnswer,
    RiskAssessment,
    RiskGrade,
    SafeAndWellCheck,
    Safety,
    Sighting,
)
from records.errors import MalformedIdentifier
from records.identifiers import PNCId
from records.items import Item
from records.record import DataNote, Record, items_of

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One report in the terms of `adapters.police.wire`, whatever its product calls it."""

    ref: str
    report: Report
    gradings: Sequence[Grading] = ()
    checks: Sequence[tuple[str, Check]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one product speaks: its words for where an episode stands, and its times.

    ``remarks`` are notes that go with a word of which a reader should know more.
    """

    states: Mapping[str, EpisodeState]
    clock: Callable[[str | None, Notes, str], datetime | None] = instant
    remarks: Mapping[str, DataNote] = field(default_factory=dict)


def is_of(ref: str, nominal: To | None, rows: Rows, reading: Reading) -> bool:
    """Whether a report is plainly about this child; any other is left out and counted."""
    if ref.strip() and not rows.nominals.isdisjoint(all_refs(nominal)):
        return True
    reading.notes.skip("report that is not plainly about this child")
    return False


def records_of(told: Iterable[Told], reading: Reading, speech: Speech) -> list[Record]:
    """Episodes in the order told, each followed by the checks made on return."""
    records: dict[str, Record] = {}
    for one in told:
        if reading.items & items_of(MissingEpisode) or Item.EPISODE_HISTORY in reading.items:
            if f"report {one.ref}" in records:
                reading.notes.add("duplicate-row", "A report came twice; the last was taken.")
            records[f"report {one.ref}"] = _episode(one, reading, speech)
        if reading.items & items_of(SafeAndWellCheck):
            for ref, check in one.checks:
                records[f"check {ref}"] = _check(ref, check, reading, speech)
    return list(records.values())


def _episode(told: Told, reading: Reading, speech: Speech) -> MissingEpisode:
    sent, items, notes = told.report, reading.items, Notes()
    recorded_at = speech.clock(
        sent.recorded_time, notes.about(Item.EPISODE_STATUS), "time of recording"
    )
    of_grade = notes.about(Item.RISK_GRADE)
    dated = [(speech.clock(g.graded_time, of_grade, "time of grading"), g) for g in told.gradings]
    newest = max(dated, key=lambda pair: pair[0] or _EARLIEST, default=None)
    status = (
        _status(sent, notes.about(Item.EPISODE_STATUS), speech)
        if Item.EPISODE_STATUS in items
        else None
    )
    episode = MissingEpisode(
        ref=told.ref,
        provenance=reading.of(recorded_at),
        status=dataclasses.replace(status, recorded_at=recorded_at) if status else None,
        detail=_detail(sent, told.ref, reading, notes.about(Item.EPISODE_DETAIL))
        if Item.EPISODE_DETAIL in items
        else None,
        risk=_grade(newest, of_grade) if Item.RISK_GRADE in items else None,
        assessment=_assessment(newest) if Item.RISK_ASSESSMENT in items else None,
        last_seen=_sighting(sent, notes.about(Item.WHEREABOUTS_LOCATION), speech)
        if Item.WHEREABOUTS_LOCATION in items
        else None,
        safety=_safety(sent, notes.about(Item.WHEREABOUTS_SAFE), speech)
        if Item.WHEREABOUTS_SAFE in items
        else None,
    )
    return reading.noted(episode, notes)


def _status(sent: Report, notes: Notes, speech: Speech) -> EpisodeStatus:
    word = (sent.status or "").strip().upper()
    state = speech.states.get(word, EpisodeState.NOT_KNOWN)
    if (remark := speech.remarks.get(word)) is not None:
        notes.add(remark.code, remark.says)
    elif state is EpisodeState.NOT_KNOWN:
        notes.add("unknown-status", "The status is a word we do not know; shown as sent.")
    status = EpisodeStatus(
        state=state,
        term_as_sent=sent.status,
        missing_from=speech.clock(sent.missing_from_time, notes, "time missing from"),
        reported_at=speech.clock(sent.reported_time, notes, "time of the report"),
        found_at=speech.clock(sent.found_time, notes, "time found"),
    )
    began = status.missing_from or status.reported_at
    if status.found_at is not None and began is not None and status.found_at < began:
        notes.add("found-before-missing", "The time found is before the child went missing.")
    return status


def _detail(sent: Report, ref: str, reading: Reading, notes: Notes) -> EpisodeDetail:
    return EpisodeDetail(
        circumstances=sent.circumstances,
        reported_by=sent.reported_by,
        found_by=sent.found_by,
        force=reading.force,
        force_ref=ref,
        log_ref=sent.command_and_control_ref,
        pnc_circulated=sent.pnc_circulated,
        pnc_id=_pnc_id(sent.pnc_id, notes),
    )


def _pnc_id(text: str | None, notes: Notes) -> PNCId | None:
    if text is None or not text.strip():
        return None
    try:
        return PNCId(text.strip())
    except MalformedIdentifier:
        notes.add("pnc-id-invalid", "The PNC id held there cannot be one; left out.")
        return None


def _grade(newest: tuple[datetime | None, Grading] | None, notes: Notes) -> RiskGrade | None:
    if newest is None:
        return None
    set_at, grading = newest
    return RiskGrade(
        grade=risk(grading.grade, notes),
        grade_as_sent=grading.grade,
        set_by_rank=grading.graded_by_rank,
        set_at=set_at,
    )


def _assessment(newest: tuple[datetime | None, Grading] | None) -> RiskAssessment | None:
    if newest is None:
        return None
    grading = newest[1]
    return RiskAssessment(
        rationale=grading.rationale,
        answers=tuple(RiskAnswer(question=a.question, answer=a.answer) for a in grading.answers),
    )


def _sighting(sent: Report, notes: Notes, speech: Speech) -> Sighting:
    return Sighting(
        place=sent.last_seen_place, at=speech.clock(sent.last_seen_time, notes, "time last seen")
    )


def _safety(sent: Report, notes: Notes, speech: Speech) -> Safety:
    return Safety(
        known_safe=sent.known_safe,
        as_stated_at=speech.clock(
            sent.safety_stated_time, notes, "time of the statement on safety"
        ),
    )


def _check(ref: str, sent: Check, reading: Reading, speech: Speech) -> SafeAndWellCheck:
    notes = Notes()
    done_at = speech.clock(sent.done_time, notes.about(Item.SAW_CONFIRMATION), "time of the check")
    confirmed, found = (i in reading.items for i in (Item.SAW_CONFIRMATION, Item.SAW_RECORD))
    check = SafeAndWellCheck(
        ref=ref,
        provenance=reading.provenance,
        confirmation=CheckDone(done_at=done_at, done_by=sent.done_by) if confirmed else None,
        findings=CheckFindings(findings=sent.findings) if found else None,
    )
    return reading.noted(check, notes)
