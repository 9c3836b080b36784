"""A nominal record as identity, trigger plans and intelligence."""

from __future__ import annotations

from adapters.notes import Notes
from adapters.police.dialect import Reading, Rows
from adapters.police.nominal import core, known_number
from adapters.police.sdm import PEOPLE, Person
from adapters.police.wire import INCLUDED, IntelRow, NoticeRow, Plan, PlanRow
from adapters.times import day, instant
from records.child import Identity, IdentityNumbers
from records.identifiers import LocalId
from records.intelligence import AbductionNotice, Intelligence, IntelligenceReport
from records.items import Item
from records.record import Record, items_of
from records.trigger_plan import (
    Associate,
    Associates,
    Credential,
    Credentials,
    Photo,
    PlanDetail,
    TriggerPlan,
)


def read_nominal(rows: Rows, reading: Reading) -> list[Record]:
    """The identity, the trigger plans and the intelligence held with one nominal."""
    records: list[Record] = []
    known = False
    for person in PEOPLE.rows(rows.data, reading.notes):
        if person.id not in rows.nominals or not person.id.strip():
            # Whatever is included hangs on this nominal, so none of it is this child's either.
            reading.notes.skip("nominal that is not the one asked for")
            return []
        known = True
        if reading.items & items_of(Identity):
            records.append(_identity(person, reading))
    if not known:
        return records
    seen: dict[str, object] = {}
    for row in INCLUDED.rows(rows.included, reading.notes):
        if seen.get(row.id) == row:
            reading.notes.add("row-twice", "A row came twice and is shown once.")
            continue
        seen[row.id] = row
        match row:
            case PlanRow() if reading.items & items_of(TriggerPlan):
                records.append(_plan(row, reading))
            case IntelRow() | NoticeRow() if reading.items & items_of(Intelligence):
                records.append(_intelligence(row, reading))
            case _:
                continue
    return records


def _identity(person: Person, reading: Reading) -> Identity:
    notes, items = Notes(), reading.items
    identity = Identity(
        ref=person.id,
        provenance=reading.provenance,
        core=core(person.attributes, notes, reading.now) if Item.IDENTITY_CORE in items else None,
        numbers=IdentityNumbers(
            nhs_number=known_number(person.attributes, notes),
            local_ids=(LocalId(reading.source, person.id),),
        )
        if Item.IDENTITY_NUMBERS in items
        else None,
    )
    return reading.noted(identity, notes)


def _plan(row: PlanRow, reading: Reading) -> TriggerPlan:
    sent, notes, items = row.attributes, Notes(), reading.items
    plan = TriggerPlan(
        ref=row.id,
        provenance=reading.provenance,
        plan=_detail(sent, notes) if Item.TRIGGER_PLAN_FULL in items else None,
        associates=_associates(sent) if Item.TRIGGER_PLAN_ASSOCIATES in items else None,
        photo=_photo(sent, notes) if Item.TRIGGER_PLAN_PHOTO in items else None,
        credentials=_credentials(sent) if Item.TRIGGER_PLAN_CREDENTIALS in items else None,
    )
    return reading.noted(plan, notes)


def _detail(sent: Plan, notes: Notes) -> PlanDetail:
    return PlanDetail(
        updated_on=day(sent.updated_on, notes, "date of the plan"),
        review_due_on=day(sent.review_due_on, notes, "date of the next review"),
        actions=tuple(sent.actions),
        likely_places=tuple(sent.likely_places),
        risks=tuple(sent.risks),
    )


def _associates(sent: Plan) -> Associates | None:
    if sent.associates is None:
        return None
    return Associates(
        associates=tuple(
            Associate(name=a.name, relationship=a.relationship, address=a.address)
            for a in sent.associates
        )
    )


def _photo(sent: Plan, notes: Notes) -> Photo | None:
    if sent.photo is None:
        return None
    return Photo(
        photo_ref=sent.photo.ref,
        taken_on=day(sent.photo.taken_on, notes, "date of the photograph"),
        consent_recorded=sent.photo.consent_recorded,
    )


def _credentials(sent: Plan) -> Credentials | None:
    if sent.accounts is None:
        return None
    return Credentials(
        credentials=tuple(
            Credential(platform=a.platform, username=a.username, password=a.password)
            for a in sent.accounts
        )
    )


def _intelligence(row: IntelRow | NoticeRow, reading: Reading) -> Intelligence:
    notes, items = Notes(), reading.items
    report: IntelligenceReport | None = None
    notice: AbductionNotice | None = None
    match row:
        case IntelRow(attributes=sent):
            if Item.INTELLIGENCE_REPORT in items and sent.report is not None:
                report = IntelligenceReport(
                    report=sent.report,
                    handling=sent.handling,
                    submitted_at=instant(sent.submitted_time, notes, "time of submission"),
                )
        case NoticeRow(attributes=issued):
            if Item.INTELLIGENCE_ABDUCTION_NOTICE in items:
                notice = AbductionNotice(
                    issued_on=day(issued.issued_on, notes, "date of the notice"),
                    expires_on=day(issued.expires_on, notes, "date the notice expires"),
                )
    found = Intelligence(
        ref=row.id, provenance=reading.provenance, report=report, abduction_notice=notice
    )
    return reading.noted(found, notes)
