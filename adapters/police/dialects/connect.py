"""NEC CONNECT: missing-person reports under a nominal, the trigger plan on the nominal.

No public interface of CONNECT is known. The documents are the Standard Data Model's, with
`adapters.police.wire` as our extension (see README).
Source: Pan-Lancashire 5.1 (CONNECT holds trigger plans "against the child's nominal record",
and a copy of the risk assessment goes with the notice); Appendix B (what a plan holds).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.police.asking import (
    CHECK,
    INTEL,
    NOTICE,
    PERSON,
    PLAN,
    REPORT,
    RISK,
    ask_nominal,
    ask_reports,
)
from adapters.police.dialect import Dialect, Reading, Rows, Section
from adapters.police.episodes import Speech, Told, is_of, records_of
from adapters.police.nominals import read_nominal
from adapters.police.sdm import at
from adapters.police.wire import INCLUDED, REPORTS, CheckRow, RiskRow
from records.episode import EpisodeState
from records.record import Record
from records.source import Evidence

# Lancashire abolished "absent" in October 2020; a record from before may still say it.
STATES: Final[Mapping[str, EpisodeState]] = {
    "REPORTED": EpisodeState.REPORTED,
    "MISSING": EpisodeState.MISSING,
    "LOCATED": EpisodeState.LOCATED,
    "FOUND": EpisodeState.FOUND,
    "CLOSED": EpisodeState.CLOSED,
    "ABSENT": EpisodeState.ABSENT,
}

SPEECH: Final = Speech(states=STATES)


def read_reports(rows: Rows, reading: Reading) -> list[Record]:
    """Episodes and checks from CONNECT's reports."""
    return records_of(told(rows, reading), reading, SPEECH)


def told(rows: Rows, reading: Reading) -> Iterator[Told]:
    """Each report that is plainly about this child, with its gradings and checks."""
    included = {row.id: row for row in INCLUDED.rows(rows.included, reading.notes)}
    for row in REPORTS.rows(rows.data, reading.notes):
        around = row.relationships
        if not is_of(row.id, around.nominal, rows, reading):
            continue
        gradings = at(RiskRow, around.risk_assessments, included)
        checks = at(CheckRow, around.safe_and_well_records, included)
        yield Told(
            ref=row.id,
            report=row.attributes,
            gradings=[found.attributes for found in gradings],
            checks=[(found.id, found.attributes) for found in checks],
        )


DIALECT: Final = Dialect(
    system="NEC CONNECT (interface modelled, unverified)",
    evidence=Evidence.INFERENCE,
    sections=(
        Section(
            path="missing-person-reports",
            serves=frozenset({*REPORT, *RISK, *CHECK}),
            ask=ask_reports,
            read=read_reports,
        ),
        Section(
            path="nominals/{subject}",
            serves=frozenset({*PERSON, *PLAN, *INTEL, *NOTICE}),
            ask=ask_nominal,
            read=read_nominal,
        ),
    ),
)
