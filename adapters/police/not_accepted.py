"""Why a pushed document was not taken: JSON:API errors in plain words, without a value of it.

Source: schema.ihub.police.uk, Standard API: on an error before the 201, an error code and an
``errors`` payload; the sender then sends again or falls back to e-mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from adapters.reading import UNREADABLE
from records.inbound import NotTaken

_AT: Final = re.compile(r" - at `\$((?:\.[A-Za-z_]\w*|\[\d+\]|\[\.\.\.\])*)`$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong: what, and at which place of the document."""

    says: str
    pointer: str = ""


class NotAccepted(NotTaken):
    """A document was not taken, and nothing of it was kept. ``status`` is what to answer with."""

    def __init__(self, source: str, status: int, *problems: Problem) -> None:
        """Name the first problem in the message, all of them in the body."""
        super().__init__(source, f"sent a document that was not taken: {problems[0].says}")
        self.status = status
        self.problems = problems

    @property
    def body(self) -> bytes:
        """The ``errors`` payload."""
        return msgspec.json.encode(
            {
                "errors": [
                    {
                        "status": str(self.status),
                        "title": problem.says,
                        **({"source": {"pointer": problem.pointer}} if problem.pointer else {}),
                    }
                    for problem in self.problems
                ]
            }
        )


def problem(error: Exception, pointer: str, what: str) -> Problem:
    """What a decoder found wrong, in our words; its own may quote a value. ``pointer`` is where."""
    assert isinstance(error, UNREADABLE)  # noqa: S101 - what a decoder raises
    if not isinstance(error, msgspec.ValidationError):
        return Problem(says=f"The {what} is cut short, not JSON, or nested beyond reason.")
    place = _AT.search(str(error))
    below = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", place.group(1)) if place else ""
    return Problem(
        says=f"The {what} has a field of another type than the standard's, or lacks one.",
        pointer=pointer + below.replace(".", "/"),
    )
