"""The national codes of legal status and placement, in the words that rules are written in.

A code that says less than a word of ours is ``other``. What a council writes otherwise, its deployment
says (`legal` and `placements` of `[sources.<name>.poll.facts]`).

Source: DfE, children looked-after by local authorities in England (SSDA903): LS and PLACE.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LEGAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "C1": "s38",
        "C2": "s31",
        "D1": "other",
        "E1": "other",
        "V2": "s20",
        "V3": "s20",
        "V4": "s20",
        "L1": "s46",
        "L2": "s44",
        "L3": "other",
        "J1": "remand",
        "J2": "pace",
        "J3": "other",
    }
)
"""Every code of LS, by the section under which it is made."""

LEGAL_IN_WORDS: Final = (
    ("interim care order", "s38"),
    ("full care order", "s31"),
    ("section 20", "s20"),
    ("agreed series of short-term breaks", "s20"),
    ("police protection", "s46"),
    ("emergency protection order", "s44"),
    ("child assessment order", "other"),
    ("freeing order", "other"),
    ("placement order", "other"),
    ("youth rehabilitation order", "other"),
    ("police and criminal evidence", "pace"),
    ("remanded", "remand"),
)
"""The descriptions of the same codes, for systems that hold no code. The first that is found counts."""

PLACEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("U1", "U2", "U3"), "kinship"),
        **dict.fromkeys(("U4", "U5", "U6"), "foster"),
        **dict.fromkeys(("K2", "R1", "S1"), "residential"),
        "K1": "secure",
        "H5": "supported",
        **dict.fromkeys(("A3", "A4", "A5", "A6"), "other"),
        **dict.fromkeys(("P1", "P2", "P3", "R2", "R3", "R5"), "other"),
        **dict.fromkeys(("T0", "T1", "T2", "T3", "T4"), "other"),
        **dict.fromkeys(("K3", "Z1", "Z11", "Z12", "Z13", "Z14"), "other"),
    }
)
"""Every code of PLACE. Foster care by a relative or friend is kinship."""


def legal_status(code: str | None, description: str | None, own: Mapping[str, str]) -> str | None:
    """The legal status in our words, by the deployment's own reading first; None where nothing says it."""
    for sent in (code, description):
        if sent is not None and (said := _own(own, sent)) is not None:
            return said
    if code is not None and code.strip().upper() in LEGAL:
        return LEGAL[code.strip().upper()]
    said = " ".join((description or "").lower().split())
    return next((word for part, word in LEGAL_IN_WORDS if part in said), None)


def placement_type(code: str, own: Mapping[str, str]) -> str | None:
    """The type of a placement in our words, by the deployment's own reading first."""
    return _own(own, code) or PLACEMENTS.get(code.strip().upper())


def _own(own: Mapping[str, str], sent: str) -> str | None:
    wanted = same(sent)
    return next((word for written, word in own.items() if same(written) == wanted), None)


def same(text: str) -> str:
    """A code or name without what does not tell it from another: case and blanks."""
    return " ".join(text.casefold().split())
