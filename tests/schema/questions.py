"""Asking the schema as the gateway does: a document, a caller, and a purpose."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import ExecutionResult, execute, parse, validate

from records.items import Category
from records.people import Access, Viewer
from records.record import Record
from schema import schema
from schema.context import Context, Services
from schema.ids import Ids, digest_of
from tests.disclosure.casework import NOW, Testshire, access

BECAUSE = access()
IDS = Ids(bytes(range(32)))
GRAPH = schema._schema


def place_of(record: Record) -> tuple[Category, bytes]:
    """What an id or a cursor says of a record."""
    return type(record).category, digest_of(record)


@dataclass(slots=True)
class Told:
    """One answer, as it would be sent."""

    result: ExecutionResult
    extensions: Mapping[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without errors."""
        assert self.result.errors is None, self.result.errors
        assert self.result.data is not None
        return self.result.data

    @property
    def error(self) -> BaseException:
        """The one error of an answer with one."""
        assert self.result.errors is not None
        (error,) = self.result.errors
        assert error.original_error is not None
        return error.original_error

    @property
    def sent(self) -> bytes:
        """Data and extensions as bytes, but for the ledger's reference, which is always another."""
        receipts = [
            {name: value for name, value in receipt.items() if name != "ref"}
            for receipt in self.extensions.get("disclosure", ())
        ]
        return msgspec.json.encode([self.data, receipts])


@dataclass(slots=True)
class Questions:
    """Testshire, asked through the schema."""

    testshire: Testshire
    ids: Ids = field(default=IDS)

    @property
    def child(self) -> str:
        """The id of the child whom everybody knows."""
        return self.ids.child(self.testshire.child_ref)

    def context(self, who: Viewer, why: Access | None) -> Context:
        """What the gateway would make for one question."""
        door = self.testshire.door
        return Context(
            viewer=who,
            access=why,
            services=Services(
                door=door, index=door.index, ids=self.ids, version="0.0.test", mode="dev"
            ),
            now=NOW,
            correlation_id="c-1",
            document_hash="a-question",
        )

    async def ask(
        self, who: Viewer, text: str, *, why: Access | None = BECAUSE, **variables: object
    ) -> Told:
        """One question; ``$child`` is the child whom everybody knows, unless given."""
        document = parse(text)
        assert validate(GRAPH, document) == []
        if "$child" in text:
            variables.setdefault("child", self.child)
        context = self.context(who, why)
        result = execute(GRAPH, document, context_value=context, variable_values=variables)
        if inspect.isawaitable(result):
            result = await result
        assert isinstance(result, ExecutionResult)
        return Told(result, context.extensions())

    async def of_child(
        self, who: Viewer, selection: str, *, child: str | None = None
    ) -> dict[str, Any]:
        """What a caller is told of the child, for a selection on `Child`."""
        text = f"query ($child: ID!) {{ child(id: $child) {{ __typename ... on Child {{ {selection} }} }} }}"
        told = await self.ask(who, text, child=self.child if child is None else child)
        found: dict[str, Any] = told.data["child"]
        return found
