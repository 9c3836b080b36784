"""GraphQL over HTTP: who asks, what, and why; the answer, or what is wrong, in bytes.

The cached, validated document is executed by graphql-core directly. Strawberry makes the
schema and does not serve it: its view and its limiters are not used.

Source: GraphQL over HTTP (media types and status codes);
docs/decisions/0010-graphql-over-http-of-our-own.md
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from graphql import ExecutionResult, GraphQLSchema, execute
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode, OperationType
from starlette.types import Receive, Scope, Send

from gateway.access import access_of
from gateway.documents import Document, Documents, NotADocument
from gateway.dpop import Called
from gateway.faults import Code, Fault, document_faults, execution_fault, fault_of
from gateway.identity import Identity
from gateway.presented import challenge
from gateway.rates import Rates, TooOften
from gateway.request import GRAPHQL_JSON, JSON, Asked, Gone, Refused, accepts_graphql, read
from gateway.settings import Limits
from gateway.signing_in import sign_in_of
from gateway.telemetry import Attribute, Telemetry, Told
from records.errors import NotAuthenticated
from records.people import Access, Viewer
from records.sign_in import carrying

CORRELATION: Final = "homeward.correlation_id"


class Asking(Protocol):
    """What the resolvers are given, and what they leave for the answer's extensions."""

    def extensions(self) -> Mapping[str, Any]:
        """What stands in `extensions` once the operation has run."""

    async def settle(self) -> None:
        """Wait as long as the answer has to, so that its time tells nothing."""


MakeContext = Callable[[Viewer, Access | None, datetime, str, str], Asking]


class Shortcut(Protocol):
    """A faster way to the same bytes, for the operations that it knows."""

    async def answer(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        inputs: Mapping[str, Any],
        context: Any,  # noqa: ANN401 (whatever `make_context` made)
    ) -> bytes | None:
        """The bytes of the answer's `data`; None where graphql-core has to answer instead."""


class Invalid(Exception):
    """A GraphQL request that cannot be executed, and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("not executed")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Reply:
    """What HTTP is to say."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class GraphQL:
    """The endpoint, as an ASGI application.

    ``make_context`` builds what resolvers see from viewer, access, now, correlation id and
    the document's hash; ``shortcut`` is asked before graphql-core is.
    """

    def __init__(
        self,
        *,
        schema: GraphQLSchema,
        identity: Identity,
        documents: Documents,
        make_context: MakeContext,
        limits: Limits,
        telemetry: Telemetry,
        rates: Rates,
        shortcut: Shortcut | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._schema = schema
        self._identity = identity
        self._documents = documents
        self._make_context = make_context
        self._limits = limits
        self._telemetry = telemetry
        self._rates = rates
        self._shortcut = shortcut
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        correlation_id: str = scope[CORRELATION]
        newer = accepts_graphql(scope["headers"])
        kind = GRAPHQL_JSON if newer else JSON
        with self._telemetry.question(correlation_id) as told:
            try:
                with carrying(sign_in_of(scope["headers"])):
                    reply = await self._answer(scope, receive, told, newer=newer)
            except Gone:
                told.outcome = "gone"
                return
            except Refused as refused:
                told.outcome = "refused"
                fault = Fault(code=Code.BAD_REQUEST, message=refused.message)
                reply = _only(fault, refused.status, correlation_id, refused.headers)
            except TooOften as error:
                told.outcome = "too-often"
                fault = fault_of(error, correlation_id)
                later = {"Retry-After": str(error.retry_after)}
                reply = _only(fault, fault.status, correlation_id, later)
            except NotAuthenticated as error:
                told.outcome = "not-authenticated"
                fault = fault_of(error, correlation_id)
                headers = {"Retry-After": "5"} if fault.status == 503 else challenge(error)  # noqa: PLR2004 (HTTP's word for "later")
                reply = _only(fault, fault.status, correlation_id, headers)
        await _send(send, reply, kind)

    async def _answer(
        self, scope: Scope, receive: Receive, told: Told, *, newer: bool | None
    ) -> Reply:
        if newer is None:
            raise Refused(406, f"Accept {GRAPHQL_JSON} or {JSON}.")
        headers, correlation_id = scope["headers"], scope[CORRELATION]
        now = self._clock()
        peer = scope["client"][0] if scope.get("client") else None
        viewer = await self._identity.viewer(headers, peer, now, Called.by(scope))
        told.say(Attribute.ROLE, viewer.role.value)
        self._rates.asks(viewer.client)
        limits = self._limits
        asked = await read(scope, receive, limits.body_bytes, limits.body_seconds)
        try:
            access = access_of(asked.extensions, headers)
            document = self._document(asked, viewer)
            operation = _operation(document, asked, scope["method"], told)
            context = self._make_context(viewer, access, now, correlation_id, document.hash)
            async with asyncio.timeout(limits.answer_seconds):
                result = await self._shortly(
                    document, operation, asked, context
                ) or await self._execute(document, asked, context)
                await context.settle()
                if isinstance(result, bytes):
                    told.outcome = "answered"
                    return Reply(200, _enveloped(result, context), {})
        except Invalid as invalid:
            return self._not_executed(invalid.faults, told, correlation_id, newer=newer)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 (the table knows them; what it does not is INTERNAL)
            fault = fault_of(error, correlation_id)
            return self._not_executed([fault], told, correlation_id, newer=newer)
        if result.data is None and result.errors and all(e.path is None for e in result.errors):
            # Nothing ran: variables, or the operation itself, were not what the schema asks for.
            faults = [execution_fault(error, correlation_id) for error in result.errors]
            return self._not_executed(faults, told, correlation_id, newer=newer)
        return self._executed(result, context, told, correlation_id)

    def _document(self, asked: Asked, viewer: Viewer) -> Document:
        try:
            if asked.text is not None:
                return self._documents.by_text(asked.text, viewer.client)
            return self._documents.by_id(asked.document_id or "", viewer.client)
        except NotADocument as error:
            raise Invalid(tuple(document_faults(error, self._schema))) from None

    async def _shortly(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        asked: Asked,
        context: Asking,
    ) -> bytes | None:
        if self._shortcut is None:
            return None
        return await self._shortcut.answer(operation, document.fragments, asked.variables, context)

    async def _execute(self, document: Document, asked: Asked, context: Asking) -> ExecutionResult:
        result = execute(
            self._schema,
            document.tree,
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation,
            hide_suggestions=True,
        )
        return await result if inspect.isawaitable(result) else result

    def _executed(
        self, result: ExecutionResult, context: Asking, told: Told, correlation_id: str
    ) -> Reply:
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [
                execution_fault(error, correlation_id).published(correlation_id)
                for error in result.errors
            ]
        extensions = context.extensions()
        if extensions:
            body["extensions"] = extensions
        try:
            encoded = msgspec.json.encode(body)
        except (TypeError, ValueError) as error:
            fault = fault_of(error, correlation_id)
            told.outcome = "internal"
            return _only(fault, fault.status, correlation_id, {})
        told.outcome = "answered-with-faults" if result.errors else "answered"
        return Reply(200, encoded, {})

    def _not_executed(
        self, faults: Sequence[Fault], told: Told, correlation_id: str, *, newer: bool
    ) -> Reply:
        worst = max(fault.status for fault in faults)
        told.outcome = faults[0].code.value.lower().replace("_", "-")
        # Plain JSON says 200 to a well-formed request that cannot be executed; a fault of ours
        # is one in either.
        status = worst if newer or worst >= 500 else 200  # noqa: PLR2004 (HTTP's server errors)
        body = {"errors": [fault.published(correlation_id) for fault in faults]}
        return Reply(status, msgspec.json.encode(body), {})


def _operation(
    document: Document, asked: Asked, method: str, told: Told
) -> OperationDefinitionNode:
    """The operation that is asked, if it may be asked in this way."""
    operation = document.operation(asked.operation)
    if operation is None:
        says = "Name one of the document's operations in `operationName`."
        raise Invalid([Fault(code=Code.BAD_USER_INPUT, message=says)])
    told.say(Attribute.OPERATION, operation.operation.value)
    told.say(Attribute.DOCUMENT, document.hash)
    if operation.operation is OperationType.SUBSCRIPTION:
        says = "A subscription is not asked in this way."
        raise Invalid([Fault(code=Code.BAD_USER_INPUT, message=says)])
    if method == "GET" and operation.operation is not OperationType.QUERY:
        raise Refused(405, "Only a query may be asked with GET.", {"Allow": "POST"})
    return operation


def _enveloped(data: bytes, context: Asking) -> bytes:
    """The whole answer around data that is bytes already."""
    extensions = context.extensions()
    if not extensions:
        return b'{"data":' + data + b"}"
    return b'{"data":' + data + b',"extensions":' + msgspec.json.encode(extensions) + b"}"


def _only(fault: Fault, status: int, correlation_id: str, headers: Mapping[str, str]) -> Reply:
    body = {"errors": [fault.published(correlation_id)]}
    return Reply(status, msgspec.json.encode(body), headers)


async def _send(send: Send, reply: Reply, kind: str) -> None:
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode("ascii")),
        (b"content-length", str(len(reply.body)).encode("ascii")),
        *(
            (name.lower().encode("ascii"), value.encode("ascii"))
            for name, value in reply.headers.items()
        ),
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
