"""The same rules in Cedar, for a second opinion from an engine that is not ours.

Used by the tests only: Cedar answers allow or deny and cannot say why nothing permitted something.
Each clause becomes one policy, each item an action. A fact that is not known is absent from the
context; a permit asks that it be there, a forbid does not.

Source: https://docs.cedarpolicy.com, policy syntax.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from consent.bundle import Bundle
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Form
from protocols.condition import Clause, Condition
from protocols.rule import Effect, Rule
from records.items import Item, above, below

NOWHERE: Final = "none"
"""What stands for an area with no protocol loaded."""


def policies(bundle: Bundle, on: date, item: Item | None = None) -> str:
    """Every rule in force on that day as Cedar policies, each with its id in an annotation.

    Bars forbid. Denials forbid unless an override applies to the item. Overrides and grants permit.
    With ``item``, only those that speak of it: Cedar weighs every policy of a set, one by one.
    """
    rules = [rule for rule in bundle.as_of(on).rules if item is None or item in _reaches(rule)]
    overrides = [rule for rule in rules if rule.effect is Effect.OVERRIDE]
    return "\n".join(_policies(rules, overrides))


def request(situation: Situation, item: Item) -> dict[str, Any]:
    """The question whether the item is open in this situation."""
    context: dict[str, Any] = {
        fact.value: sorted(value) if isinstance(value, frozenset) else value
        for fact, value in situation.every_fact()
        if value is not UNKNOWN
    }
    for side, place in (("host", situation.host), ("responsible", situation.responsible)):
        if place is not UNKNOWN:
            context[side] = place or NOWHERE
    return {
        "principal": {"type": "Caller", "id": "caller"},
        "action": {"type": "Action", "id": item.value},
        "resource": {"type": "Child", "id": "child"},
        "context": context,
    }


def _policies(rules: Iterable[Rule], overrides: list[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.effect is Effect.DUTY:
            continue
        opening = rule.effect in {Effect.GRANT, Effect.OVERRIDE}
        head = "permit" if opening else "forbid"
        unless = ""
        if rule.effect is Effect.DENY and overrides:
            unless = f" unless {{ {_any(_overridden(over) for over in overrides)} }}"
        for clause in rule.clauses:
            yield (
                f"@id({json.dumps(rule.ref.id)})\n"
                f"{head} (principal, action in [{_actions(rule)}], resource)"
                f" when {{ {_when(rule, clause, opening=opening)} }}{unless};"
            )


def _overridden(rule: Rule) -> str:
    """That an override opens the item asked for."""
    applies = _any(f"({_when(rule, clause, opening=True)})" for clause in rule.clauses)
    return f"([{_actions(rule)}].contains(action) && ({applies}))"


def _actions(rule: Rule) -> str:
    return ", ".join(f'Action::"{item.value}"' for item in sorted(_reaches(rule), key=_value))


def _reaches(rule: Rule) -> frozenset[Item]:
    """Worked out here again, and not asked of the engine that is to be checked."""
    reach = below if rule.effect in {Effect.GRANT, Effect.OVERRIDE} else above
    return frozenset().union(*(reach(item) for item in rule.items))


def _value(item: Item) -> str:
    return item.value


def _when(rule: Rule, clause: Clause, *, opening: bool) -> str:
    tests = [_test(condition, opening=opening) for condition in clause.conditions]
    if not rule.national:
        sides = sorted(side.value for side in rule.applies)
        tests.append(f"({_any(_here(side, rule.ref.protocol, opening=opening) for side in sides)})")
    return " && ".join(tests) or "true"


def _here(side: str, protocol: str, *, opening: bool) -> str:
    same = f"context.{side} == {json.dumps(protocol)}"
    return f"(context has {side} && {same})" if opening else f"(!(context has {side}) || {same})"


def _test(condition: Condition, *, opening: bool) -> str:
    fact = condition.fact.value
    words = json.dumps(sorted(condition.values, key=str))
    many = SHAPES[condition.fact].form is Form.SET
    found = f"context.{fact}.containsAny({words})" if many else f"{words}.contains(context.{fact})"
    holds = f"!({found})" if condition.negated else found
    if condition.whatever is True:
        return "true"
    if opening or condition.whatever is False:
        return f"(context has {fact} && {holds})"
    return f"(!(context has {fact}) || {holds})"


def _any(tests: Iterable[str]) -> str:
    return " || ".join(tests) or "false"
