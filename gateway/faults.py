"""Faults, as a caller meets them: a stable code, one plain sentence, and a correlation id.

Redaction is data and is never here. No fault carries a value that somebody sent, a word of
a library, or more than a caller may know: whatever has no row in the table is INTERNAL.
"""

from __future__ import annotations

import enum
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLError, GraphQLSchema, GraphQLSyntaxError

from gateway.documents import NotADocument, NotTrusted
from gateway.jwks import KeysUnavailable
from gateway.limits import TooMuch
from gateway.logs import place_of
from gateway.rates import TooOften
from records.errors import (
    IncompleteProtocol,
    MalformedIdentifier,
    NotAuthenticated,
    NotRecorded,
    PurposeRequired,
    SourceError,
    WrongArgument,
)
from records.people import Purpose

LOG: Final = logging.getLogger("homeward.edge")


class Code(enum.Enum):
    """What `extensions.code` may be."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_REQUEST = "BAD_REQUEST"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    COST_EXCEEDED = "COST_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    NOT_RECORDED = "NOT_RECORDED"
    POLICY_ERROR = "POLICY_ERROR"
    TIMED_OUT = "TIMED_OUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


# The one table from class to code, narrowest first.
CODES: Final[tuple[tuple[type[Exception], Code], ...]] = (
    (KeysUnavailable, Code.UNAVAILABLE),
    (NotAuthenticated, Code.UNAUTHENTICATED),
    (PurposeRequired, Code.PURPOSE_REQUIRED),
    (MalformedIdentifier, Code.BAD_USER_INPUT),
    (WrongArgument, Code.BAD_USER_INPUT),
    (NotRecorded, Code.NOT_RECORDED),
    (SourceError, Code.SOURCE_UNAVAILABLE),
    (IncompleteProtocol, Code.POLICY_ERROR),
    (TooMuch, Code.COST_EXCEEDED),
    (TooOften, Code.RATE_LIMITED),
    (NotTrusted, Code.DOCUMENT_NOT_TRUSTED),
    (TimeoutError, Code.TIMED_OUT),
)

# What is said where the error's own words are not ours.
_SAYS: Final[Mapping[Code, str]] = {
    Code.DOCUMENT_NOT_TRUSTED: "This is none of the documents that this client may ask.",
    Code.TIMED_OUT: "The answer took too long and was given up; ask for less, or try again.",
    Code.INTERNAL: "Something went wrong here; give the correlation id to whoever runs Homeward.",
}
NOT_READ: Final = "The document cannot be read here: correct its syntax."
NOT_VALID: Final = "The document is not valid for the schema here."
NOT_OF_TYPE: Final = "A value given is not of the type that the schema asks for here."

# What is wrong with a value of a variable: where, and which field is missing. All names are the
# schema's own, for a name that it does not have is never come to; what was sent is not repeated.
_SENT: Final = re.compile(
    r"^Variable '\$\w+' has invalid value(?: at \.?(?P<at>[\w.\[\]]+))?: "
    r"(?:Expected value of type '(?P<type>\w+)' "
    r"(?:to include required field '(?P<needs>\w+)'|(?P<unknown>not to include unknown field)))?"
)

# The few things worth saying about an invalid document, with names of the schema alone.
_PLAINER: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^Cannot query field '\w+' on type '(\w+)'"), "There is no such field on {}."),
    (re.compile(r"^Unknown argument '\w+' on field '(\w+)\.\w+'"), "No such argument on {}."),
    (re.compile(r"^Unknown type '\w+'"), "There is no such type."),
    (re.compile(r"^Unknown fragment '\w+'"), "There is no such fragment in the document."),
    (re.compile(r"^Unknown directive '@\w+'"), "There is no such directive."),
    (re.compile(r"^Field '\w+' of type '\W*(\w+)\W*' must have"), "Say which fields of {}."),
    (
        re.compile(r"^Argument '[\w.]+\(\w+:\)' of type '\W*(\w+)"),
        "An argument of type {} is needed.",
    ),
    (re.compile(r"^Fragment '\w+' is never used"), "A fragment is never used."),
    (re.compile(r"^Variable '\$\w+' is never used"), "A variable is declared and never used."),
    (re.compile(r"^\w+ cannot represent|^Expected value of"), NOT_OF_TYPE),
    (re.compile(r"^Cannot spread fragment"), "A fragment spreads itself."),
    (re.compile(r"^Fields '"), "Two fields want the same name in the answer: use an alias."),
    (re.compile(r"^GraphQL introspection (?:is not|has been)"), "Introspection is off here."),
    (re.compile(r"^Variable '\$\w+' is not defined"), "A variable is used that is not declared."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. ``status`` is what HTTP says of it when it is all there is to say."""

    code: Code
    message: str
    status: int = 400
    path: tuple[str | int, ...] | None = None
    locations: tuple[tuple[int, int], ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)

    def published(self, correlation_id: str) -> dict[str, Any]:
        """As `errors` carries it."""
        error: dict[str, Any] = {"message": self.message}
        if self.locations:
            error["locations"] = [{"line": line, "column": col} for line, col in self.locations]
        if self.path is not None:
            error["path"] = list(self.path)
        error["extensions"] = {
            "code": self.code.value,
            **self.more,
            "correlationId": correlation_id,
        }
        return error


_STATUS: Final[Mapping[Code, int]] = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.DOCUMENT_NOT_TRUSTED: 404,
    Code.RATE_LIMITED: 429,
    Code.TIMED_OUT: 503,
    Code.UNAVAILABLE: 503,
    Code.NOT_RECORDED: 503,
    Code.INTERNAL: 500,
}


def fault_of(error: Exception, correlation_id: str) -> Fault:
    """The fault that an exception is. What nobody foresaw is logged without its words."""
    for kind, code in CODES:
        if isinstance(error, kind):
            return Fault(
                code=code,
                message=_SAYS.get(code) or str(error),
                status=_STATUS.get(code, 400),
                more=_more(error),
            )
    log_unforeseen(error, correlation_id)
    return Fault(code=Code.INTERNAL, message=_SAYS[Code.INTERNAL], status=500)


def _more(error: Exception) -> Mapping[str, object]:
    if isinstance(error, PurposeRequired):
        return {"accepted": [purpose.name for purpose in Purpose]}
    if isinstance(error, TooMuch):
        return {"limit": error.what, "allowed": error.allowed}
    if isinstance(error, TooOften):
        return {"retryAfterSeconds": error.retry_after}
    return {}


def document_faults(error: NotADocument, schema: GraphQLSchema) -> Iterable[Fault]:
    """What is wrong with a document, and where, in our words."""
    for one in error.errors:
        yield Fault(
            code=Code.BAD_USER_INPUT, message=_document_says(one, schema), locations=_places(one)
        )


def _document_says(error: GraphQLError, schema: GraphQLSchema) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return NOT_READ
    for pattern, says in _PLAINER:
        found = pattern.match(error.message)
        if found is None:
            continue
        # A name is repeated only if it is the schema's own, never because somebody wrote it.
        if all(name in schema.type_map for name in found.groups()):
            return says.format(*found.groups())
    return NOT_VALID


def execution_fault(error: GraphQLError, correlation_id: str) -> Fault:
    """The fault that an error met while executing is."""
    original = error.original_error
    if isinstance(original, GraphQLError):
        original = original.original_error
    if original is None:
        # Only coercion of what was sent raises without a cause.
        return Fault(code=Code.BAD_USER_INPUT, message=_sent_says(error), path=_path(error))
    fault = fault_of(original, correlation_id)
    return Fault(
        code=fault.code,
        message=fault.message,
        status=fault.status,
        path=_path(error),
        locations=_places(error),
        more=fault.more,
    )


def _sent_says(error: GraphQLError) -> str:
    """What is wrong with a value that was sent, and where; never the value."""
    found = _SENT.match(error.message)
    if found is None:
        return NOT_OF_TYPE
    if found["needs"] is not None:
        return f"{found['type']} needs `{found['needs']}`."
    if found["unknown"] is not None:
        return f"{found['type']} has no field of a name that was given."
    if found["at"] is not None:
        return f"The value of `{found['at']}` is not of the type that the schema asks for here."
    return NOT_OF_TYPE


def _path(error: GraphQLError) -> tuple[str | int, ...] | None:
    return None if error.path is None else tuple(error.path)


def _places(error: GraphQLError) -> tuple[tuple[int, int], ...]:
    return tuple((place.line, place.column) for place in error.locations or ())


def log_unforeseen(error: BaseException, correlation_id: str) -> None:
    """Log that something unforeseen happened, and where in the code; never what it said.

    An exception's words may hold anything, and so may those of its causes.
    """
    LOG.error(
        "unforeseen %s at %s [%s]",
        type(error).__name__,
        place_of(error.__traceback__),
        correlation_id,
    )
