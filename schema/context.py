"""What a question carries through the schema: who asks, why, when, and whom to turn to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from disclosure.disclose import Door
from linking.index import Index
from records.condition import SystemHealth
from records.people import Access, Viewer
from schema.ids import Ids

if TYPE_CHECKING:
    from schema.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the gateway opens once and every question uses.

    ``version`` is this deployment's own; ``mode`` is ``dev`` or ``production``; ``systems`` says
    how each system is doing now.
    """

    door: Door
    index: Index
    ids: Ids
    version: str
    mode: str
    systems: Callable[[], Sequence[SystemHealth]] = tuple


@dataclass(slots=True, kw_only=True)
class Context:
    """One question. Made by the gateway for each request and used for one operation.

    ``access`` is None where no purpose was given: a child is then not read.
    ``reading`` belongs to the schema.
    """

    viewer: Viewer
    access: Access | None
    services: Services
    now: datetime
    correlation_id: str
    document_hash: str | None = None
    reading: Reading | None = field(default=None, repr=False)

    def extensions(self) -> Mapping[str, Any]:
        """What stands in ``extensions`` of the response, once the operation has run."""
        if self.reading is None:
            return {}
        return {"disclosure": [receipt.published() for receipt in self.reading.receipts]}
