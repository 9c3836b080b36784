"""Status rules in tests: what is asked of a protocol, and what it has to rule."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from protocols.protocol import Protocol
from protocols.rule import RuleRef
from protocols.status import Facts, first_grade, who_decides, who_states
from protocols.vocabulary import Fact, Known
from tests.protocols import cases

Asked = Callable[[Protocol], Any]
"""A question to one of the functions of `protocols.status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCase:
    """One row: the rule rules as expected when asked this, and not when asked otherwise."""

    protocol: str
    rule: str
    asked: Asked
    expected: Mapping[str, object]
    otherwise: Asked


def facts(**known: Known) -> dict[Fact, Known]:
    """Facts by their names in rule files."""
    return {Fact(name): value for name, value in known.items()}


def rulings(answer: object) -> list[Any]:
    """The rulings in an answer, which is one of them or several."""
    return list(answer) if isinstance(answer, tuple) else [answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What `first_grade` or `who_decides` says, with its rule."""

    says: str | tuple[str, ...]
    rule: RuleRef


def starts_at(protocol: Protocol, known: Facts) -> tuple[Said, ...]:
    """The grade that a first record starts from, as a ruling; none where the protocol names none."""
    first = first_grade(protocol, known)
    return () if first is None else (Said(says=first[0], rule=first[1]),)


def deciders(protocol: Protocol, known: Facts) -> tuple[Said, ...]:
    """Who decides how the child is classified, as rulings."""
    return tuple(Said(says=who, rule=rule) for who, rule in who_decides(protocol, known))


def staters(protocol: Protocol, event: str, known: Facts) -> tuple[Said, ...]:
    """Who may state an event, as rulings: one for each rule, with its roles."""
    found: dict[RuleRef, tuple[str, ...]] = {}
    for one in who_states(protocol, event, known):
        found[one.rule] = (*found.get(one.rule, ()), one.who.id)
    return tuple(Said(says=who, rule=rule) for rule, who in found.items())


def all_status_cases() -> list[StatusCase]:
    """The rows of every module in `tests/protocols/cases`."""
    names = [module.name for module in pkgutil.iter_modules(cases.__path__)]
    return [
        case
        for name in names
        for case in importlib.import_module(f"tests.protocols.cases.{name}").CASES
    ]


NOTHING_KNOWN: Final[dict[Fact, Known]] = {}
