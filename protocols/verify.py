"""Whether every quotation stands in the text that it cites, word for word.

The texts are not ours to ship, so this runs wherever they are at hand. Markup, punctuation of
the typesetter and spacing aside; a changed word is a changed word.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.protocol import Protocol, StatusRule
from protocols.rule import Rule

_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKUP: Final = re.compile(r"[*_`|•]+")
_SPACE: Final = re.compile(r"\s+")
_ALIKE: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misquoted:
    """A quotation, or a heading, that the text does not have."""

    file: str
    line: int
    rule: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How one protocol's quotations stand against its text.

    ``found`` is False where the text is not at hand: nothing was checked, and nothing is claimed.
    ``same_text`` is whether it is byte for byte the text that the folder says it was written from.
    """

    protocol: str
    found: bool
    same_text: bool
    quotations: int
    misquoted: tuple[Misquoted, ...]


def plain(text: str) -> str:
    """The words, without markup, with one space between them and one kind of quotation mark."""
    unlinked = _LINK.sub(r"\1", unicodedata.normalize("NFKC", text))
    return _SPACE.sub(" ", _MARKUP.sub(" ", unlinked.translate(_ALIKE))).strip()


def verify(bundle: Bundle, texts: Path) -> tuple[Checked, ...]:
    """Every protocol that names a text, checked against the file of that name in the folder."""
    return tuple(
        _verified(bundle, protocol, texts / protocol.text_file)
        for protocol in bundle.protocols.values()
        if protocol.text_file is not None
    )


def _verified(bundle: Bundle, protocol: Protocol, file: Path) -> Checked:
    rows = list(_rows(bundle, protocol))
    if not file.is_file():
        return Checked(
            protocol=protocol.id,
            found=False,
            same_text=False,
            quotations=len(rows),
            misquoted=(),
        )
    raw = file.read_bytes()
    text = plain(raw.decode("utf-8"))
    return Checked(
        protocol=protocol.id,
        found=True,
        same_text=hashlib.sha256(raw).hexdigest() == protocol.text_sha256,
        quotations=len(rows),
        misquoted=tuple(wrong for row in rows if (wrong := _wrong(row, text)) is not None),
    )


def _rows(bundle: Bundle, protocol: Protocol) -> Iterator[Rule | StatusRule | Duty]:
    """Every row that cites; a silent duty quotes nothing, and only its heading is looked for."""
    yield from (rule for rule in bundle.rules if rule.ref.protocol == protocol.id)
    yield from protocol.status_rules
    yield from protocol.duties


def _wrong(row: Rule | StatusRule | Duty, text: str) -> Misquoted | None:
    quote, heading = plain(row.ref.quote), plain(row.ref.heading)
    what = ""
    if quote not in text:
        what = "these words do not stand in the text. Quote them as they stand, or set `verified = false`."
    elif heading not in text:
        what = "no such heading stands in the text. Give it as it is printed."
    elif text.find(heading) > text.rfind(quote):
        what = "the words stand before this heading, not under it. Name the heading that they stand under."
    return Misquoted(file=row.file, line=row.line, rule=row.ref.id, what=what) if what else None
