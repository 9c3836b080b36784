"""Testshire with recipients: a door, a ledger, a worker, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.disclose import Door
from disclosure.facts import Facts
from gateway.http import PooledHttp
from linking.index import Index
from linking.storage import writing
from notifications.channels.addresses import Place
from notifications.channels.channel import Channel
from notifications.channels.webhook import Webhook
from notifications.deliver import Telling, Worker
from notifications.happening import Planning
from notifications.ledger import Appended, accept
from notifications.recipients import Recipient, Way, register
from records.items import Item
from records.people import Role, Viewer
from tests.disclosure.casework import (
    COORDINATOR,
    KEY,
    NOW,
    NURSE,
    PEPPER,
    STRANGER,
    WORKER,
    Testshire,
    bundle,
    settle,
    systems,
)
from tests.notifications.casework import missing, telling

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_dGhlIG9sZCBzZWNyZXQgb2YgdGVzdHNoaXJl"
SECRETS = {"new": SECRET, "old": OLD_SECRET}


@dataclass
class House:
    """Everything that a notice goes through, with real parts."""

    testshire: Testshire
    ledger: Ledger
    telling: Telling
    now: datetime = NOW
    clients: list[PooledHttp] = field(default_factory=list)

    @property
    def engine(self) -> AsyncEngine:
        return self.testshire.engine

    @property
    def child(self) -> str:
        return self.testshire.child_ref

    def clock(self) -> datetime:
        return self.now

    def later(self, by: timedelta) -> None:
        self.now += by

    def webhook(self, *, loopback: bool = True) -> Webhook:
        def pinned(place: Place) -> PooledHttp:
            client = PooledHttp(pinned=(place.host, place.address, place.port))
            self.clients.append(client)
            return client

        return Webhook(secret=SECRETS.get, pinned=pinned, loopback=loopback)

    def worker(self, *channels: Channel) -> Worker:
        return Worker(self.engine, self.telling, channels or (self.webhook(),), clock=self.clock)

    async def registers(self, viewer: Viewer, *ways: Way, **how: object) -> Recipient:
        """A practitioner of Testshire as somebody who can be told."""
        person = viewer.role is Role.SOCIAL_WORKER
        recipient = Recipient(
            id=f"{viewer.organisation}/{viewer.role.value}",
            organisation=viewer.organisation,
            role=viewer.role,
            person=(viewer.issuer, viewer.subject) if person else None,
            ways=ways,
            **how,  # type: ignore[arg-type]
        )
        async with writing(self.engine) as connection:
            await register(connection, recipient, now=self.now)
        return recipient

    async def happens(
        self,
        *recipients: Recipient,
        event: str = "child-reported-missing",
        ref: str = "incident-1",
        child: str | None = None,
        items: Collection[Item] = (Item.EPISODE_DETAIL,),
        planning: Planning | None = None,
    ) -> Appended:
        """Something happens to the child, and these have to be told."""
        plan = planning or telling(*(r.id for r in recipients), items=frozenset(items))
        what = missing(child or self.child, ref, at=self.now, event=event)
        return await accept(self.engine, what, plan, now=self.now)


@asynccontextmanager
async def a_house(engine: AsyncEngine) -> AsyncIterator[House]:
    """Testshire on this database."""
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        index, sources = Index(engine, PEPPER), systems()
        child = await settle(engine, index, tuple(sources))
        door = Door(
            bundle=bundle(),
            facts=Facts(engine),
            ledger=ledger,
            index=index,
            sources=sources,
            deadline=2.0,
        )
        telling_ = Telling(door, origin="https://homeward.test", key=PEPPER)
        house = House(Testshire(engine, door, sources, child), ledger, telling_)
        try:
            yield house
        finally:
            for client in house.clients:
                await client.close()


__all__ = ["COORDINATOR", "NURSE", "STRANGER", "WORKER", "House", "a_house"]
