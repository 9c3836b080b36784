"""What follows from an event where other gateways have a part: who is told through them, and who was told already.

Whatever a protocol asks of an authority that another gateway serves goes as one notice to that
authority's line. Nobody is told through a gateway that has the event already. Each gateway applies
the protocols of its own authorities: a role of another's protocol that nobody registered here is
told there, and a clock whose owners are all there runs there, as soon as that gateway has the event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.happening import Happened, Plan, Planning, Start, Tell
from notifications.peer_origin import came
from notifications.peers import PEER, Peers, line_of
from notifications.recipients import Recipient, registered


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Authorities of gateways that have the event, and partnerships that are theirs and not ours."""

    authorities: frozenset[str]
    partnerships: frozenset[str]

    def tells(self, tell: Tell) -> bool:
        """Whether somebody is left to them: a role of their protocol that has no name here."""
        return _organisation(tell.recipient) in self.partnerships

    def runs(self, start: Start) -> bool:
        """Whether a clock is left to them: all who own it are theirs."""
        owners: Any = start.terms.get("owners", ())
        reasons: Any = start.terms.get("reasons", ())
        theirs = all(reason["partnership"] in self.partnerships for reason in reasons)
        return bool(owners) and all(
            theirs if owner["at"] is None else owner["at"] in self.authorities for owner in owners
        )


class PeerPlanning:
    """A planning that knows of other gateways. Without any it changes nothing.

    ``partnerships`` gives the partnership of each authority whose protocol is in force.
    """

    def __init__(
        self,
        planning: Planning,
        engine: AsyncEngine,
        peers: Callable[[], Peers | None],
        partnerships: Callable[[], Mapping[str, str]],
    ) -> None:
        self._planning = planning
        self._engine = engine
        self._peers = peers
        self._partnerships = partnerships

    async def __call__(self, event: Happened, history: Sequence[Happened]) -> Plan:
        """Everything that follows, with everybody told once and by one way."""
        plan = await self._planning(event, history)
        peers = self._peers()
        if peers is None:
            return plan
        from_peer = came(event)
        tells = plan.tell if from_peer is None else (*plan.tell, from_peer.tell)
        have = frozenset(() if from_peer is None else from_peer.via)
        known = await self._known(tells, peers)
        told: list[Tell] = []
        reached = set(have)
        for tell in tells:
            there = known.get(tell.recipient)
            routed = tell if there is not None else _routed(tell, peers)
            peer = _peer_of(routed, there, peers)
            if peer is not None and peer in have:
                continue
            if peer is not None:
                reached.add(peer)
            told.append(routed)
        there_too = self._elsewhere(reached, peers)
        start = tuple(one for one in plan.start if not there_too.runs(one))
        left = tuple(tell for tell in told if not there_too.tells(tell))
        return replace(plan, tell=left, start=start)

    def _elsewhere(self, reached: Collection[str], peers: Peers) -> _Elsewhere:
        """What is seen to by the gateways that have the event."""
        codes = {code for peer in peers.others if peer.name in reached for code in peer.serves}
        of = self._partnerships()
        own = {of[code] for code in peers.us.serves if code in of}
        theirs = {of[code] for code in codes if code in of}
        return _Elsewhere(frozenset(codes), frozenset(theirs - own))

    async def _known(self, tells: Sequence[Tell], peers: Peers) -> Mapping[str, Recipient]:
        """Those recipients of other gateways' authorities who are registered here, however they are reached."""
        ids = {tell.recipient for tell in tells if peers.of(_organisation(tell.recipient))}
        if not ids:
            return {}
        async with reading(self._engine) as connection:
            return await registered(connection, ids)


def _organisation(recipient: str) -> str:
    return recipient.partition("/")[0]


def _routed(tell: Tell, peers: Peers) -> Tell:
    """The same for the line of the authority, where another gateway serves it."""
    organisation = _organisation(tell.recipient)
    if peers.of(organisation) is None:
        return tell
    return replace(tell, recipient=line_of(organisation), channel=None, ladder=None)


def _peer_of(tell: Tell, there: Recipient | None, peers: Peers) -> str | None:
    """The gateway through which this recipient is told; None for one who is told from here."""
    if there is not None:
        way = there.way(PEER)
        return way.address if way is not None and there.channel_for(tell.channel) == PEER else None
    peer = peers.of(_organisation(tell.recipient))
    return None if peer is None else peer.name
