"""Following a system that says, while answering, that its id for a child has changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from disclosure.asking import Outcome
from disclosure.audit import Ledger
from disclosure.putting_down import change_entry
from linking import review
from linking.enrolment import Change, supersede
from linking.index import Index

_log = logging.getLogger(__name__)


async def follow(
    index: Index,
    ledger: Ledger,
    outcomes: Mapping[str, Outcome],
    now: datetime,
) -> None:
    """Give the index each id that took the place of the one we asked with, and write that down.

    Possible matches of the old id go on under the new one, first: whatever fails here, the old id
    is asked with and followed again next time. The answer does not wait for an index that fails.
    """
    for name, outcome in outcomes.items():
        if outcome.question is None or outcome.answered is None:
            continue
        old, new = outcome.question.subject, outcome.answered.superseded_by
        if new is None or new == old or new.source != name:
            continue
        try:
            await review.follow(index, old, new, by=name, now=now)
            changes = await supersede(index, old, new, by=name, now=now)
        except Exception as error:  # noqa: BLE001 (the answer stands, whatever happened to the index)
            _log.error("The index could not follow %s: %s", name, type(error).__name__)
        else:
            write_down(ledger, changes, by=name, now=now)


def write_down(ledger: Ledger, changes: Iterable[Change], *, by: str, now: datetime) -> None:
    """Write down changes to the index: whoever enrols, links or unlinks hands them over here.

    Raises:
        NotRecorded: the ledger is closed or its queue is full.
    """
    for change in changes:
        ledger.note(change_entry(change, by=by, at=now))
