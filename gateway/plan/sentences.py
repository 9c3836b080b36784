"""What a subscription says, straight to bytes, where all that it selects is read by attribute.

Heartbeats and notices are plain objects: what a document selects of each kind is worked out once for
all who subscribe by it. Whatever this does not know is left to graphql-core, which is given the same event.
"""

from __future__ import annotations

import msgspec
from strawberry.types.base import StrawberryObjectDefinition

from gateway.plan.selecting import Selection
from gateway.plan.writing import Unplanned, Writer


class Sentences:
    """Writes the events of one selection."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._writers: dict[type, tuple[str, Writer] | None] = {}

    def write(self, event: object) -> bytes | None:
        """The bytes of a response; None where graphql-core has to answer instead."""
        kind = type(event)
        if kind not in self._writers:
            self._writers[kind] = self._writer(kind)
        there = self._writers[kind]
        if there is None:
            return None
        key, writer = there
        try:
            return msgspec.json.encode({"data": {key: writer(event)}})
        except Exception:  # noqa: BLE001 (whatever it is, graphql-core meets it too, and says it)
            return None

    def _writer(self, kind: type) -> tuple[str, Writer] | None:
        definition = getattr(kind, "__strawberry_definition__", None)
        if not isinstance(definition, StrawberryObjectDefinition):
            return None
        try:
            # A subscription has one root field.
            ((key, details),) = self._selection.roots().items()
            of = self._selection.type(definition.name)
            return key, self._selection.writer(of, details)
        except Unplanned:
            return None
