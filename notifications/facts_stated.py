"""The facts that an event states, written with it: so that what it opens is open when its notices go.

What is known of the latest episode is worked out from all that was said of it, by whatever system
in whatever order, and stated by the gateway alone: two systems' messages cannot contradict here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from consent.vocabulary import Fact, Value, fits
from disclosure.assertion import Area
from disclosure.chain import canonical
from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.happenings import SAID_BY
from disclosure.judging import IS_AN_EVENT, WHO_JUDGES, Judgement
from linking.quickly import add
from notifications.episode import Episode, episodes_of, standing, steps_of
from notifications.episode_table import Step
from notifications.happening import OURSELVES, Happened, Stands
from records.episode import EpisodeState

_LOCATED: Final = frozenset({EpisodeState.LOCATED, EpisodeState.FOUND, EpisodeState.CLOSED})
_PLACES: Final = frozenset({"placement-made", "placement-moved"})
_GRADES: Final = frozenset({"risk-set", "risk-changed"})
SERVES_FOR: Final = timedelta(days=30)
"""How long a service of the area is the child's after it was told of something; no protocol says."""

SAYS_BY_ITSELF: Final[Mapping[str, Judgement]] = MappingProxyType(
    {
        event: judged
        for judged, event in IS_AN_EVENT.items()
        if judged is not Judgement.AT_RISK_OF_MISSING
    }
)
"""What an event says by having happened. It stands as long as the same judgement of a person may."""

_AREAS: Final = (
    ("host_authority", Area.HOST),
    ("responsible_authority", Area.RESPONSIBLE),
)


async def state_facts(
    transaction: AsyncConnection, event: Happened, history: Sequence[Happened]
) -> None:
    """Write what this event, with all before it, says of the child. Give it to `ledger.accept`.

    Nothing is said of what nobody has told: an episode known from its end only leaves it open
    whether it was ever reported.
    """
    if steps_of(event):
        latest = episodes_of(history)[-1]
        since = _last(history)
        facts = {**_facts(latest), **_of_an_absence(latest, history)}.items()
        await _state(transaction, event, [(f, v, OURSELVES, since) for f, v in facts])
    grade = event.data.get("grade")
    if event.type in _GRADES and isinstance(grade, str) and fits(Fact.RISK_GRADE, grade):
        await _state(transaction, event, [(Fact.RISK_GRADE, grade, event.source, event.at)])
    judged = SAYS_BY_ITSELF.get(event.type)
    if judged is not None:
        stated = [(judged.fact, True, event.source, event.at)]
        ends = event.at + WHO_JUDGES[judged].longest
        await _state(transaction, event, stated, until=ends)
    if event.type in _PLACES:
        await _place(transaction, event)


def _facts(episode: Episode) -> dict[Fact, Value]:
    located = episode.state in _LOCATED
    facts: dict[Fact, Value] = {Fact.LOCATED: located, Fact.WHEREABOUTS_KNOWN: located}
    if episode.reported_at is not None:
        facts[Fact.REPORTED_MISSING] = True
    if episode.recorded_at is not None:
        facts[Fact.RECORDED_MISSING] = True
    return facts


def _of_an_absence(episode: Episode, history: Sequence[Happened]) -> dict[Fact, Value]:
    """What whoever states an absence says with it: that nobody reported it, and whether they know where the child is."""
    if episode.began_at is not None:
        return {}
    roots = set(episode.events)
    said = [
        event
        for event in standing(history)
        if event.root in roots and SAID_BY in event.data and Step.AWAY in steps_of(event)
    ]
    if not said:
        return {}
    facts: dict[Fact, Value] = {Fact.REPORTED_MISSING: False, Fact.RECORDED_MISSING: False}
    known = said[-1].data.get(Fact.WHEREABOUTS_KNOWN.value)
    if isinstance(known, bool):
        facts[Fact.WHEREABOUTS_KNOWN] = known
    return facts


def _last(history: Sequence[Happened]) -> datetime:
    """When the last thing happened of any episode, corrected since or not: never earlier than what was stated before."""
    return max(event.at for event in history if steps_of(event))


async def _state(
    transaction: AsyncConnection,
    event: Happened,
    facts: Sequence[tuple[Fact, Value, str, datetime]],
    until: datetime | None = None,
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "child_ref": event.child,
            "fact": fact.value,
            "value": canonical(value).decode() if not isinstance(value, frozenset) else None,
            "valid_from": min(since, event.recorded_at),
            "valid_to": until,
            "source": source,
            "asserted_by": f"event {event.id}",
            "recorded_at": event.recorded_at,
            "replaces": None,
        }
        for fact, value, source, since in facts
    ]
    await add(transaction, ATTRIBUTE, rows)


async def _place(transaction: AsyncConnection, event: Happened) -> None:
    rows = [
        {
            "child_ref": event.child,
            "area": area.value,
            "authority": str(event.data[name]),
            "valid_from": min(event.at, event.recorded_at),
            "valid_to": None,
            "source": event.source,
            "asserted_by": f"event {event.id}",
            "recorded_at": event.recorded_at,
            "replaces": None,
        }
        for name, area in _AREAS
        if isinstance(event.data.get(name), str)
    ]
    if rows:
        await add(transaction, CHILD_AREA, rows)


async def state_standings(
    transaction: AsyncConnection, event: Happened, stands: Sequence[Stands]
) -> None:
    """Write that services of the area are the child's own from now on, for as long as news is recent.

    By the deployment's register of recipients: a force or a nurse team that serves the area, where
    nobody is recorded to be that child's. Without it they would be told that there is a notice, and
    nothing of it.
    """
    if not stands:
        return
    rows = [
        {
            "child_ref": event.child,
            "standing": one.standing.value,
            "organisation": one.organisation,
            "valid_from": min(event.at, event.recorded_at),
            "valid_to": event.recorded_at + SERVES_FOR,
            "source": OURSELVES,
            "asserted_by": f"event {event.id}",
            "recorded_at": event.recorded_at,
            "replaces": None,
        }
        for one in stands
    ]
    await add(transaction, STANDING, rows)
