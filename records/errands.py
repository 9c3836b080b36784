"""A notice put into a recipient's own system as something to be done, and how it stands there.

Whoever has a list of tasks in front of them is told in that list. The system says by the task's
progress what people would otherwise say by acknowledging: that somebody has taken it up.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable


class Stands(enum.Enum):
    """How an errand stands. TAKEN: somebody does it or has done it. GONE: the system has it no more."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is put in. ``ref`` is the notice's reference for life, ``origin`` names the deployment.

    ``team`` is what the recipient's system calls those who are told. ``says`` holds what they may
    know, decided for them at this moment, and is nothing else's to keep.
    """

    ref: str
    origin: str
    team: str
    urgent: bool
    sent_at: datetime
    answer_by: datetime | None
    says: str = field(repr=False)


@runtime_checkable
class TakesErrands(Protocol):
    """A system into which notices can be put."""

    async def give(self, errand: Errand) -> str:
        """Put it in once, however often this is called; what the system calls it there.

        Raises:
            SourceError: it was not put in, or nobody can tell: call again.
        """

    async def stands(self, there: str) -> Stands:
        """How the errand stands that the system calls so.

        Raises:
            SourceError: no usable answer.
        """
