"""What was told of a record that is there no more is taken back, and nothing because a system was down.

A record counts as gone once a whole read of the child, of data at least some hours newer than those in
which it was first not found, does not find it either: a reporting copy that is loaded anew may show no
rows for a while. Where many are gone at once nothing is taken back until a person has looked: that is how a
lost permission looks. What a record that is there says to be otherwise is taken back at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.polling.tables import POLLED_CHILD, POLLED_TOLD
from gateway.settings import PollSettings
from linking.sealing import Seal
from linking.storage import reading
from linking.tables import LINK
from notifications.turns import writing_in_turn
from records.identifiers import LocalId
from records.polling import Told

_log = logging.getLogger(__name__)

LOOKED_AFTER: Final = timedelta(days=90)
"""How long after it was told a record is read again to see whether it is there: the longest window of
the protocols that counts episodes."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a read says of what was told before.

    ``untrue`` is to be taken back now. ``held_back`` would be, if it were not one of very many.
    """

    untrue: tuple[str, ...] = field(default=(), repr=False)
    held_back: int = 0


class Gone:
    """What one source has told, held against what it shows now."""

    def __init__(
        self, source: str, settings: PollSettings, engine: AsyncEngine, seal: Seal
    ) -> None:
        self._source = source
        self._after = timedelta(hours=settings.gone_after_hours)
        self._at_most = settings.gone_at_most
        self._reread = timedelta(hours=settings.reread_hours)
        self._engine = engine
        self._seal = seal

    async def compare(
        self, told: Told, stands: Iterable[str], local_id: LocalId, now: datetime
    ) -> Compared:
        """Take in what a whole read of a child tells; ``stands`` are the references that are kept as events."""
        mark, as_of = self._seal.local_mark(local_id), min(told.as_of or now, now)
        async with reading(self._engine) as connection:
            known = await self._known(connection, mark)
        new = sorted(set(stands) - known.keys())
        missing = {ref for ref in known if _is_gone(ref, told)}
        newly = [ref for ref in missing if known[ref] is None]
        back = [ref for ref, since in known.items() if since is not None and ref not in missing]
        if new or newly or back:
            async with writing_in_turn(self._engine) as transaction:
                await self._note(transaction, mark, new, now)
                await self._note_missing(transaction, newly, as_of)
                await self._note_missing(transaction, back, None)
        gone = [
            ref
            for ref in sorted(missing)
            if (since := known[ref]) is not None and since <= as_of - self._after
        ]
        untrue = sorted(told.not_so & known.keys() - missing)
        if gone and await self._how_many() > self._at_most:
            _log.error(
                "%s: more records are gone than may go at once; nothing of them is taken back."
                " See `gone_at_most` in its poll section.",
                self._source,
            )
            return Compared(untrue=tuple(untrue), held_back=len(gone))
        return Compared(untrue=(*untrue, *gone))

    async def forget(self, ref: str) -> None:
        """What was told under this reference was taken back, or never was this child's."""
        async with writing_in_turn(self._engine) as transaction:
            await transaction.execute(sa.delete(POLLED_TOLD).where(*self._of([ref])))

    async def due_again(self, now: datetime) -> int:
        """Have children read again of whom something was told and who were not read for a while; how many."""
        told = (
            sa.select(
                POLLED_TOLD.c.mark,
                sa.func.min(POLLED_TOLD.c.gone_since).label("gone_since"),
                sa.func.max(POLLED_TOLD.c.told_at).label("told_at"),
            )
            .where(POLLED_TOLD.c.source == self._source)
            .group_by(POLLED_TOLD.c.mark)
            .subquery()
        )
        read_at = POLLED_CHILD.c.read_at
        query = (
            sa.select(POLLED_CHILD.c.mark, LINK.c.local_sealed)
            .join(told, told.c.mark == POLLED_CHILD.c.mark)
            .join(
                LINK,
                (LINK.c.source == POLLED_CHILD.c.source)
                & (LINK.c.local_mark == POLLED_CHILD.c.mark)
                & LINK.c.unlinked_at.is_(None),
            )
            .where(
                POLLED_CHILD.c.source == self._source,
                POLLED_CHILD.c.sealed.is_(None),
                (
                    (read_at.is_(None) | (read_at < now - self._reread))
                    & (told.c.told_at > now - LOOKED_AFTER)
                )
                | ((told.c.gone_since <= now - self._after) & (read_at < now - self._after / 2)),
            )
            .order_by(read_at, POLLED_CHILD.c.mark)
            .limit(_MOST)
        )
        async with writing_in_turn(self._engine) as transaction:
            found = {row.mark: row.local_sealed for row in await transaction.execute(query)}
            for mark, sealed in found.items():
                await transaction.execute(
                    sa.update(POLLED_CHILD)
                    .where(POLLED_CHILD.c.source == self._source, POLLED_CHILD.c.mark == mark)
                    .values(sealed=sealed, waits_since=now, next_at=now, failures=0)
                )
        return len(found)

    async def _known(self, connection: AsyncConnection, mark: bytes) -> dict[str, datetime | None]:
        """What was told of the child and stands, with since when its record is gone."""
        query = sa.select(POLLED_TOLD.c.sender_ref, POLLED_TOLD.c.gone_since).where(
            POLLED_TOLD.c.source == self._source, POLLED_TOLD.c.mark == mark
        )
        return {row.sender_ref: row.gone_since for row in await connection.execute(query)}

    async def _note(
        self, transaction: AsyncConnection, mark: bytes, refs: Sequence[str], now: datetime
    ) -> None:
        if not refs:
            return
        # The record may have stood under another id of the child's, which became this one.
        await transaction.execute(sa.delete(POLLED_TOLD).where(*self._of(refs)))
        rows = [
            {"source": self._source, "sender_ref": ref, "mark": mark, "told_at": now}
            for ref in refs
        ]
        await transaction.execute(POLLED_TOLD.insert(), rows)

    async def _note_missing(
        self, transaction: AsyncConnection, refs: Sequence[str], since: datetime | None
    ) -> None:
        if refs:
            noted = sa.update(POLLED_TOLD).where(*self._of(refs)).values(gone_since=since)
            await transaction.execute(noted)

    async def _how_many(self) -> int:
        """How many records are gone now of which something was told."""
        query = sa.select(POLLED_TOLD.c.sender_ref).where(
            POLLED_TOLD.c.source == self._source, POLLED_TOLD.c.gone_since.isnot(None)
        )
        async with reading(self._engine) as connection:
            refs = (await connection.execute(query)).scalars().all()
        return len({_record(ref) for ref in refs})

    def _of(self, refs: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
        return POLLED_TOLD.c.source == self._source, POLLED_TOLD.c.sender_ref.in_(refs)


async def how_many_gone(engine: AsyncEngine) -> dict[str, int]:
    """How many records of each source are gone of which something was told and is not taken back yet."""
    query = sa.select(POLLED_TOLD.c.source, POLLED_TOLD.c.sender_ref).where(
        POLLED_TOLD.c.gone_since.isnot(None)
    )
    found: dict[str, set[str]] = {}
    async with reading(engine) as connection:
        for row in await connection.execute(query):
            found.setdefault(row.source, set()).add(_record(row.sender_ref))
    return {source: len(records) for source, records in sorted(found.items())}


def _is_gone(ref: str, told: Told) -> bool:
    return any(ref.startswith(kind) for kind in told.whole) and _record(ref) not in told.there


def _record(ref: str) -> str:
    return ref.rpartition("/")[0]
