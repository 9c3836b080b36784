"""Missing-person reports as episodes, and the checks that the police make on return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from adapters.notes import Notes
from adapters.police.dialect import Reading, Rows
from adapters.police.risk import risk
from adapters.police.sdm import To, all_refs
from adapters.police.wire import (
    INCLUDED,
    REPORTS,
    Check,
    CheckRow,
    Grading,
    Included,
    Report,
    ReportRow,
    RiskRow,
)
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
from records.record import Record, items_of

Row = TypeVar("Row", bound=Included)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
States = Mapping[str, EpisodeState]


def read_reports(rows: Rows, reading: Reading, states: States) -> list[Record]:
    """Episodes in the order sent, each followed by the checks made on return.

    A report about anybody else, or one that says of nobody whom it is about, is left out and
    counted. ``states`` are the product's own words.
    """
    included = {row.id: row for row in INCLUDED.rows(rows.included, reading.notes)}
    records: dict[str, Record] = {}
    for row in REPORTS.rows(rows.data, reading.notes):
        if not row.id.strip() or rows.nominals.isdisjoint(all_refs(row.relationships.nominal)):
            reading.notes.skip("report that is not plainly about this child")
            continue
        around = row.relationships
        if reading.items & items_of(MissingEpisode):
            if f"report {row.id}" in records:
                reading.notes.add("duplicate-row", "A report came twice; the last was taken.")
            gradings = [
                found.attributes for found in _at(RiskRow, around.risk_assessments, included)
            ]
            records[f"report {row.id}"] = _episode(row, gradings, reading, states)
        if reading.items & items_of(SafeAndWellCheck):
            for check in _at(CheckRow, around.safe_and_well_records, included):
                records[f"check {check.id}"] = _check(check, reading)
    return list(records.values())


def _at(
    kind: type[Row], relationship: To | None, included: Mapping[str, Included]
) -> Iterator[Row]:
    for ref in all_refs(relationship):
        found = included.get(ref)
        if isinstance(found, kind):
            yield found


def _episode(
    row: ReportRow, gradings: Sequence[Grading], reading: Reading, states: States
) -> MissingEpisode:
    sent, items, notes = row.attributes, reading.items, Notes()
    recorded_at = instant(sent.recorded_time, notes, "time of recording")
    dated = [(instant(g.graded_time, notes, "time of grading"), g) for g in gradings]
    newest = max(dated, key=lambda pair: pair[0] or _EARLIEST, default=None)
    episode = MissingEpisode(
        ref=row.id,
        provenance=reading.of(recorded_at),
        status=_status(sent, recorded_at, notes, states) if Item.EPISODE_STATUS in items else None,
        detail=_detail(sent, row, reading, notes) if Item.EPISODE_DETAIL in items else None,
        risk=_grade(newest, notes) if Item.RISK_GRADE in items else None,
        assessment=_assessment(newest) if Item.RISK_ASSESSMENT in items else None,
        last_seen=_sighting(sent, notes) if Item.WHEREABOUTS_LOCATION in items else None,
        safety=_safety(sent, notes) if Item.WHEREABOUTS_SAFE in items else None,
    )
    return reading.noted(episode, notes)


def _status(
    sent: Report, recorded_at: datetime | None, notes: Notes, states: States
) -> EpisodeStatus:
    state = states.get((sent.status or "").strip().upper(), EpisodeState.NOT_KNOWN)
    if state is EpisodeState.NOT_KNOWN:
        notes.add("unknown-status", "The status is a word we do not know; shown as sent.")
    status = EpisodeStatus(
        state=state,
        term_as_sent=sent.status,
        missing_from=instant(sent.missing_from_time, notes, "time missing from"),
        reported_at=instant(sent.reported_time, notes, "time of the report"),
        recorded_at=recorded_at,
        found_at=instant(sent.found_time, notes, "time found"),
    )
    began = status.missing_from or status.reported_at
    if status.found_at is not None and began is not None and status.found_at < began:
        notes.add("found-before-missing", "The time found is before the child went missing.")
    return status


def _detail(sent: Report, row: ReportRow, reading: Reading, notes: Notes) -> EpisodeDetail:
    return EpisodeDetail(
        circumstances=sent.circumstances,
        reported_by=sent.reported_by,
        found_by=sent.found_by,
        force=reading.force,
        force_ref=row.id,
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


def _sighting(sent: Report, notes: Notes) -> Sighting:
    return Sighting(
        place=sent.last_seen_place, at=instant(sent.last_seen_time, notes, "time last seen")
    )


def _safety(sent: Report, notes: Notes) -> Safety:
    return Safety(
        known_safe=sent.known_safe,
        as_stated_at=instant(sent.safety_stated_time, notes, "time of the statement on safety"),
    )


def _check(row: CheckRow, reading: Reading) -> SafeAndWellCheck:
    sent: Check = row.attributes
    notes = Notes()
    done_at = instant(sent.done_time, notes, "time of the check")
    confirmed, found = (i in reading.items for i in (Item.SAW_CONFIRMATION, Item.SAW_RECORD))
    check = SafeAndWellCheck(
        ref=row.id,
        provenance=reading.provenance,
        confirmation=CheckDone(done_at=done_at, done_by=sent.done_by) if confirmed else None,
        findings=CheckFindings(findings=sent.findings) if found else None,
    )
    return reading.noted(check, notes)
