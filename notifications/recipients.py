"""Who can be told: the register of recipients, their channels, their hours and whom they escalate to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.glancing import Glance
from linking.quickly import run
from notifications.tables import ENDPOINT, RECIPIENT
from records.people import Role, Viewer

LONDON: Final = ZoneInfo("Europe/London")
PATIENCE: Final = timedelta(hours=1)
"""How long a recipient may take to acknowledge, unless they or the protocol say otherwise."""

_ISSUER: Final = "homeward:notices"
_REMEMBERED: Final = 4096
_FOR_EVER: Final = timedelta(days=36500)
_NAMED: Final = sa.select(RECIPIENT).where(RECIPIENT.c.id.in_(sa.bindparam("ids", expanding=True)))
_ALL: Final = sa.select(RECIPIENT).order_by(RECIPIENT.c.id)


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to reach a recipient: the channel, and its address there. Never printed.

    ``secrets`` are names of webhook secrets in the deployment's own keeping, newest first.
    ``content``: what may be known may be written there; otherwise it is a bell that says "sign in".
    """

    channel: str
    address: str = ""
    secrets: tuple[str, ...] = ()
    content: bool = False

    def __repr__(self) -> str:
        """The channel only."""
        return f"Way({self.channel})"


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a recipient takes what is not urgent: from one time of day to another, in London.

    A team of the night opens in the evening and closes in the morning.
    """

    opens: time
    closes: time

    def hold(self, at: time) -> bool:
        """Whether this time of day is in them."""
        if self.opens <= self.closes:
            return self.opens <= at < self.closes
        return at >= self.opens or at < self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A role at an organisation, or one person there, who can be told.

    ``serves`` are the authorities (GSS codes) whose area it covers, for police and health.
    ``person`` is the issuer and subject of one who is told by name of their sign-in.
    ``escalates_to`` are recipients, told in turn when nothing is acknowledged; ``desk`` is whom
    to ring when no machine gets through.
    """

    id: str
    organisation: str
    role: Role
    team: str | None = None
    person: tuple[str, str] | None = field(default=None, repr=False)
    serves: frozenset[str] = frozenset()
    ways: tuple[Way, ...] = ()
    hours: Hours | None = None
    acknowledge_within: timedelta = PATIENCE
    escalates_to: tuple[str, ...] = ()
    desk: str | None = field(default=None, repr=False)
    ended: bool = False

    @property
    def post(self) -> str | None:
        """The post as a protocol names it (`assistant_director`), where several share the role; it ends the id."""
        if self.person is not None:
            return None
        rest = self.id.removeprefix(f"{recipient_id(self.organisation, self.role)}/")
        return rest if rest != self.id else None

    def channel_for(self, preferred: str | None) -> str | None:
        """The channel to try first; None where there is no way to reach them."""
        channels = [way.channel for way in self.ways]
        if preferred in channels:
            return preferred
        return channels[0] if channels else None

    def after(self, channel: str) -> str | None:
        """The channel to try when this one has failed for good."""
        channels = [way.channel for way in self.ways]
        place = channels.index(channel) + 1 if channel in channels else 0
        return channels[place] if place < len(channels) else None

    def way(self, channel: str) -> Way | None:
        """How they are reached by this channel."""
        return next((way for way in self.ways if way.channel == channel), None)

    def awake_from(self, at: datetime) -> datetime:
        """The first instant from ``at`` at which they take what is not urgent."""
        if self.hours is None:
            return at
        there = at.astimezone(LONDON)
        if self.hours.hold(there.time()):
            return at
        day = there.date() if there.time() < self.hours.opens else there.date() + timedelta(days=1)
        return datetime.combine(day, self.hours.opens, LONDON).astimezone(at.tzinfo)

    def viewer(self, now: datetime) -> Viewer:
        """Them, as the door sees whoever asks."""
        issuer, subject = self.person or (_ISSUER, self.id)
        return Viewer(
            subject=subject,
            issuer=issuer,
            role=self.role,
            organisation=self.organisation,
            client="notices",
            expires_at=now + _FOR_EVER,
            team=self.team,
        )


def recipient_id(organisation: str, role: Role, post: str | None = None) -> str:
    """What a role at an organisation is called in the register, or one post of that role."""
    named = f"{organisation}/{role.value}"
    return named if post is None else f"{named}/{post}"


async def register(connection: AsyncConnection, recipient: Recipient, *, now: datetime) -> None:
    """Add a recipient, or change how they are reached from now on: no way of theirs rests any longer."""
    row = _row(recipient, now)
    changed = await connection.execute(
        sa.update(RECIPIENT)
        .where(RECIPIENT.c.id == recipient.id)
        .values({name: value for name, value in row.items() if name not in ("id", "registered_at")})
    )
    if not changed.rowcount:
        await connection.execute(RECIPIENT.insert(), row)
    rests = sa.update(ENDPOINT).where(ENDPOINT.c.recipient == recipient.id)
    await connection.execute(rests.values(failures=0, paused_until=None))


async def registered(
    connection: AsyncConnection | Glance,
    ids: Collection[str] | None = None,
    *,
    ended: bool = False,
) -> Mapping[str, Recipient]:
    """These recipients, or all of them, by id; those that nobody registered are left out.

    ``ended``: those, too, who are no longer to be told.
    """
    if ids is None:
        rows = await run(connection, _ALL)
    else:
        rows = await run(connection, _NAMED, {"ids": sorted(ids)})
    found = (recipient_from(row) for row in rows)
    return {recipient.id: recipient for recipient in found if ended or not recipient.ended}


async def end(connection: AsyncConnection, recipient: str, *, at: datetime) -> None:
    """Tell this recipient nothing more: what still waits for them escalates."""
    ended = sa.update(RECIPIENT).where(RECIPIENT.c.id == recipient).values(ended_at=at)
    await connection.execute(ended)


def _row(recipient: Recipient, now: datetime) -> dict[str, Any]:
    return {
        "id": recipient.id,
        "organisation": recipient.organisation,
        "role": recipient.role.value,
        "team": recipient.team,
        "issuer": None if recipient.person is None else recipient.person[0],
        "subject": None if recipient.person is None else recipient.person[1],
        "serves": msgspec.json.encode(sorted(recipient.serves)).decode(),
        "channels": msgspec.json.encode(recipient.ways).decode(),
        "hours": None if recipient.hours is None else msgspec.json.encode(recipient.hours).decode(),
        "acknowledge_within": int(recipient.acknowledge_within.total_seconds()),
        "escalates_to": msgspec.json.encode(recipient.escalates_to).decode(),
        "desk": recipient.desk,
        "registered_at": now,
        "ended_at": None,
    }


def recipient_from(row: Any) -> Recipient:  # noqa: ANN401 (a database row)
    """A recipient as the register has them, from all the columns of their row."""
    return _recipient(tuple(row))


@lru_cache(maxsize=_REMEMBERED)
def _recipient(row: tuple[Any, ...]) -> Recipient:
    """The same for the same row: a register changes seldom, and is read for each event."""
    said = dict(zip(RECIPIENT.c.keys(), row, strict=True))
    person = None if said["subject"] is None else (said["issuer"], said["subject"])
    hours = said["hours"]
    return Recipient(
        id=said["id"],
        organisation=said["organisation"],
        role=Role(said["role"]),
        team=said["team"],
        person=person,
        serves=frozenset(msgspec.json.decode(said["serves"], type=list[str])),
        ways=msgspec.json.decode(said["channels"], type=tuple[Way, ...]),
        hours=None if hours is None else msgspec.json.decode(hours, type=Hours),
        acknowledge_within=timedelta(seconds=said["acknowledge_within"]),
        escalates_to=msgspec.json.decode(said["escalates_to"], type=tuple[str, ...]),
        desk=said["desk"],
        ended=said["ended_at"] is not None,
    )
