"""Whose record this is, that nobody here has seen before: traced by its number, weighed by what it says.

A number that is new is traced at every system, side by side: so those that hold it are linked, and a
number that another has taken the place of leads to the same child. A record that no number places
is weighed against those already known. Whatever is doubtful is a child of their own, at once, with a
possible match for a person to decide; a system that is silent is asked again later. Nobody waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from disclosure.audit import Ledger
from disclosure.comparing import Comparing
from disclosure.entries import Entry, EntryKind
from disclosure.following import write_down
from linking import unweighed
from linking.enrolment import admit, enrol
from linking.index import Ambiguous, Doubt, Found, Index, NotLinked
from linking.match import match
from linking.newcomer import Considered, consider
from linking.numbers import follow_number, is_numbered
from linking.particulars import Likeness, Particulars
from linking.possible import TO_TELL, to_tell
from linking.review import propose
from linking.search import Candidate, Seen, remember
from linking.storage import reading
from linking.unweighed import done_with, put_off, take
from notifications.first_sight import Turns, marks_of
from notifications.happening import OURSELVES, Planning
from notifications.ledger import accept
from notifications.match_notice import MATCH, waits_for_a_person
from notifications.tables import INBOX
from records.child import IdentityCore
from records.errors import NeedsExplicitAction, SourceError
from records.events import Whom
from records.identifiers import LocalId, NHSNumber
from records.source import Known, Source

_log = logging.getLogger(__name__)

PATIENCE: Final = 0.8
"""Seconds for which a record's first event waits for systems to say who it is: for all of them together."""

LATELY: Final = timedelta(days=30)
"""How long a match of which nobody could be told is tried again."""

_MOST: Final = 100
_TOLD: Final = sa.exists().where(
    INBOX.c.source == OURSELVES,
    INBOX.c.sender_ref == sa.literal(MATCH).concat(TO_TELL.c.match_ref),
)
_NOBODY: Final = IdentityCore(given_names=(), family_name=None, birth_date=None)


@dataclass(frozen=True, slots=True)
class Traced:
    """Whom the systems know by a number, and which of them did not say."""

    known: tuple[Known, ...]
    silent: frozenset[str]

    def current(self, number: NHSNumber) -> NHSNumber:
        """The number that has taken this one's place, or the number itself."""
        for one in self.known:
            if one.superseded_from is not None and one.nhs_number is not None:
                return one.nhs_number
        return number


class Newcomers:
    """Finds out whose a record is that nobody here has seen before, with the help of these systems.

    ``told`` plans whom to tell that a match of a child waits for a person.
    """

    def __init__(
        self,
        index: Index,
        ledger: Ledger,
        sources: Mapping[str, Source],
        *,
        patience: float = PATIENCE,
        told: Planning | None = None,
    ) -> None:
        self.index: Final = index
        self.ledger: Final = ledger
        self._sources = sources
        self._patience = patience
        self._told = told
        self._comparing = Comparing(index, ledger, sources, seconds=patience)
        self._turns = Turns(index.engine)

    async def take_in(self, about: Whom, *, by: str, now: datetime) -> str | None:
        """The child, taken into the index if need be; None where no machine may say whose the record is.

        What is said at once of somebody who is new is looked at one after the other, here and in
        every other replica: the first makes the child, and the others find it.
        """
        async with self._turns.about(marks_of(self.index, about)):
            match await self.index.find(nhs_number=about.nhs_number, local_id=about.local_id):
                case Found(child_ref):
                    return child_ref
                case Ambiguous():
                    return await self._reconciled(about, by=by, now=now)
                case NotLinked():
                    return await self._taken_in(about, by=by, now=now)

    async def _taken_in(self, about: Whom, *, by: str, now: datetime) -> str | None:
        number, local_id = about.nhs_number, about.local_id
        traced = await self._traced(number, by=by, now=now)
        current = None if number is None else traced.current(number)
        others = list(traced.known)
        if local_id is None:
            return None if number is None else await self.by_number(others, number, by, now)
        me = Known(local_id=local_id, nhs_number=current, core=about.core or _NOBODY)
        seen = Seen(local_id=local_id, particulars=Particulars.of(me, addresses=about.addresses))
        considered: Considered | None = None
        if current is not None and (others or await self._is_known(current)):
            child = await self.by_number([*others, me], current, by, now)
            await remember(self.index, [seen], now=now)
        else:
            considered = await self.weighed(seen, by=by, now=now, tell=True)
            await self._tell_of(considered.proposed, now)
            child = considered.child_ref
            if current is not None:
                child = await self.by_number([me], current, by, now)
            elif child is None:
                admitted = await admit(self.index, local_id, by=by, now=now)
                write_down(self.ledger, admitted.changes, by=by, now=now)
                child = admitted.child_refs[0]
        if number is not None and current is not None:
            await self.follow(number, current, by=by, now=now)
        await self._put_off(local_id, number, traced, considered, now=now)
        return child

    async def _reconciled(self, about: Whom, *, by: str, now: datetime) -> str | None:
        """Whose event it is where its two identifiers do not lead to one child; None where that is in doubt.

        An id that is new beside a number that is known is no doubt, nor is one of two ids of the child
        whose number it is; and neither is a number that is new beside an id that is known: unless that child has another number, of which the systems
        do not say that the one has taken the place of the other.
        """
        local_id, number = about.local_id, about.nhs_number
        if local_id is None or number is None:
            return None
        by_id = await self.index.find(local_id=local_id)
        by_number = await self.index.find(nhs_number=number)
        if isinstance(by_number, Found) and isinstance(by_id, NotLinked):
            return await self._taken_in(about, by=by, now=now)
        if isinstance(by_number, Found) and isinstance(by_id, Ambiguous):
            # A child whom one system keeps twice: which record to ask is in doubt, and not whose this is.
            theirs = await self.index.children_of(local_id) == {by_number.child_ref}
            return by_number.child_ref if theirs else None
        if not isinstance(by_id, Found) or not isinstance(by_number, NotLinked):
            return None
        if await is_numbered(self.index, by_id.child_ref):
            traced = await self._traced(number, by=by, now=now)
            current = traced.current(number)
            if await self.index.find(nhs_number=current) != by_id:
                return None
            return await self.follow(number, current, by=by, now=now)
        return await self._taken_in(about, by=by, now=now)

    async def tell_the_untold(self, now: datetime) -> int:
        """Tell of the matches whose reviewers a crash has kept from being told; how many there were."""
        if self._told is None:
            return 0
        query = to_tell(now - LATELY, _TOLD, _MOST)
        async with reading(self.index.engine) as connection:
            untold = list((await connection.execute(query)).scalars())
        for match_ref in untold:
            try:
                await self._tell_of([match_ref], now)
            except Exception as error:  # noqa: BLE001 (it is tried again at the next look; others go on)
                _log.error("Nobody could be told of a possible match (%s).", type(error).__name__)
        return len(untold)

    async def look_again(self, now: datetime) -> int:
        """Try again what could not be weighed or traced; how many were tried."""
        due = await take(self.index, now=now)
        for one in due:
            try:
                await self._again(one, now)
            except Exception as error:  # noqa: BLE001 (it is tried again, later)
                _log.error("A record could not be weighed again (%s).", type(error).__name__)
        return len(due)

    async def _again(self, one: unweighed.Unweighed, now: datetime) -> None:
        by = one.local_id.source
        traced = await self._traced(one.nhs_number, by=by, now=now, known_too=True)
        if one.nhs_number is not None and traced.known:
            current = traced.current(one.nhs_number)
            await self.by_number(list(traced.known), current, by, now)
            await self.follow(one.nhs_number, current, by=by, now=now)
        found = await self.index.find(local_id=one.local_id)
        child = found.child_ref if isinstance(found, Found) else None
        own = await self._comparing.particulars(one.local_id, child, by=by, now=now)
        if own is None:
            if not traced.silent and not self._comparing.can_ask(one.local_id.source):
                # Its system only pushes: what it says of the record will never be had from it.
                await done_with(self.index, one.local_id)
            return
        considered = await self.weighed(
            Seen(local_id=one.local_id, particulars=own), by=by, now=now, tell=True
        )
        await self._tell_of(considered.proposed, now)
        if not considered.not_asked and not traced.silent:
            await done_with(self.index, one.local_id)

    async def _traced(
        self, number: NHSNumber | None, *, by: str, now: datetime, known_too: bool = False
    ) -> Traced:
        """Whom the systems know by a number that is new here, or new to be traced."""
        if number is None or (not known_too and await self._is_known(number)):
            return Traced((), frozenset())
        await self.ledger.append(
            Entry(
                kind=EntryKind.INDEX,
                at=now,
                body={"happened": "traced", "system": sorted(self._sources), "said_by": by},
            )
        )
        silent: set[str] = set()

        async def ask(name: str) -> tuple[Known, ...]:
            try:
                async with asyncio.timeout(self._patience):
                    return await self._sources[name].trace(number)
            except NeedsExplicitAction:
                return ()
            except (SourceError, TimeoutError):
                silent.add(name)
                return ()
            except Exception as error:  # noqa: BLE001 (a fault in one adapter must not lose an event)
                _log.error("%s failed inside its adapter: %s", name, type(error).__name__)
                silent.add(name)
                return ()

        answers = await asyncio.gather(*(ask(name) for name in self._sources))
        known = tuple(one for answer in answers for one in answer)
        return Traced(known, frozenset(silent))

    async def by_number(
        self, people: Sequence[Known], number: NHSNumber, by: str, now: datetime
    ) -> str | None:
        """Link these by exact number. The child of the last; None where nobody holds the number."""
        if not people:
            found = await self.index.find(nhs_number=number)
            return found.child_ref if isinstance(found, Found) else None
        enrolled = await enrol(self.index, people, by=by, now=now)
        write_down(self.ledger, enrolled.changes, by=by, now=now)
        findable = [one for one in people if one.core != _NOBODY]
        await remember(self.index, map(_seen, findable), now=now)
        return enrolled.child_refs[-1]

    async def weighed(
        self, seen: Seen, *, by: str, now: datetime, tell: bool = False
    ) -> Considered:
        """Weigh a record against those already known; what came of it is in the ledger.

        ``tell``: of what waits for a person, somebody will be told.
        """

        async def fetch(candidate: Candidate) -> Particulars | None:
            child = candidate.child_refs[0] if len(candidate.child_refs) == 1 else None
            return await self._comparing.particulars(candidate.local_id, child, by=by, now=now)

        considered = await consider(self.index, seen, fetch, by=by, now=now, tell=tell)
        write_down(self.ledger, considered.changes, by=by, now=now)
        if considered.bands or considered.not_asked:
            self.ledger.note(_verdict(considered, seen.local_id.source, by, now))
        return considered

    async def _tell_of(self, proposed: Sequence[str], now: datetime) -> None:
        """Tell whoever answers for a child that somebody has to decide; once for each match."""
        if self._told is None:
            return
        for match_ref in proposed:
            what = await waits_for_a_person(self.index, match_ref, now=now)
            if what is not None:
                await accept(self.index.engine, what, self._told, now=now)

    async def follow(self, old: NHSNumber, new: NHSNumber, *, by: str, now: datetime) -> str | None:
        """Let a number and the one that has taken its place lead to one child, or ask a person."""
        if old == new:
            return None
        followed = await follow_number(self.index, old, new, by=by, now=now)
        write_down(self.ledger, followed.changes, by=by, now=now)
        if followed.two is not None:
            await self._ask_about(*followed.two, by=by, now=now)
        return followed.child_ref

    async def _ask_about(self, one: str, other: str, *, by: str, now: datetime) -> None:
        """Put two children before a person, by the first record of each that can be read."""
        first = await self._readable(one, by=by, now=now)
        second = await self._readable(other, by=by, now=now)
        if first is None or second is None:
            _log.warning(
                "A number leads to two children, and their records cannot be compared yet."
            )
            return
        verdict = match(Likeness(first[1]), Likeness(second[1]))
        match_ref = await propose(
            self.index, first[0], second[0], verdict, by=by, now=now, tell=True
        )
        await self._tell_of([match_ref], now)

    async def _readable(
        self, child: str, *, by: str, now: datetime
    ) -> tuple[LocalId, Particulars] | None:
        subjects = await self.index.subjects(child)
        for local_id in subjects.by_source.values():
            if not isinstance(local_id, Doubt):
                said = await self._comparing.particulars(local_id, child, by=by, now=now)
                if said is not None:
                    return local_id, said
        return None

    async def _is_known(self, number: NHSNumber) -> bool:
        return not isinstance(await self.index.find(nhs_number=number), NotLinked)

    async def _put_off(
        self,
        local_id: LocalId,
        number: NHSNumber | None,
        traced: Traced,
        considered: Considered | None,
        *,
        now: datetime,
    ) -> None:
        """Keep what a silent system left open, to be tried again."""
        not_asked = considered is not None and considered.not_asked
        if traced.silent or not_asked:
            to_trace = number if traced.silent else None
            await put_off(self.index, local_id, to_trace, now=now)


def _seen(one: Known) -> Seen:
    return Seen(
        local_id=one.local_id,
        particulars=Particulars.of(one),
        superseded_from=one.superseded_from,
    )


def _verdict(considered: Considered, system: str, by: str, now: datetime) -> Entry:
    """What came of weighing a record, for the ledger: how many, in which band, and what waits."""
    bands = [band.value for band in considered.bands]
    return Entry(
        kind=EntryKind.INDEX,
        at=now,
        child_ref=considered.child_ref,
        body={
            "happened": "weighed",
            "system": system,
            "said_by": by,
            "bands": {band: bands.count(band) for band in sorted(set(bands))},
            "weights": considered.weights_version,
            "proposed": list(considered.proposed),
            "not_asked": sorted({one.source for one in considered.not_asked}),
        },
    )
