"""Pan-Lancashire under its real protocol: authorities, people and services who can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncEngine

from consent.bundle import Bundle
from consent.vocabulary import Fact, Value
from disclosure.assertion import Area, Said
from disclosure.chain import Plain
from disclosure.disclose import Current
from disclosure.facts import Facts
from disclosure.recording import record_area, record_attribute, record_standing
from linking.storage import writing
from notifications.deadlines import fire_due
from notifications.directory import Directory
from notifications.dispatch import Dispatch
from notifications.facts_stated import state_facts
from notifications.happening import Happening
from notifications.ledger import Appended, accept
from notifications.recipients import Recipient, Way, recipient_id, register
from notifications.told import Told, who_has_been_told
from protocols.clock import ENGLAND, Calendar
from protocols.load import load_bundle
from records.identifiers import AuthorityCode
from records.people import Role, Standing
from tests.notifications.casework import T0

LANCASHIRE, LEEDS = "E10000017", "E08000035"
FORCE, NURSES, SCHOOL, HOME = "lancashire-police", "RXX01", "123456", "SC123456"
PERSON = ("https://sign-in.test", "worker-7")
LONG_AGO = T0 - timedelta(days=200)


@lru_cache(maxsize=1)
def the_protocols() -> Bundle:
    """The protocols as they are shipped."""
    return load_bundle()


def service(organisation: str, role: Role, **how: object) -> Recipient:
    """A role at an organisation that reads a feed."""
    return Recipient(
        id=recipient_id(organisation, role),
        organisation=organisation,
        role=role,
        ways=(Way("feed"),),
        **how,  # type: ignore[arg-type]
    )


SERVICES = (
    service(LANCASHIRE, Role.MISSING_COORDINATOR),
    service(LANCASHIRE, Role.CHILDRENS_SERVICES),
    service(LANCASHIRE, Role.EMERGENCY_DUTY_TEAM),
    service(LANCASHIRE, Role.TEAM_MANAGER),
    service(LEEDS, Role.CHILDRENS_SERVICES),
    service(LEEDS, Role.EMERGENCY_DUTY_TEAM),
    service(FORCE, Role.POLICE_MISSING_COORDINATOR, serves=frozenset({LANCASHIRE})),
    service(FORCE, Role.POLICE_REFERRAL_MANAGER, serves=frozenset({LANCASHIRE})),
    service(NURSES, Role.CLA_NURSE),
    service(SCHOOL, Role.SCHOOL),
    Recipient(
        id="worker-7-of-leeds",
        organisation=LEEDS,
        role=Role.ALLOCATED_WORKER,
        person=PERSON,
        ways=(Way("feed"),),
    ),
)


@dataclass
class Lancashire:
    """One child, the registers, and the dispatch of what happens to them."""

    engine: AsyncEngine
    dispatch: Dispatch
    child: str = "child-of-lancashire"

    async def knows(
        self,
        *,
        responsible: str = LANCASHIRE,
        host: str = LANCASHIRE,
        facts: Mapping[Fact, Value] | None = None,
    ) -> None:
        """What the registers say of the child, and who stands how to them."""
        said = Said(source="care", by="test", valid_from=LONG_AGO, recorded_at=LONG_AGO)
        for area, code in ((Area.HOST, host), (Area.RESPONSIBLE, responsible)):
            await record_area(self.engine, self.child, area, AuthorityCode(code), said)
        for fact, value in (facts or {}).items():
            await record_attribute(self.engine, self.child, fact, value, said)
        for standing, organisation in (
            (Standing.INVESTIGATING_FORCE, FORCE),
            (Standing.NURSE_TEAM, NURSES),
            (Standing.CHILDS_SCHOOL, SCHOOL),
            (Standing.PROVIDES_PLACEMENT, HOME),
        ):
            await record_standing(
                self.engine, self.child, standing, said, organisation=organisation
            )
        await record_standing(
            self.engine, self.child, Standing.ALLOCATED_WORKER, said, person=PERSON
        )

    async def happens(
        self,
        event: str,
        *,
        at: datetime = T0,
        ref: str | None = None,
        now: datetime | None = None,
        source: str = "police",
        **data: Plain,
    ) -> Appended:
        """A system says that something happened."""
        what = Happening(
            type=event,
            child=self.child,
            at=at,
            source=source,
            sender_ref=ref or f"{event}-1-{self.child}",
            data=data,
        )
        return await accept(self.engine, what, self.dispatch, now=now or at, also=state_facts)

    async def goes_missing(self, at: datetime = T0, **how: object) -> Appended:
        """The police record the child missing."""
        return await self.happens(
            "child-reported-missing",
            at=at,
            state="missing",
            episode_ref="inc-1",
            **how,  # type: ignore[arg-type]
        )

    async def is_found(self, at: datetime, **how: object) -> Appended:
        """The child is back."""
        return await self.happens("child-found", at=at, episode_ref="inc-1", **how)  # type: ignore[arg-type]

    async def time_passes(self, now: datetime) -> int:
        """Clocks that are due fire, with all that follows from that at once."""
        fired = 0
        while more := await fire_due(self.engine, self.dispatch, now=now):
            fired += more
        return fired

    async def told(self, event: str) -> dict[str, Told]:
        """Who has a notice of events of this type."""
        found = await who_has_been_told(self.engine, self.child)
        return {one.recipient: one for one in found if one.event_type == event}


async def lancashire_on(
    engine: AsyncEngine, days: Callable[[], Calendar] = lambda: ENGLAND
) -> Lancashire:
    """Pan-Lancashire on this database, with its services registered."""
    async with writing(engine) as connection:
        for one in SERVICES:
            await register(connection, one, now=LONG_AGO)
    dispatch = Dispatch(
        bundle=Current(the_protocols()),
        facts=Facts(engine),
        directory=Directory(engine),
        days=days,
    )
    return Lancashire(engine, dispatch)
