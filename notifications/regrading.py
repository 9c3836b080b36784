"""A grading that comes by itself: whether it sets the risk or changes it is known by what came before.

A force may send a later grading alone, in a document that does not repeat the first. Which of the two
it is cannot be read off the document; what was kept of the same episode tells it.
Source: the events of design/events.md (`risk-set`, `risk-changed`); the three police dialects.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from notifications.happening import Happened, Happening
from records.events import RiskChanged, RiskSet

_GRADINGS: Final = frozenset({RiskSet.type, RiskChanged.type})
_EPISODE: Final = "episode_ref"


def type_of(happening: Happening, past: Iterable[Happened]) -> str:
    """The type under which a message is kept: of a grading after another of its episode, `risk-changed`.

    ``past`` is what is known without the message that this one corrects, if it does.
    """
    if happening.type != RiskSet.type:
        return happening.type
    earlier = any(
        event.type in _GRADINGS
        and event.source == happening.source
        and event.data.get(_EPISODE) == happening.data.get(_EPISODE)
        and event.at < happening.at
        for event in past
    )
    return RiskChanged.type if earlier else RiskSet.type
