"""OData v4 as JSON: a page of entities, and one entity whose field names are configuration.

Source: OASIS OData JSON Format 4.01 (``value``, ``@odata.nextLink``, ``@odata.etag``, errors).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from adapters.notes import Notes
from adapters.reading import Wire


class Page(msgspec.Struct, frozen=True):
    """One page of a list. ``error`` may come with status 200, when a server fails half way."""

    value: list[msgspec.Raw] | None = None
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")
    error: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def failed(self) -> bool:
        """Whether the server says that it failed."""
        return bytes(self.error) != b"null"


PAGE: Final = Wire(Page, what="page of entities")
_ROW: Final[Wire[dict[str, object]]] = Wire(cast("Any", dict[str, object]), what="entity")


class NotReadable(ValueError):
    """A field has a type that it cannot have."""


class Row:
    """One entity, read by the names of a field map.

    A field that was asked for and not sent is not the same as one that is empty: it is noted.
    """

    def __init__(self, fields: Mapping[str, object], notes: Notes) -> None:
        self._fields = fields
        self._notes = notes

    @property
    def version(self) -> str | None:
        """What the server calls this state of the entity, if it says."""
        etag = self._fields.get("@odata.etag")
        return etag if isinstance(etag, str) else None

    def code(self, name: str | None) -> str | None:
        """A word, number or truth as text without blanks around it; None where there is none."""
        value = self._at(name)
        match value:
            case None:
                return None
            case bool():
                return str(value).lower()
            case str() | int():
                return str(value).strip() or None
            case _:
                raise NotReadable

    def text(self, name: str | None) -> str | None:
        """A text as sent; None where there is nothing in it."""
        value = self._at(name)
        if value is None or isinstance(value, str):
            return value if value and value.strip() else None
        raise NotReadable

    def texts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of several texts that are there, in order."""
        return tuple(text.strip() for name in names if (text := self.text(name)))

    def flag(self, name: str | None) -> bool | None:
        """A truth: a Boolean, or a word or number that plainly says so."""
        word = self.code(name)
        return None if word is None else _FLAGS.get(word.casefold())

    def _at(self, name: str | None) -> object:
        """What stands at a name; what hangs on an empty navigation is empty."""
        if name is None:
            return None
        value: object = self._fields
        for part in name.split("/"):
            if value is None:
                return None
            if not isinstance(value, dict):
                raise NotReadable
            if part not in value:
                self._notes.add(
                    "field-not-sent",
                    "A field that the council's field map names was not sent and was left empty."
                    " Check the map.",
                )
                return None
            value = value[part]
        return value


_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}


def rows(raws: Iterable[msgspec.Raw], notes: Notes) -> Iterator[Row]:
    """Each entity that is one; the others are noted and counted."""
    for fields in _ROW.rows(raws, notes):
        yield Row(fields, notes)
