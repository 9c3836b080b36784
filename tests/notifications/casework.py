"""Recipients, happenings and plans, invented for these tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.chain import Plain
from linking.storage import reading
from notifications.happening import Happened, Happening, Plan, Planning, Reason, Start, Tell
from notifications.recipients import Recipient, Way
from notifications.told import Told
from records.items import Item
from records.people import Role

T0 = datetime(2026, 1, 12, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

DESK = Recipient(
    id="E10000099/service-manager",
    organisation="E10000099",
    role=Role.SERVICE_MANAGER,
    ways=(Way("feed"),),
)
WORKER = Recipient(
    id="E10000099/social-worker",
    organisation="E10000099",
    role=Role.SOCIAL_WORKER,
    ways=(Way("feed"),),
    escalates_to=(DESK.id,),
)
POLICE = Recipient(
    id="testshire-police/police-missing-coordinator",
    organisation="testshire-police",
    role=Role.POLICE_MISSING_COORDINATOR,
    ways=(Way("feed"),),
)
NURSE = Recipient(
    id="RXX01/cla-nurse", organisation="RXX01", role=Role.CLA_NURSE, ways=(Way("feed"),)
)
NOBODY = "SC123456/registered-manager"
"""Somebody whom a protocol names and nobody registered."""

RECIPIENTS = (DESK, WORKER, POLICE, NURSE)


def because(rule: str = "test-rule") -> tuple[Reason, ...]:
    """One paragraph."""
    return (Reason(rule=rule, partnership="testshire", applies="host"),)


def missing(
    child: str = "child-a",
    ref: str = "incident-1",
    *,
    at: datetime = T0,
    event: str = "child-reported-missing",
    **data: Plain,
) -> Happening:
    """A child is reported missing, or what else is said, by the police system."""
    return Happening(type=event, child=child, at=at, source="police", sender_ref=ref, data=data)


def telling(
    *recipients: str,
    clock: timedelta | None = None,
    items: frozenset[Item] = frozenset({Item.EPISODE_STATUS}),
    strength: str = "should",
) -> Planning:
    """A plan that tells these recipients, and starts one clock if asked to."""

    async def plan(event: Happened, _history: Sequence[Happened]) -> Plan:
        tells = tuple(Tell(recipient=r, items=items, reasons=because()) for r in recipients)
        starts: tuple[Start, ...] = ()
        if clock is not None:
            starts = (
                Start(
                    kind="test-clock",
                    subject=event.root,
                    basis_at=event.at,
                    due_at=event.at + clock,
                    terms={"reasons": [r.plain() for r in because()], "strength": strength},
                ),
            )
        return Plan(tell=tells, start=starts)

    return plan


async def rows(engine: AsyncEngine, statement: str, **given: object) -> list[dict[str, Any]]:
    """What a statement finds."""
    async with reading(engine) as connection:
        found = await connection.execute(sa.text(statement), dict(given))
        return [dict(row) for row in found.mappings()]


async def numbers(engine: AsyncEngine) -> dict[str, list[int]]:
    """Each recipient's numbers, in order."""
    found: dict[str, list[int]] = {}
    for row in await rows(engine, "SELECT recipient, seq FROM delivery ORDER BY recipient, seq"):
        found.setdefault(row["recipient"], []).append(row["seq"])
    return found


def ref_of(told: Told) -> str:
    """The reference of a notice that there is."""
    assert told.notice_ref is not None
    return told.notice_ref
