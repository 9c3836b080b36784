"""The register of confidentiality: how a duty of confidence is met when one organisation tells another.

Apart from the lawful basis: data protection law and the duty of confidence are two questions, and a
disclosure answers both. It decides nothing: each disclosure records the row that it relied on.

Source: the common law duty of confidence, and the enactments that each row names; unverified until confirmed.
"""

from __future__ import annotations

import enum

import msgspec

from protocols.lawful_basis import GroundRow
from protocols.written import Text, Written


class Met(enum.Enum):
    """How the duty of confidence is met. The value is stored with each decision's row."""

    CONSENT = "consent"
    IMPLIED_CONSENT = "implied-consent"
    PUBLIC_INTEREST = "overriding-public-interest"
    STATUTORY_DUTY = "statutory-duty"
    STATUTORY_POWER = "statutory-power"
    NOT_BROKEN = "not-broken"


class Confidentiality(GroundRow, frozen=True, kw_only=True):
    """One row: how the duty is met for these items, from whom, to whom and why.

    ``items`` empty: whatever the item. NOT_BROKEN is for what goes to nobody who was not trusted with it: an organisation's own
    people with its own record, and the child.
    """

    met_by: Met
    source: Text
    items: list[str] = msgspec.field(default_factory=list)


class ConfidentialityFile(Written, frozen=True, kw_only=True):
    """confidentiality.toml. Of several rows that serve, the one that stands first is relied on."""

    confidentiality: list[Confidentiality] = msgspec.field(default_factory=list)
