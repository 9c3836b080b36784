"""Which child another gateway speaks of: by what we called the child, by what they call them, or by a number.

No index is shared. Each gateway gives its peer a pseudonym of its own, and hears it back; name and
number cross only where the door opens them. Doubt is never merged: a person here says whose it is,
and meanwhile the sender keeps the event and tries again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from linking.enrolment import link
from linking.index import Ambiguous, Found, Index, NotLinked
from linking.storage import reading
from linking.tables import LINK, How
from notifications.newcomers import Newcomers
from notifications.peer_events import About
from notifications.peer_tables import PEER_SUBJECT
from notifications.peers import system_of
from notifications.receiving import NOBODYS
from notifications.tables import EVENT, INBOX
from records.child import IdentityCore
from records.errors import MalformedIdentifier
from records.events import Whom
from records.identifiers import LocalId, NHSNumber

_PLACED: Final = (
    sa.select(EVENT.c.child)
    .join(INBOX, INBOX.c.event == EVENT.c.id)
    .where(
        INBOX.c.source == sa.bindparam("source"),
        INBOX.c.sender_ref == sa.bindparam("ref"),
        EVENT.c.child != NOBODYS,
    )
    .order_by(INBOX.c.received_at.desc())
    .limit(1)
)
_CALLED: Final = sa.select(LINK.c.child_ref).where(
    LINK.c.local_mark == sa.bindparam("mark"), LINK.c.unlinked_at.is_(None)
)
_OURS: Final = sa.select(PEER_SUBJECT.c.child).where(
    PEER_SUBJECT.c.subject == sa.bindparam("subject"), PEER_SUBJECT.c.peer == sa.bindparam("peer")
)


class InDoubt(Exception):
    """The identifiers lead to several children: a person has to say which."""


class PeerChildren:
    """Finds the children that other gateways speak of."""

    def __init__(self, index: Index, newcomers: Newcomers) -> None:
        self._index = index
        self._newcomers = newcomers

    async def known(self, peer: str, subject: str, about: About, statement: str) -> str | None:
        """The child, if we know them already; None where they are new to us.

        Where a person has said whose this very statement is, that holds.

        Raises:
            InDoubt: what is said of them leads to several.
        """
        placed = await self.placed(peer, statement)
        if placed is not None:
            return placed
        found: set[str] = set()
        if about.yours is not None and (ours := await self._ours(peer, about.yours)) is not None:
            found.add(ours)
        found |= await self._called(LocalId(system_of(peer), subject))
        match await self._numbered(about):
            case Found(child_ref):
                found.add(child_ref)
            case Ambiguous():
                raise InDoubt
            case NotLinked():
                pass
        if len(found) > 1:
            raise InDoubt
        return next(iter(found), None)

    async def kept(
        self, child: str | None, peer: str, subject: str, about: About, now: datetime
    ) -> str:
        """The child, linked under the peer's pseudonym; a child of their own where they are new.

        Raises:
            InDoubt: no machine may say whose record it is.
        """
        local_id = LocalId(system_of(peer), subject)
        if child is None:
            whom = Whom(local_id=local_id, nhs_number=_number(about), core=_core(about))
            taken = await self._newcomers.take_in(whom, by=system_of(peer), now=now)
            if taken is None:
                raise InDoubt
            return taken
        if not await self._called(local_id):
            await link(self._index, child, local_id, how=How.LOCAL_ID, by=system_of(peer), now=now)
        return child

    async def _ours(self, peer: str, subject: str) -> str | None:
        async with reading(self._index.engine) as connection:
            found = await connection.execute(_OURS, {"subject": subject, "peer": peer})
            child: str | None = found.scalar()
        return None if child is None else self._index.kept.of(child)

    async def placed(self, peer: str, statement: str) -> str | None:
        """The child under whom this very statement is kept; None where it never came, or nobody has said whose it is."""
        async with reading(self._index.engine) as connection:
            asked = {"source": system_of(peer), "ref": statement}
            child: str | None = (await connection.execute(_PLACED, asked)).scalar()
        return None if child is None else self._index.kept.of(child)

    async def _called(self, local_id: LocalId) -> set[str]:
        """The children whom a peer calls so. One may have two pseudonyms: two of theirs are one of ours."""
        async with reading(self._index.engine) as connection:
            mark = self._index.seal.local_mark(local_id)
            return set((await connection.execute(_CALLED, {"mark": mark})).scalars())

    async def _numbered(self, about: About) -> Found | Ambiguous | NotLinked:
        number = _number(about)
        return NotLinked() if number is None else await self._index.find(nhs_number=number)


def _number(about: About) -> NHSNumber | None:
    try:
        return None if about.nhs_number is None else NHSNumber(about.nhs_number)
    except MalformedIdentifier:
        return None


def _core(about: About) -> IdentityCore | None:
    if not about.given_names and about.family_name is None:
        return None
    return IdentityCore(
        given_names=about.given_names,
        family_name=about.family_name,
        birth_date=about.birth_date,
    )
