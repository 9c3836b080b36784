"""The grounds of a decision as the ledger keeps them, and back: by the ids of the registers' rows.

Items that are told on the same grounds stand together. A row that a later bundle no longer has is
still named, since the ledger holds ids and the approved texts are kept.

Source: design of the record of decisions: lawful basis and confidentiality of each disclosure; UK GDPR, Article 5(2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consent.bundle import Bundle
from consent.grounds import Giver, Givers, Grounded
from disclosure.chain import Plain
from records.items import Item
from records.people import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One giver telling some items: the ids of the rows that were relied on; None where there was none."""

    giver: Giver
    basis: str | None
    confidence: str | None
    items: frozenset[Item]


def kept(grounded: Iterable[Grounded]) -> Plain:
    """The grounds as the ledger keeps them; that there was none is kept as well."""
    return [
        {
            "items": sorted(item.value for item in each.items),
            "told_by": [_row(giver, *ground.ids) for giver, ground in each.grounds],
        }
        for each in grounded
    ]


def _row(giver: Giver, basis: str | None, confidence: str | None) -> dict[str, Plain]:
    return {
        "from": giver.kind.value,
        "own": giver.own,
        "basis": basis,
        "confidence": confidence,
    }


def read(written: Iterable[Mapping[str, Any]]) -> tuple[Recorded, ...]:
    """The grounds that were kept; an item that there is no longer is passed over."""
    known = {item.value: item for item in Item}
    return tuple(
        Recorded(
            giver=Giver(Kind(told["from"]), own=told["own"]),
            basis=told["basis"],
            confidence=told["confidence"],
            items=frozenset(known[name] for name in each["items"] if name in known),
        )
        for each in written
        for told in each["told_by"]
    )


def recorded(grounded: Iterable[Grounded]) -> tuple[Recorded, ...]:
    """The grounds as they would be read back, had they been kept."""
    return tuple(
        Recorded(giver=giver, basis=basis, confidence=confidence, items=frozenset(each.items))
        for each in grounded
        for giver, ground in each.grounds
        for basis, confidence in (ground.ids,)
    )


def givers_in(every: Iterable[Recorded]) -> Mapping[Item, Givers]:
    """Who could tell each item then: what taking the grounds again needs beside the decision."""
    found: dict[Item, set[Giver]] = {}
    for one in every:
        for item in one.items:
            found.setdefault(item, set()).add(one.giver)
    return {item: frozenset(givers) for item, givers in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class InWords:
    """One ground that was relied on, in the words of the registers. ``what``: its rows' ids.

    ``law`` are the provisions and ``says`` the same in plain English, for the family as well.
    ``verified`` only where somebody accountable confirmed both rows.
    """

    basis: str | None
    confidence: str | None
    met_by: str
    law: str
    source: str
    says: tuple[str, ...]
    verified: bool


def in_words(bundle: Bundle, basis: str | None, confidence: str | None) -> InWords:
    """What the registers say of these rows; an id alone where the bundle no longer has the row."""
    law = next((row for row in bundle.lawful_bases if row.id == basis), None)
    met = next((row for row in bundle.confidentiality if row.id == confidence), None)
    return InWords(
        basis=basis,
        confidence=confidence,
        met_by="" if met is None else met.met_by.value,
        law="" if law is None else provisions(law.art6, law.art9, law.schedule1, law.art10),
        source="" if met is None else met.source,
        says=tuple(dict.fromkeys(row.says for row in (law, met) if row is not None)),
        verified=law is not None and met is not None and law.verified and met.verified,
    )


def provisions(*parts: str) -> str:
    """The provisions of a row, one after another."""
    return "; ".join(part for part in parts if part)
