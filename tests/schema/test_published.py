"""Everything that a record can hold is published, and nothing is published that is not an item."""

import dataclasses
import enum
import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    validate_schema,
)

from disclosure.answers import AnswerState, Refusal, ReportState
from records.items import Category, Item
from records.kinds_of_record import RECORD_OF
from records.people import Kind, Purpose, Role
from records.record import Record, parts_of
from schema import printed, schema
from schema.answer import Answer
from schema.child import CATEGORY_OF_FIELD
from schema.order import DATED_BY
from schema.published import ENUMS, RENAMED, item_fields, parts_by_type, plain_name
from schema.words import graphql_name

GRAPH: GraphQLSchema = schema._schema
OF_ANSWER = {"state", "withheld", "sources", "asOf"}
BESIDE_PARTS = {"id", "source", "notes"}
RECORDS = sorted(RECORD_OF.values(), key=lambda record: record.__name__)
EVERY_PART = [(record, name) for record in RECORDS for name in parts_of(record)]


def _object(name: str) -> GraphQLObjectType:
    found = GRAPH.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def _answer() -> GraphQLInterfaceType:
    found = GRAPH.type_map["Answer"]
    assert isinstance(found, GraphQLInterfaceType)
    return found


def test_the_schema_is_valid() -> None:
    assert validate_schema(GRAPH) == []


def test_the_printed_schema_is_the_committed_one(pytestconfig: pytest.Config) -> None:
    committed = (pytestconfig.rootpath / "schema" / "schema.graphql").read_text()
    assert printed() == committed, "Run `make docs` and look at the difference."


def test_every_category_of_records_is_one_answer_field_of_child() -> None:
    assert set(CATEGORY_OF_FIELD.values()) == set(RECORD_OF)
    fields = _object("Child").fields
    assert set(fields) == {"id", *CATEGORY_OF_FIELD}
    for name, category in CATEGORY_OF_FIELD.items():
        answer = get_named_type(fields[name].type)
        assert answer.name == f"{RECORD_OF[category].__name__}Answer"


def test_a_category_boundary_is_always_an_answer() -> None:
    """Whatever is reached from a child is an Answer, or belongs to the Answer that holds it."""
    for record in RECORDS:
        for name, field in _object(record.__name__).fields.items():
            if name not in BESIDE_PARTS:
                kind = field.type
                assert isinstance(kind, GraphQLNonNull), f"{record.__name__}.{name}"
                assert GRAPH.is_sub_type(_answer(), kind.of_type), f"{record.__name__}.{name}"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_has_its_parts_and_the_short_list_beside_them(record: type[Record]) -> None:
    expected = {graphql_name(name) for name in parts_of(record)}
    assert set(_object(record.__name__).fields) == expected | BESIDE_PARTS


@pytest.mark.parametrize("record, name", EVERY_PART)
def test_a_part_shows_everything_that_it_holds(record: type[Record], name: str) -> None:
    part = parts_by_type(record)[name]
    answer = get_named_type(_object(record.__name__).fields[graphql_name(name)].type)
    own = {graphql_name(plain_name(part, field.name)) for field in dataclasses.fields(part)}
    assert own.isdisjoint(OF_ANSWER)
    assert isinstance(answer, GraphQLObjectType)
    assert set(answer.fields) == own | OF_ANSWER


def test_whatever_comes_from_an_agency_may_be_null() -> None:
    published = {
        get_named_type(_object(record.__name__).fields[graphql_name(name)].type).name
        for record, name in EVERY_PART
    } | {"Associate", "Credential", "HealthEvent", "LocalId", "RiskQuestion"}
    certain = [
        f"{kind}.{name}"
        for kind in published
        for name, field in _object(kind).fields.items()
        if name not in OF_ANSWER and isinstance(field.type, GraphQLNonNull)
    ]
    assert certain == []


def test_every_item_of_a_record_is_one_field() -> None:
    fields = item_fields()
    assert len(set(fields.values())) == len(fields)
    held = {record.exists for record in RECORDS} | {
        item for record in RECORDS for item in parts_of(record).values()
    }
    assert set(fields) == held


def test_every_answer_says_what_every_answer_says() -> None:
    for kind in GRAPH.get_implementations(_answer()).objects:
        assert set(kind.fields) >= OF_ANSWER, kind.name


def test_nothing_counts() -> None:
    counting = [
        f"{kind.name}.{name}"
        for kind in _objects()
        for name in kind.fields
        if {"count", "total"} & {word.lower() for word in re.findall("[A-Z]?[a-z]+", name)}
    ]
    assert counting == []


def test_everything_published_says_what_it_is() -> None:
    silent = [
        kind.name
        for kind in GRAPH.type_map.values()
        if not kind.name.startswith("__")
        and kind.name not in {"String", "Boolean", "Int", "ID"}
        and not kind.description
    ]
    assert silent == []


@pytest.mark.parametrize(
    "kind, name",
    [
        (AnswerState, "AnswerState"),
        (ReportState, "SourceState"),
        (Refusal, "Refusal"),
        (Category, "Category"),
        (Item, "Item"),
        (Kind, "AgencyKind"),
        (Role, "Role"),
        (Purpose, "Purpose"),
        *((each, each.__name__) for each in ENUMS),
    ],
)
def test_a_closed_set_is_published_whole(kind: type[enum.Enum], name: str) -> None:
    published = GRAPH.type_map[name]
    assert isinstance(published, GraphQLEnumType)
    assert {key: value.description for key, value in published.values.items()} == {
        member.name: f"`{member.value}`" for member in kind
    }


def test_no_name_is_changed_that_need_not_be() -> None:
    reserved = {field.name for field in dataclasses.fields(Answer)}
    assert all(own in reserved for _, own in RENAMED)


def test_every_category_has_an_order() -> None:
    assert set(DATED_BY) == set(RECORD_OF)
    for category, dates in DATED_BY.items():
        parts = parts_by_type(RECORD_OF[category])
        for part, field in dates:
            assert field in {each.name for each in dataclasses.fields(parts[part])}


def _objects() -> Iterator[GraphQLObjectType]:
    for kind in GRAPH.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            yield kind
