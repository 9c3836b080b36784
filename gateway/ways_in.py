"""Every event that the protocols speak of: what it is, how it comes in, and which duties wait for it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from consent.vocabulary import Fact
from disclosure.happenings import CONSENT_CHANGED
from disclosure.judging import IS_AN_EVENT, WHO_JUDGES
from disclosure.sayable import BELONGS, WHO_SAYS, SaidToHappen
from gateway.sources import kinds
from notifications.episode_table import Step
from notifications.facts_stated import SAYS_BY_ITSELF
from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_vocabulary import Event
from protocols.events_meant import MEANT
from records.tells import Tells

BY_OURSELVES: Final[Mapping[Event, str]] = MappingProxyType(
    {
        Event.MISSING_RECORDED: "from a report or a status whose state is `missing`",
        Event.PROTOCOL_APPLIES: "with the first word that a child is gone, once in each episode",
        Event.PLACEMENT_NEVER_NOTIFIED: "when a child goes missing who was placed in an area that was not told",
        Event.PERIOD_ENDED: "at the turn of the period, in London",
        Event.DEADLINE_BREACHED: "when a clock runs out",
    }
)
"""What the gateway brings about itself, and when."""

_OTHERWISE: Final[Mapping[Event, tuple[str, ...]]] = MappingProxyType(
    {
        Event(CONSENT_CHANGED): ("recordConsent", "withdrawConsent"),
        Event.INTERVIEW_CONFIRMED: ("completeTask",),
    }
)
"""What a person states with another mutation than those two."""

NO_WAY_IN: Final[Mapping[Event, str]] = MappingProxyType(
    {
        Event.EPISODE_COUNT_REACHED: (
            "A number of episodes is a `window` of the duty itself, judged at each episode."
        ),
        Event.DEADLINE_REACHED: "Nothing waits for it.",
        Event.DEADLINE_MET: "No duty asks for anything when a clock is met; the clock itself says so.",
    }
)
"""Events that nothing and nobody states, with the reason."""

_HEAD: Final = """# Events, and how each comes in

Printed by `homeward events table --write` from the adapters, `disclosure/sayable.py` and the
partnerships' `duties.toml`; do not edit.

*Sent by*: the system sends it by itself. *Read of*: its records are read again and tell it. *Said with*: a person states it,
with `recordEvent`, `recordJudgement` or a consent mutation over GraphQL, or with `homeward events record`; in brackets what more
may be said of it. *By the gateway*: it follows from something else. *States*: what holds as a fact from then on.
*Waiting*: how many duties of each protocol begin or end with it, those that only say that the text is silent left out.
"""


class WayIn(TypedDict):
    """One event as it is printed. ``waiting``: how many duties wait for it, by protocol."""

    event: str
    means: str
    sent_by: list[str]
    read_of: list[str]
    said_with: list[str]
    may_be_said_of_it: list[str]
    who_may_say: str | None
    by_the_gateway: str | None
    states: list[str]
    waiting: dict[str, int]
    no_way_in: str | None


def ways_in(bundle: Bundle) -> list[WayIn]:
    """Every event, in the order of the vocabulary."""
    told = list(_told())
    return [_way(event, told, bundle) for event in Event]


def printed(bundle: Bundle) -> str:
    """The page, as it is committed."""
    rows = ways_in(bundle)
    lines = [_HEAD, "| event | comes in | states | waiting |", "|---|---|---|---|"]
    for row in rows:
        event = f"`{row['event']}`: {row['means']}"
        waiting = ", ".join(f"{name} {count}" for name, count in row["waiting"].items())
        cells = (event, "; ".join(_comes(row)), ", ".join(row["states"]), waiting)
        lines.append("| " + " | ".join(cell or "·" for cell in cells) + " |")
    return "\n".join([*lines, ""])


def _way(event: Event, told: Iterable[tuple[str, Tells]], bundle: Bundle) -> WayIn:
    said = SaidToHappen(event.value) if event.value in SaidToHappen._value2member_map_ else None
    judged = next((one for one, name in IS_AN_EVENT.items() if name == event.value), None)
    who = None if said is None else WHO_SAYS[said].source
    if judged is not None:
        who = "; ".join(dict.fromkeys(row.source for row in WHO_JUDGES[judged].entitled))
    return {
        "event": event.value,
        "means": MEANT[event],
        "sent_by": sorted(name for name, one in told if _has(one.sends, event)),
        "read_of": sorted(name for name, one in told if _has(one.is_read_for, event)),
        "said_with": list(_said_with(event, said)),
        "may_be_said_of_it": []
        if said is None
        else sorted(key.value for key in BELONGS.get(said, ())),
        "who_may_say": who,
        "by_the_gateway": BY_OURSELVES.get(event),
        "states": list(_states(event)),
        "waiting": {
            protocol.id: count
            for protocol in bundle.protocols.values()
            if (count := sum(waits_for(duty, event) for duty in protocol.duties))
        },
        "no_way_in": NO_WAY_IN.get(event),
    }


def waits_for(duty: Duty, event: Event) -> bool:
    """Whether a duty begins, is met or is stopped by this event; a silence waits for nothing."""
    ends = duty.clock.met_by | duty.clock.stopped_by if duty.clock is not None else frozenset()
    return not duty.silent and event in duty.events | ends


def _told() -> Iterator[tuple[str, Tells]]:
    """What each kind of system says that it tells of."""
    for kind in kinds():
        module = importlib.import_module(f"adapters.{kind}")
        for one in getattr(module, "TELLS", ()):
            yield one.system, one


def _has(types: Iterable[type], event: Event) -> bool:
    return any(getattr(kind, "type", None) == event.value for kind in types)


def _said_with(event: Event, said: SaidToHappen | None) -> Iterator[str]:
    if said is not None:
        yield f"recordEvent {said.name}"
    for judgement, name in IS_AN_EVENT.items():
        if name == event.value:
            yield f"recordJudgement {judgement.name}"
    yield from _OTHERWISE.get(event, ())


def _states(event: Event) -> Iterator[str]:
    """The facts that hold once it has happened; see `notifications.facts_stated`."""
    steps = {step.value for step in Step} | {Event.STATUS_DECIDED.value}
    if event.value in steps:
        yield "where the episode stands"
    if event in {Event.RISK_SET, Event.RISK_CHANGED}:
        yield Fact.RISK_GRADE.value
    if event.value in SAYS_BY_ITSELF:
        yield SAYS_BY_ITSELF[event.value].fact.value
    if event in {Event.PLACEMENT_MADE, Event.PLACEMENT_MOVED}:
        yield "host and responsible authority"
    if event is Event.REPEAT_MISSING_RISK or event is Event.CONSENT_CHANGED:
        yield "what was judged or wished"


def _comes(row: WayIn) -> Iterator[str]:
    if row["sent_by"]:
        yield f"sent by {', '.join(row['sent_by'])}"
    if row["read_of"]:
        yield f"read of {', '.join(row['read_of'])}"
    if row["said_with"]:
        more = f" ({', '.join(row['may_be_said_of_it'])})" if row["may_be_said_of_it"] else ""
        yield f"said with `{'`, `'.join(row['said_with'])}`{more}"
    if row["by_the_gateway"] is not None:
        yield f"by the gateway: {row['by_the_gateway']}"
    if row["no_way_in"] is not None:
        yield f"no way in: {row['no_way_in']}"
