"""The police grading in the College of Policing's words, whatever letters a force sends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from adapters.notes import Notes
from records.episode import Risk

GRADES: Final[Mapping[str, Risk]] = MappingProxyType(
    {
        "high": Risk.HIGH,
        "h": Risk.HIGH,
        "medium": Risk.MEDIUM,
        "m": Risk.MEDIUM,
        "low": Risk.LOW,
        "l": Risk.LOW,
        # "very low risk (formerly absent / no apparent risk)": interfaces.md section 4.
        "very low": Risk.NO_APPARENT_RISK,
        "no apparent risk": Risk.NO_APPARENT_RISK,
        "nar": Risk.NO_APPARENT_RISK,
    }
)


def risk(sent: str | None, notes: Notes) -> Risk:
    """The grade that a force's word means; its own word is kept beside it, so nothing is lost.

    Source: College of Policing, Missing persons (Authorised Professional Practice), risk assessment.
    """
    if sent is None:
        return Risk.NOT_A_GRADE
    word = " ".join(sent.replace("_", " ").casefold().removesuffix("risk").split())
    whole = " ".join(sent.replace("_", " ").casefold().split())
    found = GRADES.get(whole) or GRADES.get(word)
    if found is None:
        notes.add("unknown-risk-grade", "A risk grade is a word we do not know; shown as sent.")
        return Risk.NOT_A_GRADE
    return found
