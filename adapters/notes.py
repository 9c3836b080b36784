"""What was repaired, doubted or left out while one answer was read."""

from __future__ import annotations

from records.record import DataNote


class Notes:
    """Collects an answer's notes, each once, and counts the rows left out.

    ``says`` is plain English without any value from the record.
    """

    def __init__(self) -> None:
        self._notes: dict[DataNote, None] = {}
        self.skipped = 0

    def add(self, code: str, says: str) -> None:
        """Note something about the data; a note already made is not made twice."""
        self._notes[DataNote(code=code, says=says)] = None

    def skip(self, what: str) -> None:
        """Leave a row out, counted. ``what`` names the kind of row, such as ``missing report``."""
        self.skipped += 1
        self.add("row-skipped", f"A {what} could not be read and was left out.")

    def all(self) -> tuple[DataNote, ...]:
        """The notes in the order in which they were made."""
        return tuple(self._notes)
