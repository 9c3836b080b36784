"""What readers were shown, kept in batches: many pages of many recipients in one transaction.

The decisions themselves are in the ledger before anything is shown; here stand the notice's own row
and one attempt for each time that it was decided for its readers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.quickly import run
from notifications.deliver import FEED, Told, outcome_of
from notifications.gathering import Gathering
from notifications.ledger import lock_children
from notifications.outbox import Waiting
from notifications.tables import ATTEMPT, DELIVERY, DeliveryState
from notifications.turns import writing_in_turn

SHOWN: Final = "shown"
_THIS: Final = (
    DELIVERY.c.recipient == sa.bindparam("of"),
    DELIVERY.c.seq == sa.bindparam("number"),
)
_SHOW: Final = (
    sa.update(DELIVERY)
    .where(*_THIS)
    .values(
        attempts=DELIVERY.c.attempts + 1,
        digest=sa.bindparam("what"),
        decision_ref=sa.bindparam("ref"),
        decision=sa.bindparam("how"),
    )
)
_INSTANT: Final = ATTEMPT.c.at.type
_ATTEMPTED: Final = ATTEMPT.insert().from_select(
    ["recipient", "seq", "n", "at", "channel", "outcome", "digest", "decision_ref"],
    sa.select(
        DELIVERY.c.recipient,
        DELIVERY.c.seq,
        DELIVERY.c.attempts,
        sa.bindparam("at_", type_=_INSTANT),
        sa.literal_column(f"'{FEED}'"),
        sa.bindparam("outcome_", type_=sa.String),
        DELIVERY.c.digest,
        DELIVERY.c.decision_ref,
    ).where(*_THIS),
)


_Shown: TypeAlias = tuple[Waiting, Told, datetime]


class Showing:
    """Keeps what was shown. One for each feed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._gathering = Gathering(self._write)

    def keep(self, shown: Sequence[tuple[Waiting, Told]], now: datetime) -> asyncio.Task[None]:
        """Keep that these were shown; the task is done when it is durable."""
        return self._gathering.add([(waiting, told, now) for waiting, told in shown])

    async def _write(self, shown: list[_Shown]) -> None:
        left = sorted(shown, key=lambda one: (one[0].child, one[0].seq))
        async with writing_in_turn(self._engine) as transaction:
            await lock_children(transaction, sorted({w.child for w, _, _ in left}))
            while left:
                # The same notice twice in one statement would be counted once.
                once = {(w.recipient.id, w.seq): (w, told, now) for w, told, now in left}
                left = [one for one in left if once[one[0].recipient.id, one[0].seq] != one]
                rows = [_row(*one) for one in once.values()]
                await run(transaction, _SHOW, rows)
                await run(transaction, _ATTEMPTED, rows)


def _row(waiting: Waiting, told: Told, now: datetime) -> dict[str, Any]:
    state = DeliveryState.PENDING if told.content.told else DeliveryState.WITHHELD
    outcome = outcome_of(told, state)
    return {
        "of": waiting.recipient.id,
        "number": waiting.seq,
        "what": outcome.digest,
        "ref": outcome.decision_ref,
        "how": outcome.written_decision,
        "at_": now,
        "outcome_": SHOWN if told.content.told else state.value,
    }
