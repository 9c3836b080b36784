"""The matrix as one page that can be printed, read aloud, and kept: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.analysis import Cell, When
from consent.boxes import Box
from consent.cell_grounds import CellGrounds
from gateway.cli.telling import boxes_of, plain
from protocols.bundle import Bundle
from protocols.rule import RuleRef
from records.people import Role

_PAGE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item as the page has it."""

    item: str
    when: When
    conditions: tuple[str, ...]
    rules: tuple[RuleRef, ...]
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One role under one protocol: the items that a paragraph speaks of, and those that none does."""

    role: str
    rows: tuple[Row, ...]
    silent: tuple[str, ...]

    def count(self, *kinds: str) -> int:
        """How many rows are of these kinds."""
        return sum(row.when.value in kinds for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One pair of protocols."""

    name: str
    title: str
    edition: str
    sections: tuple[Section, ...]


def page_of(bundle: Bundle, on: date, cells: Iterable[Cell], known: Box) -> str:
    """The whole page."""
    parts = []
    grounds = CellGrounds(bundle, on)
    for (host, responsible), found in groupby(cells, lambda cell: (cell.host, cell.responsible)):
        protocol = bundle.protocols[str(host)]
        parts.append(
            Part(
                name=str(host) if host == responsible else f"{host}, child of {responsible}",
                title=protocol.title,
                edition=protocol.edition,
                sections=tuple(
                    _section(role, list(of_role), known, grounds)
                    for role, of_role in groupby(found, lambda cell: cell.role)
                ),
            )
        )
    return _PAGE.get_template("matrix.html").render(
        parts=parts,
        on=on,
        digest=bundle.digest,
        known=plain(known) if known else "",
        bases=bundle.lawful_bases,
        confidentiality=bundle.confidentiality,
    )


def _section(role: Role, cells: list[Cell], known: Box, grounds: CellGrounds) -> Section:
    return Section(
        role=role.value.replace("-", " "),
        rows=tuple(
            Row(
                item=cell.item.value,
                when=cell.when,
                conditions=boxes_of(cell.conditions, known),
                rules=cell.rules,
                grounds=tuple(
                    f"{basis or 'no lawful basis'}; confidence: {confidence or 'no ground'}"
                    for basis, confidence in (ground.ids for ground in grounds.of(cell))
                ),
            )
            for cell in cells
            if cell.when is not When.NEVER_SILENT
        ),
        silent=tuple(cell.item.value for cell in cells if cell.when is When.NEVER_SILENT),
    )
