"""That a record may be of a child is told at once to whoever answers for that child: a person has to decide.

It may be a child whom they look after, reported missing by a force that does not know whose it is. What
is told is that there is a match to decide, and nothing of the other record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from consent.vocabulary import UNKNOWN, Fact
from linking.index import Found, Index
from linking.possible import State, one_match
from notifications.directory import Directory
from notifications.dispatch import Dispatch
from notifications.happening import OURSELVES, Happened, Happening, Plan, Reason, Tell
from records.items import Item
from records.people import Standing

POSSIBLE_MATCH: Final = "possible-match"
"""The type of an event that says that a person has to decide whether a record is this child's."""

MATCH: Final = "match/"
"""How the references of these events begin; the match's own follows."""

_BECAUSE: Final = Reason(rule="possible-match", partnership="homeward", applies="host")
_ITEMS: Final = frozenset({Item.IDENTITY_EXISTS})


class MatchNotice:
    """Plans who is told: the teams on duty of the child's authorities, or the desk where there are none."""

    def __init__(
        self, dispatch: Dispatch, directory: Directory, *, desk: Sequence[str] = ()
    ) -> None:
        self._dispatch = dispatch
        self._directory = directory
        self._desk = tuple(desk)

    async def __call__(self, event: Happened, _history: Sequence[Happened]) -> Plan:
        """Tell them, once."""
        known = await self._dispatch.known(event)
        said = {
            Standing.HOST_AUTHORITY: known.get(Fact.HOST_AUTHORITY, UNKNOWN),
            Standing.RESPONSIBLE_AUTHORITY: known.get(Fact.AUTHORITY, UNKNOWN),
        }
        authorities = {standing: code for standing, code in said.items() if isinstance(code, str)}
        around = await self._directory.around(event.child, authorities, event.recorded_at)
        return Plan(
            tell=tuple(
                Tell(recipient=one, items=_ITEMS, reasons=(_BECAUSE,))
                for one in around.duty_teams() or self._desk
            )
        )


async def waits_for_a_person(index: Index, match_ref: str, *, now: datetime) -> Happening | None:
    """The event under the child who was known before; None once the match has been decided."""
    match = await one_match(index, match_ref)
    found = await index.find(local_id=match.other)
    if match.state is not State.WAITING or not isinstance(found, Found):
        return None
    return Happening(
        type=POSSIBLE_MATCH,
        child=found.child_ref,
        at=min(match.found_at, now),
        source=OURSELVES,
        sender_ref=f"{MATCH}{match_ref}",
        data={"match": match_ref},
    )
