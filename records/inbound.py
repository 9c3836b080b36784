"""What a system pushes to us: read by its adapter into events, or refused in words without a value of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from records.errors import SourceContractBroken
from records.events import Event


class Pushed(Protocol):
    """One document that was pushed: its sender's reference, what it says, and how to answer once it is kept."""

    @property
    def document_ref(self) -> str:
        """The sender's own reference of the document."""

    @property
    def events(self) -> Sequence[Event]:
        """What it says, never empty; each with a reference that is the same when it is sent again."""

    @property
    def status(self) -> int:
        """The HTTP status with which this sender is told that it is kept."""


@runtime_checkable
class Receives(Protocol):
    """A source whose system pushes documents. Others are read only when they are asked."""

    def event(self, body: bytes, *, received_at: datetime) -> Pushed:
        """What a document says. Nothing is kept and nothing is asked.

        Raises:
            NotTaken: it cannot be read, or says nothing about anybody.
        """


@runtime_checkable
class ReceivesMail(Protocol):
    """A source whose reports also come as e-mails, handed over as they came (``message/rfc822``)."""

    def mail(self, body: bytes, *, received_at: datetime) -> Pushed:
        """What a message says. Nothing is kept and nothing is asked.

        Raises:
            NotTaken: it cannot be read, or says nothing about anybody.
        """


class NotTaken(SourceContractBroken):
    """A document was not taken, and nothing of it was kept. ``status`` is what to answer with."""

    status: int = 400

    @property
    def body(self) -> bytes:
        """What is wrong, as the sender's interface has it; no value that was sent. Each interface has its own."""
        raise NotImplementedError
