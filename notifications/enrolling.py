"""Bringing in everybody whom one system knows: in batches, each durable, and the same if done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from disclosure.following import write_down
from linking.enrolment import admit, enrol
from linking.index import Found
from linking.search import Seen, remember
from notifications.newcomers import Newcomers
from records.child import IdentityCore
from records.source import Known


@dataclass(slots=True, kw_only=True)
class Brought:
    """What came of them: each person is in one of the first four.

    ``there``: linked before. ``numbered``: placed by an NHS number. ``weighed``: certainly a child
    who was known. ``apart``: a child of their own, of whom ``doubtful`` have a possible match to decide.
    """

    there: int = 0
    numbered: int = 0
    weighed: int = 0
    apart: int = 0
    doubtful: int = 0

    @property
    def people(self) -> int:
        """How many have been dealt with."""
        return self.there + self.numbered + self.weighed + self.apart


async def bring_in(
    newcomers: Newcomers, people: Sequence[Seen], tally: Brought, *, by: str, now: datetime
) -> None:
    """Take these into the index and make them findable, all of one system. Durable on return.

    Whoever has an NHS number is placed by it; the others are weighed against everybody who is findable.

    Raises:
        NotRecorded: a change could not be written down.
    """
    index, ledger = newcomers.index, newcomers.ledger
    new = [
        one
        for one in people
        if one.superseded_from is not None
        or not isinstance(await index.find(local_id=one.local_id), Found)
    ]
    tally.there += len(people) - len(new)
    by_number = [one for one in new if one.particulars.nhs_number or one.superseded_from]
    enrolled = await enrol(index, map(_known, by_number), by=by, now=now)
    write_down(ledger, enrolled.changes, by=by, now=now)
    await remember(index, people, now=now)
    tally.numbered += len(by_number)
    for one in new:
        if one.particulars.nhs_number or one.superseded_from:
            continue
        considered = await newcomers.weighed(one, by=by, now=now)
        if considered.child_ref is not None:
            tally.weighed += 1
            continue
        admitted = await admit(index, one.local_id, by=by, now=now)
        write_down(ledger, admitted.changes, by=by, now=now)
        tally.apart += 1
        tally.doubtful += bool(considered.proposed)


def _known(one: Seen) -> Known:
    """As `enrol` takes it, which looks at identifiers alone."""
    said = one.particulars
    return Known(
        local_id=one.local_id,
        nhs_number=said.nhs_number,
        core=IdentityCore(
            given_names=said.given_names,
            family_name=said.family_name,
            birth_date=said.birth_date,
            sex=said.sex,
        ),
        superseded_from=one.superseded_from,
    )
