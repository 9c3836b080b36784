"""What a system says of who somebody is, fetched to be compared by the gateway and shown to nobody.

That it was fetched is in the ledger before the system is asked, under the child it may be, if that
is one. Nothing of it is kept or told.

Source: docs/decisions/0041 and 0043.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from disclosure.asking import ask_all
from disclosure.audit import Ledger
from disclosure.entries import Entry, EntryKind
from disclosure.following import follow
from linking.index import Index
from linking.particulars import Particulars
from records.child import Identity, Placement
from records.identifiers import LocalId
from records.items import Item
from records.people import Purpose
from records.source import Question, Source

COMPARED: Final = frozenset(
    {Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS, Item.PLACEMENT_EXISTS, Item.PLACEMENT_ADDRESS}
)
_ON_BEHALF_OF: Final = "homeward"


class Comparing:
    """Fetches particulars from these systems, each within ``seconds``."""

    def __init__(
        self, index: Index, ledger: Ledger, sources: Mapping[str, Source], *, seconds: float
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._sources = sources
        self._seconds = seconds

    def can_ask(self, system: str) -> bool:
        """Whether a system is there to be asked, and can say who somebody is."""
        return Item.IDENTITY_CORE in self._items(system)

    async def particulars(
        self, local_id: LocalId, child_ref: str | None, *, by: str, now: datetime
    ) -> Particulars | None:
        """What its system says of a record; None where it holds nothing, is silent or may not be asked.

        Raises:
            NotRecorded: it could not be written down; the system was not asked.
        """
        if not self.can_ask(local_id.source):
            return None
        items = self._items(local_id.source)
        await self._ledger.append(
            Entry(
                kind=EntryKind.INDEX,
                at=now,
                child_ref=child_ref,
                body={
                    "happened": "compared",
                    "system": local_id.source,
                    "said_by": by,
                    "items": sorted(item.value for item in items),
                },
            )
        )
        question = Question(
            subject=local_id,
            items=items,
            purpose=Purpose.SAFEGUARD,
            asked_for=_ON_BEHALF_OF,
            request_ref=str(uuid.uuid4()),
            now=now,
        )
        name = local_id.source
        outcomes = await ask_all({name: question}, self._sources, {name: self._seconds})
        await follow(self._index, self._ledger, outcomes, now)
        answered = outcomes[name].answered
        if answered is None:
            return None
        people = [one for one in answered.records if isinstance(one, Identity) and one.core]
        if len(people) != 1:
            return None
        addresses = tuple(
            one.address
            for one in answered.records
            if isinstance(one, Placement) and one.address is not None
        )
        return Particulars.of_identity(people[0], addresses=addresses)

    def _items(self, system: str) -> frozenset[Item]:
        source = self._sources.get(system)
        return frozenset() if source is None else COMPARED & source.supplies
