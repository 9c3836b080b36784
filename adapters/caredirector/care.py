"""Legal statuses, placements, cases and their workers as records."""

from __future__ import annotations

from adapters.caredirector.held import Held
from adapters.caredirector.names import Case, Legal, Placement
from adapters.caredirector.person import is_among
from adapters.caredirector.wire import Row
from adapters.notes import Notes
from adapters.times import day
from records import child
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode, OfstedURN
from records.items import Item


def legal_status(held: Held, names: Legal, row: Row, ref: str, notes: Notes) -> child.LegalStatus:
    """One legal status. A code that the map does not list says neither looked after nor not."""
    status = None
    if Item.LEGAL_STATUS in held.items:
        code = row.code(names.code)
        status = child.LegalStatusDetail(
            code=code,
            description=row.text(names.description),
            looked_after=True if code and is_among(code, names.looked_after) else None,
            started_on=day(row.text(names.started), notes, "start of the legal status"),
            ended_on=day(row.text(names.ended), notes, "end of the legal status"),
        )
    return child.LegalStatus(ref=ref, provenance=held.provenance, status=status)


def placement(held: Held, names: Placement, row: Row, ref: str, notes: Notes) -> child.Placement:
    """One placement; its address is an item of its own."""
    detail = address = None
    if Item.PLACEMENT_DETAIL in held.items:
        of_detail = notes.about(Item.PLACEMENT_DETAIL)
        detail = child.PlacementDetail(
            placement_type=row.code(names.placement_type),
            provider=row.text(names.provider),
            ofsted_urn=_urn(row.text(names.ofsted_urn), of_detail),
            host_authority=_authority(row.text(names.host_authority), of_detail),
            responsible_authority=AuthorityCode(held.council.authority),
            started_on=day(row.text(names.started), of_detail, "start of the placement"),
            ended_on=day(row.text(names.ended), of_detail, "end of the placement"),
        )
    if Item.PLACEMENT_ADDRESS in held.items:
        lines, postcode = row.texts(names.address), (row.text(names.postcode) or "").strip()
        if lines or postcode:
            address = child.Address(lines=lines, postcode=postcode or None)
    return child.Placement(ref=ref, provenance=held.provenance, detail=detail, address=address)


def involvement(
    held: Held, names: Case, row: Row, ref: str, notes: Notes
) -> child.Involvement | None:
    """One case with its worker. A worker of a case that has ended is nobody to ring tonight."""
    items, case, worker = held.items, None, None
    sent = row.text(names.ended) if items & {Item.CASE_STATUS, Item.CASE_WORKER} else None
    of_case = notes.about(Item.CASE_STATUS)
    ended_on = day(sent, of_case, "day the case was closed")
    over = ended_on is not None and ended_on < held.today
    if Item.CASE_STATUS in items:
        case = child.CaseStatus(
            service=row.text(names.service),
            is_open=None if sent is not None and ended_on is None else not over,
            started_on=day(row.text(names.started), of_case, "day the case was opened"),
            ended_on=ended_on,
        )
    if Item.CASE_WORKER in items and not over:
        worker = _worker(names, row)
    if items & {Item.CASE_EXISTS, Item.CASE_STATUS} or worker is not None:
        return child.Involvement(
            ref=ref,
            provenance=held.provenance,
            case=case,
            worker=worker,
            worker_ref=row.code(names.worker_key) if worker is not None else None,
        )
    return None


def _worker(names: Case, row: Row) -> child.Worker | None:
    said = [row.text(name) for name in (names.worker, names.job, names.team, names.telephone)]
    if not any(said):
        return None
    name, job, team, telephone = said
    return child.Worker(
        name=name,
        job=job,
        team=team,
        telephone=telephone,
        allocated=row.flag(names.allocated) or False,
    )


def _urn(sent: str | None, notes: Notes) -> OfstedURN | None:
    if sent is None:
        return None
    try:
        return OfstedURN(sent.strip().upper())
    except MalformedIdentifier:
        notes.add("ofsted-urn-malformed", "What stands as the Ofsted number cannot be one.")
        return None


def _authority(sent: str | None, notes: Notes) -> AuthorityCode | None:
    if sent is None:
        return None
    try:
        return AuthorityCode(sent.strip().upper())
    except MalformedIdentifier:
        notes.add("authority-code-malformed", "What stands as the authority's code cannot be one.")
        return None
