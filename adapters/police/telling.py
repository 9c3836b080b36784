"""What a force is polled for: whose reports have changed, and what they tell.

The list that answers a question about one nominal is asked for everybody, ``since`` an instant, and
then for each nominal whom it names. Both ask for what happened and when, and for nothing that was
written. COMPACT shows nothing before a refresh, so what it lists is known up to the last one.
Source: interfaces.md section 4 (``GET /missing-person-reports?since&cursor``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import msgspec

from adapters.listing import Listed
from adapters.notes import Notes
from adapters.police.asking import CHECK, Fields, Kinds, asking
from adapters.police.dialect import Query, Reading, Rows
from adapters.police.dialects import compact, connect, niche
from adapters.police.episodes import Speech, Told
from adapters.police.happenings import UNKNOWN_STATUS, Sent, events_of
from adapters.police.plans_told import plans_of
from adapters.police.sdm import To, all_refs
from adapters.police.settings import Product
from adapters.reading import Wire
from records.events import Event, StatusDecided, Whom
from records.identifiers import LocalId
from records.items import Item

_OVERLAP: Final = timedelta(minutes=10)
"""Asked for again: a list may show a report later than its time says."""

_RISK: Final[Fields] = {Item.RISK_GRADE: ("grade", "gradedByRank", "gradedTime")}
_REPORT: Final[Fields] = {
    Item.EPISODE_STATUS: (
        *("status", "missingFromTime", "reportedTime", "recordedTime", "foundTime"),
        *("safetyStatedTime", "commandAndControlRef", "pncCirculated"),
    )
}
_OCCURRENCE: Final[Fields] = {
    Item.EPISODE_STATUS: (
        *("occurrenceStatus", "missingFromTime", "reportedTime", "enteredTime", "returnedTime"),
        *("safetyStatedTime", "stormLogRef", "pncCirculated"),
    )
}
_ON_REPORT: Final[Kinds] = (
    ("riskAssessments", "riskAssessment", _RISK),
    ("safeAndWellRecords", "safeAndWellRecord", CHECK),
)
_ON_OCCURRENCE: Final[Kinds] = (
    ("riskQuestionnaires", "riskQuestionnaire", _RISK),
    ("safeAndWellRecords", "safeAndWellRecord", CHECK),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How one product is polled: where, for which fields, what reads its reports and how it speaks."""

    path: str
    ask: Callable[[frozenset[Item]], Query]
    told: Callable[[Rows, Reading], Iterator[Told]]
    speech: Speech


TELLINGS: Final[Mapping[Product, Telling]] = {
    Product.COMPACT: Telling(
        path="documents", ask=compact.ask_told, told=compact.each, speech=compact.SPEECH
    ),
    Product.CONNECT: Telling(
        path="missing-person-reports",
        ask=lambda items: asking("missingPersonReport", _REPORT, _ON_REPORT, items),
        told=connect.told,
        speech=connect.SPEECH,
    ),
    Product.NICHE: Telling(
        path="occurrences",
        ask=lambda items: asking("occurrence", _OCCURRENCE, _ON_OCCURRENCE, items),
        told=niche.told,
        speech=niche.SPEECH,
    ),
}
"""Every product. A test says the table is whole."""


class _Row(msgspec.Struct, frozen=True):
    """A row of which only its id and where it points are read."""

    id: str
    relationships: dict[str, To] = msgspec.field(default_factory=dict)


_ROWS: Final[Wire[_Row]] = Wire(cast("Any", _Row), what="changed report")


def since_then(since: datetime) -> Query:
    """The parameter that narrows a list to what has changed."""
    return (("since", (since - _OVERLAP).isoformat()),)


def listed(source: str, rows: Rows) -> Listed:
    """Every nominal whom a row names; what hangs on a row counts as the row's."""
    found, notes = Listed(source), Notes()
    included = {row.id: raw for raw in rows.included for row in _ROWS.rows([raw], notes)}
    for raw in rows.data:
        read = list(_ROWS.rows([raw], notes))
        nominals = (
            [ref for ref in all_refs(read[0].relationships.get("nominal")) if ref.strip()]
            if read
            else []
        )
        if not nominals:
            found.skipped += 1
        for nominal in nominals:
            found.add(nominal, raw)
            for relationship in read[0].relationships.values():
                for ref in all_refs(relationship):
                    if ref in included:
                        found.add(nominal, included[ref], among=ref)
    return found


def unread(events: Iterable[Event]) -> frozenset[str]:
    """The force's words for where an episode stands that nobody here knows."""
    return frozenset(
        event.term_as_sent
        for event in events
        if isinstance(event, StatusDecided)
        and event.term_as_sent
        and any(note.code == UNKNOWN_STATUS for note in event.notes)
    )


def happened(
    rows: Rows,
    reading: Reading,
    telling: Telling,
    *,
    subject: str,
    system: str,
    plans: Rows | None = None,
) -> tuple[Event, ...]:
    """Everything that the reports on one nominal, and their plans, tell, as if they had been pushed."""
    sent = Sent(
        source=reading.source,
        system=system,
        received_at=reading.now,
        about=Whom(local_id=LocalId(reading.source, subject)),
        speech=telling.speech,
        force=reading.force,
    )
    of_reports = (e for told in telling.told(rows, reading) for e in events_of(told, sent))
    return (*of_reports, *(() if plans is None else plans_of(plans, sent)))
