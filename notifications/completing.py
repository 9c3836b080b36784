"""What a protocol asks of somebody is done: they say so, its clock is met, and what waits for their word goes out.

Where the paragraph has a named person tell another ("confirmed by the allocated Social Worker"), the
gateway relays that they have, and never says it for them. Said twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.chain import Plain
from linking.storage import reading
from notifications.answering import Answer, entry
from notifications.happening import OURSELVES, Happened, Happening, Plan, Planning, Settle
from notifications.ledger import Appended, append_all, history, lock_child
from notifications.occurring import occurrence_of
from notifications.overtaken import rests_on
from notifications.tables import FOLLOW_UP
from notifications.turns import writing_in_turn
from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_carrying import subject_of
from records.people import Viewer

TASK_DONE: Final = "task-done"
"""The type of an event that says no more than that; others are told of it only where a duty says so."""

_KEPT: Final = sa.select(FOLLOW_UP.c.child, FOLLOW_UP.c.body).where(
    FOLLOW_UP.c.event == sa.bindparam("of")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A task as it was asked for: because of which event of which child, by which rule, and of whom."""

    event: str
    child: str
    rule: str
    partnership: str
    kind: str
    owners: tuple[Mapping[str, Any], ...]

    @property
    def ref(self) -> str:
        """Its one name."""
        return ref_of(self.event, self.rule, self.kind)


def ref_of(event: str, rule: str, kind: str) -> str:
    """What a task is called: the event, the rule and what it asks; one rule asks each thing once."""
    return f"{event}\n{rule}\n{kind}"


async def asked(engine: AsyncEngine, ref: str) -> Asked | None:
    """The task of this name; None where there is none."""
    event, _, rest = ref.partition("\n")
    rule, _, kind = rest.partition("\n")
    async with reading(engine) as connection:
        row = (await connection.execute(_KEPT, {"of": event})).one_or_none()
    tasks = () if row is None else msgspec.json.decode(row.body).get("tasks", ())
    for task in tasks:
        if (task["because"]["rule"], task["kind"]) == (rule, kind):
            return Asked(
                event=event,
                child="" if row is None else row.child,
                rule=rule,
                partnership=task["because"]["partnership"],
                kind=kind,
                owners=tuple(task["owners"]),
            )
    return None


def done_tasks(events: Sequence[Happened]) -> Mapping[str, datetime]:
    """When each task was said to be done, by its name."""
    return {
        str(event.data["task"]): event.at
        for event in events
        if event.source == OURSELVES and "task" in event.data
    }


async def complete(
    engine: AsyncEngine,
    ledger: Ledger,
    planning: Planning,
    bundle: Bundle,
    task: Asked,
    viewer: Viewer,
    *,
    how: str,
    now: datetime,
) -> tuple[Answer, Appended | None]:
    """Keep that it is done and all that follows; what was new, to wake whoever is told. On record first.

    Raises:
        NotRecorded: it could not be written down, and so was not done.
    """
    async with reading(engine) as connection:
        if task.ref in done_tasks(await history(connection, task.child)):
            return Answer.ALREADY, None
    body: dict[str, Plain] = {"did": TASK_DONE, "event": task.event, "rule": task.rule}
    await ledger.append(entry(viewer, task.child, body, now, how))
    duty = _duty(bundle, task)
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, task.child)
        past = await history(transaction, task.child)
        if task.ref in done_tasks(past):
            return Answer.ALREADY, None
        cause = rests_on(next(event for event in past if event.id == task.event), past)
        before = past[: past.index(cause) + 1]
        clock = None if duty is None else _clock(duty, cause, before)

        async def and_the_clock(event: Happened, so_far: Sequence[Happened]) -> Plan:
            plan = await planning(event, so_far)
            if clock is None or event.data.get("task") != task.ref:
                return plan
            return replace(plan, settle=(*plan.settle, clock))

        said = _happening(task, duty, cause, now)
        done, *_ = await append_all(transaction, task.child, [said], and_the_clock, now=now)
    return Answer.DONE, done


def _duty(bundle: Bundle, task: Asked) -> Duty | None:
    """The row that asked for it; None where it is no longer among those loaded."""
    protocol = bundle.protocols.get(task.partnership)
    rows = () if protocol is None else protocol.duties
    return next((duty for duty in rows if duty.ref.id == task.rule), None)


def _clock(duty: Duty, cause: Happened, history: Sequence[Happened]) -> Settle | None:
    """The clock that waits for it: of this episode or event, and of no other."""
    if duty.clock is None or duty.clock.waits:
        return None
    return Settle(kind=duty.name, subject=subject_of(duty, occurrence_of(cause, history)))


def _happening(task: Asked, duty: Duty | None, cause: Happened, now: datetime) -> Happening:
    once_done = None if duty is None else duty.once_done
    return Happening(
        type=TASK_DONE if once_done is None else once_done.value,
        child=task.child,
        at=now,
        source=OURSELVES,
        sender_ref=f"task/{task.ref}",
        data={"task": task.ref, "rule": task.rule},
        caused_by=cause.id,
    )
