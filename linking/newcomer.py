"""A record that no exact identifier places: find who it may be, weigh, link what is certain, ask for the rest.

A machine links only where nothing stands against it: one child, of whom that system has no other
record, and who has no other NHS number. It never makes two children one, and never links again
what a person has unlinked. Whoever is put before a person is a child of their own meanwhile, on
both sides: what is to be done about either of them does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from linking.enrolment import Change, Happened, admit, link
from linking.index import Doubt, Found, Index
from linking.match import Band, Match, match
from linking.numbers import is_numbered
from linking.particulars import Likeness, Particulars
from linking.review import is_refused, linked_by_machine, propose
from linking.search import Candidate, Seen, look_up, remember
from linking.tables import How
from linking.weighing import Weighing
from records.identifiers import LocalId

Fetch: TypeAlias = Callable[[Candidate], Awaitable[Particulars | None]]
"""What a candidate's system says of them; None where it cannot or may not be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What came of it: the child that the record is linked to, if it is certain, and what waits.

    ``not_asked`` are candidates that could not be weighed: they may be the child, or not.
    ``bands`` are the verdicts on the others, by weights of this version.
    """

    child_ref: str | None
    proposed: tuple[str, ...]
    not_asked: tuple[LocalId, ...]
    changes: tuple[Change, ...]
    bands: tuple[Band, ...] = ()
    weights_version: str | None = None


async def consider(
    index: Index,
    seen: Seen,
    fetch: Fetch,
    *,
    by: str,
    now: datetime,
    weighing: Weighing | None = None,
    tell: bool = False,
) -> Considered:
    """Weigh a record against those already known, and make it findable. Systems are asked side by side.

    ``tell``: somebody has to be told of what waits for a person.
    """
    await remember(index, [seen], now=now)
    found = await look_up(index, seen.particulars)
    candidates = [one for one in found if one.local_id != seen.local_id]
    fetched = await asyncio.gather(*(fetch(candidate) for candidate in candidates))
    likeness = Likeness(seen.particulars)
    weighed = [
        (candidate, match(likeness, Likeness(particulars), weighing))
        for candidate, particulars in zip(candidates, fetched, strict=True)
        if particulars is not None
    ]
    not_asked = [
        candidate.local_id
        for candidate, particulars in zip(candidates, fetched, strict=True)
        if particulars is None
    ]
    return await _settle(index, seen, weighed, not_asked, by=by, now=now, tell=tell)


async def _settle(
    index: Index,
    seen: Seen,
    weighed: Sequence[tuple[Candidate, Match]],
    not_asked: Sequence[LocalId],
    *,
    by: str,
    now: datetime,
    tell: bool,
) -> Considered:
    local_id = seen.local_id
    found = await index.find(local_id=local_id)
    child = found.child_ref if isinstance(found, Found) else None
    changes: list[Change] = []
    if child is None:
        child, changes = await _link(index, seen, weighed, by=by, now=now)
    proposed: list[str] = []
    for candidate, verdict in weighed:
        theirs = await _children(index, candidate)
        if verdict.band is Band.NOT or (child is not None and child in theirs):
            continue
        if not theirs:
            admitted = await admit(index, candidate.local_id, by=by, now=now)
            changes.extend(admitted.changes)
        proposed.append(
            await propose(index, local_id, candidate.local_id, verdict, by=by, now=now, tell=tell)
        )
    return Considered(
        child_ref=child,
        proposed=tuple(proposed),
        not_asked=tuple(not_asked),
        changes=tuple(changes),
        bands=tuple(verdict.band for _, verdict in weighed),
        weights_version=weighed[0][1].weights_version if weighed else None,
    )


async def _link(
    index: Index,
    seen: Seen,
    weighed: Sequence[tuple[Candidate, Match]],
    *,
    by: str,
    now: datetime,
) -> tuple[str | None, list[Change]]:
    """Link to the one child of whom it is certain, if there is exactly one and nothing is against it."""
    local_id = seen.local_id
    certain = [
        (candidate, found)
        for candidate, found in weighed
        if found.band is Band.LINKED
        and candidate.local_id.source != local_id.source
        and not await is_refused(index, local_id, candidate.local_id)
    ]
    children = {ref for candidate, _ in certain for ref in candidate.child_refs}
    changes: list[Change] = []
    if not children and len(certain) == 1:
        admitted = await admit(index, certain[0][0].local_id, by=by, now=now)
        changes.extend(admitted.changes)
        children = {ref for ref in admitted.child_refs if ref is not None}
    if len(children) != 1:
        return None, changes
    (child,) = children
    subjects = await index.subjects(child)
    if subjects.of(local_id.source) is not Doubt.NOT_LINKED:
        return None, changes
    if seen.particulars.nhs_number is not None and await is_numbered(index, child):
        # Had it been the same number, the number would have placed the record.
        return None, changes
    linked = await link(index, child, local_id, how=How.WEIGHED, by=by, now=now)
    changes.extend(linked)
    if not any(change.happened is Happened.LINKED for change in linked):
        return None, changes
    candidate, found = certain[0]
    await linked_by_machine(
        index, local_id, candidate.local_id, found, child_ref=child, by=by, now=now
    )
    return child, changes


async def _children(index: Index, candidate: Candidate) -> set[str]:
    """The children that a candidate is linked to now: one may have been admitted a moment ago."""
    found = await index.find(local_id=candidate.local_id)
    now_linked = {found.child_ref} if isinstance(found, Found) else set()
    return now_linked | set(candidate.child_refs)
