"""What a document selects, type by type, as the executor itself collects it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition

from gateway.plan.writing import Column, Fixed, Unplanned, Writer, way_of
from schema.words import graphql_name

Details = list[FieldDetails]


@dataclass(frozen=True, slots=True)
class Selection:
    """One operation with one setting of the variables that switch fields on and off."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def roots(self) -> Mapping[str, Details]:
        """The root fields, by response key."""
        root = cast("GraphQLObjectType", self.schema.get_root_type(self.operation.operation))
        return collect_fields(
            self.schema, self._fragments(), self.variables, root, self.operation
        ).grouped_field_set

    def below(self, kind: GraphQLObjectType, details: Details) -> Mapping[str, Details]:
        """The fields selected on one type below a field, by response key."""
        return collect_subfields(
            self.schema, self._fragments(), self.variables, self.operation, kind, details
        ).grouped_field_set

    def type(self, name: str) -> GraphQLObjectType:
        """An object type by its name.

        Raises:
            Unplanned: it is none.
        """
        found = self.schema.type_map.get(name)
        if not isinstance(found, GraphQLObjectType):
            raise Unplanned
        return found

    def column(self, kind: GraphQLObjectType, key: str, details: Details) -> Column | Fixed:
        """One response key of a type that is read by attribute, with all below it.

        Raises:
            Unplanned: a field with arguments or a resolver of its own.
        """
        name = name_of(details)
        if name == "__typename":
            return Fixed(key, kind.name)
        attribute = attributes_of(kind).get(name)
        if attribute is None:
            raise Unplanned
        declared = kind.fields[name].type
        inner = get_named_type(declared)
        nested = self.writer(inner, details) if isinstance(inner, GraphQLObjectType) else None
        return Column(key, attribute, way_of(declared, nested))

    def writer(self, kind: GraphQLObjectType, details: Details) -> Writer:
        """Writes objects of one type that is read by attribute.

        Raises:
            Unplanned: a field with arguments or a resolver of its own.
        """
        below = self.below(kind, details).items()
        return Writer([self.column(kind, key, selected) for key, selected in below])

    def _fragments(self) -> dict[str, FragmentDetails]:
        return {name: FragmentDetails(fragment) for name, fragment in self.fragments.items()}


def name_of(details: Details) -> str:
    """The schema's name of a selected field."""
    return details[0].node.name.value


@cache
def attributes_of(kind: GraphQLObjectType) -> Mapping[str, str]:
    """The Python attribute behind each field of a type that has no resolver of its own.

    Raises:
        Unplanned: a type that Strawberry did not make.
    """
    definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryObjectDefinition):
        raise Unplanned
    return {
        field.graphql_name or graphql_name(field.python_name): field.python_name
        for field in definition.fields
        if field.base_resolver is None
    }
