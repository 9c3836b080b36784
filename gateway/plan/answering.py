"""Writers of answers: refusals are looked at once for a list, not once for each of its records.

What is withheld is one object for all the records of an answer; what is disclosed is read
straight from the record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from gateway.plan.selecting import Details, Selection, name_of
from gateway.plan.writing import Column, Fixed, Unplanned, Writer
from records.kinds_of_record import RECORD_OF
from records.record import Record, parts_of
from schema.child import CATEGORY_OF_FIELD
from schema.published import own_name, parts_by_type
from schema.shown import AnswerShown, ChildShown, RecordShown
from schema.words import graphql_name

Written = dict[str, Any]
OF_ANSWER = frozenset({"state", "withheld", "sources", "as_of"})


def child_writer(selection: Selection, details: Details) -> Callable[[ChildShown], Written]:
    """Writes a child: its id, and an answer for each category that is selected.

    Raises:
        Unplanned: something is selected that the plan does not know.
    """
    kind = selection.type("Child")
    columns: list[tuple[str, Callable[[ChildShown], Any]]] = []
    for key, selected in selection.below(kind, details).items():
        name = name_of(selected)
        if name in CATEGORY_OF_FIELD:
            columns.append((key, _under(key, _AnswerWriter(selection, name, selected))))
        else:
            columns.append((key, _alone(key, selection.column(kind, key, selected))))
    return lambda child: {key: write(child) for key, write in columns}


class _AnswerWriter:
    """Writes the answer to one category."""

    def __init__(self, selection: Selection, name: str, details: Details) -> None:
        record = RECORD_OF[CATEGORY_OF_FIELD[name]]
        kind = selection.type(f"{record.__name__}Answer")
        columns: list[Column | Fixed] = []
        self._fixed: list[_RecordsWriter | object] = []
        for key, selected in selection.below(kind, details).items():
            if name_of(selected) == "records":
                columns.append(Fixed(key))
                self._fixed.append(_RecordsWriter(selection, record, selected))
            else:
                columns.append(selection.column(kind, key, selected))
                self._fixed.extend(fixed_of(columns[-1]))
        self._writer = Writer(columns)

    def __call__(self, answer: AnswerShown) -> Written:
        put = [each(answer) if isinstance(each, _RecordsWriter) else each for each in self._fixed]
        return self._writer.made(answer, put)


class _RecordsWriter:
    """Writes the records of an answer."""

    def __init__(self, selection: Selection, record: type[Record], details: Details) -> None:
        kind = selection.type(record.__name__)
        parts = {graphql_name(name): name for name in parts_of(record)}
        columns: list[Column | Fixed] = []
        self._fixed: list[_PartWriter | object] = []
        for key, selected in selection.below(kind, details).items():
            name = parts.get(name_of(selected))
            if name is None:
                columns.append(selection.column(kind, key, selected))
                self._fixed.extend(fixed_of(columns[-1]))
            else:
                columns.append(Fixed(key))
                self._fixed.append(_PartWriter(selection, record, name, selected))
        self._writer = Writer(columns)

    def __call__(self, answer: AnswerShown) -> list[Written]:
        cells = [
            each.of(answer) if isinstance(each, _PartWriter) else _always(each)
            for each in self._fixed
        ]
        write = self._writer.made
        return [write(shown, [cell(shown) for cell in cells]) for shown in answer.records]


class _PartWriter:
    """Writes one part of a record, as an answer of its own."""

    def __init__(
        self, selection: Selection, record: type[Record], name: str, details: Details
    ) -> None:
        """Lay the columns out twice: as the part is shown, and as it is held."""
        kind = get_named_type(selection.type(record.__name__).fields[graphql_name(name)].type)
        if not isinstance(kind, GraphQLObjectType):
            raise Unplanned
        part = parts_by_type(record)[name]
        self._name = name
        self._item = parts_of(record)[name]
        shown: list[Column | Fixed] = []
        held: list[Column | Fixed] = []
        for key, selected in selection.below(kind, details).items():
            column = selection.column(kind, key, selected)
            shown.append(column)
            if isinstance(column, Column) and column.attribute not in OF_ANSWER:
                held.append(Column(key, own_name(part, column.attribute), column.way))
            else:
                held.append(Fixed(key))
        self._shown = Writer(shown)
        self._held = Writer(held)
        self._beside = [column.key for column in held if isinstance(column, Fixed)]

    def of(self, answer: AnswerShown) -> Callable[[RecordShown], Written]:
        """Writes this part of each record of one answer; what records share is written once."""
        name, item, held = self._name, self._item, self._held.made
        beside: dict[str, tuple[object, list[object]]] = {}
        refused: dict[str, Written] = {}

        def cell(shown: RecordShown) -> Written:
            record = shown.held
            source = record.provenance.source
            if source in refused:
                return refused[source]
            value = getattr(record, name)
            if record.kept_back and item in record.kept_back:
                return self._shown(answer.part(record, item, value))
            known = beside.get(source)
            if value is not None and known is not None and known[0] == record.provenance.as_of:
                return held(value, known[1])
            written = self._shown(answer.part(record, item, value))
            if not answer.opens(item, source):
                refused[source] = written
            elif value is not None:
                shared = [written[key] for key in self._beside]
                beside[source] = (record.provenance.as_of, shared)
            return written

        return cell


def fixed_of(column: Column | Fixed) -> list[object]:
    """The value of a column that is fixed, if it is."""
    return [column.value] if isinstance(column, Fixed) else []


def _always(value: object) -> Callable[[RecordShown], object]:
    return lambda _shown: value


def _under(key: str, write: _AnswerWriter) -> Callable[[ChildShown], Written]:
    return lambda child: write(child.answer(key))


def _alone(key: str, column: Column | Fixed) -> Callable[[ChildShown], Any]:
    write = Writer([column])
    return lambda child: write(child)[key]
