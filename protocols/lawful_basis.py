"""The register of lawful bases: on what ground one kind of organisation may tell another.

It decides nothing: each disclosure records the row that it relied on. Four things called consent
are kept apart, and none of them is a lawful basis.

Source: UK GDPR, Data Protection Act 2018, Data (Use and Access) Act 2025; unverified until confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from protocols.written import Slug, Text, Written
from records.people import Kind, Purpose


class LawfulBasis(Written, frozen=True, kw_only=True):
    """One row: from whom, to whom, why, and on what ground.

    ``regime`` is the giver's. Fields that do not apply are empty. ``verified`` is true only where
    the provision itself was read and somebody accountable confirmed it.
    """

    id: Slug
    from_kinds: list[Kind]
    to_kinds: list[Kind]
    purposes: list[Purpose]
    regime: Text
    art6: Text
    art9: str = ""
    schedule1: str = ""
    art10: str = ""
    gateway: str = ""
    note: str = ""
    verified: bool = False


class LawfulBasesFile(Written, frozen=True, kw_only=True):
    """lawful_bases.toml."""

    basis: list[LawfulBasis] = msgspec.field(default_factory=list)


def bases_for(
    register: Iterable[LawfulBasis], *, giver: Kind, taker: Kind, purpose: Purpose
) -> tuple[LawfulBasis, ...]:
    """The rows that speak of this giver, taker and purpose; none where the register is silent."""
    return tuple(
        row
        for row in register
        if giver in row.from_kinds and taker in row.to_kinds and purpose in row.purposes
    )
