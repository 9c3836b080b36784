"""From a role that a protocol names to the recipients who hold it for this child, now.

An authority's role is looked for at that authority. Any other is held by whoever stands so to the
child: their worker, home, school, nurse team, force; or, where nobody is recorded, by a service
registered for the area. Of several roles that would do, the first that somebody holds is told; where
the protocol means everybody of them ("the agencies involved"), all are. A post that is registered by
the protocol's own name for it ("assistant_director") is told before others of the same rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.fact_tables import STANDING
from linking.glancing import glancing
from notifications.recipients import Recipient, recipient_from
from notifications.tables import DELIVERY, EVENT, RECIPIENT, SERVES, DeliveryState
from protocols.duties_due import Addressee
from protocols.vocabulary import UNKNOWN
from records.people import KIND_OF, Kind, Role, Standing

_INSTANT: Final = STANDING.c.valid_from.type
_LATER: Final = STANDING.alias("later")
_STANDINGS: Final = sa.select(
    STANDING.c.standing,
    STANDING.c.issuer,
    STANDING.c.subject,
    STANDING.c.organisation,
    STANDING.c.role,
).where(
    STANDING.c.child_ref == sa.bindparam("child"),
    STANDING.c.valid_from <= sa.bindparam("now", type_=_INSTANT),
    STANDING.c.valid_to.is_(None) | (STANDING.c.valid_to > sa.bindparam("now", type_=_INSTANT)),
    ~sa.exists().where(_LATER.c.replaces == STANDING.c.id),
)
_REACHABLE: Final = sa.select(RECIPIENT).where(RECIPIENT.c.ended_at.is_(None))
_OF_THESE: Final = RECIPIENT.c.organisation.in_(sa.bindparam("organisations", expanding=True))
_NAMED: Final = RECIPIENT.c.subject.in_(sa.bindparam("subjects", expanding=True))
_AT: Final = _REACHABLE.where(_OF_THESE).order_by(RECIPIENT.c.id)
_TOLD: Final = (
    sa.select(DELIVERY.c.recipient, EVENT.c.type)
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(
        DELIVERY.c.child == sa.bindparam("child"),
        EVENT.c.id.in_(sa.bindparam("events", expanding=True)),
    )
    .order_by(DELIVERY.c.recipient)
)
_REACHED: Final = _TOLD.where(
    DELIVERY.c.state.not_in([DeliveryState.FAILED.value, DeliveryState.WITHHELD.value])
)


@lru_cache(maxsize=8)
def _candidates(areas: int) -> sa.CompoundSelect[Any]:
    """Whoever is named, or serves one of so many areas: few of a register of thousands, by its indexes; some twice."""
    found = [_REACHABLE.where(_OF_THESE), _REACHABLE.where(_NAMED)]
    if areas:
        serving = (
            RECIPIENT.c.serves.contains(sa.bindparam(f"area_{n}", type_=sa.String))
            for n in range(areas)
        )
        found.append(_REACHABLE.where(SERVES, sa.or_(*serving)))
    return sa.union_all(*found)


DUTY_TEAMS: Final = (Role.EMERGENCY_DUTY_TEAM, Role.FRONT_DOOR, Role.MISSING_COORDINATOR)
"""Who is told instead, at the child's authorities, when a role has nobody to be told."""

OF_AN_AREA: Final = frozenset(
    {Standing.INVESTIGATING_FORCE, Standing.NURSE_TEAM, Standing.INTERVIEWS_CHILD}
)
"""What a service may be to every child of an area, by the deployment's own register of recipients."""

_PRIVATE: Final = frozenset({Kind.FAMILY, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who stands so to the child: a person, an organisation, or a role there.

    Not ``recorded``: the child's authority, by the area alone.
    """

    standing: str
    person: tuple[str, str] | None = field(repr=False)
    organisation: str | None
    role: str | None
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Around:
    """Everybody around one child who can be told, as of one instant."""

    holders: tuple[Holder, ...]
    recipients: tuple[Recipient, ...]
    areas: frozenset[str]

    def who(self, to: Addressee) -> tuple[str, ...]:
        """The recipients who hold this role for the child; none where nobody is registered."""
        candidates = self._candidates(to)
        everybody: list[str] = []
        for role in to.role.in_order or sorted(to.role.roles, key=lambda r: r.value):
            found = _in_post([r for r in candidates if r.role is role], to.role.id)
            if found and not to.role.each:
                return found
            everybody += found
        return tuple(everybody)

    def by_area(self, to: Addressee) -> Standing | None:
        """What a service of the area is to the child when it is told; None for whoever is recorded to be that."""
        standings = to.role.standing & OF_AN_AREA
        if to.authority is not None or not standings or self._stand_so(to):
            return None
        return min(standings, key=lambda standing: standing.value)

    def unregistered(self, to: Addressee) -> str | None:
        """What somebody is called whom nobody registered; None for the family and the public.

        They are told by people, not by a gateway, unless they asked to be registered.
        """
        if all(KIND_OF[role] in _PRIVATE for role in to.role.roles):
            return None
        where = to.authority if isinstance(to.authority, str) else to.protocol
        return f"{where}/{to.role.id}"

    def of(self, recipient: str) -> str:
        """The organisation of one of these recipients."""
        return next(r.organisation for r in self.recipients if r.id == recipient)

    def duty_teams(self) -> tuple[str, ...]:
        """The teams of the child's authorities who are there when somebody else is not."""
        return tuple(
            r.id
            for role in DUTY_TEAMS
            for r in self.recipients
            if r.role is role and r.organisation in self.areas
        )

    def instead_of(self, recipient: str) -> tuple[str, ...] | None:
        """The duty team of a council that named nobody to follow its own silence; None where somebody is named."""
        who = next((r for r in self.recipients if r.id == recipient), None)
        if who is None or who.escalates_to or who.organisation not in self.areas:
            return None
        teams = self.duty_teams()
        own = [one for one in teams if self.of(one) == who.organisation and one != recipient]
        return tuple(own) or None

    def _candidates(self, to: Addressee) -> list[Recipient]:
        if to.authority is UNKNOWN:
            return []
        if isinstance(to.authority, str):
            return [r for r in self.recipients if r.organisation == to.authority]
        holders = self._stand_so(to)
        found = [r for r in self.recipients if any(_is(r, h) for h in holders)]
        if found or any(h.recorded for h in holders):
            return found
        return [r for r in self.recipients if r.serves & self.areas]

    def _stand_so(self, to: Addressee) -> list[Holder]:
        wanted = {standing.value for standing in to.role.standing}
        return [h for h in self.holders if h.standing in wanted]


class Directory:
    """The registers of recipients and standings in one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def at(self, organisations: Sequence[str]) -> tuple[Recipient, ...]:
        """Everybody who can be told at these organisations."""
        if not organisations:
            return ()
        async with glancing(self._engine) as connection:
            found = await connection.execute(_AT, {"organisations": list(organisations)})
            return tuple(recipient_from(row) for row in found)

    async def around(
        self, child: str, authorities: Mapping[Standing, str], now: datetime
    ) -> Around:
        """Everybody around a child whose authorities are these, by what they are to the child."""
        codes = frozenset(authorities.values())
        async with glancing(self._engine) as connection:
            rows = await connection.execute(_STANDINGS, {"child": child, "now": now})
            holders = tuple(_holder(row) for row in rows) + tuple(
                Holder(standing.value, None, code, None, recorded=False)
                for standing, code in authorities.items()
            )
            given = {
                "organisations": sorted(
                    codes | {h.organisation for h in holders if h.organisation}
                ),
                "subjects": sorted({h.person[1] for h in holders if h.person}),
                **{f"area_{n}": f'"{code}"' for n, code in enumerate(sorted(codes))},
            }
            found = await connection.execute(_candidates(len(codes)), given)
            recipients = {recipient.id: recipient for recipient in map(recipient_from, found)}
        return Around(holders, tuple(recipients[name] for name in sorted(recipients)), codes)

    async def told(self, child: str, events: Sequence[str]) -> dict[str, str]:
        """Who has a notice of any of these events, and of which type, by recipient."""
        async with glancing(self._engine) as connection:
            rows = await connection.execute(_TOLD, {"child": child, "events": list(events)})
            return {row.recipient: row.type for row in rows}

    async def within_reach(self, child: str, events: Sequence[str]) -> frozenset[str]:
        """Who was told of any of these events or will be: not those whom nothing could reach or was to reach."""
        async with glancing(self._engine) as connection:
            rows = await connection.execute(_REACHED, {"child": child, "events": list(events)})
            return frozenset(row.recipient for row in rows)


def _in_post(holders: Sequence[Recipient], post: str) -> tuple[str, ...]:
    """Those registered for this very post, or else those registered for none; never another post's holder."""
    own = tuple(r.id for r in holders if r.post == post)
    return own or tuple(r.id for r in holders if r.post is None)


def _is(recipient: Recipient, holder: Holder) -> bool:
    if holder.person is not None:
        return recipient.person == holder.person
    if holder.role is not None and holder.role != recipient.role.value:
        return False
    return recipient.person is None and recipient.organisation == holder.organisation


def _holder(row: Any) -> Holder:  # noqa: ANN401 (a database row)
    person = None if row.subject is None else (row.issuer, row.subject)
    return Holder(row.standing, person, row.organisation, row.role)
