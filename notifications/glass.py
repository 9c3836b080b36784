"""Broken glass is told to whoever reviews it, and told again each working day until somebody has.

Whoever broke it is never waited for: what is in the table of broken glass and has no event yet gets
one, by whichever process looks first. A review, too, becomes an event, and ends the clock.

Source: england-vital-interest: a written reason that is reviewed; docs/decisions/0061-broken-glass-is-told.md
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact, Known
from disclosure.chain import Plain
from disclosure.chain import instant as written_instant
from disclosure.proceeding_tables import BREAK_GLASS, BREAK_GLASS_REVIEW
from disclosure.reviewing import SUPERVISORS
from disclosure.working_days import within_one_working_day
from linking.storage import reading
from notifications.happening import (
    OURSELVES,
    Happened,
    Happening,
    Plan,
    Planning,
    Reason,
    Settle,
    Start,
    Tell,
)
from notifications.ledger import accept
from notifications.recipients import Recipient, recipient_id
from notifications.tables import INBOX
from notifications.waking import Bells
from protocols.duties_due import Happens
from records.people import Role

_log = logging.getLogger(__name__)

BROKEN: Final = "glass-broken"
REVIEWED: Final = "glass-reviewed"
CLOCK: Final = "glass-review"
"""The events, and the clock that runs until somebody has reviewed it."""

LEAD: Final = Role.INFORMATION_GOVERNANCE_LEAD
_BREACHED: Final = "deadline-breached"
_BY_RULE: Final = Reason(rule="england-vital-interest", partnership="england", applies="host")
_MOST: Final = 100


def concerns(event: Happened) -> bool:
    """Whether an event is of broken glass, its review, or that nobody reviewed it in time."""
    overdue = event.type == _BREACHED and event.data.get("kind") == CLOCK
    return event.type in {BROKEN, REVIEWED} or overdue


def organisations_of(event: Happened, known: Mapping[Any, Known]) -> list[str]:
    """Where it is reviewed: where glass was broken, and at the authority that answers for the child."""
    terms = event.data.get("terms")
    said = terms if isinstance(terms, Mapping) else event.data
    authority = known.get(Fact.AUTHORITY)
    found = [said.get("organisation"), authority]
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def plan_of(event: Happened, organisations: Sequence[str], there: Iterable[Recipient]) -> Plan:
    """Tell the information-governance leads; where there is none, who supervises where it was broken.

    Whoever does not acknowledge is followed by the supervisors. Overdue, all of them are told, and
    the clock runs again to the end of the next working day.
    """
    subject = event.data.get("glass" if event.type != _BREACHED else "subject")
    if event.type == REVIEWED:
        return Plan(settle=(Settle(kind=CLOCK, subject=str(subject)),))
    where = organisations[0] if organisations else OURSELVES
    reviewing = [one for one in there if one.role in SUPERVISORS]
    leads = [one.id for one in reviewing if one.role is LEAD]
    others = [one.id for one in reviewing if one.role is not LEAD and one.organisation == where]
    overdue = event.type == _BREACHED
    told = [*leads, *others] if overdue else leads or others[:1]
    # Nobody is registered: it is counted and shown as told to nobody, and does not pass unseen.
    told = told or [recipient_id(where, LEAD)]
    ladder = tuple(one for one in others if one not in told)
    return Plan(
        tell=tuple(
            Tell(recipient=one, items=frozenset(), reasons=(_BY_RULE,), ladder=ladder)
            for one in told
        ),
        start=(_clock(event, str(subject), where),),
    )


def _clock(event: Happened, subject: str, where: str) -> Start:
    times = event.data.get("occurrence")
    overdue = event.type == _BREACHED
    basis = event.recorded_at if overdue else event.at
    terms: dict[str, Plain] = {
        "name": CLOCK,
        "rung": 0,
        "happens": Happens.BY.value,
        "says": "Somebody else reviews that glass was broken, within one working day.",
        "reasons": [_BY_RULE.plain()],
        "heading": "Vital interest: a written reason that is reviewed",
        "strength": "must",
        "certain": True,
        "owners": [{"role": LEAD.value, "at": where}],
        "advisory": False,
        "organisation": where,
    }
    return Start(
        kind=CLOCK,
        subject=subject,
        basis_at=basis,
        due_at=within_one_working_day(basis),
        occurrence=int(times) + 1 if overdue and isinstance(times, int) else 0,
        terms=terms,
    )


class Glass:
    """Looks for glass that was broken, and for reviews, of which nobody has been told."""

    def __init__(
        self,
        engine: AsyncEngine,
        planning: Planning,
        bells: Bells,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._planning = planning
        self._bells = bells
        self._clock = clock

    async def keep_looking(self, every: timedelta) -> None:
        """Look again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            await self.look_safely()
            await asyncio.sleep(every.total_seconds())

    async def look_safely(self) -> None:
        """Look once; what goes wrong is logged, and looked at again the next time."""
        try:
            await self.look()
        except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
            _log.error("Broken glass could not be looked at (%s).", type(error).__name__)

    async def look(self) -> int:
        """Look once; how many events were made. Looking twice changes nothing, and one that fails stops no other."""
        async with reading(self._engine) as connection:
            broken = (await connection.execute(_UNTOLD)).mappings().all()
            reviewed = (await connection.execute(_UNTOLD_REVIEWS)).mappings().all()
        made = 0
        for happening in [*map(_broken, broken), *map(_reviewed, reviewed)]:
            try:
                appended = await accept(self._engine, happening, self._planning, now=self._clock())
            except Exception as error:  # noqa: BLE001 (it is looked at again the next time)
                _log.error("Broken glass could not be told of (%s).", type(error).__name__)
                continue
            made += 1
            await self._bells.announce(appended)
        return made


def _ref(kind: str, column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return sa.literal(f"{kind}/").concat(column)


def _without_event(kind: str, column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(INBOX.c.source == OURSELVES, INBOX.c.sender_ref == _ref(kind, column))


_UNTOLD: Final = (
    sa.select(BREAK_GLASS)
    .where(_without_event(BROKEN, BREAK_GLASS.c.ref))
    .order_by(BREAK_GLASS.c.at)
    .limit(_MOST)
)
_UNTOLD_REVIEWS: Final = (
    sa.select(BREAK_GLASS_REVIEW, BREAK_GLASS.c.child_ref)
    .join(BREAK_GLASS, BREAK_GLASS.c.ref == BREAK_GLASS_REVIEW.c.break_glass)
    .where(_without_event(REVIEWED, BREAK_GLASS_REVIEW.c.ref))
    .order_by(BREAK_GLASS_REVIEW.c.at)
    .limit(_MOST)
)


def _broken(row: sa.RowMapping) -> Happening:
    return Happening(
        type=BROKEN,
        child=row["child_ref"],
        at=row["at"],
        source=OURSELVES,
        sender_ref=f"{BROKEN}/{row['ref']}",
        data={
            "glass": row["ref"],
            "organisation": row["organisation"],
            "role": row["role"],
            "review_due": written_instant(row["review_due"]),
        },
    )


def _reviewed(row: sa.RowMapping) -> Happening:
    return Happening(
        type=REVIEWED,
        child=row["child_ref"],
        at=row["at"],
        source=OURSELVES,
        sender_ref=f"{REVIEWED}/{row['ref']}",
        data={"glass": row["break_glass"], "finding": row["outcome"]},
    )
