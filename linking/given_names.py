"""What is known of given names: their spellings and short forms, and what is no name at all."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

import msgspec


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    honour: list[str]
    placeholder: list[str]
    spelt: list[list[str]]
    short: dict[str, list[str]]


@lru_cache(maxsize=65_536)
def one_spelling(name: str) -> str:
    """The spelling that stands for all spellings of this name."""
    return _spellings().get(name, name)


def is_honour_name(name: str) -> bool:
    """Whether brothers or sisters may all have this name, so that it tells none of them apart."""
    return one_spelling(name) in _honours()


def is_placeholder(name: str) -> bool:
    """Whether this is written where no name is known."""
    return name in _placeholders()


def is_short_form(one: str, other: str) -> bool:
    """Whether one of the two is a short form of the other. Two short forms of one name are not."""
    short = _shorts()
    one, other = one_spelling(one), one_spelling(other)
    return other in short.get(one, ()) or one in short.get(other, ())


def roots(name: str) -> tuple[str, ...]:
    """The full names that this may be short for, and itself; for finding."""
    spelling = one_spelling(name)
    return (spelling, *_roots().get(spelling, ()))


@cache
def _book() -> _Book:
    text = files("linking").joinpath("names.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=_Book)


@cache
def _spellings() -> dict[str, str]:
    return {name: group[0] for group in _book().spelt for name in group}


@cache
def _honours() -> frozenset[str]:
    return frozenset(map(one_spelling, _book().honour))


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(_book().placeholder)


@cache
def _shorts() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for full, forms in _book().short.items():
        name = one_spelling(full)
        found[name] = found.get(name, frozenset()) | frozenset(map(one_spelling, forms))
    return found


@cache
def _roots() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for full, forms in _shorts().items():
        for form in sorted(forms):
            found.setdefault(form, []).append(full)
    return {form: tuple(full) for form, full in found.items()}
