"""Which duties an event may concern, looked up rather than gone through: of a protocol's duties, few.

Worked out once for each bundle; the duties come in the order of their file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_vocabulary import Event
from protocols.protocol import Protocol

_BUNDLES: Final = 16


def concerned(bundle: Bundle, protocol: Protocol, events: frozenset[Event]) -> list[Duty]:
    """The duties of a protocol that one of these events begins, or whose clocks it meets or stops."""
    by_event = _by_event(bundle)[protocol.id]
    places = {place for event in events for place in by_event.get(event, ())}
    return [protocol.duties[place] for place in sorted(places)]


def named(bundle: Bundle, protocol: Protocol, name: str) -> Sequence[Duty]:
    """The duties of a protocol with this name."""
    return _by_name(bundle)[protocol.id].get(name, ())


@lru_cache(maxsize=_BUNDLES)
def _by_event(bundle: Bundle) -> Mapping[str, Mapping[Event, list[int]]]:
    found: dict[str, defaultdict[Event, list[int]]] = {}
    for protocol in bundle.protocols.values():
        places = found[protocol.id] = defaultdict(list)
        for place, duty in enumerate(protocol.duties):
            for event in _bear_on(duty):
                places[event].append(place)
    return found


@lru_cache(maxsize=_BUNDLES)
def _by_name(bundle: Bundle) -> Mapping[str, Mapping[str, list[Duty]]]:
    found: dict[str, defaultdict[str, list[Duty]]] = {}
    for protocol in bundle.protocols.values():
        names = found[protocol.id] = defaultdict(list)
        for duty in protocol.duties:
            names[duty.name].append(duty)
    return found


def _bear_on(duty: Duty) -> frozenset[Event]:
    clock = duty.clock
    return duty.events if clock is None else duty.events | clock.met_by | clock.stopped_by
