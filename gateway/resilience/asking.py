"""One question under way to one system: how long it has, known wherever its calls are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Asking:
    """A question under way. ``until`` is on the clock that counts its seconds.

    ``held_back`` is set when our own limits kept it waiting too long: no fault of the system's.
    ``sent`` is set once any call has gone out to the system.
    """

    until: float
    held_back: bool = False
    sent: bool = False


_CURRENT: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asking(seconds: float, clock: Callable[[], float]) -> Iterator[Asking]:
    """Ask within ``seconds``. Tasks begun in the block know it too."""
    one = Asking(clock() + seconds)
    token = _CURRENT.set(one)
    try:
        yield one
    finally:
        _CURRENT.reset(token)


def current() -> Asking | None:
    """The question under way here, if there is one."""
    return _CURRENT.get()
