"""Descriptions for the schema, taken from the docstrings of what it publishes."""

from __future__ import annotations

import enum
import inspect
import re
from typing import TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

E = TypeVar("E", bound=type[enum.Enum])

_NAME = re.compile(r"``([^`]+)``")


def said_of(published: type) -> str:
    """The docstring of a class, its field names spelled as the schema spells them.

    Raises:
        TypeError: it has none of its own.
    """
    text = inspect.cleandoc(published.__doc__ or "")
    if not text or text.startswith(f"{published.__name__}("):
        raise TypeError(f"{published.__name__} is published and needs a docstring.")
    return _NAME.sub(lambda found: f"`{to_camel_case(found[1])}`", text)


def as_enum(kind: E, name: str | None = None) -> E:
    """Publish a closed set, once: its members by their names, each with its stable slug beside it."""
    if "__strawberry_definition__" not in vars(kind):
        strawberry.enum(kind, name=name, description=said_of(kind))
        for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
            value.description = f"`{value.value}`"
    return kind


def graphql_name(python_name: str) -> str:
    """How the schema spells the name of a field."""
    return to_camel_case(python_name)
