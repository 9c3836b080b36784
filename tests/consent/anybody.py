"""Situations made at random, for what has to hold of every situation whatever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from consent.bundle import Bundle
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, IsUnknown, Known
from protocols.condition import Condition, Word
from protocols.vocabulary import ASKER
from records.people import Purpose, Role, Standing

DAYS: Final = (date(2024, 1, 1), date(2026, 9, 29), date(2026, 9, 30), date(2026, 11, 24))


def chance(seed: int) -> Random:
    """A source of chance that can be repeated."""
    return Random(seed)  # noqa: S311 - chosen to be repeatable


def anybody(rng: Random, bundle: Bundle, *, doubt: float = 0.2) -> Situation:
    """Somebody in some role, asking about some child; each thing unknown so often.

    Left to chance alone hardly anything would ever be open, so most are led part of the way towards
    some rule: its role and standing, and its conditions, with one of them left to chance.
    """
    places = [p.id for p in bundle.protocols.values() if not p.national]
    host = _place(rng, places, doubt)
    situation = Situation(
        role=rng.choice(list(Role)),
        standings=UNKNOWN
        if rng.random() < doubt / 2
        else frozenset(rng.sample(list(Standing), rng.choice((0, 1, 1, 2, 3)))),
        purpose=rng.choice(list(Purpose)),
        host=host,
        responsible=host if rng.random() < 0.5 else _place(rng, places, doubt),
        on=rng.choice(DAYS),
        facts={
            fact: _value(rng, fact, bundle)
            for fact in Fact
            if fact not in ASKER and rng.random() >= doubt
        },
    )
    return _towards_a_rule(rng, bundle, situation) if rng.random() < 0.8 else situation


def _towards_a_rule(rng: Random, bundle: Bundle, situation: Situation) -> Situation:
    rule = rng.choice(bundle.rules)
    met = list(rng.choice(rule.clauses).conditions)
    if len(met) > 2 and rng.random() < 0.3:
        met.remove(rng.choice(met))
    for condition in met:
        situation = _meeting(rng, situation, condition)
    if not rule.national and rng.random() < 0.8:
        situation = replace(situation, host=rule.ref.protocol)
    return situation


def _meeting(rng: Random, situation: Situation, condition: Condition) -> Situation:
    fact = condition.fact
    shape = SHAPES[fact]
    words: list[Word] = sorted(condition.values, key=str)
    if condition.negated:
        every: set[Word] = {*shape.values, *_YES_NO, "E99999999"}
        words = [
            word
            for word in sorted(every - condition.values, key=str)
            if isinstance(word, bool) is (shape.form is Form.YES_NO)
        ]
    word = rng.choice(words) if words else None
    if fact is Fact.ROLE:
        return replace(situation, role=Role(word)) if word in shape.values else situation
    if fact is Fact.STANDING:
        held = frozenset() if condition.negated else frozenset({Standing(word)})
        return replace(situation, standings=held)
    if fact is Fact.PURPOSE:
        return replace(situation, purpose=Purpose(word))
    value: Known = UNKNOWN if word is None else word
    if shape.form is Form.SET:
        value = frozenset() if condition.negated else frozenset({str(word)})
    elif shape.form is Form.CHOICE and word not in shape.values:
        value = UNKNOWN
    return replace(situation, facts={**situation.facts, fact: value})


_YES_NO: Final = (True, False)


def _place(rng: Random, places: list[str], doubt: float) -> str | IsUnknown | None:
    if rng.random() < doubt / 2:
        return UNKNOWN
    return rng.choice([*places, *places, None])


def _value(rng: Random, fact: Fact, bundle: Bundle) -> Known:
    shape = SHAPES[fact]
    match shape.form:
        case Form.YES_NO:
            # Bars and overrides are rare, or nothing else would ever be seen to decide.
            return rng.random() < (0.5 if shape.nothing_recorded is None else 0.1)
        case Form.CHOICE:
            return rng.choice(shape.values)
        case Form.SET:
            return frozenset(rng.sample(shape.values, rng.choice((0, 1, 1, 2))))
        case Form.NUMBER:
            return rng.randrange(shape.below)
        case Form.AUTHORITY:
            named = [a.code.code for p in bundle.protocols.values() for a in p.authorities]
            return rng.choice([*named, "E08000035"])
