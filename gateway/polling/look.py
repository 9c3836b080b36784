"""One look at one source: who has changed, and what each of them tells, kept as if it had been pushed.

Whoever is listed is written down before the source is moved on, and an event is kept before its
child is crossed out. So a process may die anywhere: the next one goes on, and what is told twice
has the same reference.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from disclosure.audit import Ledger
from disclosure.comparing import COMPARED
from disclosure.following import write_down
from gateway.polling import standing
from gateway.polling.gone import Gone
from gateway.polling.news import Fresh, News
from gateway.polling.standing import Waiting
from gateway.polling.tables import OF_EPISODES
from gateway.settings import PollSettings
from gateway.stating.reading import Unread
from gateway.stating.stating import Stating, note_unread
from linking import review
from linking.enrolment import supersede
from linking.index import Doubt, Found, Index, NotLinked
from notifications import leasing
from notifications.receiving import Receiving
from notifications.turns import writing_in_turn
from notifications.waking import Bells
from records.child import Identity, Placement
from records.errors import SourceError, SourceUnavailable
from records.events import Whom
from records.identifiers import LocalId
from records.items import Item
from records.people import Purpose
from records.polling import ASKED, Changed, ListsFacts, Polls, Told
from records.source import Question, Source

_log = logging.getLogger(__name__)

BATCH: Final = 50
_DEADLINES: Final = 6
"""How many of a look's deadlines a lease lasts: a child is read with five calls at most."""
AGAIN: Final = 500
"""How many children are read at one look for their facts alone, so that news does not wait for them."""
_LONGEST_WORD: Final = 200
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(hours=1)
_SPREAD: Final = secrets.SystemRandom()


class Pollable(Source, Polls, Protocol):
    """A source that can be asked what has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of a look. ``kept`` are events that were new; ``left`` are children to be read again."""

    changed: int = 0
    kept: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What keeps what is told: the index, the ledger, the events, and who is woken."""

    index: Index
    ledger: Ledger
    receiving: Receiving
    bells: Bells


class Watch:
    """One source, looked at again and again by whichever replica has its lease."""

    def __init__(
        self,
        source: Pollable,
        settings: PollSettings,
        keeping: Keeping,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.source = source
        self.settings = settings
        self._keeping = keeping
        self._engine = keeping.index.engine
        self._seal = keeping.index.seal
        self._news = News(keeping.index)
        self._gone = Gone(source.name, settings, self._engine, self._seal)
        self._stating = (
            None if settings.facts is None else Stating(source, settings, keeping.index.engine)
        )
        self._clock = clock
        self._holder = secrets.token_urlsafe(16)
        self._lease = f"poll/{source.name}"
        self._turn = asyncio.Lock()
        self._unread: set[str] = set()

    async def look_if_due(self) -> Looked | None:
        """Look, if it is time and nobody else does; None otherwise."""
        now = self._clock()
        there = (await standing.standings(self._engine)).get(self.source.name)
        if (
            there is not None
            and there.next_at > now
            and (there.failing_since or not await self._anybody_waits(now))
        ):
            return None
        return await self._in_turn(whatever_the_time=False)

    async def look(self) -> Looked | None:
        """Look, whatever the time; None where another does."""
        return await self._in_turn(whatever_the_time=True)

    async def _in_turn(self, *, whatever_the_time: bool) -> Looked | None:
        async with self._turn:
            if not await self._holds(self._clock()):
                return None
            try:
                return await self._look(whatever_the_time=whatever_the_time)
            finally:
                await leasing.let_go(self._engine, self._lease, self._holder)

    async def _stands(self, now: datetime) -> standing.Standing:
        """Where the source stands: at its beginning, where nobody has looked at it before."""
        name = self.source.name
        there = (await standing.standings(self._engine)).get(name)
        if there is not None:
            return there
        since = now - timedelta(hours=self.settings.looks_back_hours)
        await standing.begin(self._engine, name, since=since, now=now)
        return (await standing.standings(self._engine))[name]

    async def _look(self, *, whatever_the_time: bool) -> Looked:
        """List who has changed if it is time, and read whoever waits."""
        name, now = self.source.name, self._clock()
        # Read again, now that it is ours: another may have looked while we waited for our turn.
        there = await self._stands(now)
        changed = 0
        if whatever_the_time or there.next_at <= now:
            try:
                found = await self._changed(there.as_of, now)
            except Exception as error:  # noqa: BLE001 (a fault in one adapter is a system that is late, and waits its turn)
                await self._source_failed(error, there.failures)
                return Looked(left=there.waiting)
            if found.skipped:
                _log.warning("%s: %d changed rows name nobody.", name, found.skipped)
            changed = await standing.listed(
                self._engine, self._seal, name, found, now=now, next_at=now + self._every()
            )
            await self._whose_facts_are_due(now)
            await self._gone.due_again(now)
        kept = 0
        try:
            while batch := await standing.waiting(
                self._engine, self._seal, name, now=self._clock(), most=BATCH
            ):
                for one in batch:
                    kept += await self._child(one, there.began_at)
                    if not await self._holds(self._clock()):
                        return Looked(changed=changed, kept=kept)
        except SourceUnavailable as error:
            await self._source_failed(error, there.failures)
        await self._note_unread()
        left = (await standing.standings(self._engine))[name].waiting
        return Looked(changed=changed, kept=kept, left=left)

    async def _child(self, one: Waiting, began_at: datetime) -> int:
        """Keep what one child's records tell; how much of it was new.

        Raises:
            SourceUnavailable: the source answers nobody now.
        """
        try:
            kept, stated_at = await self._told(one.local_id, began_at)
        except Exception as error:
            _log.error("%s: a child could not be read (%s).", self.source.name, _kind(error))
            until = self._clock() + _wait(_FIRST_WAIT, one.failures)
            await standing.put_off(self._engine, self._seal, one, until=until)
            if isinstance(error, SourceUnavailable):
                raise
            return 0
        await standing.read(self._engine, self._seal, one, now=self._clock(), facts_at=stated_at)
        return kept

    async def _changed(self, since: datetime, now: datetime) -> Changed:
        """Who has changed; where facts are read from here, also whose facts have."""
        changed = await self.source.changed(since, now=now)
        if self._stating is None or not isinstance(self.source, ListsFacts):
            return changed
        facts = await self.source.changed_facts(since, now=now)
        both = sorted(changed.people.keys() | facts.people.keys(), key=lambda who: who.value)
        return Changed(
            people={
                who: _digest(changed.people.get(who, ""), facts.people.get(who, "")) for who in both
            },
            as_of=min(changed.as_of, facts.as_of),
            skipped=changed.skipped + facts.skipped,
        )

    async def _whose_facts_are_due(self, now: datetime) -> None:
        """Have read again whose facts were not read for a while, and end what is said of who was parted."""
        if self._stating is None:
            return
        await self._stating.forget_the_parted(now)
        before = now - timedelta(hours=self._stating.settings.reread_hours)
        await standing.due_again(self._engine, self.source.name, before=before, now=now, most=AGAIN)

    async def _told(self, local_id: LocalId, began_at: datetime) -> tuple[int, datetime | None]:
        """Keep what one child's records tell: how many events of it were news, and when facts were read.

        Facts are kept first, so that whoever has a standing now is among those who are told. Of a child
        whom the index learns of only by an event, they are kept after it. Where facts cannot be read,
        the news is kept all the same, and the child is read again for them.

        Raises:
            Exception: something could not be read or kept; the child is to be read again.
        """
        told = await self.source.told(self._question(local_id, ASKED & self.source.supplies))
        if told.superseded_by is not None and told.superseded_by != local_id:
            await self._follow(local_id, told.superseded_by)
            local_id = told.superseded_by
            told = await self.source.told(self._question(local_id, ASKED & self.source.supplies))
        stated_at, failed = None, None
        try:
            stated_at = await self._state(local_id)
        except Exception as error:  # noqa: BLE001 (raised below: news must not wait for facts)
            failed = error
        sifted = await self._news.among(told.events, local_id, began_at)
        if sifted.news:
            about = await self._whom(local_id)
            for fresh in sifted.news:
                await self._keep(fresh, about)
            if failed is None:
                stated_at = stated_at or await self._state(local_id)
        taken_back = await self._take_back(told, sifted.stands, local_id)
        self._unread |= told.unread
        if failed is not None:
            raise failed
        return len(sifted.news) + taken_back, stated_at

    async def _note_unread(self) -> None:
        """Keep the words that nobody reads: of an episode in such a word nobody is told."""
        words = [Unread(kind=OF_EPISODES, code=word[:_LONGEST_WORD]) for word in self._unread]
        self._unread.clear()
        async with writing_in_turn(self._engine) as transaction:
            await note_unread(transaction, self.source.name, words, self._clock())

    async def _take_back(self, told: Told, stands: frozenset[str], local_id: LocalId) -> int:
        """Take back what was told of this child and stands no more; how much of it there was."""
        now, index = self._clock(), self._keeping.index
        compared = await self._gone.compare(told, stands, local_id, now)
        found = await index.find(local_id=local_id) if compared.untrue else None
        if not isinstance(found, Found):
            return 0
        done = 0
        for ref in compared.untrue:
            back = await self._keeping.receiving.take_back(
                self.source.name, ref, found.child_ref, now=now
            )
            if back is not None:
                await self._keeping.bells.announce(back)
                done += 1
            await self._gone.forget(ref)
        return done

    async def _state(self, local_id: LocalId) -> datetime | None:
        """Keep the child's facts, if it is certain which child it is; when they were read.

        That they are refused, or cannot be read, holds up no event: they are asked for again at a later
        look, and until then the child counts as not read.
        """
        if self._stating is None:
            return None
        now, index = self._clock(), self._keeping.index
        found = await index.find(local_id=local_id)
        if isinstance(found, NotLinked):
            return None
        if not isinstance(found, Found) or (
            (await index.subjects(found.child_ref)).of(local_id.source) is Doubt.AMBIGUOUS
        ):
            # One record on two children, or two here on one, of which each would end what the other says.
            # A person decides; it is looked at again in its time.
            return now
        try:
            await self._stating.state(found.child_ref, local_id, now)
        except SourceUnavailable:
            raise
        except SourceError as error:
            _log.error(
                "%s: a child's facts could not be read (%s).", self.source.name, _kind(error)
            )
            return None
        return now

    async def _keep(self, fresh: Fresh, about: Whom) -> None:
        event = dataclasses.replace(fresh.event, about=about)
        kept = await self._keeping.receiving.receive(
            event, now=self._clock(), restores=fresh.restores
        )
        await self._keeping.bells.announce(kept)

    async def _whom(self, local_id: LocalId) -> Whom:
        """Enough to find the child by: of one whom the index does not know, who they are is asked."""
        index = self._keeping.index
        if not isinstance(await index.find(local_id=local_id), NotLinked):
            return Whom(local_id=local_id)
        asked = self._question(local_id, COMPARED & self.source.supplies)
        answered = await self.source.records(asked)
        addresses = tuple(
            record.address
            for record in answered.records
            if isinstance(record, Placement) and record.address is not None
        )
        for record in answered.records:
            if isinstance(record, Identity):
                number = record.numbers.nhs_number if record.numbers is not None else None
                return Whom(
                    local_id=local_id, nhs_number=number, core=record.core, addresses=addresses
                )
        return Whom(local_id=local_id)

    async def _follow(self, old: LocalId, new: LocalId) -> None:
        """The source has given the child another id: the index and what waits for a person follow."""
        keeping, now, by = self._keeping, self._clock(), self.source.name
        await review.follow(keeping.index, old, new, by=by, now=now)
        changes = await supersede(keeping.index, old, new, by=by, now=now)
        write_down(keeping.ledger, changes, by=by, now=now)

    async def _source_failed(self, error: Exception, failures: int) -> None:
        every = timedelta(seconds=self.settings.every_seconds)
        wait = max(
            _wait(min(every, _FIRST_WAIT), failures),
            timedelta(seconds=getattr(error, "retry_after", None) or 0),
        )
        _log.warning("%s could not be asked what has changed (%s).", self.source.name, _kind(error))
        await standing.failed(
            self._engine, self.source.name, _kind(error), now=self._clock(), wait=wait
        )

    async def _holds(self, now: datetime) -> bool:
        lasts = timedelta(seconds=_DEADLINES * self.settings.deadline_seconds)
        return await leasing.take(self._engine, self._lease, self._holder, now=now, lasts=lasts)

    async def _anybody_waits(self, now: datetime) -> Sequence[Waiting]:
        return await standing.waiting(self._engine, self._seal, self.source.name, now=now, most=1)

    def _every(self) -> timedelta:
        """The interval, a little more or less, so that replicas and sources do not fall into step."""
        spread = self.settings.jitter
        return timedelta(
            seconds=self.settings.every_seconds * _SPREAD.uniform(1 - spread, 1 + spread)
        )

    def _question(self, subject: LocalId, items: frozenset[Item]) -> Question:
        return Question(
            subject=subject,
            items=items,
            purpose=Purpose.SAFEGUARD,
            asked_for=self.settings.asked_for,
            request_ref=str(uuid.uuid4()),
            now=self._clock(),
        )


def _wait(first: timedelta, failures: int) -> timedelta:
    """Twice as long after each failure, up to an hour, and never in step with others."""
    longest = min(first * (1 << min(failures, 12)), _LONGEST_WAIT)
    return longest * _SPREAD.uniform(0.75, 1.0)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _kind(error: Exception) -> str:
    return type(error).__name__
