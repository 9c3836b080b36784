"""What more was said of an event, from the names of the schema to those of the protocols."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from protocols.duties_vocabulary import KEYS, Circumstance, Key
from protocols.vocabulary import Fact
from records.errors import WrongArgument
from schema.inputs import EventDetailInput, RecordEventInput
from schema.words import graphql_name

_YES_NO: Final[Mapping[str, bool]] = MappingProxyType(
    {"yes": True, "true": True, "no": False, "false": False}
)

CALLED: Final[Mapping[str, Key]] = MappingProxyType(
    {"checked_by": Fact.SAW_BY, "check_risk": Circumstance.SAW_RISK}
)
"""What the protocols call a field, where the names differ. A test says that every field has a name there."""


def detail_of(given: RecordEventInput) -> dict[Key, bool | int | str]:
    """Everything that was said of it; what was left out, or is null, was not said.

    Raises:
        WrongArgument: the same was said twice, in different words.
    """
    said: dict[Key, bool | int | str] = {}
    for name, value in _all(given):
        key = CALLED.get(name) or KEYS[name]
        plain = value.value if isinstance(value, enum.Enum) else value
        if not isinstance(plain, bool | int | str):
            continue
        if said.get(key, plain) != plain:
            raise WrongArgument(f"`{key.value}` was said twice, in different words.")
        said[key] = plain
    return said


def field_of(name: str) -> str:
    """How the schema spells the field for what the protocols call this."""
    own = next((field for field, key in CALLED.items() if key.value == name), name)
    return graphql_name(own)


def value_of(written: str) -> bool | int | str:
    """A value as the schema takes it, from text: yes or no, a number, or one of a list."""
    if written.lower() in _YES_NO:
        return _YES_NO[written.lower()]
    return int(written) if written.isdigit() else written.upper().replace("-", "_")


def _all(given: RecordEventInput) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        ("meeting", given.meeting),
        ("travel_minutes", given.travel_minutes),
    ]
    if given.detail is not None:
        found += [
            (one.name, getattr(given.detail, one.name))
            for one in dataclasses.fields(EventDetailInput)
        ]
    return found
