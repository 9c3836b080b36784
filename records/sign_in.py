"""The asker's own sign-in at a national identity service, for systems that answer nobody else's.

It goes with one question, from the request to the one call that needs it, and stands in no value that
is written down, compared or shared: a question in other hands never has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final


class SignIn:
    """What proves it. Never printed."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token: Final = token

    def __repr__(self) -> str:
        """Never the proof."""
        return "SignIn(…)"


_CARRIED: Final[ContextVar[SignIn | None]] = ContextVar("sign_in", default=None)


def carried() -> SignIn | None:
    """The sign-in of whoever asks now; None where none came with the request."""
    return _CARRIED.get()


@contextmanager
def carrying(sign_in: SignIn | None) -> Iterator[None]:
    """For the block, and for what is begun in it, whoever asks has signed in so."""
    before = _CARRIED.set(sign_in)
    try:
        yield
    finally:
        _CARRIED.reset(before)
