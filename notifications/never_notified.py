"""A child goes missing in an area that was never told that they were placed there.

Source: the five protocols' rules on placements out of area: the placing authority tells the host;
the host chases where none came (pan-Lancashire 5.5.5, Staffordshire & Stoke 18.2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from consent.vocabulary import UNKNOWN, Fact
from notifications.episode import steps_of
from notifications.episode_table import GONE
from notifications.happening import OURSELVES, Happened, Happening
from protocols.duties_vocabulary import Circumstances

NEVER_NOTIFIED: Final = "placement-never-notified"
NOTIFIED: Final = "placement-notified"
PLACED: Final = frozenset({"placement-planned", "placement-made", "placement-moved"})


def causes(
    event: Happened,
    history: Sequence[Happened],
    known: Circumstances,
    told: Collection[str],
) -> tuple[Happening, ...]:
    """The event that the host was never told, once for each host; nothing where it was, or at home.

    ``told`` are the recipients who had a notice of one of the child's placements from us.
    """
    host, own = known.get(Fact.HOST_AUTHORITY, UNKNOWN), known.get(Fact.AUTHORITY, UNKNOWN)
    if not GONE.intersection(steps_of(event)) or UNKNOWN in (host, own) or host == own:
        return ()
    if any(recipient.startswith(f"{host}/") for recipient in told):
        return ()
    if any(_says_so(past, str(host)) for past in history):
        return ()
    return (
        Happening(
            type=NEVER_NOTIFIED,
            child=event.child,
            at=event.at,
            source=OURSELVES,
            sender_ref=f"never-notified/{event.child}/{host}",
            data={
                "host_authority": str(host),
                "responsible_authority": str(own),
                "notification_received": False,
            },
            caused_by=event.id,
        ),
    )


def _says_so(past: Happened, host: str) -> bool:
    """Whether this host has said that it was told, or is known already not to have been."""
    if past.type not in (NOTIFIED, NEVER_NOTIFIED):
        return False
    return past.data.get("host_authority") in (None, host)
