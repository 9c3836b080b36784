"""What a changed fact asks of people that was not asked when it happened: tasks, who answers, differences.

When a child turns out to be looked after, the nurse's visit is a task from then on; nobody was asked
before. Kept with the event by which clocks are set anew and the forgotten told, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.chain import Plain
from linking.glancing import Glance
from linking.quickly import run
from notifications.happening import Happened
from notifications.overtaken import RECONSIDERED, STATE_OF_PLAY
from notifications.rejudging import Judged
from notifications.tables import FOLLOW_UP

_KEPT: Final = sa.select(FOLLOW_UP.c.event, FOLLOW_UP.c.body).where(
    FOLLOW_UP.c.child == sa.bindparam("of")
)
_OURS: Final = frozenset({RECONSIDERED, STATE_OF_PLAY})


def _ruled(row: Any) -> tuple[str, ...]:  # noqa: ANN401 (plain values)
    return (str(row.get("kind") or row.get("matter")), str(row["because"]["rule"]))


def _differing(row: Any) -> tuple[str, ...]:  # noqa: ANN401 (plain values)
    return (str(row["matter"]), *sorted(str(one["because"]["rule"]) for one in row["claims"]))


_KEYS: Final[Mapping[str, Callable[[Any], tuple[str, ...]]]] = {
    "tasks": _ruled,
    "answers": _ruled,
    "conflicts": _differing,
}
"""What is asked of people, and what tells one from another."""


async def kept_of(connection: AsyncConnection | Glance, child: str) -> dict[str, Mapping[str, Any]]:
    """What was asked for because of each event of a child, as it was kept."""
    rows = await run(connection, _KEPT, {"of": child})
    return {row.event: msgspec.json.decode(row.body) for row in rows}


def asked_since(
    done: Sequence[Judged], events: Sequence[Happened], kept: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Plain] | None:
    """What is asked for by the facts of now, and was not because of the same thing; None for nothing."""
    found: dict[str, list[Plain]] = {}
    for one in done:
        if not one.lately or one.plan.follow_up is None:
            continue
        asked = _asked(one.event, events, kept)
        for name, key in _KEYS.items():
            rows: Any = one.plan.follow_up.get(name, ())
            for row in rows:
                there = (name, *key(row))
                if there not in asked:
                    asked.add(there)
                    found.setdefault(name, []).append(row)
    return found or None


def _asked(
    event: Happened, events: Sequence[Happened], kept: Mapping[str, Mapping[str, Any]]
) -> set[tuple[str, ...]]:
    """What was asked because of an event, of what it corrects, or when it was judged again."""
    line = [
        one.id
        for one in events
        if one.root == event.root or (one.type in _OURS and one.seq > event.seq)
    ]
    return {
        (name, *key(row))
        for one in line
        for name, key in _KEYS.items()
        for row in kept.get(one, {}).get(name, ())
    }
