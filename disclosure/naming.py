"""Saying who is what to a child, where no system tells it, by those who answer for that.

Whoever is on duty in the authority that answers for the child may name anybody of any organisation;
a host authority, a home and a nurse team name their own people. Nobody names themselves, and what is
named ends by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from consent.situation import Situation
from disclosure.acts import ENTITLED, ON_DUTY, Act, May, may
from disclosure.assertion import PERSONAL
from disclosure.chain import Plain
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    do_once,
    done_before,
    person,
    situation_of,
)
from disclosure.entering import Entered, held_in, put
from disclosure.entries import EntryKind
from disclosure.fact_tables import STANDING
from disclosure.recording import end
from disclosure.stating import Claim, stands
from records.errors import WrongArgument
from records.people import Standing

LONGEST: Final = timedelta(days=366)
"""For how long anybody may be named: what is entered by hand is looked at again once a year. No protocol says."""

NOT_NAMED: Final[Mapping[Standing, str]] = MappingProxyType(
    {
        Standing.RESPONSIBLE_AUTHORITY: "it is read from where the child is placed",
        Standing.HOST_AUTHORITY: "it is read from where the child is placed",
        Standing.HOME_AUTHORITY: "it is read from where the child lives",
        Standing.IS_THE_CHILD: "a child signs in as themselves",
        Standing.REPORTED_MISSING: "it is known from the report",
    }
)
"""Standings that nobody names here, and why."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,31}", re.ASCII)
_LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who is what to the child: a person by issuer and subject, an organisation, or a team of it."""

    standing: Standing
    organisation: str
    person: tuple[str, str] | None = field(default=None, repr=False)
    team: str | None = None

    def said(self) -> list[Plain]:
        """What was sent, to know it again."""
        return [self.standing.value, self.organisation, *(self.person or ()), self.team]


async def name(door: Door, doing: Doing, named: Named, lasts: timedelta) -> Done | NotDone:
    """Put on record who is what to the child, until it ends by itself.

    Raises:
        WrongArgument: nobody may be named so, or for so long.
        NotRecorded: it could not be written down; nothing took effect.
    """
    _check(doing, named)
    if not timedelta(0) < lasts <= LONGEST:
        raise WrongArgument(f"Name somebody for 1 to {LONGEST.days} days; and again after that.")
    said = [*named.said(), int(lasts.total_seconds())]
    before = await done_before(door, doing, Act.RECORD_STANDING, said)
    if before is not None:
        return before
    until = doing.now + lasts
    claim = stands(
        named.standing, named.organisation, person=named.person, team=named.team, until=until
    )

    async def effect(connection: AsyncConnection, _ref: str) -> Outcome:
        one = Entered(child_ref=doing.child_ref, claim=claim, source=doing.viewer.organisation)
        await put(connection, one, by=person(door, doing.viewer), now=doing.now)
        return {"until": until.isoformat()}

    step = _step(Act.RECORD_STANDING, doing, named, said)
    return await do_once(
        door, doing, step, _may(named, await situation_of(door, doing), doing), effect
    )


async def part(door: Door, doing: Doing, named: Named) -> Done | NotDone:
    """End what one's own organisation has named so. What is read from a system ends when it ends there.

    Raises:
        WrongArgument: nobody may be named so.
        NotRecorded: it could not be written down; nothing took effect.
    """
    _check(doing, named, ends=True)
    before = await done_before(door, doing, Act.END_STANDING, named.said())
    if before is not None:
        return before
    wanted = _claim(named).says

    async def effect(connection: AsyncConnection, _ref: str) -> Outcome:
        for row in await held_in(connection, STANDING, doing.child_ref, doing.now):
            if row.source == doing.viewer.organisation and tuple(row.says.values()) == wanted:
                await end(
                    connection,
                    STANDING,
                    row.number,
                    at=doing.now,
                    by=person(door, doing.viewer),
                    now=doing.now,
                )
        return {"until": doing.now.isoformat()}

    step = _step(Act.END_STANDING, doing, named, named.said())
    return await do_once(
        door, doing, step, _may(named, await situation_of(door, doing), doing), effect
    )


def _claim(named: Named) -> Claim:
    return stands(named.standing, named.organisation, person=named.person, team=named.team)


def _may(named: Named, situation: Situation, doing: Doing) -> May:
    """Of another organisation only whoever is on duty in the authority that answers for the child names anybody."""
    allowed = may(ENTITLED[Act.RECORD_STANDING], situation)
    if allowed is May.YES and named.organisation != doing.viewer.organisation:
        elsewhere = may((ON_DUTY,), situation)
        return elsewhere if elsewhere is May.YES else May.NOT_THIS_CHILD
    return allowed


def _check(doing: Doing, named: Named, *, ends: bool = False) -> None:
    if named.standing in NOT_NAMED:
        raise WrongArgument(f"Nobody is named so here: {NOT_NAMED[named.standing]}.")
    if not _CODE.fullmatch(named.organisation):
        raise WrongArgument("An organisation is named by its code.")
    if named.person is None and named.standing in PERSONAL:
        raise WrongArgument("Only a person has this standing: say which, by `subject`.")
    if not ends and named.person == (doing.viewer.issuer, doing.viewer.subject):
        raise WrongArgument("Nobody names themselves: somebody else has to.")
    texts = [*(named.person or ()), named.team or ""]
    if any(len(text) > _LONGEST_TEXT or not text.isprintable() for text in texts):
        raise WrongArgument(
            f"A subject, an issuer or a team has at most {_LONGEST_TEXT} characters."
        )


def _step(act: Act, doing: Doing, named: Named, said: list[Plain]) -> Step:
    return Step(
        act=act,
        kind=EntryKind.FACT,
        said=said,
        body={
            "fact": str(STANDING.name),
            "of": named.standing.value,
            "whose": named.organisation,
        },
        reason=doing.access.reason,
    )
