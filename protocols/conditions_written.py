"""From the `when` and `unless` of a file to clauses, refusing every word that is not in the vocabulary."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from protocols.condition import Clause, Condition, Word
from protocols.protocol import LocalRole
from protocols.vocabulary import SHAPES, Fact, Form
from protocols.written import Span, When
from records.people import KIND_OF, Kind

WHO: Final = "who"
KIND: Final = "kind"
Given: TypeAlias = bool | str | list[str] | Span
"""What may stand after a fact's name."""
_FACTS: Final = {fact.value: fact for fact in Fact}


class NotSo(Exception):
    """A word that cannot stand where it stands. ``key`` is where, the message what to do."""

    def __init__(self, key: str, what: str) -> None:
        """Keep the key, so that the line can be found."""
        super().__init__(what)
        self.key = key


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that was probably meant; nothing when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def clauses(
    when: When, unless: When, roles: Mapping[str, LocalRole], authorities: frozenset[str]
) -> tuple[Clause, ...]:
    """The clauses of a rule: one, or one for each standing that its local roles need.

    Raises:
        NotSo: an unknown word, a value that the fact cannot have, an empty list.
    """
    fixed = [
        _condition(key, value, negated=negated, authorities=authorities)
        for negated, table in ((False, when), (True, unless))
        for key, value in table.items()
        if key != WHO
    ]
    if WHO in unless:
        raise NotSo("unless", "`who` cannot stand in `unless`. Name `role` or `kind` there.")
    named = {(c.fact, c.negated) for c in fixed}
    if len(named) != len(fixed):
        raise NotSo("when", "`kind` and `role` say the same thing. Keep one of them.")
    if WHO not in when:
        return (Clause(tuple(fixed)),)
    if (Fact.ROLE, False) in named or (Fact.STANDING, False) in named:
        raise NotSo("when", "`who` already says role and standing. Keep one or the other.")
    return tuple(Clause((*who, *fixed)) for who in _who(when[WHO], roles))


def _who(value: Given, roles: Mapping[str, LocalRole]) -> list[tuple[Condition, ...]]:
    by_standing: dict[frozenset[str], set[str]] = {}
    for name in _words(WHO, value):
        role = roles.get(name)
        if role is None:
            raise NotSo(
                WHO,
                f"`{name}` is not a [[role]] of this protocol.{nearest(name, roles)} Add it to protocol.toml, or correct it.",
            )
        if not role.roles:
            raise NotSo(
                WHO,
                f"nobody signs in as `{name}`: its [[role]] names no role, so no rule can speak to it. Give it roles, or leave it out of the rule.",
            )
        standing = frozenset(s.value for s in role.standing)
        by_standing.setdefault(standing, set()).update(r.value for r in role.roles)
    return [
        (
            Condition(Fact.ROLE, frozenset(signed_in)),
            *((Condition(Fact.STANDING, standing),) if standing else ()),
        )
        for standing, signed_in in by_standing.items()
    ]


def _condition(
    key: str,
    value: Given,
    *,
    negated: bool,
    authorities: frozenset[str],
) -> Condition:
    if key == KIND:
        return Condition(Fact.ROLE, _roles_of_kinds(_words(key, value)), negated)
    fact = _FACTS.get(key)
    if fact is None:
        raise NotSo(
            key,
            f"`{key}` is not a fact.{nearest(key, [*_FACTS, WHO, KIND])} Use one of protocols/vocabulary.py.",
        )
    shape = SHAPES[fact]
    words: frozenset[Word]
    match shape.form:
        case Form.YES_NO:
            if not isinstance(value, bool):
                raise NotSo(key, f"`{key}` is true or false.")
            words = frozenset({value})
        case Form.NUMBER:
            words = _numbers(key, value, shape.below)
        case Form.CHOICE | Form.SET:
            words = frozenset(_known(key, _words(key, value), shape.values))
        case Form.AUTHORITY:
            words = frozenset(_known(key, _words(key, value), sorted(authorities)))
    return Condition(fact, words, negated)


def _roles_of_kinds(names: list[str]) -> frozenset[Word]:
    kinds = {Kind(name) for name in _known(KIND, names, [k.value for k in Kind])}
    return frozenset(role.value for role, kind in KIND_OF.items() if kind in kinds)


def _numbers(key: str, value: Given, limit: int) -> frozenset[Word]:
    if not isinstance(value, Span):
        raise NotSo(key, f"`{key}` is a span of years, such as {{ from = 10, below = 18 }}.")
    below = limit if value.below is None else value.below
    if not 0 <= value.from_ < below <= limit:
        raise NotSo(
            key,
            f"no {key} is from {value.from_} and below {below}. Give a span within 0 and {limit}, the lower end first.",
        )
    return frozenset(range(value.from_, below))


def _words(key: str, value: Given) -> list[str]:
    match value:
        case str():
            return [value]
        case list() if value:
            return value
        case list():
            raise NotSo(
                key, f"`{key}` is an empty list, which nothing can meet. Name at least one value."
            )
        case _:
            raise NotSo(key, f"`{key}` is a word or a list of words.")


def _known(key: str, names: list[str], known: Iterable[str]) -> list[str]:
    every = list(known)
    for name in names:
        if name not in every:
            raise NotSo(
                key,
                f"`{name}` is not a value of `{key}`.{nearest(name, every)} Known: {', '.join(every)}.",
            )
    return names
