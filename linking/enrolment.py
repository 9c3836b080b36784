"""Bringing children into the index, and following what systems and people say about links.

Nothing here merges two children. An exact NHS number joins what several systems hold; an id
that contradicts what stands is linked as well, which makes it ambiguous for everybody until
a person decides. What a person has unlinked is not linked again by machine.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.holding import hold
from linking.index import Index
from linking.sealing import Seal
from linking.storage import writing
from linking.tables import CHILD, LINK, NHS_NUMBER, How
from records.identifiers import LocalId
from records.references import new_reference
from records.source import Known

_IN_ONE_QUERY: Final = 500
_ATTEMPTS: Final = 3


class Happened(enum.Enum):
    """What became of one link. The value goes into the record of decisions."""

    LINKED = "linked"
    CONTESTED = "contested"
    SUPERSEDED = "superseded"
    UNLINKED = "unlinked"
    NOT_LINKED = "not-linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to the index, without any identifier: what happened, to whom, in which system.

    ``child_ref`` is None only where nobody was linked.
    """

    happened: Happened
    child_ref: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an enrolment did. ``child_refs`` has one entry for each person given, in that order."""

    child_refs: tuple[str | None, ...]
    changes: tuple[Change, ...]


def new_child_ref() -> str:
    """A reference of 128 random bits, safe in a URL; it says nothing about the child."""
    return new_reference()


async def enrol(index: Index, known: Iterable[Known], *, by: str, now: datetime) -> Enrolled:
    """Link what systems know to children, by exact NHS number; make a child where there is none.

    A person without an NHS number is left as they are: linked if their id already is, and
    otherwise not. Give persons in batches of a few thousand. Done again, it changes nothing.
    """
    people = list(known)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with writing(index.engine) as connection:
                await hold(connection, _marks(index.seal, people))
                return await _Enrolling(index, connection, by, now).all(people)
        except IntegrityError:
            # Another replica enrolled the same number between our look and our write.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError  # pragma: no cover


async def admit(index: Index, local_id: LocalId, *, by: str, now: datetime) -> Enrolled:
    """Make a child of one whom a single system knows, without an NHS number.

    Where that id is linked already, nothing is made, and the child it is linked to is named.
    """
    async with writing(index.engine) as connection:
        await hold(connection, [index.seal.local_mark(local_id)])
        enrolling = _Enrolling(index, connection, by, now)
        await enrolling.look(marks=[], locals_=[index.seal.local_mark(local_id)])
        there = enrolling.children_of(local_id)
        if there:
            return Enrolled(child_refs=(there[0] if len(there) == 1 else None,), changes=())
        child_ref = enrolling.new_child()
        enrolling.link(child_ref, local_id, How.LOCAL_ID)
        await enrolling.write()
        return Enrolled(child_refs=(child_ref,), changes=tuple(enrolling.changes))


async def link(
    index: Index, child_ref: str, local_id: LocalId, *, how: How, by: str, now: datetime
) -> tuple[Change, ...]:
    """Link one system's id to a child, because a person or another system's record says so."""
    async with writing(index.engine) as connection:
        await hold(connection, [index.seal.local_mark(local_id)])
        enrolling = _Enrolling(index, connection, by, now)
        await enrolling.look(marks=[], locals_=[index.seal.local_mark(local_id)])
        enrolling.link(child_ref, local_id, how)
        await enrolling.write()
        return tuple(enrolling.changes)


async def unlink(
    index: Index, child_ref: str, local_id: LocalId, *, by: str, now: datetime
) -> tuple[Change, ...]:
    """End a link, because a person decided; no machine makes it again."""
    async with writing(index.engine) as connection:
        ended = await connection.execute(
            sa.update(LINK)
            .where(
                LINK.c.child_ref == child_ref,
                LINK.c.local_mark == index.seal.local_mark(local_id),
                LINK.c.unlinked_at.is_(None),
            )
            .values(unlinked_at=now, unlinked_by=by, unlinked_how=How.PERSON.value)
        )
    happened = Happened.UNLINKED if ended.rowcount else Happened.NOT_LINKED
    return (Change(happened=happened, child_ref=child_ref, source=local_id.source),)


async def supersede(
    index: Index, old: LocalId, new: LocalId, *, by: str, now: datetime
) -> tuple[Change, ...]:
    """Follow a system that has given a child a new id. An id that is not linked changes nothing."""
    async with writing(index.engine) as connection:
        marks = [index.seal.local_mark(old), index.seal.local_mark(new)]
        await hold(connection, marks)
        enrolling = _Enrolling(index, connection, by, now)
        await enrolling.look(marks=[], locals_=marks)
        await enrolling.supersede(old, new)
        await enrolling.write()
        return tuple(enrolling.changes)


def _marks(seal: Seal, people: Iterable[Known]) -> Iterable[bytes]:
    for one in people:
        yield seal.local_mark(one.local_id)
        if one.superseded_from is not None:
            yield seal.local_mark(one.superseded_from)
        if one.nhs_number is not None:
            yield seal.nhs_mark(one.nhs_number)


class _Enrolling:
    """One transaction's view of the index: what was there, and what is to be written."""

    def __init__(self, index: Index, connection: AsyncConnection, by: str, now: datetime) -> None:
        self._seal: Seal = index.seal
        self._by_number = sorted(index.by_number)
        self._connection = connection
        self._by = by
        self._now = now
        self._numbers: dict[bytes, str] = {}
        self._numbered: set[str] = set()
        self._linked: defaultdict[bytes, list[str]] = defaultdict(list)
        self._by_person: set[tuple[str, bytes]] = set()
        self._ids_in: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {CHILD: [], NHS_NUMBER: [], LINK: []}
        self.changes: list[Change] = []

    async def all(self, people: list[Known]) -> Enrolled:
        await self.look(
            marks=[self._seal.nhs_mark(one.nhs_number) for one in people if one.nhs_number],
            locals_=[
                self._seal.local_mark(local_id)
                for one in people
                for local_id in (one.local_id, one.superseded_from)
                if local_id is not None
            ],
        )
        refs: list[str | None] = []
        for one in people:
            if one.superseded_from is not None:
                await self.supersede(one.superseded_from, one.local_id)
            refs.append(self._enrol(one))
        await self.write()
        return Enrolled(child_refs=tuple(refs), changes=tuple(self.changes))

    async def look(self, *, marks: list[bytes], locals_: list[bytes]) -> None:
        """Read all that stands about these identifiers, and about the children they lead to."""
        for chunk in _chunks(marks):
            found = await self._connection.execute(
                sa.select(NHS_NUMBER.c.mark, NHS_NUMBER.c.child_ref).where(
                    NHS_NUMBER.c.mark.in_(chunk), NHS_NUMBER.c.unlinked_at.is_(None)
                )
            )
            self._numbers.update((bytes(mark), child_ref) for mark, child_ref in found)
        children = set(self._numbers.values())
        for chunk in _chunks(locals_):
            found = await self._connection.execute(
                sa.select(LINK.c.child_ref).where(LINK.c.local_mark.in_(chunk)).distinct()
            )
            children.update(found.scalars())
        for refs in _chunks(sorted(children)):
            await self._look_at(refs)

    async def _look_at(self, refs: Sequence[str]) -> None:
        numbered = await self._connection.execute(
            sa.select(NHS_NUMBER.c.child_ref).where(
                NHS_NUMBER.c.child_ref.in_(refs), NHS_NUMBER.c.unlinked_at.is_(None)
            )
        )
        self._numbered.update(numbered.scalars())
        links = await self._connection.execute(
            sa.select(
                LINK.c.child_ref, LINK.c.source, LINK.c.local_mark,
                LINK.c.unlinked_at, LINK.c.unlinked_how,
            ).where(LINK.c.child_ref.in_(refs))
        )  # fmt: skip
        for child_ref, source, mark, unlinked_at, unlinked_how in links:
            if unlinked_at is None:
                self._linked[bytes(mark)].append(child_ref)
                self._ids_in[child_ref, source].add(bytes(mark))
            elif unlinked_how == How.PERSON.value:
                self._by_person.add((child_ref, bytes(mark)))

    def children_of(self, local_id: LocalId) -> list[str]:
        return self._linked[self._seal.local_mark(local_id)]

    def new_child(self) -> str:
        child_ref = new_child_ref()
        self._rows[CHILD].append({"child_ref": child_ref, "enrolled_at": self._now})
        return child_ref

    def _enrol(self, one: Known) -> str | None:
        there = self.children_of(one.local_id)
        if one.nhs_number is None:
            if not there:
                self._say(Happened.NOT_LINKED, None, one.local_id.source)
            return there[0] if len(there) == 1 else None
        mark = self._seal.nhs_mark(one.nhs_number)
        child_ref = self._numbers.get(mark)
        if child_ref is None:
            alone = len(there) == 1 and there[0] not in self._numbered
            child_ref = there[0] if alone else self.new_child()
            self._number(child_ref, mark)
        self.link(child_ref, one.local_id, How.NHS_NUMBER)
        for source in self._by_number:
            self.link(child_ref, LocalId(source, one.nhs_number.digits), How.NHS_NUMBER)
        return child_ref

    def _number(self, child_ref: str, mark: bytes) -> None:
        self._numbers[mark] = child_ref
        self._numbered.add(child_ref)
        self._rows[NHS_NUMBER].append(
            {
                "mark": mark,
                "child_ref": child_ref,
                "linked_at": self._now,
                "linked_by": self._by,
                "unlinked_at": None,
                "unlinked_by": None,
            }
        )

    def link(self, child_ref: str, local_id: LocalId, how: How) -> None:
        mark = self._seal.local_mark(local_id)
        if child_ref in self._linked[mark]:
            return
        if (child_ref, mark) in self._by_person and how is not How.PERSON:
            self._say(Happened.NOT_LINKED, child_ref, local_id.source)
            return
        self._linked[mark].append(child_ref)
        in_system = self._ids_in[child_ref, local_id.source]
        in_system.add(mark)
        contested = len(self._linked[mark]) > 1 or len(in_system) > 1
        self._say(Happened.CONTESTED if contested else Happened.LINKED, child_ref, local_id.source)
        self._rows[LINK].append(
            {
                "child_ref": child_ref,
                "source": local_id.source,
                "local_mark": mark,
                "local_sealed": self._seal.seal(local_id),
                "how": how.value,
                "linked_at": self._now,
                "linked_by": self._by,
                "unlinked_at": None,
                "unlinked_by": None,
                "unlinked_how": None,
            }
        )

    async def supersede(self, old: LocalId, new: LocalId) -> None:
        """End the old id's links, and give the new id to the same children.

        Where the id is the NHS number, the systems that are linked by it alone follow too.
        """
        if old == new:
            return
        children = await self._superseded(old, new)
        for source in self._by_number:
            theirs = LocalId(source, old.value)
            if source != old.source and not children.isdisjoint(self.children_of(theirs)):
                await self._superseded(theirs, LocalId(source, new.value))

    async def _superseded(self, old: LocalId, new: LocalId) -> set[str]:
        # What has gathered goes first: a link made a moment ago may be the one to end.
        await self.write()
        mark = self._seal.local_mark(old)
        children = self._linked.pop(mark, [])
        if not children:
            return set()
        await self._connection.execute(
            sa.update(LINK)
            .where(LINK.c.local_mark == mark, LINK.c.unlinked_at.is_(None))
            .values(unlinked_at=self._now, unlinked_by=self._by, unlinked_how=How.SUPERSEDED.value)
        )
        for child_ref in children:
            self._ids_in[child_ref, old.source].discard(mark)
            self._say(Happened.SUPERSEDED, child_ref, old.source)
            self.link(child_ref, new, How.SUPERSEDED)
        return set(children)

    async def write(self) -> None:
        """Write what has gathered, children before what refers to them."""
        for table, rows in self._rows.items():
            if rows:
                await self._connection.execute(sa.insert(table), rows)
                rows.clear()

    def _say(self, happened: Happened, child_ref: str | None, source: str) -> None:
        self.changes.append(Change(happened=happened, child_ref=child_ref, source=source))


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _IN_ONE_QUERY] for start in range(0, len(values), _IN_ONE_QUERY))
