"""A plan: one document, compiled once, that answers straight to bytes.

A plan reads through the same `schema.reading.Reading` as the resolvers do, so that one
decision, one ledger row and one round to the systems serve either way; if anything comes up
that it does not know, graphql-core goes on from that same reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
)
from graphql.execution.values import VariableValues

from gateway.plan.answering import Written, child_writer
from gateway.plan.remembering import Fragments, Remembered
from gateway.plan.selecting import Details, Selection, name_of
from gateway.plan.writing import Unplanned
from schema.context import Context
from schema.gathering import gathering
from schema.reading import Reading
from schema.results import MatchNeeded, NotFoundOrNotPermitted
from schema.shown import ChildShown


@dataclass(frozen=True, slots=True)
class _Root:
    """One root field that reads a child: how each thing that may be found is written."""

    child: Callable[[ChildShown], Written]
    not_found: Callable[[object], Written]
    needed: Callable[[object], Written]

    def write(self, found: object) -> Written:
        match found:
            case ChildShown():
                return self.child(found)
            case NotFoundOrNotPermitted():
                return self.not_found(found)
            case MatchNeeded():
                return self.needed(found)
            case _:
                raise Unplanned


class Plans:
    """The plans of one schema, remembered within bounds."""

    def __init__(self, schema: GraphQLSchema) -> None:
        """Begin with none."""
        self._schema = schema
        self._query = cast("GraphQLObjectType", schema.query_type)
        self._plans = Remembered(schema, compiled)

    async def answer(
        self,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        inputs: Mapping[str, Any],
        context: Context,
    ) -> bytes | None:
        """The bytes of the answer's ``data``; None where graphql-core has to answer instead.

        After None the same context goes to graphql-core: what was read is not read again.
        """
        if operation.operation is not OperationType.QUERY:
            return None
        values = get_variable_values(
            self._schema, operation.variable_definitions or (), dict(inputs)
        )
        if not isinstance(values, VariableValues):
            return None
        plan = self._plans.of(operation, fragments, values)
        if plan is None:
            return None
        if context.reading is None:
            asked = gathering(self._schema).of(operation, fragments, values)
            context.reading = Reading(context, self._query, values, asked)
        reading = context.reading
        try:
            data = {key: root.write(await reading.child(key)) for key, root in plan.items()}
            return msgspec.json.encode(data)
        except Exception:  # noqa: BLE001 (whatever it is, graphql-core meets it too, and says it)
            return None


def compiled(selection: Selection) -> Mapping[str, _Root] | None:
    """The plan of a selection; None where it selects something that plans do not know."""
    try:
        roots = {key: _root(selection, details) for key, details in selection.roots().items()}
    except Unplanned:
        return None
    return roots or None


def _root(selection: Selection, details: Details) -> _Root:
    if name_of(details) not in {"child", "findChild"}:
        raise Unplanned
    return _Root(
        child=child_writer(selection, details),
        not_found=selection.writer(selection.type("NotFoundOrNotPermitted"), details),
        needed=selection.writer(selection.type("MatchNeeded"), details),
    )
