"""Names for invented people: a few communities, common and rare names, twins who sound alike."""

from __future__ import annotations

import itertools
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

import msgspec

from records.child import Sex

TWINS_ALIKE: Final = (
    ("Ella", "Ellie"),
    ("Mia", "Mya"),
    ("Jayden", "Kayden"),
    ("Aiden", "Jaiden"),
    ("Zayyan", "Rayyan"),
    ("Harry", "Henry"),
    ("Sara", "Zara"),
    ("Anna", "Hannah"),
    ("Jack", "Jake"),
    ("Maya", "Anaya"),
    ("Theo", "Leo"),
    ("Lily", "Lilly-Mae"),
    ("Alexander", "Alexandra"),
    ("Daniel", "Danielle"),
)
"""Pairs that parents give to twins, and that a typing slip turns into one another."""

_HONOUR_NAMES: Final = ("Muhammad", "Mohammed", "Syed")


class Community(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that go together."""

    name: str
    share: float
    family_tail: float
    given_male: list[str]
    given_female: list[str]
    family: list[str]

    def given(self, rng: Random, sex: Sex) -> str:
        """One given name; the first of the list is the commonest."""
        return _ranked(rng, self.given_female if sex is Sex.FEMALE else self.given_male)

    def family_name(self, rng: Random) -> str | None:
        """A family name, now and then double-barrelled; None for a child who has none."""
        name = self._one(rng)
        if name and rng.random() < 0.03:  # noqa: PLR2004 (a choice of ours, not a figure)
            name = f"{name}-{self._one(rng)}".rstrip("-")
        return name or None

    def _one(self, rng: Random) -> str:
        if rng.random() < self.family_tail:
            tail = _book().family_tail
            return rng.choice(tail.begins) + rng.choice(tail.ends)
        return _ranked(rng, self.family)


class _Halves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    begins: list[str]
    ends: list[str]


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    community: list[Community]
    family_tail: _Halves
    streets: _Halves


def communities() -> list[Community]:
    """All of them; their shares add up to one."""
    return _book().community


def community(rng: Random) -> Community:
    """One community, by its share."""
    cumulative = list(itertools.accumulate(one.share for one in communities()))
    return rng.choices(communities(), cum_weights=cumulative)[0]


def given_names(rng: Random, among: Community, sex: Sex) -> tuple[str, ...]:
    """One to three given names. Some families give every son one name and call him by the next."""
    first = among.given(rng, sex)
    draw = rng.random()
    if first in _HONOUR_NAMES and draw < 0.6:  # noqa: PLR2004 (a choice of ours)
        return (first, *_others(rng, among, sex, 1, first))
    if draw < 0.35:  # noqa: PLR2004
        return (first,)
    return (first, *_others(rng, among, sex, 1 if draw < 0.9 else 2, first))  # noqa: PLR2004


def street(rng: Random) -> str:
    """The name of a street."""
    halves = _book().streets
    return f"{rng.choice(halves.begins)} {rng.choice(halves.ends)}"


def _others(rng: Random, among: Community, sex: Sex, count: int, first: str) -> tuple[str, ...]:
    found: list[str] = []
    while len(found) < count:
        name = among.given(rng, sex)
        if name != first and name not in found:
            found.append(name)
    return tuple(found)


def _ranked(rng: Random, names: list[str]) -> str:
    return rng.choices(names, cum_weights=_weights(len(names)))[0]


@cache
def _weights(length: int) -> list[float]:
    # The commonest of a hundred is about ten times as common as the fortieth.
    return list(itertools.accumulate(1 / (rank + 4) for rank in range(length)))


@cache
def _book() -> _Book:
    text = files("england").joinpath("names.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=_Book)
