"""What a document asks for: every item below each root field, gathered before anything is decided.

The executor's own collection of fields is used, so that what is gathered is exactly what will
be resolved: through fragments, aliases, interfaces, @skip and @include. Done once for each
document and each setting of the variables that switch fields on or off.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final, cast

from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    VariableNode,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from records.items import Category, Item
from records.kinds_of_record import RECORD_OF
from records.record import Record, parts_of
from schema.asked import AnswerAsked, RootAsked
from schema.child import CATEGORY_OF_FIELD
from schema.words import graphql_name

ROOTS: Final = frozenset({"child", "findChild", "node"})
"""The fields of Query that read a child."""

LISTED: Final[Mapping[Category, frozenset[Item]]] = MappingProxyType(
    {Category.EPISODES: frozenset({Item.EPISODE_HISTORY})}
)
"""What a list asks for beside its records: a list of episodes asks for the past ones."""

_KEPT_DOCUMENTS: Final = 512
_KEPT_SETTINGS: Final = 32


@dataclass(slots=True)
class _Document:
    """One operation, kept with what was gathered from it by setting of its switches."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDetails]
    switches: tuple[str, ...]
    gathered: dict[tuple[object, ...], Mapping[str, RootAsked]] = field(default_factory=dict)


class Gathering:
    """Gathers items from documents of one schema, and remembers them, within bounds."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._documents: OrderedDict[int, _Document] = OrderedDict()

    def of(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> Mapping[str, RootAsked]:
        """What each root field that reads a child asks for, by response key."""
        document = self._document(operation, fragments)
        setting = tuple(variables.coerced.get(name) for name in document.switches)
        found = document.gathered.get(setting)
        if found is None:
            found = _Collecting(self._schema, document, variables).roots()
            if len(document.gathered) < _KEPT_SETTINGS:
                document.gathered[setting] = found
        return found

    def _document(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> _Document:
        """Kept by the identity of the parsed operation, which the entry itself keeps alive."""
        kept = self._documents.get(id(operation))
        if kept is None:
            kept = _Document(
                operation,
                {name: FragmentDetails(fragment) for name, fragment in fragments.items()},
                switches_of((operation, *fragments.values())),
            )
            self._documents[id(operation)] = kept
            if len(self._documents) > _KEPT_DOCUMENTS:
                self._documents.popitem(last=False)
        else:
            self._documents.move_to_end(id(operation))
        return kept


@cache
def gathering(schema: GraphQLSchema) -> Gathering:
    """The one `Gathering` of a schema."""
    return Gathering(schema)


@dataclass(frozen=True, slots=True)
class _Collecting:
    """One pass over a document, with one setting of its variables."""

    schema: GraphQLSchema
    document: _Document
    variables: VariableValues

    def roots(self) -> Mapping[str, RootAsked]:
        query = cast("GraphQLObjectType", self.schema.query_type)
        grouped = collect_fields(
            self.schema,
            dict(self.document.fragments),
            self.variables,
            query,
            self.document.operation,
        ).grouped_field_set
        return MappingProxyType(
            {
                key: self._root(details)
                for key, details in grouped.items()
                if _name(details) in ROOTS
            }
        )

    def _root(self, details: list[FieldDetails]) -> RootAsked:
        answers = {
            key: AnswerAsked(category, self._asked_of(category, below))
            for key, below in self._below("Child", details).items()
            if (category := CATEGORY_OF_FIELD.get(_name(below))) is not None
        }
        records = {
            category: self._parts(record, details) | LISTED.get(category, frozenset())
            for category, record in RECORD_OF.items()
            if _name(details) == "node"
        }
        return RootAsked(details[0].node, MappingProxyType(answers), MappingProxyType(records))

    def _asked_of(self, category: Category, details: list[FieldDetails]) -> frozenset[Item]:
        """The items asked for below one Answer field, whole or by the page."""
        record = RECORD_OF[category]
        name = record.__name__
        found = frozenset({record.exists, *LISTED.get(category, ())})
        for below in self._below(f"{name}Answer", details).values():
            match _name(below):
                case "records":
                    found |= self._parts(record, below)
                case "page":
                    for edges in self._named("edges", f"{name}Connection", below):
                        for node in self._named("node", f"{name}Edge", edges):
                            found |= self._parts(record, node)
                case _:
                    pass
        return found

    def _parts(self, record: type[Record], details: list[FieldDetails]) -> frozenset[Item]:
        """The record's existence, and every part of it that is selected."""
        asked = {_name(below) for below in self._below(record.__name__, details).values()}
        parts = parts_of(record).items()
        return frozenset(
            {record.exists, *(item for name, item in parts if graphql_name(name) in asked)}
        )

    def _named(
        self, wanted: str, type_name: str, details: list[FieldDetails]
    ) -> Iterable[list[FieldDetails]]:
        below = self._below(type_name, details).values()
        return (each for each in below if _name(each) == wanted)

    def _below(self, type_name: str, details: list[FieldDetails]) -> GroupedFieldSet:
        return collect_subfields(
            self.schema,
            dict(self.document.fragments),
            self.variables,
            self.document.operation,
            cast("GraphQLObjectType", self.schema.type_map[type_name]),
            details,
        ).grouped_field_set


def switches_of(
    nodes: Iterable[OperationDefinitionNode | FragmentDefinitionNode],
) -> tuple[str, ...]:
    """The variables on which what is selected depends, in a fixed order."""
    found: set[str] = set()
    selections: list[SelectionNode] = [
        selection for node in nodes for selection in node.selection_set.selections
    ]
    while selections:
        selection = selections.pop()
        for directive in selection.directives or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found.add(argument.value.name.value)
        below = getattr(selection, "selection_set", None)
        selections.extend(below.selections if below is not None else ())
    return tuple(sorted(found))


def _name(details: list[FieldDetails]) -> str:
    return details[0].node.name.value
