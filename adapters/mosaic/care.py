"""Legal statuses, placements and allocations as records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from adapters.mosaic.reading import Reading
from adapters.mosaic.wire import ALLOCATION, LEGAL, PLACED, Allocation, Legal, Placed
from adapters.notes import Notes
from adapters.times import LONDON, day
from records.child import (
    Address,
    CaseStatus,
    Involvement,
    LegalStatus,
    LegalStatusDetail,
    Placement,
    PlacementDetail,
    Worker,
)
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode, OfstedURN
from records.items import Item

LOOKED_AFTER: Final = frozenset(
    {"C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"}
)
"""Every legal status under which a child is looked after. Source: SSDA903, LS."""
ALLOCATED: Final = "ALLWKR"
"""Source: ssd-data-model, Mosaic: PEOPLE_WORKERS and DM_PROF_RELATIONSHIPS, type 'ALLWKR'."""
_NO_POSTCODE: Final = frozenset({"", "ZZZ", "XX", "NOPOSTCODE"})


def read_legal(rows: Iterable[msgspec.Raw], reading: Reading) -> list[LegalStatus]:
    """The child's legal statuses."""
    return [
        _legal(row, reading)
        for row in reading.once(LEGAL.rows(rows, reading.notes))
        if reading.theirs(row.person_id, "legal status")
    ]


def read_placements(rows: Iterable[msgspec.Raw], reading: Reading) -> list[Placement]:
    """The child's placements."""
    return [
        _placement(row, reading)
        for row in reading.once(PLACED.rows(rows, reading.notes))
        if reading.theirs(row.person_id, "placement")
    ]


def read_involvements(rows: Iterable[msgspec.Raw], reading: Reading) -> list[Involvement]:
    """Who works with the child."""
    return [
        _involvement(row, reading)
        for row in reading.once(ALLOCATION.rows(rows, reading.notes))
        if reading.theirs(row.person_id, "allocation")
    ]


def _legal(row: Legal, reading: Reading) -> LegalStatus:
    notes = Notes()
    code = (row.legal_status_code or "").strip().upper() or None
    status = LegalStatus(
        ref=str(row.legal_status_id),
        provenance=reading.provenance,
        status=LegalStatusDetail(
            code=code,
            description=row.legal_status_description,
            # A code we do not know says neither; only a known one says that the child is.
            looked_after=True if code in LOOKED_AFTER else None,
            started_on=day(row.start_date, notes, "start of the legal status"),
            ended_on=day(row.end_date, notes, "end of the legal status"),
        )
        if Item.LEGAL_STATUS in reading.items
        else None,
    )
    return reading.noted(status, notes)


def _placement(row: Placed, reading: Reading) -> Placement:
    notes, items = Notes(), reading.items
    placement = Placement(
        ref=f"{row.placement_id}/{row.split_number}",
        provenance=reading.provenance,
        detail=_detail(row, reading, notes.about(Item.PLACEMENT_DETAIL))
        if Item.PLACEMENT_DETAIL in items
        else None,
        address=_address(row) if Item.PLACEMENT_ADDRESS in items else None,
    )
    return reading.noted(placement, notes)


def _detail(row: Placed, reading: Reading, notes: Notes) -> PlacementDetail:
    return PlacementDetail(
        placement_type=row.placement_type,
        provider=row.provider_name,
        ofsted_urn=_urn(row.ofsted_urn, notes),
        host_authority=_authority(row.placed_in_authority, notes),
        responsible_authority=AuthorityCode(reading.council.authority),
        started_on=day(row.start_date, notes, "start of the placement"),
        ended_on=day(row.end_date, notes, "end of the placement"),
        ceased_because=(row.reason_episode_ceased or "").strip() or None,
    )


def _address(row: Placed) -> Address | None:
    lines = tuple(line.strip() for line in (row.address or "").split(",") if line.strip())
    postcode = (row.post_code or "").strip()
    known = None if postcode.upper().replace(" ", "") in _NO_POSTCODE else postcode
    return Address(lines=lines, postcode=known) if lines or known else None


def _involvement(row: Allocation, reading: Reading) -> Involvement:
    notes, items = Notes(), reading.items
    of_case = notes.about(Item.CASE_STATUS)
    ended_on = day(row.allocation_end_date, of_case, "end of the allocation")
    case = CaseStatus(
        service=row.allocated_worker_team,
        is_open=ended_on is None or ended_on >= reading.now.astimezone(LONDON).date(),
        started_on=day(row.allocation_start_date, of_case, "start of the allocation"),
        ended_on=ended_on,
    )
    worker = Worker(
        name=row.allocated_worker,
        job=row.worker_type,
        team=row.allocated_worker_team,
        telephone=row.worker_telephone,
        allocated=(row.prof_rel_type_code or "").strip().upper() == ALLOCATED,
    )
    found = Involvement(
        ref=str(row.id),
        provenance=reading.provenance,
        case=case if Item.CASE_STATUS in items else None,
        worker=worker if Item.CASE_WORKER in items else None,
        worker_ref=str(row.worker_id)
        if Item.CASE_WORKER in items and row.worker_id is not None
        else None,
    )
    return reading.noted(found, notes)


def _urn(sent: str | None, notes: Notes) -> OfstedURN | None:
    text = (sent or "").strip().upper()
    if not text:
        return None
    try:
        return OfstedURN(text)
    except MalformedIdentifier:
        notes.add("ofsted-urn-invalid", "The Ofsted number held there cannot be one; left out.")
        return None


def _authority(sent: str | None, notes: Notes) -> AuthorityCode | None:
    if not (sent or "").strip():
        return None
    try:
        return AuthorityCode((sent or "").strip().upper())
    except MalformedIdentifier:
        notes.add("authority-code-invalid", "The authority code held there cannot be one.")
        return None
