"""Changes and conflicts in words: alike for many roles and places, so said once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypedDict, TypeVar

from consent.analysis import Change, Whose, words
from consent.boxes import Axis, Box
from consent.vocabulary import Fact
from protocols.condition import Word
from records.people import Kind

K = TypeVar("K")
V = TypeVar("V")

_NOTHING: Final[Box] = MappingProxyType({})
ANYBODY: Final = "anybody"
Holder: TypeAlias = tuple[Kind, Whose]
_EVERY: Final = frozenset((kind, Whose.ANY) for kind in Kind)


class Told(TypedDict):
    """What happens to these items for these roles, in these places, under these conditions.

    ``when``: any of them. ``holders``: whose records it is about.
    """

    items: list[str]
    roles: list[str]
    holders: list[str]
    where: list[str]
    when: list[str]


def plain(box: Box, known: Box = _NOTHING) -> str:
    """A box as people read it: every condition that must hold, but those that are said already."""
    left = {axis: values for axis, values in box.items() if known.get(axis) != values}
    return words(left).replace("_", " ")


def shared(boxes: Iterable[Box]) -> Box:
    """The conditions that stand in every one of these: said once, at the top.

    Nearly always these are the bars: no order of a court, no sealed adoption.
    """
    found: dict[Axis, frozenset[Word]] | None = None
    for box in boxes:
        if found is None:
            found = dict(box)
        for axis in [axis for axis, values in found.items() if box.get(axis) != values]:
            del found[axis]
    return found or {}


def places(pairs: Iterable[tuple[str | None, str | None]]) -> list[str]:
    """Pairs of host and responsible partnership in words, whole rows as one."""
    by_host: dict[str, set[str]] = {}
    for host, responsible in pairs:
        by_host.setdefault(_place(host), set()).add(_place(responsible))
    by_children: dict[frozenset[str], list[str]] = {}
    for host, children in by_host.items():
        by_children.setdefault(frozenset(children), []).append(host)
    return [
        f"living in {_listed(hosts)}: children of {_listed(sorted(children))}"
        for children, hosts in by_children.items()
    ]


def holders_in_words(holders: frozenset[Holder]) -> list[str]:
    """Whose records: the kinds of organisation, or anybody's."""
    return (
        [ANYBODY] if holders >= _EVERY else sorted(_WHOSE[whose](kind) for kind, whose in holders)
    )


_WHOSE: Final[Mapping[Whose, Callable[[Kind], str]]] = MappingProxyType(
    {
        Whose.ANY: lambda kind: kind.value,
        Whose.OWN: lambda kind: f"{kind.value}, their own",
        Whose.OTHERS: lambda kind: f"{kind.value}, another's than their own",
    }
)


def told(changes: Iterable[tuple[Change, tuple[Box, ...]]], known: Box = _NOTHING) -> list[Told]:
    """The same change told once, for all holders, places, roles and items that share it.

    ``known`` are conditions that are said elsewhere.
    """
    # Cells share their boxes: each set of boxes is put into words once.
    said: dict[int, tuple[str, ...]] = {}
    listed = list(changes)
    for _, boxes in listed:
        if id(boxes) not in said:
            said[id(boxes)] = boxes_of(boxes, known)
    holders = gathered(
        ((c.item, c.role, (c.host, c.responsible), said[id(boxes)]), (kind, c.whose))
        for c, boxes in listed
        for kind in c.holders
    )
    pairs = gathered(
        ((item, role, kinds, when), pair) for (item, role, pair, when), kinds in holders.items()
    )
    roles = gathered(
        ((item, kinds, when, where), role) for (item, role, kinds, when), where in pairs.items()
    )
    items = gathered(
        ((who, kinds, when, where), item) for (item, kinds, when, where), who in roles.items()
    )
    return [
        Told(
            items=sorted(item.value for item in named),
            roles=sorted(role.value for role in who),
            holders=holders_in_words(kinds),
            where=places(sorted(where, key=str)),
            when=list(when),
        )
        for (who, kinds, when, where), named in items.items()
    ]


def gathered(rows: Iterable[tuple[K, V]]) -> dict[K, frozenset[V]]:
    """What stands beside each key, in the order in which the keys first come."""
    found: dict[K, set[V]] = {}
    for key, value in rows:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}


def boxes_of(boxes: Iterable[Box], known: Box = _NOTHING) -> tuple[str, ...]:
    """The boxes in words, each once, the shortest first.

    Boxes that differ only in one thing that a set includes ("standing") are said as one.
    """
    alike: dict[tuple[frozenset[tuple[Axis, frozenset[Word]]], Fact | None], list[str]] = {}
    for box in boxes:
        left = {axis: values for axis, values in box.items() if known.get(axis) != values}
        held = [axis for axis, values in left.items() if axis.member and True in values]
        one = held[0] if len(held) == 1 else None
        rest = frozenset(pair for pair in left.items() if pair[0] != one)
        members = alike.setdefault((rest, one.fact if one else None), [])
        if one is not None:
            members.append(one.member)
    said = {_with_members(dict(rest), fact, members) for (rest, fact), members in alike.items()}
    return tuple(sorted(said, key=lambda words: (len(words), words)))


def _with_members(rest: Box, fact: Fact | None, members: list[str]) -> str:
    if fact is None:
        return plain(rest)
    includes = f"{fact.value.replace('_', ' ')} includes {' or '.join(sorted(members))}"
    return f"{plain(rest)} and {includes}" if rest else includes


def _place(place: str | None) -> str:
    return "elsewhere" if place is None else place


def _listed(names: Iterable[str]) -> str:
    return " or ".join(names)
