"""What a document may ask for, counted before any work is done on it.

Counting follows fragments, and is itself cheap: each fragment is counted once, however
often it is spread, so that a chain of fragments that each spread the next twice costs as
much to refuse as to read. Only a document small enough is then walked whole.

Source: docs/decisions/0011-limits-that-cannot-be-turned-against-us.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.settings import Limits

MAX_OPERATIONS: Final = 10
# Lists of records may be long; lists within an answer (reasons, systems, rules) are short.
LONG_LISTS: Final = frozenset({"records", "edges", "nodes"})
LONG: Final = 10
# Each root field about a child is a decision, a row in the ledger and calls to systems.
ROOT_COST: Final = 20


class TooMuch(Exception):
    """The document asks for more than one question may. ``what`` is the limit that was met."""

    def __init__(self, what: str, allowed: int) -> None:
        """Say which limit it was and how much is allowed: both are public."""
        super().__init__(f"This asks for too much: {what}, at most {allowed}.")
        self.what = what
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class _Size:
    """What a selection comes to with its fragments in it."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    spreads: int = 0
    cost: int = 0

    def beside(self, other: _Size) -> _Size:
        return _Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.spreads + other.spreads,
            self.cost + other.cost,
        )


class _Counting:
    """One count of one document: every fragment once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._sizes: dict[str, _Size] = {}
        self._open: set[str] = set()

    @property
    def followed(self) -> frozenset[str]:
        """The fragments that some operation spreads."""
        return frozenset(self._sizes)

    def selection(self, selection: SelectionSetNode | None) -> _Size:
        size = _Size()
        for node in () if selection is None else selection.selections:
            match node:
                case FieldNode():
                    size = size.beside(self._field(node))
                case InlineFragmentNode():
                    size = size.beside(self.selection(node.selection_set))
                case FragmentSpreadNode():
                    size = size.beside(self._spread(node.name.value))
                case _:
                    pass
        return size

    def _field(self, node: FieldNode) -> _Size:
        below = self.selection(node.selection_set)
        times = LONG if node.name.value in LONG_LISTS else 1
        return _Size(
            below.depth + 1,
            below.fields + 1,
            below.aliases + (node.alias is not None),
            below.spreads,
            below.cost * times + 1,
        )

    def _spread(self, name: str) -> _Size:
        if name not in self._sizes:
            fragment = self._fragments.get(name)
            # A spread of nothing, or in a circle, is for validation to refuse: here it is empty.
            if fragment is None or name in self._open:
                return _Size(spreads=1)
            self._open.add(name)
            self._sizes[name] = self.selection(fragment.selection_set)
            self._open.discard(name)
        return self._sizes[name].beside(_Size(spreads=1))


def check(document: DocumentNode, limits: Limits) -> None:
    """Let a document through if it keeps to the limits.

    Raises:
        TooMuch: it asks for more; names the first limit that it passes.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    found = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    _hold("operations", len(operations), MAX_OPERATIONS)
    # This bound is also what keeps the counting itself from recursing too far.
    _hold("fragments", len(found), limits.fragments)
    fragments = {fragment.name.value: fragment for fragment in found}
    counting = _Counting(fragments)
    for operation in operations:
        size = counting.selection(operation.selection_set)
        _hold("depth", size.depth, limits.depth)
        _hold("fragment spreads", size.spreads, limits.spreads)
        _hold("aliases", size.aliases, limits.aliases)
        _hold("fields", size.fields, limits.fields)
        cost = size.cost + ROOT_COST * len(operation.selection_set.selections)
        _hold("cost", cost, limits.cost)
        _check_whole(operation, fragments, limits)
    # Validation would compare all within them, for nothing: no operation asks for them.
    _hold("unused fragments", len(fragments.keys() - counting.followed), 0)


def _hold(what: str, found: int, allowed: int) -> None:
    if found > allowed:
        raise TooMuch(what, allowed)


def _check_whole(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: Limits,
) -> None:
    """Count root fields, and how often one place of the answer is asked for.

    Validation and execution compare all that is asked for one place with one another.
    Only run when the count of fields, fragments followed, is known to be small.
    """
    places: Counter[tuple[str, ...]] = Counter(_places(operation.selection_set, fragments, (), ()))
    roots = sum(len(place) == 1 for place in places)
    _hold("root fields", roots, limits.root_fields)
    _hold("repeats of one field", max(places.values(), default=0), limits.repeats)


def _places(
    selection: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    under: tuple[str, ...],
    within: tuple[str, ...],
) -> Iterator[tuple[str, ...]]:
    """The place in the answer of every field, fragments followed; ``within`` stops circles."""
    for node in selection.selections:
        match node:
            case FieldNode():
                place = (*under, (node.alias or node.name).value)
                yield place
                if node.selection_set is not None:
                    yield from _places(node.selection_set, fragments, place, within)
            case InlineFragmentNode():
                yield from _places(node.selection_set, fragments, under, within)
            case FragmentSpreadNode() if node.name.value not in within:
                fragment = fragments.get(node.name.value)
                if fragment is not None:
                    inner = (*within, node.name.value)
                    yield from _places(fragment.selection_set, fragments, under, inner)
