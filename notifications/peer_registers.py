"""What the registers here say of a child of whom another gateway speaks, and what they learn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.disclose import Door
from disclosure.recording import record_area, record_attribute
from notifications.facts_stated import state_facts
from notifications.happening import Happened
from notifications.ledger import Also
from notifications.peer_authority import PLACES, Authorities
from notifications.peer_events import Carried
from notifications.peers import Peer, system_of
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode
from records.people import Access, Purpose, Role, Viewer

_WHY: Final = Access(purpose=Purpose.SAFEGUARD, reason="Whether a gateway may speak of a child")


@dataclass(frozen=True, slots=True)
class Registered:
    """What is known here of a child's authorities, and whether they are looked after."""

    authorities: Authorities
    looked_after: bool | None


class PeerRegisters:
    """Reads and writes the registers for what comes from other gateways."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def of(self, child: str | None, now: datetime) -> Registered:
        """What is known of a child; nothing of one who is new."""
        if child is None:
            return Registered(Authorities(None, None), None)
        viewer = Viewer(
            subject="peers",
            issuer="homeward:peers",
            role=Role.MISSING_COORDINATOR,
            organisation="homeward",
            client="peers",
            expires_at=now,
        )
        facts = (await self._door.situation(viewer, _WHY, child, now)).facts
        looked_after = facts.get(Fact.LOOKED_AFTER)
        return Registered(
            Authorities(_code(facts.get(Fact.AUTHORITY)), _code(facts.get(Fact.HOST_AUTHORITY))),
            looked_after if isinstance(looked_after, bool) else None,
        )

    def stating(self, carried: Carried, peer: Peer, registered: Authorities) -> Also:
        """What is written with the event: what any event states, and what only its sender knew.

        Where the registers know the authorities already, only a placement says anything new.
        """
        stated = stated_by(carried)

        async def also(
            transaction: AsyncConnection, event: Happened, history: Sequence[Happened]
        ) -> None:
            await state_facts(transaction, event, history)
            if event.source != system_of(peer.name):
                return
            said = Said(
                source=event.source,
                by=f"event {event.id}",
                valid_from=min(event.at, event.recorded_at),
                recorded_at=event.recorded_at,
            )
            if not registered.known and event.type not in PLACES - {"placement-planned"}:
                for area, code in (
                    (Area.RESPONSIBLE, stated.responsible),
                    (Area.HOST, stated.host),
                ):
                    if code is not None:
                        await record_area(transaction, event.child, area, AuthorityCode(code), said)
            if carried.looked_after is not None:
                await record_attribute(
                    transaction, event.child, Fact.LOOKED_AFTER, carried.looked_after, said
                )

        return also


def stated_by(carried: Carried) -> Authorities:
    """The two authorities as the sender states them; what is no code counts as not stated."""
    return Authorities(_code(carried.responsible), _code(carried.host))


def _code(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return AuthorityCode(value).code
    except MalformedIdentifier:
        return None
