"""What stands behind the schema's types: one disclosure, looked at field by field.

Nothing here decides or waits. Each field is an attribute look-up on what the door gave.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from disclosure.answers import AnswerState, Disclosure, state_of
from records.errors import WrongArgument
from records.items import Item
from records.people import Kind
from records.record import Record, items_of, parts_of
from schema.answer import DataNote, SourceReport, Withheld
from schema.asked import AnswerAsked, RootAsked
from schema.order import newest_first
from schema.published import own_name
from schema.telling import Desk, noted, reported


class ChildShown:
    """A child of whom something may be confirmed to this caller."""

    typename: Final = "Child"

    def __init__(
        self, child_ref: str, disclosure: Disclosure, asked: RootAsked, desk: Desk
    ) -> None:
        """Look at one disclosure through one root field."""
        self._child_ref = child_ref
        self._disclosure = disclosure
        self._asked = asked
        self._desk = desk

    @property
    def id(self) -> str:
        """The child's opaque id."""
        return self._desk.ids.child(self._child_ref)

    def answer(self, key: str) -> AnswerShown:
        """The answer that stands under a response key of this child."""
        return AnswerShown(self._child_ref, self._disclosure, self._asked.answers[key], self._desk)


class AnswerShown:
    """The answer to one category, for the items asked for under one field."""

    def __init__(
        self, child_ref: str, disclosure: Disclosure, asked: AnswerAsked, desk: Desk
    ) -> None:
        """Look at one category of a disclosure."""
        self.child_ref = child_ref
        self.desk = desk
        self._disclosure = disclosure
        self._asked = asked
        self._refused: dict[Item, PartShown] = {}
        self._records: tuple[RecordShown, ...] | None = None
        self.sources: list[SourceReport] = [
            reported(report) for report in disclosure.reports[asked.category]
        ]
        self._kinds: dict[str, Kind] = {report.name: report.agency for report in self.sources}

    @property
    def state(self) -> AnswerState:
        """What this answer is."""
        return state_of(self._disclosure, self._asked.category, self._asked.items)

    @property
    def withheld(self) -> list[Withheld]:
        """What was asked for here and not given, in the order in which items are declared."""
        return self.desk.refusals(self._disclosure, self._asked.items)

    @property
    def as_of(self) -> datetime | None:
        """The oldest instant among those that answered."""
        return min((each.as_of for each in self.sources if each.as_of is not None), default=None)

    @property
    def records(self) -> tuple[RecordShown, ...]:
        """The records that may be shown, newest first."""
        if self._records is None:
            held = self._disclosure.records[self._asked.category]
            self._records = tuple(RecordShown(*placed, self) for placed in newest_first(held))
        return self._records

    def position(self, cursor: str) -> int:
        """Where in the list the record of a cursor stands.

        Raises:
            WrongArgument: the cursor is not one of this list's.
        """
        digest = self.desk.ids.read_cursor(cursor, self.child_ref, self._asked.category)
        for place, shown in enumerate(self.records):
            if shown.digest == digest:
                return place
        raise WrongArgument("This cursor is not one of this list. Begin with the first page again.")

    def part(self, record: Record, item: Item, value: object | None) -> PartShown:
        """One part of a record. What is withheld is one answer, whatever the record holds."""
        if item in record.kept_back or not self.opens(item, record.provenance.source):
            return self.refusal(item)
        source = record.provenance.source
        return PartShown(
            value,
            AnswerState.NOTHING_HELD if value is None else AnswerState.DISCLOSED,
            [],
            [report for report in self.sources if report.name == source],
            record.provenance.as_of,
        )

    def opens(self, item: Item, source: str) -> bool:
        """Whether an item is open to this caller in the records of one system."""
        decision = self._disclosure.decisions[item]
        return decision.opens_from(self._kinds[source], own=source in self._disclosure.own)

    def refusal(self, item: Item) -> PartShown:
        """A part that is withheld: the same for every record that does not open it."""
        if item not in self._refused:
            refusals = self.desk.refusals(self._disclosure, {item}) or [self.desk.elsewhere(item)]
            self._refused[item] = PartShown(None, AnswerState.WITHHELD, refusals, [], None)
        return self._refused[item]

    def whole(self, record: Record) -> bool:
        """Whether everything that such a record can hold was asked for here and given."""
        source = record.provenance.source
        return not record.kept_back and all(
            item in self._asked.items and self.opens(item, source)
            for item in items_of(type(record))
        )


class RecordShown:
    """One record: its parts by name, each an answer of its own."""

    __slots__ = ("_answer", "digest", "held")

    def __init__(self, record: Record, digest: bytes, answer: AnswerShown) -> None:
        """Look at one record of an answer; ``digest`` tells it from the others in its list."""
        self.held = record
        self.digest = digest
        self._answer = answer

    @property
    def typename(self) -> str:
        """The record's type in the schema."""
        return type(self.held).__name__

    @property
    def id(self) -> str:
        """The record's opaque id."""
        return self._answer.desk.ids.record(
            self._answer.child_ref, type(self.held).category, self.digest
        )

    @property
    def cursor(self) -> str:
        """Where the record stands in its list."""
        return self._answer.desk.ids.cursor(
            self._answer.child_ref, type(self.held).category, self.digest
        )

    @property
    def source(self) -> SourceShown:
        """Where it is held."""
        return SourceShown(self.held, self._answer)

    @property
    def notes(self) -> list[DataNote]:
        """What a reader should know about the data."""
        return [noted(note) for note in self.held.notes]

    def __getattr__(self, name: str) -> PartShown:
        """A part of the record."""
        item = parts_of(type(self.held)).get(name)
        if item is None:
            raise AttributeError(name)
        return self._answer.part(self.held, item, getattr(self.held, name))


class SourceShown:
    """Where a record is held. When it last changed is told with the whole record alone."""

    __slots__ = ("_answer", "_record", "as_of", "name", "system")

    def __init__(self, record: Record, answer: AnswerShown) -> None:
        """Look at where one record is held."""
        held = record.provenance
        self._record = record
        self._answer = answer
        self.name = held.source
        self.system = held.system
        self.as_of = held.as_of

    @property
    def recorded_at(self) -> datetime | None:
        """When the record last changed, for those who were given all of it."""
        whole = self._answer.whole(self._record)
        return self._record.provenance.recorded_at if whole else None


class PartShown:
    """One part of a record, as an answer: its plain fields by name, all empty when it is withheld."""

    __slots__ = ("_value", "as_of", "sources", "state", "withheld")

    def __init__(
        self,
        value: object | None,
        state: AnswerState,
        refusals: list[Withheld],
        sources: list[SourceReport],
        as_of: datetime | None,
    ) -> None:
        """Look at one part."""
        self._value = value
        self.state = state
        self.withheld = refusals
        self.sources = sources
        self.as_of = as_of

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a field of whichever part it is
        """A plain field of the part; None when there is nothing to show."""
        if name.startswith("_"):
            raise AttributeError(name)
        value = self._value
        return None if value is None else getattr(value, own_name(type(value), name))
