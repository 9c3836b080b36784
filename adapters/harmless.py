"""Text that would harm whoever reads it, made visible: nothing is lost, and it is said.

Control characters end lines in logs and mails, drive terminals, and stop databases (NUL);
characters that override the direction of writing make a text read as what it is not. Each becomes
its own code, such as ``⟦U+202E⟧``, from which `as_sent` makes it again. Everything else is carried
as it came: any script, joiners, emoji, homoglyphs, and what was garbled before it reached us.
Identifiers and references are keys and are not touched.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import Any, Final, NamedTuple, TypeVar

from records.events import Event
from records.record import DataNote, Record, parts_of
from records.source import Answered

T = TypeVar("T")
E = TypeVar("E", bound=Event)

_HARMFUL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    "|\r(?!\n)|⟦(?=U\\+)"
)
_VISIBLE: Final = re.compile(r"⟦U\+([0-9A-F]{4,6})⟧")
_MOST_MARKS: Final = 8
"""No orthography piles as many combining marks on one letter."""


class _Note(NamedTuple):
    code: str
    says: str


_Found = dict[_Note, None]

MADE_VISIBLE: Final = _Note(
    "text-made-visible",
    "A text held characters that cannot be shown or that change how text reads; each stands as its"
    " code.",
)
LOOKS_EMPTY: Final = _Note(
    "text-looks-empty",
    "A text holds nothing that can be seen, and is not empty.",
)
PILED_UP: Final = _Note(
    "marks-piled-up",
    "A text piles up so many marks on one letter that it may cover what stands around it.",
)


def visible(text: str) -> str:
    """The text with every harmful character as its code."""
    return _HARMFUL.sub(lambda match: f"⟦U+{ord(match.group()):04X}⟧", text)


def as_sent(text: str) -> str:
    """What `visible` was given."""
    return _VISIBLE.sub(lambda match: chr(int(match.group(1), 16)), text)


def harmless(answered: Answered) -> Answered:
    """The answer with every text fit to be read; each record says what was done to which part."""
    records = tuple(map(_record, answered.records))
    if all(new is old for new, old in zip(records, answered.records, strict=True)):
        return answered
    return dataclasses.replace(answered, records=records)


def harmless_event(event: E) -> E:
    """The event with its codes fit to be read."""
    found: _Found = {}
    changed: dict[str, Any] = {}
    for one in dataclasses.fields(event):
        if "code" in one.metadata and not one.name.endswith("_ref"):
            value = getattr(event, one.name)
            clean = _clean(value, found)
            if clean is not value:
                changed[one.name] = clean
    if not found:
        return event
    notes = tuple(DataNote(code=code, says=says) for code, says in found)
    return dataclasses.replace(event, **changed, notes=(*event.notes, *notes))


def _record(record: Record) -> Record:
    changed: dict[str, Any] = {}
    notes: list[DataNote] = []
    for name, item in parts_of(type(record)).items():
        value = getattr(record, name)
        if value is None:
            continue
        found: _Found = {}
        clean = _clean(value, found)
        if found:
            changed[name] = clean
            notes += [DataNote(code=code, says=says, item=item) for code, says in found]
    if not notes:
        return record
    return dataclasses.replace(record, **changed, notes=(*record.notes, *notes))


def _clean(value: T, found: _Found) -> T:
    """The value itself, or one like it in which every text is fit to be read."""
    kind = type(value)
    if kind is str:
        return _text(value, found)  # type: ignore[return-value, arg-type]
    if kind is tuple:
        return _row(value, found)  # type: ignore[return-value, arg-type]
    changed = {}
    names = _NAMES.get(kind)
    for name in _names(kind) if names is None else names:
        held = getattr(value, name)
        # Most of what there is: this stands on every answer's way.
        if held is None or (type(held) is str and held.isascii() and held.isprintable()):
            continue
        clean = _clean(held, found)
        if clean is not held:
            changed[name] = clean
    return dataclasses.replace(value, **changed) if changed else value  # type: ignore[type-var]


def _row(values: tuple[object, ...], found: _Found) -> tuple[object, ...]:
    clean = tuple(_clean(value, found) for value in values)
    return values if all(a is b for a, b in zip(clean, values, strict=True)) else clean


def _names(kind: type) -> tuple[str, ...]:
    """The fields of a part of a record; none of an identifier, a date or a number."""
    names: tuple[str, ...] = ()
    if dataclasses.is_dataclass(kind) and kind.__module__ != "records.identifiers":
        names = tuple(one.name for one in dataclasses.fields(kind))
    _NAMES[kind] = names
    return names


_NAMES: Final[dict[type, tuple[str, ...]]] = {}
"""What was worked out of a type before: looked up for every value of every answer."""


def _text(text: str, found: _Found) -> str:
    if text.isascii() and text.isprintable():
        return text
    clean = visible(text)
    if clean != text:
        found[MADE_VISIBLE] = None
        return clean
    if text and not any(letter.isprintable() and not letter.isspace() for letter in text):
        found[LOOKS_EMPTY] = None
    elif not text.isascii() and _piles_up(text):
        found[PILED_UP] = None
    return text


def _piles_up(text: str) -> bool:
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > _MOST_MARKS:
            return True
    return False
