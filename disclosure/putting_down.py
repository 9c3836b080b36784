"""What the ledger keeps of a question: who, why, about whom, what was decided under which rules; no content.

Source: design of the record of decisions (decision and receipt); refusals as much as grants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from consent.bundle import Bundle
from consent.decision import Decision
from consent.grounds import Grounded
from consent.situation import Situation
from disclosure import grounding, normal_form
from disclosure.answers import Enquiry
from disclosure.asking import Outcome
from disclosure.chain import Plain
from disclosure.entries import Entry, EntryKind, Pseudonyms
from disclosure.narrowing import Limits, as_kept
from linking.enrolment import Change
from protocols.rule import RuleRef
from records.items import Category, Item
from records.people import Viewer
from records.record import Record, parts_of

_NO_LIMITS: Final[Limits] = MappingProxyType({})
_content = msgspec.json.Encoder(order="deterministic").encode


def decision_entry(
    enquiry: Enquiry,
    bundle: Bundle,
    situation: Situation,
    decisions: Mapping[Item, Decision],
    limits: Limits = _NO_LIMITS,
    grounds: Iterable[Grounded] = (),
) -> Entry:
    """The decision, with everything needed to take it again, and the grounds on which it opens.

    ``limits`` stand in it only where a judgement counted for some items alone, ``explicit`` only
    where the caller meant a register to be asked in which every look leaves a trace.
    """
    body: dict[str, Plain] = {
        **_asker(enquiry.viewer),
        "purpose": enquiry.access.purpose.value,
        "policy": bundle.digest,
        "document": enquiry.document_hash,
        "asked": sorted(item.value for item in enquiry.items),
        "situation": normal_form.written(situation),
        "open": {item.value: _ids(d.rules) for item, d in decisions.items() if d.open},
        "withheld": {
            item.value: {
                "because": d.reason.value,
                "rules": _ids(d.rules),
                "duties": _ids(d.duties),
            }
            for item, d in decisions.items()
            if not d.open
        },
        "set_aside": {
            item.value: _ids(d.set_aside) for item, d in decisions.items() if d.set_aside
        },
        "grounds": grounding.kept(grounds),
    }
    if limits:
        body["limits"] = as_kept(limits)
    if enquiry.explicit:
        body["explicit"] = True
    return Entry(
        kind=EntryKind.DECISION,
        at=enquiry.now,
        child_ref=enquiry.child_ref,
        by=(enquiry.viewer.issuer, enquiry.viewer.subject),
        reason=_reason(enquiry),
        body=body,
    )


def receipt_entry(
    pseudonyms: Pseudonyms,
    enquiry: Enquiry,
    decision_ref: str,
    outcomes: Mapping[str, Outcome],
    records: Mapping[Category, tuple[Record, ...]],
) -> Entry:
    """What was handed over: which items, of how many records, and a keyed mark of the content."""
    released = [record for found in records.values() for record in found]
    body: dict[str, Plain] = {
        "decision": decision_ref,
        "systems": {
            name: (outcome.because or outcome.state).value for name, outcome in outcomes.items()
        },
        "items": sorted({item.value for record in released for item in _given(record)}),
        "records": {category.value: len(found) for category, found in records.items() if found},
        "content": pseudonyms.content(_content(released)),
    }
    return Entry(
        kind=EntryKind.RECEIPT,
        at=enquiry.now,
        child_ref=enquiry.child_ref,
        by=(enquiry.viewer.issuer, enquiry.viewer.subject),
        body=body,
    )


def change_entry(change: Change, *, by: str, at: datetime) -> Entry:
    """A change to who is the same child where, without any identifier."""
    return Entry(
        kind=EntryKind.INDEX,
        at=at,
        child_ref=change.child_ref,
        body={"happened": change.happened.value, "system": change.source, "said_by": by},
    )


def _asker(viewer: Viewer) -> dict[str, Plain]:
    return {
        "role": viewer.role.value,
        "organisation": viewer.organisation,
        "team": viewer.team,
        "client": viewer.client,
    }


def _reason(enquiry: Enquiry) -> str:
    case = enquiry.access.case_ref
    return enquiry.access.reason if case is None else f"{enquiry.access.reason} [{case}]"


def _ids(rules: Iterable[RuleRef]) -> list[str]:
    return [rule.id for rule in rules]


def _given(record: Record) -> set[Item]:
    parts = parts_of(type(record))
    return {record.exists, *(i for name, i in parts.items() if getattr(record, name) is not None)}
