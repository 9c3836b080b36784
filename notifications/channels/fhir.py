"""FHIR: a notice in the recipient's own system, as a task in front of the team that it is for.

Their system taking it is a receipt: it is delivered. That somebody has it is said by the task's
progress, which `notifications.following` looks at. Where nothing may be said, nothing is put in: a
task that says nothing helps nobody, and would stand in their system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.channels.channel import NotSent, Parcel, Sent
from notifications.notices import ACKNOWLEDGE
from notifications.tables import DEADLINE
from records.errands import Errand, TakesErrands
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable

NAME: Final = "fhir"
_TEAMS: Final = "CareTeam|HealthcareService|Organization|Practitioner|PractitionerRole"
_ADDRESS: Final = re.compile(rf"([a-z][a-z0-9_-]*)/((?:{_TEAMS})/[A-Za-z0-9.-]{{1,64}})")
_BELL: Final = "There is a notice for your team. Sign in to Homeward to read it."
_ANSWER_BY: Final = sa.select(sa.func.min(DEADLINE.c.due_at)).where(
    DEADLINE.c.kind == ACKNOWLEDGE, DEADLINE.c.subject == sa.bindparam("ref")
)


class Fhir:
    """Puts notices into the systems that the deployment names.

    An address is ``system/Type/id``: the system's name here, and the team's reference there.
    """

    name: Final = NAME
    counts: Final = False

    def __init__(
        self, engine: AsyncEngine, systems: Mapping[str, TakesErrands], *, origin: str
    ) -> None:
        self._engine = engine
        self._systems = dict(systems)
        self._origin = origin

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Put it in; their name for the task, with the system's here, is the receipt.

        Raises:
            NotSent: it was not put in, or nobody can tell. A refusal is for a person to see at once.
        """
        match = _ADDRESS.fullmatch(parcel.way.address)
        system = None if match is None else self._systems.get(match[1])
        if match is None or system is None:
            raise NotSent("bad-address", at_once=True)
        errand = Errand(
            ref=parcel.notice_ref,
            origin=self._origin,
            team=match[2],
            urgent=parcel.urgent,
            sent_at=now,
            answer_by=await self._answer_by(parcel.notice_ref),
            says="\n".join(parcel.lines) if parcel.way.content and parcel.lines else _BELL,
        )
        try:
            there = await system.give(errand)
        except SourceUnavailable:
            raise NotSent("unavailable") from None
        except SourceRefused:
            raise NotSent("system-refused-us", at_once=True) from None
        except SourceContractBroken:
            raise NotSent("not-taken", at_once=True) from None
        return Sent(arrived=True, receipt=f"{match[1]}/{there}")

    async def _answer_by(self, notice_ref: str) -> datetime | None:
        """By when somebody has to have taken it up."""
        async with reading(self._engine) as connection:
            due: datetime | None = (
                await connection.execute(_ANSWER_BY, {"ref": notice_ref})
            ).scalar()
        return due
