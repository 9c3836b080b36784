"""The register of lawful bases: on what ground one kind of organisation may tell another.

It decides nothing: each disclosure records the row that it relied on. Four things called consent
are kept apart, and none of them is a lawful basis.

Source: UK GDPR, Data Protection Act 2018, Data (Use and Access) Act 2025; unverified until confirmed.
"""

from __future__ import annotations

import enum
from datetime import date

import msgspec

from protocols.written import Slug, Text, Words, Written
from records.people import KIND_OF, Kind, Purpose, Role


class Sensitivity(enum.Enum):
    """Which data an item may hold, and so which further condition its ground needs."""

    ORDINARY = "ordinary"
    SPECIAL = "special-category"
    OFFENCES = "criminal-offence"


class RestsOn(enum.Enum):
    """What the rules that opened an item rested on, where a ground asks for it."""

    EMERGENCY = "emergency"
    OWN_RECORD = "own-record"
    AGREEMENT = "agreement"
    RISK = "risk"


class GroundRow(Written, frozen=True, kw_only=True):
    """What a row of either register says: from whom, to whom, why, since when, and in plain words.

    ``says`` is told to the family as well. ``rests_on``: it is a ground only where the rules that
    opened the item rested on all of these. ``roles`` empty: whoever acts for an organisation of these
    kinds. ``starts`` is its first day and ``ends`` the first day on which it is no ground any more.
    ``verified`` is true only where the provision itself was read and somebody accountable confirmed
    it; ``confirm`` says who should.
    """

    id: Slug
    from_kinds: list[Kind]
    to_kinds: list[Kind]
    purposes: list[Purpose]
    says: Text
    rests_on: list[RestsOn] = msgspec.field(default_factory=list)
    roles: list[Role] = msgspec.field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    note: str = ""
    confirm: str = ""
    verified: bool = False

    def serves(self, giver: Kind, taker: Role, purpose: Purpose, on: date) -> bool:
        """Whether it speaks of this giver, taker and purpose on that day."""
        return (
            giver in self.from_kinds
            and KIND_OF[taker] in self.to_kinds
            and (not self.roles or taker in self.roles)
            and purpose in self.purposes
            and (self.starts is None or self.starts <= on)
            and (self.ends is None or on < self.ends)
        )


class LawfulBasis(GroundRow, frozen=True, kw_only=True):
    """One row: from whom, to whom, why, and on what ground.

    ``regime`` is the giver's. Fields that do not apply are empty; a row without ``art9`` and
    ``schedule1`` is no ground for special category data, one without ``art10`` none for offences.
    """

    regime: Text
    art6: Text
    art9: str = ""
    schedule1: str = ""
    art10: str = ""
    gateway: str = ""

    def carries(self, sensitivity: Sensitivity) -> bool:
        """Whether it has the condition that data of this kind needs beside Article 6."""
        match sensitivity:
            case Sensitivity.ORDINARY:
                return True
            case Sensitivity.SPECIAL:
                return bool(self.art9)
            case Sensitivity.OFFENCES:
                return bool(self.art10)


class Sensitive(Written, frozen=True, kw_only=True):
    """Items whose records may hold data that Article 6 alone is no ground for."""

    items: Words
    holds: Sensitivity
    source: Text
    verified: bool = False


class LawfulBasesFile(Written, frozen=True, kw_only=True):
    """lawful_bases.toml. Of several rows that serve, the one that stands first is relied on."""

    basis: list[LawfulBasis] = msgspec.field(default_factory=list)
    sensitive: list[Sensitive] = msgspec.field(default_factory=list)
