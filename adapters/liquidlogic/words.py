"""Liquidlogic's words and sentinels, read as we mean them. What is unknown is carried, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.missing_rules import note_kind
from adapters.notes import Notes
from records.child import Sex
from records.episode import EpisodeState
from records.interview import Took

_NOBODY: Final = frozenset({"-1", ""})
_POSTCODE: Final = re.compile(
    r"(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|BFPO ?\d{1,4})", re.ASCII
)

_TOOK: Final[Mapping[str, Took]] = {
    "YES": Took.YES,
    "Y": Took.YES,
    "NO": Took.NO,
    "N": Took.NO,
    "NA": Took.NOT_APPLICABLE,
    "N/A": Took.NOT_APPLICABLE,
}

_SEX: Final[Mapping[str, Sex]] = {
    "M": Sex.MALE,
    "MALE": Sex.MALE,
    "F": Sex.FEMALE,
    "FEMALE": Sex.FEMALE,
    "I": Sex.OTHER,
    "U": Sex.NOT_KNOWN,
    "UNKNOWN": Sex.NOT_KNOWN,
}

_MISSING: Final[Mapping[str, EpisodeState]] = {
    "M": EpisodeState.MISSING,
    "MISSING": EpisodeState.MISSING,
    "A": EpisodeState.AWAY_WITHOUT_AUTHORISATION,
    "AWAY": EpisodeState.AWAY_WITHOUT_AUTHORISATION,
    "AWAY FROM PLACEMENT WITHOUT AUTHORISATION": EpisodeState.AWAY_WITHOUT_AUTHORISATION,
    "ABSENT": EpisodeState.ABSENT,
}

# Looked for in this order: "supervision order" must be found before "order", and a child
# whose care order was discharged is not looked after by it.
_NOT_LOOKED_AFTER: Final = (
    "supervision order",
    "special guardianship",
    "child arrangements",
    "residence order",
    "adoption order",
    "adopted",
    "section 17",
    "s17",
    "s.17",
    "discharged",
    "revoked",
    "not looked after",
)
_LOOKED_AFTER: Final = (
    "care order",
    "freeing order",
    "placement order",
    "section 20",
    "s20",
    "s.20",
    "accommodated under",
    "police protection",
    "emergency protection",
    "child assessment order",
    "remand",
    "police and criminal evidence",
    "local authority accommodation",
    "youth rehabilitation order",
    "secure accommodation",
)


def text(value: str | None) -> str | None:
    """The text without blanks around it; None where there is nothing left."""
    return (value or "").strip() or None


def key(value: int | str | None) -> str | None:
    """A reference to another record; None for the sentinel ``-1``, "no such record"."""
    found = "" if value is None else str(value).strip()
    return None if found in _NOBODY else found


def took(value: str | None, notes: Notes) -> Took:
    """Yes, no or not applicable in whatever case; '' and null mean that nobody recorded it."""
    said = text(value)
    if said is None:
        return Took.NOT_RECORDED
    known = _TOOK.get(said.upper())
    if known is None:
        notes.add(
            "interview-answer-unknown",
            "Whether an interview was offered or accepted is recorded in a word we do not know.",
        )
    return known or Took.NOT_RECORDED


def sex(value: str | None, notes: Notes) -> Sex:
    """Sex as recorded; a code outside the list is "not known", and noted."""
    said = text(value)
    known = _SEX.get(said.upper()) if said else Sex.NOT_KNOWN
    if known is None:
        notes.add("sex-code-unknown", "The sex is recorded in a code that is not in the list.")
    return known or Sex.NOT_KNOWN


def episode_state(value: str | None, notes: Notes, *, ended: bool) -> EpisodeState:
    """Where an episode stands. Missing and ended is found; anything else that ended is closed.

    The sender's own word goes with it unchanged.
    """
    said = text(value)
    state = _MISSING.get(said.upper(), EpisodeState.NOT_KNOWN) if said else EpisodeState.NOT_KNOWN
    if state is EpisodeState.NOT_KNOWN:
        note_kind(notes)
    if not ended:
        return state
    return EpisodeState.FOUND if state is EpisodeState.MISSING else EpisodeState.CLOSED


def looked_after(description: str | None) -> bool | None:
    """Whether a child is looked after by a legal status, from the words that describe it.

    None where the words do not settle it.
    Source: SSDA903 LS, descriptions; Liquidlogic holds a description and no code.
    """
    said = " ".join((description or "").lower().replace("’", "'").split())
    if any(words in said for words in _NOT_LOOKED_AFTER):
        return False
    return True if any(words in said for words in _LOOKED_AFTER) else None


def postcode(value: str | None, notes: Notes) -> str | None:
    """A postcode; ``ZZZ``, ``XX`` and ``nopostcode`` stand for "none recorded".

    Source: interfaces.md section 2.
    """
    said = text(value)
    if said is None:
        return None
    written = " ".join(said.upper().split())
    if _POSTCODE.fullmatch(written) is None:
        notes.add("postcode-not-one", "What stands in place of the postcode is not a postcode.")
        return None
    return written


def flag(value: str | None) -> bool | None:
    """Y or N in either case; None for anything else."""
    return {"Y": True, "YES": True, "N": False, "NO": False}.get((value or "").strip().upper())
