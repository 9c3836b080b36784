"""From the `when` and `unless` of a duty to conditions, and whether they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from protocols.conditions_written import Given, NotSo, nearest
from protocols.duties import Condition
from protocols.duties_vocabulary import KEYS, Circumstance, Circumstances, Key, shape_of
from protocols.vocabulary import UNKNOWN, Fact, Form, Known
from protocols.written import Span, When

_CODE: Final = re.compile(r"[EW]\d{8}")


def conditions(when: When, unless: When) -> tuple[Condition, ...]:
    """Every condition of both tables, all of which must hold.

    Raises:
        NotSo: an unknown word, a value that the fact cannot have, an empty list.
    """
    return tuple(
        _condition(name, value, negated=negated)
        for negated, table in ((False, when), (True, unless))
        for name, value in table.items()
    )


def hold(wanted: Iterable[Condition], known: Circumstances) -> bool | None:
    """Whether all of them hold: true, false, or None where that depends on what is not known."""
    certain = True
    for condition in wanted:
        match holds(condition, known.get(condition.key, UNKNOWN)):
            case False:
                return False
            case None:
                certain = False
            case True:
                pass
    return True if certain else None


def holds(condition: Condition, value: Known) -> bool | None:
    """Whether one holds of a value; None where that is not known."""
    if value is UNKNOWN:
        return None
    found = (
        not condition.values.isdisjoint(value)
        if isinstance(value, frozenset)
        else value in condition.values
    )
    return found is not condition.negated


def _condition(name: str, value: Given, *, negated: bool) -> Condition:
    key = KEYS.get(name)
    if key is None:
        raise NotSo(
            name,
            f"`{name}` is not a circumstance of a duty.{nearest(name, KEYS)} Use one of protocols/duties_vocabulary.py or protocols/vocabulary.py.",
        )
    return Condition(key=key, values=_values(key, value), negated=negated)


def _values(key: Key, value: Given) -> frozenset[str | int]:
    shape, name = shape_of(key), key.value
    match shape.form, value:
        case Form.YES_NO, bool():
            return frozenset({value})
        case Form.YES_NO, _:
            raise NotSo(name, f"`{name}` is true or false.")
        case Form.NUMBER, Span():
            return _span(name, value, shape.below)
        case Form.NUMBER, _:
            raise NotSo(name, f"`{name}` is a span, such as {{ from = 10, below = 18 }}.")
        case _, str() | list():
            words = [value] if isinstance(value, str) else value
            if not words:
                raise NotSo(name, f"`{name}` is an empty list. Name at least one value.")
            return frozenset(_known(key, word, shape.values) for word in words)
        case _:
            raise NotSo(name, f"`{name}` is a word or a list of words.")


def _span(name: str, value: Span, limit: int) -> frozenset[str | int]:
    below = limit if value.below is None else value.below
    if not 0 <= value.from_ < below <= limit:
        raise NotSo(
            name,
            f"no {name} is from {value.from_} and below {below}. Give a span within 0 and {limit}, the lower end first.",
        )
    return frozenset(range(value.from_, below))


def _known(key: Fact | Circumstance, word: str, values: tuple[str, ...]) -> str:
    if not values:
        if _CODE.fullmatch(word):
            return word
        raise NotSo(key.value, f"`{word}` is not a GSS code, such as E10000017.")
    if word not in values:
        raise NotSo(
            key.value,
            f"`{word}` is not a value of `{key.value}`.{nearest(word, values)} Known: {', '.join(values)}.",
        )
    return word
