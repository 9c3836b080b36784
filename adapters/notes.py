"""What was repaired, doubted or left out while one answer was read."""

from __future__ import annotations

from records.items import Item
from records.record import DataNote


class Notes:
    """Collects an answer's notes, each once, and counts the rows left out.

    ``says`` is plain English without any value from the record.
    """

    def __init__(self) -> None:
        self._notes: dict[DataNote, None] = {}
        self._item: Item | None = None
        self.skipped = 0

    def about(self, item: Item) -> Notes:
        """The same notes, to which what is added is about this part alone: given with it, or not at all.

        To add with only: rows left out are counted by the notes that it was taken from.
        """
        bound = Notes()
        bound._notes, bound._item = self._notes, item
        return bound

    def add(self, code: str, says: str, *, item: Item | None = None) -> None:
        """Note something about the data; a note already made is not made twice.

        ``item`` is the one part that it tells something of, if it is one.
        """
        self._notes[DataNote(code=code, says=says, item=item or self._item)] = None

    def keep(self, note: DataNote) -> None:
        """Take over a note that was made elsewhere, about the same part."""
        self.add(note.code, note.says, item=note.item)

    def skip(self, what: str) -> None:
        """Leave a row out, counted. ``what`` names the kind of row, such as ``missing report``."""
        self.skipped += 1
        self.add("row-skipped", f"A {what} could not be read and was left out.")

    def all(self) -> tuple[DataNote, ...]:
        """The notes in the order in which they were made."""
        return tuple(self._notes)
