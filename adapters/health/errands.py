"""A notice in a provider's own system: a Communication that says it, and a Task that waits for somebody.

Neither is filed under a patient: what stands on a record is seen by all who may open that record,
and the notice is for one team. Both carry the notice's reference as their identifier and are created
only where none with that identifier is there, so that sending again makes no second one. It is
looked for first as well, because a server may pass over a condition that it does not know.

Source: HL7 FHIR R4, Communication, Task and conditional create (``If-None-Exist``); UK Core 2.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from adapters.health import wire
from adapters.health.server import Server
from adapters.notes import Notes
from adapters.reading import UNREADABLE
from records.errands import Errand, Stands
from records.errors import SourceContractBroken
from records.http import HttpReply

_CREATED: Final = 201
_THERE: Final = frozenset({200, _CREATED, 412})
_GONE: Final = frozenset({404, 410})
_AT: Final = re.compile(
    r"/(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/[^/]*)?$"
)
_CATEGORIES: Final = "http://terminology.hl7.org/CodeSystem/communication-category"
_CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_RESTRICTED: Final = {
    "security": [{"system": _CONFIDENTIALITY, "code": "R", "display": "restricted"}]
}
_ASKS: Final = "Read the notice, then accept this task: that tells the sender that you have it."

STANDS: Final[Mapping[str, Stands]] = MappingProxyType(
    {
        "draft": Stands.WAITING,
        "requested": Stands.WAITING,
        "received": Stands.WAITING,
        "ready": Stands.WAITING,
        "on-hold": Stands.WAITING,
        "accepted": Stands.TAKEN,
        "in-progress": Stands.TAKEN,
        "completed": Stands.TAKEN,
        "rejected": Stands.REFUSED,
        "cancelled": Stands.REFUSED,
        "failed": Stands.REFUSED,
        "entered-in-error": Stands.REFUSED,
    }
)
"""What each status of a Task says of the notice. Received: the task has come, and nobody has taken it up."""


class Errands:
    """Puts notices into one provider's server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def give(self, errand: Errand) -> str:
        """As `records.errands.TakesErrands.give`: the reference of the Task."""
        async with self._server.exchange.in_time():
            task = await self._held("Task", errand)
            if task is None:
                said = await self._held("Communication", errand)
                if said is None:
                    said = await self._created("Communication", _communication(errand), errand)
                task = await self._created("Task", _task(errand, said), errand)
        return f"Task/{task}"

    async def stands(self, there: str) -> Stands:
        """As `records.errands.TakesErrands.stands`. A status that FHIR does not know is no answer yet."""
        kind, _, task_id = there.partition("/")
        async with self._server.exchange.in_time():
            reply = await self._server.read(kind, task_id, headers={}, also=_GONE)
        if reply.status in _GONE:
            return Stands.GONE
        task = wire.TASK.read(self._server.source, reply.body)
        return STANDS.get(task.status or "", Stands.WAITING)

    async def _held(self, kind: str, errand: Errand) -> str | None:
        """What the server calls the one that it has for this notice."""
        notes = Notes()
        found = await self._server.search(
            kind, (("identifier", f"{errand.origin}|{errand.ref}"),), headers={}, notes=notes
        )
        for resource in wire.WRITTEN.rows(found.resources, notes):
            if any(one.value == errand.ref for one in resource.identifier):
                return resource.id
        return None

    async def _created(self, kind: str, resource: Mapping[str, Any], errand: Errand) -> str:
        reply = await self._server.create(
            kind,
            msgspec.json.encode(resource),
            headers={
                "if-none-exist": f"identifier={errand.origin}|{errand.ref}",
                "prefer": "return=representation",
            },
            also=_THERE,
        )
        made = _named(kind, reply) or await self._held(kind, errand)
        if made is None:
            raise SourceContractBroken(
                self._server.source,
                f"took a {kind} and does not say what it is called. Tell the agency that runs it.",
            )
        return made


def _named(kind: str, reply: HttpReply) -> str | None:
    """The id of what was made or was there already, by the address or the body of the reply."""
    at = _AT.search(reply.headers.get("location", ""))
    if at is not None and at["kind"] == kind:
        return at["id"]
    try:
        made = wire.WRITTEN.decode(reply.body)
    except UNREADABLE:
        return None
    return made.id if made.resource_type == kind else None


def _communication(errand: Errand) -> Mapping[str, Any]:
    return {
        "resourceType": "Communication",
        "meta": _RESTRICTED,
        "identifier": _identifier(errand),
        "status": "completed",
        "category": [{"coding": [{"system": _CATEGORIES, "code": "alert", "display": "Alert"}]}],
        "priority": _priority(errand),
        "sent": _instant(errand.sent_at),
        "recipient": [{"reference": errand.team}],
        "sender": {"display": "Homeward"},
        "payload": [{"contentString": errand.says}],
    }


def _task(errand: Errand, communication: str) -> Mapping[str, Any]:
    by = {} if errand.answer_by is None else {"period": {"end": _instant(errand.answer_by)}}
    return {
        "resourceType": "Task",
        "meta": _RESTRICTED,
        "identifier": _identifier(errand),
        "status": "requested",
        "intent": "order",
        "priority": _priority(errand),
        "code": {"text": "Notice about a child"},
        "description": _ASKS,
        "focus": {"reference": f"Communication/{communication}"},
        "authoredOn": _instant(errand.sent_at),
        "lastModified": _instant(errand.sent_at),
        "requester": {"display": "Homeward"},
        "owner": {"reference": errand.team},
        **({"restriction": by} if by else {}),
    }


def _identifier(errand: Errand) -> list[dict[str, str]]:
    return [{"system": errand.origin, "value": errand.ref}]


def _priority(errand: Errand) -> str:
    return "urgent" if errand.urgent else "routine"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
