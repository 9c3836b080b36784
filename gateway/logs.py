"""Logs: one JSON line an event on standard error, without anybody's data.

Our own modules choose their words with care, so their words are logged. An exception's
words, and those of libraries, may hold anything: of these only the kind and the place are.
"""

from __future__ import annotations

import logging
import time
import traceback
from types import TracebackType
from typing import Final

import msgspec

OURS: Final = frozenset(
    {
        "adapters",
        "consent",
        "disclosure",
        "gateway",
        "homeward",
        "linking",
        "notifications",
        "protocols",
        "schema",
        "uvicorn",
    }
)
WITHHELD: Final = "(its words are not logged)"
_FRAMES: Final = 6


class Line(logging.Formatter):
    """Formats a record as one line of JSON. Line breaks in it cannot begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".", 1)[0] in OURS
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + "Z",
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage() if ours else WITHHELD,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["raised"] = record.exc_info[0].__name__
            line["in"] = place_of(record.exc_info[2])
        return msgspec.json.encode(line).decode("utf-8")


def place_of(trail: TracebackType | None) -> str:
    """Where in the code an exception came from, innermost first: files and lines only."""
    steps = reversed(traceback.extract_tb(trail)[-_FRAMES:])
    return " < ".join(
        f"{'/'.join(step.filename.rsplit('/', 2)[-2:])}:{step.lineno}" for step in steps
    )


def configure(level: int = logging.INFO) -> None:
    """Have everything in this process log so, and nothing log otherwise."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
