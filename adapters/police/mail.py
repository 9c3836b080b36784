"""An e-mail as it came, taken apart for `adapters.police.handover`: its subject and its labelled lines.

Whoever hands a message over has proved who they are, as with any document; what the message says of
its sender proves nothing and is not read. Its plain text alone is: a line is a label, a colon and
what stands there.
Source: RFC 5322 and RFC 2045; Staffordshire and Stoke-on-Trent 18.4 (reports by e-mail).
"""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from typing import Final

from adapters.police.handover import Message
from adapters.police.not_accepted import NotAccepted, Problem

MOST_BYTES: Final = 256 * 1024
_MOST_LINES: Final = 500


def taken_apart(body: bytes, source: str) -> Message:
    """The message's subject and fields, by their label as written.

    Raises:
        NotAccepted: it is too large, has no plain text, or says a field twice in other words.
    """
    if len(body) > MOST_BYTES:
        raise NotAccepted(source, 413, Problem(says="The message is too large."))
    try:
        message = message_from_bytes(body, policy=default)
        part = message.get_body(preferencelist=("plain",)) if _is_mail(message) else None
        text = part.get_content() if part is not None else None
        subject = str(message.get("subject", ""))
        ref = str(message.get("message-id", "")).strip()
    except (MessageError, LookupError, ValueError, UnicodeError, AttributeError, IndexError):
        # The standard library's parser fails in several ways on what is no message at all.
        text, subject, ref = None, "", ""
    if not isinstance(text, str) or not text.strip():
        raise NotAccepted(
            source, 422, Problem(says="The message has no plain text that can be read.")
        )
    return Message(message_id=ref or "no message id", subject=subject, fields=_fields(text, source))


def _is_mail(message: object) -> bool:
    return isinstance(message, EmailMessage) and bool(message.keys())


def _fields(text: str, source: str) -> dict[str, str]:
    """Each label with what stands behind its colon; a line without one is prose, and is not read."""
    lines = text.splitlines()
    if len(lines) > _MOST_LINES:
        raise NotAccepted(source, 413, Problem(says="The message has too many lines."))
    found: dict[str, str] = {}
    for line in lines:
        label, colon, said = line.partition(":")
        name = " ".join(label.casefold().split())
        if not colon or not name or not said.strip():
            continue
        if found.get(name, said.strip()) != said.strip():
            raise NotAccepted(
                source, 422, Problem(says="The message says a field twice, each time otherwise.")
            )
        found[name] = said.strip()
    return found
