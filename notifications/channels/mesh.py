"""MESH: a notice as a CloudEvent to the mailbox of a health or care organisation.

The workflow id says what kind of message it is, the local id is the notice's reference for life, so
that the same notice sent again is known for it. Nothing else stands in a header: no subject, no file
name, nothing of the child. That MESH took the message is a receipt and no proof that it was
collected: it is sent, and not delivered; one that nobody collects comes back as a report.

Source: NHS England, Message Exchange for Social Care and Health API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from notifications.channels.channel import NotSent, Parcel, Sent, wait_of
from notifications.mailbox import Mailbox
from records.http import HttpReply, NoReplyError

_ADDRESS: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_RECEIPT: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_CONTENT_TYPE: Final = "application/cloudevents+json"
_FIRST_SUCCESS, _FIRST_REDIRECT, _FIRST_REFUSAL, _FIRST_FAULT = 200, 300, 400, 500
_WORTH_WAITING: Final = frozenset({408, 409, 425, 429})
_NOT_US: Final = frozenset({401, 403})
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {"12": "recipient-refused", "17": "workflow-refused"}
)
"""What the service's codes for a refusal mean. Others go by their status; its words are not kept."""


class Mesh:
    """Sends notices from our mailbox, all under one workflow id."""

    name: Final = "mesh"
    counts: Final = True

    def __init__(self, mailbox: Mailbox, *, workflow: str) -> None:
        self._mailbox = mailbox
        self._workflow = workflow

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Put it into our outbox once; the service's name for the message is the receipt.

        Raises:
            NotSent: it was not taken, or nobody can tell. A refusal is for a person to see at once.
        """
        if not _ADDRESS.fullmatch(parcel.way.address):
            raise NotSent("bad-address", at_once=True)
        headers = {
            "mex-to": parcel.way.address,
            "mex-workflowid": self._workflow,
            "mex-localid": parcel.notice_ref,
            "mex-content-type": _CONTENT_TYPE,
            "content-type": _CONTENT_TYPE,
        }
        try:
            reply = await self._mailbox.post(headers, parcel.body, now)
        except NoReplyError as error:
            raise NotSent(error.failure.value) from None
        if not _FIRST_SUCCESS <= reply.status < _FIRST_REDIRECT:
            raise _refusal(reply, now)
        return Sent(arrived=False, receipt=_receipt(reply))


class _Taken(msgspec.Struct, frozen=True):
    message_id: str


class _Detail(msgspec.Struct, frozen=True):
    code: str = ""


class _Refused(msgspec.Struct, frozen=True):
    detail: list[_Detail]


def _receipt(reply: HttpReply) -> str:
    """The message's name. Without one nobody can show that it went: it is sent again."""
    try:
        found = msgspec.json.decode(reply.body, type=_Taken).message_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotSent("no-receipt") from None
    if not _RECEIPT.fullmatch(found):
        raise NotSent("no-receipt")
    return found


def _refusal(reply: HttpReply, now: datetime) -> NotSent:
    if reply.status in _NOT_US:
        return NotSent("mailbox-refused-us", at_once=True)
    if _FIRST_REDIRECT <= reply.status < _FIRST_REFUSAL:
        return NotSent("redirected", at_once=True)
    refused = reply.status < _FIRST_FAULT and reply.status not in _WORTH_WAITING
    says = _CODES.get(_code(reply), f"status-{reply.status}")
    return NotSent(says, at_once=refused, wait=wait_of(reply, now))


def _code(reply: HttpReply) -> str:
    try:
        detail = msgspec.json.decode(reply.body, type=_Refused).detail
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return detail[0].code if detail else ""
