"""Niche RMS: occurrences, the person, and the 23 questions of the missing-person report.

No public UK schema of Niche is known. Field names are ours, in the manner of the Standard Data
Model (see README). Source: North East Lincolnshire, "Police missing person recording" (a Niche
report triggers PNC circulation; it may be marked inactive while a child is sought as wanted),
Appendix 5 (the questions, from Humberside Police's missing person report on Niche).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from adapters.police.asking import (
    CHECK,
    INTEL,
    NOTICE,
    PERSON,
    Fields,
    Kinds,
    ask_nominal,
    asking,
)
from adapters.police.dialect import Dialect, Query, Reading, Rows, Section
from adapters.police.episodes import Speech, Told, is_of, records_of
from adapters.police.nominals import read_nominal
from adapters.police.sdm import To, at
from adapters.police.wire import Answer, CheckRow, Grading, Report
from adapters.reading import Wire
from records.episode import EpisodeState
from records.items import Item
from records.record import DataNote, Record
from records.source import Evidence

STATES: Final[Mapping[str, EpisodeState]] = {
    "REPORTED": EpisodeState.REPORTED,
    "OPEN": EpisodeState.MISSING,
    "LOCATED": EpisodeState.LOCATED,
    "RETURNED": EpisodeState.FOUND,
    "CLOSED": EpisodeState.CLOSED,
    "INACTIVE": EpisodeState.NOT_KNOWN,
}
SPEECH: Final = Speech(
    states=STATES,
    remarks={
        "INACTIVE": DataNote(
            code="inactive",
            says="The report is marked inactive, as when a child is sought as wanted: "
            "this does not say that the child has returned.",
        )
    },
)
QUESTIONS: Final[Mapping[int, str]] = {
    1: "Circumstances, intentions and preparations",
    2: "Suicide likely",
    3: "Vulnerable by age, infirmity or the like",
    4: "Illness, mental health or essential medication",
    5: "Subject of a serious crime in progress",
    6: "Abuse likely",
    7: "A danger to others",
    8: "At risk of sexual exploitation now",
    9: "Prepared to be away",
    10: "Out of character",
    11: "Intentions when last seen",
    12: "Enquiries made by the informant",
    13: "A reason to go missing",
    14: "Family conflict or abuse, honour-based abuse, forced marriage",
    15: "Domestic violence, as victim or perpetrator",
    16: "On a child protection plan",
    17: "Harmed in an earlier episode",
    18: "May not interact safely with strangers",
    19: "Bullying or harassment",
    20: "A violent or racist incident just before",
    21: "School, work or money problems",
    22: "Drug or alcohol dependency",
    23: "Anything else that bears on the risk",
}
"""The 23 questions by number, in short. Source: North East Lincolnshire, Appendix 5."""


class Occurrence(msgspec.Struct, frozen=True, rename="camel"):
    """Attributes of a missing-person occurrence."""

    occurrence_status: str | None = None
    missing_from_time: str | None = None
    reported_time: str | None = None
    entered_time: str | None = None
    returned_time: str | None = None
    summary: str | None = None
    informant: str | None = None
    located_by: str | None = None
    storm_log_ref: str | None = None
    pnc_circulated: bool | None = None
    pnc_id: str | None = None
    last_seen_place: str | None = None
    last_seen_time: str | None = None
    known_safe: bool | None = None
    safety_stated_time: str | None = None

    def report(self) -> Report:
        return Report(
            status=self.occurrence_status,
            missing_from_time=self.missing_from_time,
            reported_time=self.reported_time,
            recorded_time=self.entered_time,
            found_time=self.returned_time,
            circumstances=self.summary,
            reported_by=self.informant,
            found_by=self.located_by,
            command_and_control_ref=self.storm_log_ref,
            pnc_circulated=self.pnc_circulated,
            pnc_id=self.pnc_id,
            last_seen_place=self.last_seen_place,
            last_seen_time=self.last_seen_time,
            known_safe=self.known_safe,
            safety_stated_time=self.safety_stated_time,
        )


class Around(msgspec.Struct, frozen=True, rename="camel"):
    """Whom an occurrence is about, and what hangs on it."""

    nominal: To | None = None
    risk_questionnaires: To | None = None
    safe_and_well_records: To | None = None


class OccurrenceRow(msgspec.Struct, frozen=True, tag_field="type", tag="occurrence"):
    """One occurrence."""

    id: str
    relationships: Around
    attributes: Occurrence = Occurrence()


class Numbered(msgspec.Struct, frozen=True):
    """One numbered question's answer."""

    number: int
    answer: str | None = None


class Questionnaire(msgspec.Struct, frozen=True, rename="camel"):
    """One risk assessment: 23 answers, and the grade that was set."""

    grade: str | None = None
    graded_by_rank: str | None = None
    graded_time: str | None = None
    rationale: str | None = None
    answers: list[Numbered] = msgspec.field(default_factory=list)

    def grading(self) -> Grading:
        return Grading(
            grade=self.grade,
            graded_by_rank=self.graded_by_rank,
            graded_time=self.graded_time,
            rationale=self.rationale,
            answers=[
                Answer(question=_question(one.number), answer=one.answer) for one in self.answers
            ],
        )


class QuestionnaireRow(msgspec.Struct, frozen=True, tag_field="type", tag="riskQuestionnaire"):
    """A questionnaire with its id."""

    id: str
    attributes: Questionnaire = Questionnaire()


_Included = QuestionnaireRow | CheckRow
OCCURRENCES: Final = Wire(OccurrenceRow, what="missing-person occurrence")
INCLUDED: Final[Wire[_Included]] = Wire(cast("Any", _Included), what="record with the occurrence")

_I = Item
_OCCURRENCE: Final[Fields] = {
    _I.EPISODE_EXISTS: (),
    _I.EPISODE_STATUS: (
        "occurrenceStatus",
        "missingFromTime",
        "reportedTime",
        "enteredTime",
        "returnedTime",
    ),
    _I.EPISODE_DETAIL: (
        "summary",
        "informant",
        "locatedBy",
        "stormLogRef",
        "pncCirculated",
        "pncId",
    ),
    _I.EPISODE_HISTORY: (),
    _I.WHEREABOUTS_SAFE: ("knownSafe", "safetyStatedTime"),
    _I.WHEREABOUTS_LOCATION: ("lastSeenPlace", "lastSeenTime"),
}
_RISK: Final[Fields] = {
    _I.RISK_GRADE: ("grade", "gradedByRank", "gradedTime"),
    _I.RISK_ASSESSMENT: ("rationale", "answers", "gradedTime"),
}
_HANGING: Final[Kinds] = (
    ("riskQuestionnaires", "riskQuestionnaire", _RISK),
    ("safeAndWellRecords", "safeAndWellRecord", CHECK),
)


def ask_occurrences(items: frozenset[Item]) -> Query:
    """The fields and inclusions of occurrences that the permitted items need."""
    return asking("occurrence", _OCCURRENCE, _HANGING, items)


def read_occurrences(rows: Rows, reading: Reading) -> list[Record]:
    """Episodes and checks from Niche's occurrences."""
    return records_of(told(rows, reading), reading, SPEECH)


def told(rows: Rows, reading: Reading) -> Iterator[Told]:
    """Each occurrence that is plainly about this child, with its gradings and checks."""
    included = {row.id: row for row in INCLUDED.rows(rows.included, reading.notes)}
    for row in OCCURRENCES.rows(rows.data, reading.notes):
        around = row.relationships
        if not is_of(row.id, around.nominal, rows, reading):
            continue
        asked = list(at(QuestionnaireRow, around.risk_questionnaires, included))
        if any(one.number not in QUESTIONS for found in asked for one in found.attributes.answers):
            reading.notes.add(
                "unknown-question",
                "An answer has a number beyond the questions that we know; shown with its number.",
                item=Item.RISK_ASSESSMENT,
            )
        checks = at(CheckRow, around.safe_and_well_records, included)
        yield Told(
            ref=row.id,
            report=row.attributes.report(),
            gradings=[found.attributes.grading() for found in asked],
            checks=[(found.id, found.attributes) for found in checks],
        )


def _question(number: int) -> str:
    """The question in short; a number beyond the 23 is shown as such."""
    return f"{number}. {QUESTIONS[number]}" if number in QUESTIONS else f"Question {number}"


DIALECT: Final = Dialect(
    system="Niche RMS (interface modelled, unverified)",
    evidence=Evidence.INFERENCE,
    sections=(
        Section(
            path="occurrences",
            serves=frozenset({*_OCCURRENCE, *_RISK, *CHECK}),
            ask=ask_occurrences,
            read=read_occurrences,
        ),
        Section(
            path="nominals/{subject}",
            serves=frozenset({*PERSON, *INTEL, *NOTICE}),
            ask=ask_nominal,
            read=read_nominal,
        ),
    ),
)
