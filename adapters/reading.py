"""Bytes into a system's own shapes, and rows one by one.

What cannot be read at all breaks the contract. A row that cannot be read is left out and
counted: one bad row must not hide a child's other records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

import msgspec

from adapters.notes import Notes
from records.errors import SourceContractBroken

T_co = TypeVar("T_co", covariant=True)

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises on any bytes whatever: wrong syntax or types, text, nesting."""


class Wire(Generic[T_co]):
    """One shape that a system sends. Made once, used for every answer."""

    def __init__(self, shape: type[T_co], *, what: str) -> None:
        """``what`` names it in errors and notes, such as ``missing report``."""
        self._decoder = msgspec.json.Decoder(shape)
        self._what = what

    def decode(self, body: bytes | msgspec.Raw) -> T_co:
        """The body in this shape, for whoever says in words of their own what is wrong with it.

        Raises:
            Exception: one of UNREADABLE, whose words may quote a value.
        """
        return self._decoder.decode(body)

    def read(self, source: str, body: bytes | msgspec.Raw) -> T_co:
        """The body in this shape.

        Raises:
            SourceContractBroken: it is not; the message holds nothing of it.
        """
        try:
            return self._decoder.decode(body)
        except UNREADABLE as error:
            # `from None`: the library's words can quote a value, and that value a child.
            raise SourceContractBroken(source, _says(self._what, error)) from None

    def rows(self, raws: Iterable[msgspec.Raw], notes: Notes) -> Iterator[T_co]:
        """Each row that can be read; the others are noted and counted."""
        for raw in raws:
            try:
                row = self._decoder.decode(raw)
            except UNREADABLE:
                notes.skip(self._what)
                continue
            yield row


def _says(what: str, error: Exception) -> str:
    match error:
        case msgspec.ValidationError():
            broken = "it has other fields or types than its interface says"
        case RecursionError():
            broken = "it is nested beyond reason"
        case _:
            broken = "it is cut short or is not JSON"
    return f"sent a {what} that cannot be read: {broken}. Tell the agency that runs it."
