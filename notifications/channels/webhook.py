"""Signed webhooks: a CloudEvent posted to the recipient's own address, so that they can prove who sent it.

Source: Standard Webhooks 1.0 (headers, signature, several signatures while a secret is replaced).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final

from notifications.channels.addresses import Forbidden, Place, Resolver, place_of, resolved
from notifications.channels.channel import NotSent, Parcel, Sent, wait_of
from records.http import Http, HttpReply, HttpRequest, NoReplyError

TIMEOUT: Final = 10.0
LARGEST_REPLY: Final = 64 * 1024
_PREFIX: Final = "whsec_"
_FIRST_SUCCESS, _FIRST_REDIRECT, _FIRST_REFUSAL, _FIRST_FAULT = 200, 300, 400, 500
_WORTH_WAITING: Final = frozenset({408, 409, 425, 429})
_MOST_CLIENTS: Final = 512


class Webhook:
    """Posts notices. ``secret`` gives a secret by its name in the deployment's keeping.

    ``pinned`` opens an HTTP client that takes a host to be at one address. ``loopback``: this
    machine itself may be named, over plain HTTP too, for development.
    """

    name: Final = "webhook"
    counts: Final = True

    def __init__(
        self,
        *,
        secret: Callable[[str], str | None],
        pinned: Callable[[Place], Http],
        resolve: Resolver = resolved,
        loopback: bool = False,
    ) -> None:
        self._secret = secret
        self._pinned = pinned
        self._resolve = resolve
        self._loopback = loopback
        self._clients: OrderedDict[Place, Http] = OrderedDict()

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Post it once; 2xx is the recipient's receipt.

        Raises:
            NotSent: it was not taken. A refusal (other than to wait) is for a person to see at once.
        """
        secrets = [s for s in map(self._secret, parcel.way.secrets) if s is not None]
        if not secrets:
            raise NotSent("no-secret", at_once=True)
        request = HttpRequest(
            method="POST",
            url=parcel.way.address,
            headers={
                "content-type": "application/cloudevents+json; charset=utf-8",
                **signed(parcel.notice_ref, parcel.body, secrets, now),
            },
            body=parcel.body,
            timeout=TIMEOUT,
            max_bytes=LARGEST_REPLY,
        )
        try:
            place = await place_of(parcel.way.address, self._resolve, loopback=self._loopback)
            reply = await self._client(place).fetch(request)
        except Forbidden as reason:
            raise NotSent(str(reason), at_once=True) from None
        except OSError:
            raise NotSent("no-such-host") from None
        except NoReplyError as error:
            raise NotSent(error.failure.value) from None
        return _what_came(reply, now)

    def _client(self, place: Place) -> Http:
        client = self._clients.get(place)
        if client is None:
            client = self._clients[place] = self._pinned(place)
            if len(self._clients) > _MOST_CLIENTS:
                self._clients.popitem(last=False)
        else:
            self._clients.move_to_end(place)
        return client


def signed(ref: str, body: bytes, secrets: list[str], now: datetime) -> dict[str, str]:
    """The headers that prove a message: one signature for each secret that is good, newest first.

    Raises:
        NotSent: a secret is not one.
    """
    stamp = str(int(now.timestamp()))
    text = f"{ref}.{stamp}.".encode() + body
    marks = [
        base64.b64encode(hmac.digest(_key(secret), text, hashlib.sha256)).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": ref,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        raise NotSent("bad-secret", at_once=True) from None


def _what_came(reply: HttpReply, now: datetime) -> Sent:
    status = reply.status
    if _FIRST_SUCCESS <= status < _FIRST_REDIRECT:
        return Sent(arrived=True, receipt=f"status {status}")
    if status < _FIRST_REFUSAL:
        # Never followed: the place was checked, and where it points was not.
        raise NotSent("redirected", at_once=True)
    refused = status < _FIRST_FAULT and status not in _WORTH_WAITING
    raise NotSent(f"status-{status}", at_once=refused, wait=wait_of(reply, now))
