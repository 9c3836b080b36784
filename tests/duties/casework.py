"""Duties in tests: what happened to whom, and what a rule asks for because of it.

A case names a rule, what happened and what is known, and everything that the rule then asks for:
what it does not name, the rule must not ask for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from protocols.bundle import Bundle
from protocols.duties_due import Due, Happens, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Fired, Occurrence
from protocols.duties_vocabulary import KEYS, Event, Key
from protocols.vocabulary import Known
from tests.duties import cases

LEEDS: Final = "E08000035"
PLYMOUTH: Final = "E06000026"
EPISODE: Final = "this-episode"
REPORTED: Final = datetime(2026, 1, 12, 18, 0, tzinfo=UTC)
RECORDED: Final = datetime(2026, 1, 12, 18, 10, tzinfo=UTC)
FOUND: Final = datetime(2026, 1, 13, 9, 0, tzinfo=UTC)
_BEFORE_FOUND: Final = frozenset(
    {
        Event.CHILD_NOT_LOCATED,
        Event.REPORTED_MISSING,
        Event.MISSING_RECORDED,
        Event.STATUS_DECIDED,
        Event.RISK_SET,
        Event.AWAY_WITHOUT_AUTHORISATION,
        Event.CHILD_LOCATED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything that one rule asks for, in the words of the protocol's own role ids.

    ``told``: items by role, in one line. ``due``: instants in UTC. ``does``, ``meets``, ``records``
    and ``asks`` name whose task it is, ``answers`` the matter and who answers for it.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    due: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refuses: bool = False
    silent: bool = False


NOTHING: Final = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCase:
    """One row: the rule asks for exactly this."""

    protocol: str
    rule: str
    occurrence: Occurrence
    facts: Mapping[Key, Known]
    history: tuple[Occurrence, ...]
    asked: Asked

    def due(self, bundle: Bundle) -> Due:
        """Everything that follows, of this rule and of every other."""
        return duties_of(bundle, self.occurrence, self.facts, self.history)


def known(**facts: Known) -> dict[Key, Known]:
    """Facts and circumstances by their names in duties.toml."""
    return {KEYS[name]: value for name, value in facts.items()}


def lives(authority: str, at: str | None = None, **facts: Known) -> dict[Key, Known]:
    """A child whom one authority answers for, living there or in another's area."""
    return known(authority=authority, host_authority=at or authority, **facts)


def happens(
    event: str | Iterable[str],
    at: datetime | None = None,
    *,
    episode: str | None = EPISODE,
    name: str = "this",
    **said: Known,
) -> Occurrence:
    """Something that happens, in this episode unless it says otherwise."""
    events = frozenset(Event(e) for e in ([event] if isinstance(event, str) else event))
    usual = REPORTED if events & _BEFORE_FOUND else FOUND
    if at is None and Event.MISSING_RECORDED in events:
        usual = RECORDED
    return Occurrence(
        id=name,
        events=events,
        at=at or usual,
        episode=episode,
        reported_at=REPORTED if events & {Event.MISSING_RECORDED} and at is None else None,
        circumstances=known(**said),
    )


def episodes(*days: str) -> tuple[Occurrence, ...]:
    """Earlier episodes that the police recorded, at noon of these days."""
    return tuple(
        happens(
            "missing-recorded",
            datetime.fromisoformat(f"{day}T12:00:00+00:00"),
            episode=f"episode-{day}",
            name=f"recorded-{day}",
        )
        for day in days
    )


def comes_due(rule: str, protocol: str, at: datetime, **fired: Any) -> Occurrence:  # noqa: ANN401
    """A clock of this rule that came due."""
    return Occurrence(
        id="clock",
        events=frozenset({Event.DEADLINE_REACHED}),
        at=at,
        episode=EPISODE,
        fired=Fired(name=f"{protocol}:{rule}", **fired),
    )


def asked_by(due: Due, rule: str) -> Asked:
    """What one rule asks for, out of all that follows."""
    whys = [why for n in due.notices for why in n.because if why.rule.id == rule and why.role]
    told = {str(why.role): " ".join(sorted(item.value for item in why.items)) for why in whys}
    tasks = [task for task in due.tasks if task.because.rule.id == rule]

    def of(kind: TaskKind) -> tuple[str, ...]:
        return tuple(to.role.id for t in tasks if t.kind is kind for to in t.owners)

    return Asked(
        told=told,
        due=tuple(when(c.due_at) for c in due.clocks if c.because.rule.id == rule),
        does=of(TaskKind.DO),
        meets=of(TaskKind.MEET),
        records=of(TaskKind.RECORD),
        asks=of(TaskKind.ASK),
        answers={
            a.matter: tuple(to.role.id for to in a.who)
            for a in due.answers
            if a.because.rule.id == rule
        },
        refuses=any(r.because is not None and r.because.rule.id == rule for r in due.rejects),
        silent=any(s.because.rule.id == rule for s in due.silent),
    )


def asked_in_time(bundle: Bundle, case: DutyCase) -> Asked:
    """What a rule asks for at once, and when what it waits for has come.

    Of a rule that waits nothing but the clock may follow at once; the rest is asked for when it
    is due.
    """
    due = case.due(bundle)
    at_once = asked_by(due, case.rule)
    waiting = [
        c for c in due.clocks if c.because.rule.id == case.rule and c.happens is Happens.THEN
    ]
    if not waiting:
        return at_once
    assert at_once == Asked(due=at_once.due), f"{case.rule} does not wait"
    [clock] = waiting
    fired = comes_due(case.rule, case.protocol, clock.due_at, basis_at=clock.basis_at)
    past = (*case.history, case.occurrence)
    later = asked_by(duties_of(bundle, fired, case.facts, past), case.rule)
    return Asked(
        **{
            name: getattr(at_once if name == "due" else later, name)
            for name in Asked.__dataclass_fields__
        }
    )


def when(at: datetime) -> str:
    """An instant to the minute, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def cases_of(protocol: str, authority: str) -> Any:  # noqa: ANN401 (a function of many keywords)
    """A maker of cases for one protocol, about a child of that authority who lives there.

    What is not an expectation is a fact or a circumstance. ``home``: whose child; ``at``: when;
    ``past``: earlier occurrences.
    """

    def case(
        rule: str,
        event: str | Iterable[str],
        *,
        home: str = authority,
        place: str | None = None,
        at: datetime | None = None,
        past: Sequence[Occurrence] = (),
        **rest: Any,  # noqa: ANN401
    ) -> DutyCase:
        expected = {name: rest.pop(name) for name in Asked.__dataclass_fields__ if name in rest}
        return DutyCase(
            protocol=protocol,
            rule=rule,
            occurrence=happens(event, at),
            facts={**lives(home, place), **known(**rest)},
            history=tuple(past),
            asked=Asked(**expected),
        )

    return case


def all_duty_cases() -> list[DutyCase]:
    """The rows of every module in `tests/duties/cases`."""
    names = [module.name for module in pkgutil.iter_modules(cases.__path__)]
    return [
        case
        for name in names
        for case in importlib.import_module(f"tests.duties.cases.{name}").CASES
    ]
