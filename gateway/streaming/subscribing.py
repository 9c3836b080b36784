"""A subscription under way: its document checked as every other is, its events one after another in bytes."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

import msgspec
from graphql import ExecutionResult, GraphQLSchema, subscribe
from graphql.language import OperationType

from gateway.access import access_of
from gateway.documents import Documents, NotADocument
from gateway.faults import Code, Fault, document_faults, execution_fault, fault_of
from gateway.graphql import Invalid, MakeContext
from gateway.request import Asked
from records.errors import NotAuthenticated
from records.people import Viewer

Still = Callable[[], Awaitable[Viewer]]
"""Who the caller is now; raises NotAuthenticated once their token is no longer good."""


class Lasting(Protocol):
    """What resolvers are given, where it is to last."""

    still: Still | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever subscribes: who they are, the headers they came with, and how to ask who they are still."""

    viewer: Viewer
    headers: list[tuple[bytes, bytes]]
    still: Still
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """Begins subscriptions. ``clock`` tells the time of each."""

    schema: GraphQLSchema
    documents: Documents
    make_context: MakeContext
    clock: Callable[[], datetime]

    async def begin(self, asked: Asked, caller: Caller) -> AsyncIterator[bytes]:
        """The events of a subscription, each as the bytes of a GraphQL response.

        Raises:
            Invalid: it is not valid, or no subscription, or could not begin.
        """
        try:
            stream = await self._begin(asked, caller)
        except Invalid:
            raise
        except Exception as error:  # noqa: BLE001 (the table knows them; what it does not is INTERNAL)
            raise Invalid([fault_of(error, caller.correlation_id)]) from None
        return _written(stream, caller.correlation_id)

    async def _begin(self, asked: Asked, caller: Caller) -> AsyncIterator[ExecutionResult]:
        access = access_of(asked.extensions, caller.headers)
        client = caller.viewer.client
        try:
            if asked.text is not None:
                document = self.documents.by_text(asked.text, client)
            else:
                document = self.documents.by_id(asked.document_id or "", client)
        except NotADocument as error:
            raise Invalid(tuple(document_faults(error, self.schema))) from None
        operation = document.operation(asked.operation)
        if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
            says = "Only a subscription is asked in this way; POST questions and mutations."
            raise Invalid([Fault(code=Code.BAD_USER_INPUT, message=says)])
        context = self.make_context(
            caller.viewer, access, self.clock(), caller.correlation_id, document.hash
        )
        cast("Lasting", context).still = caller.still
        begun: Any = subscribe(
            self.schema,
            document.tree,
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation,
            hide_suggestions=True,
        )
        result = await begun if inspect.isawaitable(begun) else begun
        if isinstance(result, ExecutionResult):
            raise Invalid(
                [execution_fault(error, caller.correlation_id) for error in result.errors or ()]
            )
        return cast("AsyncIterator[ExecutionResult]", result)


async def _written(
    stream: AsyncIterator[ExecutionResult], correlation_id: str
) -> AsyncIterator[bytes]:
    """Each event in bytes; a fault in between is the last of them.

    Raises:
        Invalid: it could not go on.
    """
    async with aclosing(cast("Any", stream)):
        try:
            async for result in stream:
                body: dict[str, Any] = {"data": result.data}
                if result.errors:
                    faults = [execution_fault(error, correlation_id) for error in result.errors]
                    body["errors"] = [fault.published(correlation_id) for fault in faults]
                yield msgspec.json.encode(body)
        except (Invalid, NotAuthenticated):
            raise
        except Exception as error:  # noqa: BLE001 (the table knows them; what it does not is INTERNAL)
            original = getattr(error, "original_error", None) or error
            raise Invalid([fault_of(original, correlation_id)]) from None
