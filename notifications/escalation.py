"""What follows when nobody acknowledges, or nobody can be reached: the next on the ladder is told.

An unanswered notice is an event of its own, with a notice for the next role and a clock for that
one, until somebody answers or the ladder ends. The first notice stays open all along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from disclosure.chain import Plain
from notifications.happening import Happened, Plan, Reason, Tell
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from records.items import Item

UNACKNOWLEDGED: Final = "notice-unacknowledged"
UNDELIVERABLE: Final = "notice-undeliverable"

EFFECT_OF: Final[Mapping[str, str]] = {ACKNOWLEDGE: UNACKNOWLEDGED, UNREACHABLE: UNDELIVERABLE}
"""The event that each kind of the engine's own clocks turns into; a protocol's are breached."""


class Terms(msgspec.Struct, frozen=True):
    """What the clock of a notice remembers: whom it was for, why, of what, and who is next."""

    recipient: str
    reasons: tuple[Reason, ...]
    items: tuple[str, ...]
    ladder: tuple[str, ...]

    def plain(self) -> Mapping[str, Plain]:
        """As it is stored with the clock."""
        return {
            "recipient": self.recipient,
            "reasons": [reason.plain() for reason in self.reasons],
            "items": list(self.items),
            "ladder": list(self.ladder),
        }


def escalates(event: Happened) -> bool:
    """Whether an event is one of these."""
    return event.type in EFFECT_OF.values()


def plan_of(event: Happened) -> Plan:
    """Tell the next on the ladder, of the same items, by the same paragraphs; nobody if it has ended."""
    terms = msgspec.convert(event.data["terms"], Terms)
    if not terms.ladder:
        return Plan()
    first, *rest = terms.ladder
    tell = Tell(
        recipient=first,
        items=frozenset(map(Item, terms.items)),
        reasons=terms.reasons,
        urgent=True,
        ladder=tuple(rest),
    )
    return Plan(tell=(tell,))
