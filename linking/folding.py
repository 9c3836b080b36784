"""Text as it is compared: what two keyboards, two programs or two alphabets do to one name is undone.

Composed and decomposed letters, the kinds of apostrophe, capitals, marks that cannot be seen and
the direction of writing make no difference. Letters of other scripts stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "ħ": "h", "ŋ": "ng", "ə": "e", "ß": "ss", "ـ": "",
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه",
    }
)  # fmt: skip
_APOSTROPHES: Final = frozenset("'’‘ʼ`´ʹ′＇ʻ")
_KEEPS_ITS_MARKS: Final = frozenset({0, 7, 9})
"""Combining classes that are letters' own parts in Indic scripts: vowel signs, nukta and virama."""

_POSTCODE: Final = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", re.ASCII)


@lru_cache(maxsize=65_536)
def folded(text: str) -> tuple[str, ...]:
    """The words of a name, folded: ``O’Brien-Smith`` is ``("obrien", "smith")``."""
    words: list[str] = []
    word: list[str] = []
    for character in unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS):
        category = unicodedata.category(character)
        if category[0] in "LN":
            word.append(character)
        elif category[0] == "M":
            if unicodedata.combining(character) in _KEEPS_ITS_MARKS and word:
                word.append(character)
        elif category[0] == "C" or character in _APOSTROPHES:
            continue
        elif word:
            words.append("".join(word))
            word = []
    if word:
        words.append("".join(word))
    return tuple(words)


def postcode(text: str | None) -> tuple[str, str] | None:
    """Outward and inward code; None for what is no postcode. The letter O for a nought is put right."""
    if text is None:
        return None
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if len(plain) >= 3 and plain[-3] == "O":  # noqa: PLR2004 (the inward code has three characters)
        plain = f"{plain[:-3]}0{plain[-2:]}"
    read = _POSTCODE.fullmatch(plain)
    return None if read is None else (read[1], read[2])


@lru_cache(maxsize=65_536)
def script(word: str) -> str:
    """The script of a word's first letter, such as LATIN or ARABIC; "" for one without letters."""
    for character in word:
        if character.isalpha():
            return unicodedata.name(character, "?").split(" ", 1)[0]
    return ""


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """A rough key of how a word sounds, for finding and never for deciding: consonants only.

    Made for names carried over from other alphabets: Yusuf and Yousef, Mohammed and Muhammad
    have one key. A word of another script is its own key.
    """
    if script(word) not in {"LATIN", ""}:
        return word
    for spelling, heard in _HEARD:
        word = word.replace(spelling, heard)
    first, rest = word[:1], word[1:]
    kept = [c for c in rest if c not in "aeiouhwy"]
    key = ("a" if first in "aeiouy" else first) + "".join(kept)
    return "".join(c for at, c in enumerate(key) if at == 0 or c != key[at - 1])


_HEARD: Final = (
    ("ph", "f"), ("gh", "g"), ("kh", "k"), ("dh", "d"), ("th", "t"), ("bh", "b"), ("sch", "s"),
    ("sh", "s"), ("cz", "s"), ("sz", "s"), ("ck", "k"), ("ch", "k"), ("ce", "se"), ("ci", "si"),
    ("cy", "sy"), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("v", "f"), ("wr", "r"),
    ("kn", "n"), ("mc", "mk"), ("mak", "mk"), ("j", "i"),
)  # fmt: skip
