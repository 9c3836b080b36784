"""How an event came from another gateway, as it is kept with the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from disclosure.chain import Plain
from notifications.happening import Happened, Reason, Tell
from records.items import Item

ASIDE: Final = "peer"
"""Where an event that came from a gateway keeps what it came with: never among what it says."""

_ITEMS: Final = {item.value: item for item in Item}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How an event came from another gateway: to whom it was addressed, by which paragraphs, by which way."""

    peer: str
    via: tuple[str, ...]
    recipient: str
    because: tuple[Reason, ...]
    items: tuple[str, ...]
    urgent: bool

    def plain(self) -> Mapping[str, Plain]:
        """As it is kept with the event."""
        return {
            "name": self.peer,
            "via": list(self.via),
            "recipient": self.recipient,
            "because": [reason.plain() for reason in self.because],
            "items": list(self.items),
            "urgent": self.urgent,
        }

    @property
    def tell(self) -> Tell:
        """The notice to whom the sender addressed, by the sender's paragraphs: somebody here takes it."""
        return Tell(
            recipient=self.recipient,
            items=frozenset(_ITEMS[item] for item in self.items if item in _ITEMS),
            reasons=self.because,
            urgent=self.urgent,
        )


def came(event: Happened) -> Came | None:
    """How an event came from another gateway; None where it did not."""
    kept: Any = event.data.get(ASIDE)
    if not isinstance(kept, Mapping):
        return None
    return Came(
        peer=str(kept["name"]),
        via=tuple(map(str, kept["via"])),
        recipient=str(kept["recipient"]),
        because=tuple(Reason(**reason) for reason in kept["because"]),
        items=tuple(map(str, kept["items"])),
        urgent=bool(kept["urgent"]),
    )
