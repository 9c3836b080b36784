"""``POST /events/{source}``: what a system pushes is kept with all that follows, and answered then.

The sender is told 201 when event, notices and clocks are durable and not before. Anything else
means that nothing is promised: it sends again, or by another way. Sent again under the same
reference, a document changes nothing and is answered with the same id.

Source: schema.ihub.police.uk, Standard API: persist before the 201; otherwise ``errors``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from gateway.dpop import Called
from gateway.identity import Identity, KeysUnavailable
from gateway.noticing import Noticing
from gateway.presented import NOTHING_SHOWN, challenge
from gateway.request import Gone, Refused, body_of
from gateway.senders import NOT_KNOWN, Sender
from gateway.settings import Limits
from notifications.ledger import Appended
from records.errors import NotAuthenticated, NotRecorded, WrongArgument
from records.inbound import NotTaken, Pushed, ReceivesMail

_log = logging.getLogger(__name__)

JSON_API: Final = "application/vnd.api+json"
MAIL: Final = "message/rfc822"
"""An e-mail as it came: whoever takes a force's mail in hands it over like any other document."""
_KINDS: Final = frozenset({JSON_API, "application/json"})
_LATER: Final = {"Retry-After": "5"}
NOT_KEPT: Final = "It could not be kept, so nothing is promised. Send it again, or by another way."


class Inbound:
    """The address to which systems push. ``parts`` gives what keeps events, once it is open."""

    def __init__(
        self,
        senders: Mapping[str, Sender],
        parts: Callable[[], Noticing | None],
        identity: Identity,
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        self._senders = senders
        self._parts = parts
        self._identity = identity
        self._limits = limits
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        """Keep one document, or say why not."""
        now = self._clock()
        try:
            sender = await self._sender(request, now)
            if sender is None:
                return errors(401, NOT_KNOWN, challenge(NotAuthenticated(NOTHING_SHOWN)))
            if request.url.query:
                return errors(400, "Put everything into the body: nothing belongs in the address.")
            by_mail = _kind_of(request) == MAIL
            refused = refused_kind(request, mail=isinstance(sender.receives, ReceivesMail))
            if refused is not None:
                return refused
            body = await body_of(
                request.scope, request.receive, sender.body_bytes, self._limits.body_seconds
            )
            receives = sender.receives
            if by_mail and isinstance(receives, ReceivesMail):
                pushed = receives.mail(body, received_at=now)
            else:
                pushed = receives.event(body, received_at=now)
        except KeysUnavailable:
            return errors(503, NOT_KEPT, _LATER)
        except Refused as refusal:
            return errors(refusal.status, refusal.message, refusal.headers)
        except Gone:
            return Response(status_code=400)
        except NotTaken as error:
            return Response(error.body, error.status, media_type=JSON_API)
        return await self._keep(pushed, now)

    async def _sender(self, request: Request, now: datetime) -> Sender | None:
        sender = self._senders.get(str(request.path_params["source"]))
        peer = request.client.host if request.client else None
        headers: list[tuple[bytes, bytes]] = request.scope["headers"]
        if sender is None:
            return None
        try:
            itself = await sender.is_itself(
                self._identity, headers, peer, now, Called.by(request.scope)
            )
        except NotAuthenticated as error:
            if isinstance(error, KeysUnavailable):
                raise
            return None
        return sender if itself else None

    async def _keep(self, pushed: Pushed, now: datetime) -> Response:
        parts = self._parts()
        if parts is None:
            return errors(503, NOT_KEPT, _LATER)
        kept: list[Appended] = []
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                for event in pushed.events:
                    kept.append(await parts.receiving.receive(event, now=now))  # noqa: PERF401 (one after another)
        except WrongArgument as error:
            return errors(422, str(error))
        except (SQLAlchemyError, OSError, TimeoutError, NotRecorded) as error:
            _log.error("A document that was pushed could not be kept (%s).", type(error).__name__)
            return errors(503, NOT_KEPT, _LATER)
        finally:
            # Also of a document of which only a part was kept: that part is kept.
            for one in kept:
                await parts.bells.announce(one)
        return Response(_receipt(kept), pushed.status, media_type=JSON_API)


def errors(status: int, says: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as JSON:API has it."""
    body = msgspec.json.encode({"errors": [{"status": str(status), "title": says}]})
    return Response(body, status, headers, JSON_API)


def _kind_of(request: Request) -> str:
    kinds = request.headers.getlist("content-type")
    return kinds[0].partition(";")[0].strip().lower() if len(kinds) == 1 else ""


def refused_kind(request: Request, *, mail: bool = False) -> Response | None:
    """What is wrong with how a document is sent, if anything is."""
    if _kind_of(request) not in (_KINDS | {MAIL} if mail else _KINDS):
        by_mail = f", or an e-mail as {MAIL}" if mail else ""
        return errors(415, f"Send {JSON_API} or application/json{by_mail}.")
    if request.headers.get("content-encoding", "identity") != "identity":
        return errors(415, "Send the body uncompressed.")
    return None


def _receipt(kept: list[Appended]) -> bytes:
    """What is kept, by our ids: the first stands for the document."""
    first, *_ = kept
    return msgspec.json.encode(
        {
            "data": {
                "type": "receipt",
                "id": first.event.id,
                "attributes": {
                    "recordedAt": first.event.recorded_at,
                    "events": [one.event.id for one in kept],
                },
            }
        }
    )
