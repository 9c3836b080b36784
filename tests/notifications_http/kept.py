"""What the gateway keeps of a child's events: who has a notice by which rule, when clocks are due, what was withheld."""

from datetime import datetime

import msgspec

from tests.notifications_http.town import EVENING, Town
from tests.world import Child


def told(town: Town, child: Child, event: str) -> set[tuple[str, str]]:
    """Who has a notice of this kind of event, by which rule."""
    rows = town.rows(
        "SELECT d.recipient, d.reasons FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = :t",
        c=child.ref,
        t=event,
    )
    return {
        (row["recipient"], reason["rule"])
        for row in rows
        for reason in msgspec.json.decode(row["reasons"])
    }


def rules(town: Town, child: Child, event: str) -> set[str]:
    """The rules by which anybody has a notice of this kind of event."""
    return {rule for _, rule in told(town, child, event)}


def due(town: Town, child: Child, rule: str, *, state: str | None = None) -> list[datetime]:
    """When the clocks of a rule are or were due."""
    rows = town.rows(
        "SELECT due_at, state FROM deadline WHERE child = :c AND kind LIKE :k AND occurrence = 0",
        c=child.ref,
        k=f"%:{rule}",
    )
    return [
        datetime.fromisoformat(row["due_at"]).replace(tzinfo=EVENING.tzinfo)
        for row in rows
        if state in (None, row["state"])
    ]


def clocks(town: Town, child: Child) -> set[str]:
    """The rules of all clocks of a child that run, without their partnership."""
    rows = town.rows(
        "SELECT kind FROM deadline WHERE child = :c AND state = 'pending' AND kind LIKE '%:%'",
        c=child.ref,
    )
    return {row["kind"].partition(":")[2] for row in rows}
