"""A subscription under way: its document checked as every other is, its events one after another in bytes.

What is told to several at the same moment is one object: whoever asks for it by the same document and
variables gets the same bytes, made once. They are gone with it.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

import msgspec
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLSchema,
    create_source_event_stream,
    execute_subscription_event,
)
from graphql.language import OperationType

from gateway.access import access_of
from gateway.documents import Documents, NotADocument
from gateway.faults import Code, Fault, document_faults, execution_fault, fault_of
from gateway.graphql import Invalid, MakeContext
from gateway.plan.remembering import Remembered
from gateway.plan.sentences import Sentences
from gateway.rates import Rates
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
    rates: Rates
    clock: Callable[[], datetime]
    sentences: Remembered[Sentences]

    async def begin(self, asked: Asked, caller: Caller) -> AsyncIterator[bytes]:
        """The events of a subscription, each as the bytes of a GraphQL response.

        Raises:
            Invalid: it is not valid, or no subscription, or could not begin, or its client asks too often.
        """
        try:
            self.rates.asks(caller.viewer.client)
            begun = await self._begin(asked, caller)
        except Invalid:
            raise
        except Exception as error:  # noqa: BLE001 (the table knows them; what it does not is INTERNAL)
            raise Invalid([fault_of(error, caller.correlation_id)]) from None
        return _written(begun, caller.correlation_id)

    async def _begin(self, asked: Asked, caller: Caller) -> _Begun:
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
        executor = Executor.build(
            self.schema,
            document.tree,
            context_value=context,
            raw_variable_values=asked.variables,
            operation_name=asked.operation,
            hide_suggestions=True,
        )
        if isinstance(executor, list):
            raise Invalid([execution_fault(error, caller.correlation_id) for error in executor])
        begun: Any = create_source_event_stream(executor)
        stream = await begun if inspect.isawaitable(begun) else begun
        if isinstance(stream, ExecutionResult):
            raise Invalid(
                [execution_fault(error, caller.correlation_id) for error in stream.errors or ()]
            )
        given = msgspec.json.encode(asked.variables, order="deterministic")
        sentences = self.sentences.of(operation, document.fragments, executor.variable_values)
        return _Begun(stream, executor, (document.hash, asked.operation, given), sentences)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What happens, how each of it is written or executed, and how this way of asking is known again."""

    stream: AsyncIterable[Any]
    executor: Executor[Any]
    asked: Hashable
    sentences: Sentences

    async def answer(self, payload: object, correlation_id: str) -> bytes:
        """One event as the bytes of a response."""
        made: dict[Hashable, bytes] | None = getattr(payload, "written", None)
        if made is not None and self.asked in made:
            return made[self.asked]
        encoded = self.sentences.write(payload)
        if encoded is None:
            return await self._executed(payload, correlation_id)
        if made is not None:
            made[self.asked] = encoded
        return encoded

    async def _executed(self, payload: object, correlation_id: str) -> bytes:
        """The same by graphql-core, which says what is wrong where something is."""
        executed: Any = execute_subscription_event(self.executor.build_per_event_executor(payload))
        result: ExecutionResult = await executed if inspect.isawaitable(executed) else executed
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            # Under this caller's own correlation id: nobody else's.
            faults = [execution_fault(error, correlation_id) for error in result.errors]
            body["errors"] = [fault.published(correlation_id) for fault in faults]
        return msgspec.json.encode(body)


async def _written(begun: _Begun, correlation_id: str) -> AsyncIterator[bytes]:
    """Each event in bytes; a fault in between is the last of them.

    Raises:
        Invalid: it could not go on.
    """
    async with aclosing(cast("Any", begun.stream)) as stream:
        try:
            async for payload in stream:
                yield await begun.answer(payload, correlation_id)
        except (Invalid, NotAuthenticated):
            raise
        except Exception as error:  # noqa: BLE001 (the table knows them; what it does not is INTERNAL)
            original = getattr(error, "original_error", None) or error
            raise Invalid([fault_of(original, correlation_id)]) from None
