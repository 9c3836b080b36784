"""Checking the registers of grounds as they are written: known items, ids that stand once, days in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocols.conditions_written import nearest
from protocols.confidentiality import Confidentiality, ConfidentialityFile
from protocols.lawful_basis import GroundRow, LawfulBasesFile, LawfulBasis
from protocols.reading import Page, Place
from records.items import Item

_ITEMS: Final = frozenset(item.value for item in Item)


def lawful_bases_of(page: Page, written: LawfulBasesFile) -> list[LawfulBasis]:
    """The rows of lawful_bases.toml, checked.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    _rows(page, "basis", written.basis)
    for index, row in enumerate(written.sensitive):
        _known(page, Place("sensitive", index, "items"), row.items)
    return written.basis


def confidentiality_of(page: Page, written: ConfidentialityFile) -> list[Confidentiality]:
    """The rows of confidentiality.toml, checked.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    _rows(page, "confidentiality", written.confidentiality)
    for index, row in enumerate(written.confidentiality):
        _known(page, Place("confidentiality", index, "items"), row.items)
    return written.confidentiality


def _rows(page: Page, table: str, rows: Sequence[GroundRow]) -> None:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.id in seen:
            raise page.wrong(
                Place(table, index, "id"), f"`{row.id}` stands twice. Rename or remove one."
            )
        seen.add(row.id)
        if row.starts is not None and row.ends is not None and row.ends <= row.starts:
            raise page.wrong(
                Place(table, index, "ends"),
                f"{row.id}: `ends` is not after `starts`. Correct one of them.",
            )
        if row.verified and row.confirm:
            raise page.wrong(
                Place(table, index, "verified"),
                f"{row.id}: it is verified and still says who should confirm it. Remove `confirm`, or `verified`.",
            )


def _known(page: Page, place: Place, items: Sequence[str]) -> None:
    for name in items:
        if name not in _ITEMS:
            raise page.wrong(
                place,
                f"`{name}` is not an item.{nearest(name, _ITEMS)} Use one of records/items.py.",
            )
