"""Servers in processes of their own, which say how much CPU they have used."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

_SPAWN: Final = multiprocessing.get_context("spawn")
STARTS_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process that serves. ``told`` is what it said when it was ready."""

    told: Any
    _pipe: Connection

    def cpu(self) -> float:
        """Seconds of CPU that the process has used so far, all its threads together."""
        return float(self.asks("cpu"))

    def asks(self, *words: object) -> Any:  # noqa: ANN401 (whatever the process answers)
        """Have the process do something it offers, and wait for its answer."""
        self._pipe.send(words)
        return self._pipe.recv()


def answer(pipe: Connection, offers: dict[str, Callable[..., Any]]) -> None:
    """In the process: answer questions from a thread of its own, until the pipe closes."""
    offers = {"cpu": time.process_time, **offers}

    def listen() -> None:
        while True:
            try:
                word, *rest = pipe.recv()
            except EOFError:
                return
            pipe.send(offers[word](*rest))

    threading.Thread(target=listen, daemon=True).start()


@contextmanager
def running(serve: Callable[..., None], *given: object) -> Iterator[Running]:
    """Run ``serve(pipe, *given)`` in a process until the block ends.

    The first thing it sends is what it tells; then it calls `answer` and serves.
    """
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(STARTS_WITHIN):
            raise TimeoutError("A server of the benchmark did not start.")
        yield Running(ours.recv(), ours)
    finally:
        process.terminate()
        process.join(10)
        ours.close()
