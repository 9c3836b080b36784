"""Secure e-mail: a bell that says "sign in", or the notice itself where the recipient's mailbox may have it.

No child is named in a subject or an address, ever. That a relay took the message is all that is
known afterwards: it is sent, and not delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from ssl import SSLContext
from typing import Final

import aiosmtplib

from notifications.channels.channel import NotSent, Parcel, Sent

TIMEOUT: Final = 20.0
_BELL: Final = (
    "There is a notice for your role. Sign in to read it and to acknowledge it:",
    "{link}",
    "",
    "This message says nothing more on purpose. Do not reply to it.",
)
_AFTER: Final = (
    "",
    "Acknowledge it by signing in:",
    "{link}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail relay of the deployment. ``tls``: every message goes over TLS, or not at all."""

    host: str
    port: int
    sender: str
    sign_in: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = True
    trust: SSLContext | None = field(default=None, repr=False)


class SecureEmail:
    """Sends notices by one relay. Where to sign in is the relay's ``sign_in`` address."""

    name: Final = "secure-email"
    counts: Final = False

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Hand it to the relay once; the same notice has the same Message-ID each time.

        Raises:
            NotSent: the relay did not take it.
        """
        relay = self._relay
        try:
            message = self._message(parcel, now)
            _, said = await aiosmtplib.send(
                message,
                hostname=relay.host,
                port=relay.port,
                username=relay.user,
                password=relay.password,
                start_tls=relay.tls,
                tls_context=relay.trust,
                timeout=TIMEOUT,
            )
        except ValueError:
            # The address could not stand in a message: it would have been two headers.
            raise NotSent("bad-address", at_once=True) from None
        except aiosmtplib.SMTPRecipientsRefused:
            raise NotSent("recipient-refused", at_once=True) from None
        except aiosmtplib.SMTPAuthenticationError:
            raise NotSent("relay-refused-us", at_once=True) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(f"relay-{type(error).__name__.lower()[:24]}") from None
        return Sent(arrived=False, receipt=f"relay: {said}"[:200] if said.isascii() else None)

    def _message(self, parcel: Parcel, now: datetime) -> EmailMessage:
        relay = self._relay
        domain = relay.sender.rpartition("@")[2]
        message = EmailMessage()
        message["From"] = relay.sender
        message["To"] = parcel.way.address
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{parcel.notice_ref}@{domain}>"
        message["Subject"] = _subject(parcel)
        message["Auto-Submitted"] = "auto-generated"
        if parcel.urgent:
            message["Importance"] = "high"
        link = f"{relay.sign_in}/notices/{parcel.notice_ref}"
        told = parcel.lines if parcel.way.content else ()
        ending = [line.format(link=link) for line in (_AFTER if told else _BELL)]
        message.set_content("\n".join([*told, *ending]) + "\n")
        return message


def _subject(parcel: Parcel) -> str:
    urgent = "Urgent: " if parcel.urgent else ""
    return f"{urgent}notice {parcel.notice_ref[:6]} for your role"
