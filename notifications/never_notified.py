"""A child goes missing in an area that was never told that they were placed there.

Source: the five protocols' rules on placements out of area: the placing authority tells the host;
the host chases where none came (pan-Lancashire 5.5.5, Staffordshire & Stoke 18.2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from consent.vocabulary import UNKNOWN, Fact
from disclosure.chain import Plain, instant
from notifications.episode import standing, steps_of
from notifications.episode_table import GONE
from notifications.happening import OURSELVES, Happened, Happening
from protocols.duties_vocabulary import Circumstances

NEVER_NOTIFIED: Final = "placement-never-notified"
NOTIFIED: Final = "placement-notified"
ENDED: Final = "placement-ended"
PLACED: Final = frozenset({"placement-planned", "placement-made", "placement-moved"})
_MOVES: Final = frozenset({"placement-made", "placement-moved"})


def causes(
    event: Happened,
    history: Sequence[Happened],
    known: Circumstances,
    told: Collection[str],
) -> tuple[Happening, ...]:
    """The event that the host was never told, once for each stay there; nothing where it was, or at home.

    ``told`` are the recipients whom a notice of the placement from us could reach.
    """
    host, own = known.get(Fact.HOST_AUTHORITY, UNKNOWN), known.get(Fact.AUTHORITY, UNKNOWN)
    if not GONE.intersection(steps_of(event)) or UNKNOWN in (host, own) or host == own:
        return ()
    if any(recipient.startswith(f"{host}/") for recipient in told):
        return ()
    since = _since(event, history, str(host))
    if any(_says_so(past, str(host)) for past in history if since is None or past.at > since):
        return ()
    stay = "" if since is None else f"/{instant(since)}"
    return (
        Happening(
            type=NEVER_NOTIFIED,
            child=event.child,
            at=event.at,
            source=OURSELVES,
            sender_ref=f"never-notified/{event.child}/{host}{stay}",
            data={
                "host_authority": str(host),
                "responsible_authority": str(own),
                "notification_received": False,
            },
            caused_by=event.id,
        ),
    )


def placements(
    event: Happened, history: Sequence[Happened], known: Circumstances
) -> tuple[str, ...]:
    """The events of this stay in the host's area, by which the host would have been told of it."""
    if not GONE.intersection(steps_of(event)):
        return ()
    since = _since(event, history, str(known.get(Fact.HOST_AUTHORITY, UNKNOWN)))
    return tuple(
        past.id for past in history if past.type in PLACED and (since is None or past.at > since)
    )


def _since(event: Happened, history: Sequence[Happened], host: str) -> datetime | None:
    """When the child was last placed elsewhere, or in nothing, before they came here; None where never."""
    before = [past for past in standing(history) if past.at <= event.at]
    here = [past.at for past in before if past.type in _MOVES and _where(past) == host]
    return max(
        (
            past.at
            for past in before
            if (past.type in _MOVES and _where(past) not in (None, host))
            or (past.type == ENDED and here and past.at < max(here))
        ),
        default=None,
    )


def _where(past: Happened) -> Plain:
    return past.data.get("host_authority")


def _says_so(past: Happened, host: str) -> bool:
    """Whether this host has said that it was told, or is known already not to have been."""
    if past.type not in (NOTIFIED, NEVER_NOTIFIED):
        return False
    return past.data.get("host_authority") in (None, host)
