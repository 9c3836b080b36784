"""The whole of what the rules say: who could see what, when; what a change would open; where two protocols meet.

Exact, because facts are closed and finite: conditions are computed, not sampled. Everything here
is about situations in which every fact is known; a fact that is not known only ever closes.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final

from consent.boxes import Axis, Box
from consent.bundle import Bundle, RuleRef
from consent.cells import Pair, Place, Reader, pairs
from consent.differences import Change, Whose, diff
from consent.engine import engine_for
from consent.sayings import Sayings
from consent.vocabulary import SHAPES, Fact, Form
from records.items import Item
from records.people import Role


class When(enum.Enum):
    """When one item is open to one role under one pair of protocols."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER_REFUSED = "never-refused"
    NEVER_SILENT = "never-silent"
    NEVER_MET = "never-met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One item, one role, one pair of protocols: when it opens, and which rules speak.

    NEVER_REFUSED: a paragraph refuses. NEVER_SILENT: none speaks, which is a gap to be asked about.
    NEVER_MET: a paragraph would open it, and its conditions cannot hold together with the bars.
    ``conditions`` are boxes: any of them, all of what each says.
    """

    host: Place
    responsible: Place
    role: Role
    item: Item
    when: When
    conditions: tuple[Box, ...]
    rules: tuple[RuleRef, ...]


def areas(bundle: Bundle) -> tuple[Pair, ...]:
    """Each partnership with its own children living in its own area."""
    return tuple((p.id, p.id) for p in bundle.protocols.values() if not p.national)


def matrix(
    bundle: Bundle,
    on: date,
    *,
    where: Collection[Pair] | None = None,
    roles: Iterable[Role] = Role,
    items: Collection[Item] = tuple(Item),
) -> Iterator[Cell]:
    """Every cell: by default each partnership's own children, every role and every item."""
    reader = Reader(engine_for(bundle), on)
    for (host, responsible), role in product(where or areas(bundle), list(roles)):
        panel = reader.panel(host, responsible, role)
        for item in items:
            region = reader.region(panel, item)
            said = panel.sayings(item)
            yield Cell(
                host=host,
                responsible=responsible,
                role=role,
                item=item,
                when=_when(region, said),
                conditions=region,
                rules=tuple(s.ref for s in (*said.override, *said.deny, *said.grant)),
            )


def _when(region: tuple[Box, ...], said: Sayings) -> When:
    if not region:
        if said.deny_bits:
            return When.NEVER_REFUSED
        return When.NEVER_MET if said.grant_bits | said.override_bits else When.NEVER_SILENT
    return When.ALWAYS if not region[0] else When.SOMETIMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Where the host's protocol would show an item and the responsible authority's refuses it.

    ``where`` leaves bars and overrides aside.
    """

    host: Place
    responsible: Place
    role: Role
    item: Item
    refused_by: tuple[RuleRef, ...]
    where: tuple[Box, ...]


def conflicts(bundle: Bundle, on: date) -> tuple[Conflict, ...]:
    """Every conflict of two protocols of the bundle, found before a child is caught in it."""
    reader = Reader(engine_for(bundle), on)
    found = []
    for (host, responsible), role in product(pairs(bundle), Role):
        if host == responsible or host is None or responsible is None:
            continue
        alone, both = (reader.panel(host, other, role) for other in (None, responsible))
        for item in Item:
            refusals = [s for s in both.sayings(item).deny if s.ref.protocol == responsible]
            where = reader.refused(alone, both, item, sum(s.bits for s in refusals))
            if where:
                found.append(
                    Conflict(
                        host=host,
                        responsible=responsible,
                        role=role,
                        item=item,
                        refused_by=tuple(s.ref for s in refusals),
                        where=where,
                    )
                )
    return tuple(found)


def words(box: Box) -> str:
    """A box in words: every condition that must hold, or "always"."""
    return " and ".join(_axis_words(axis, box[axis]) for axis in sorted(box, key=str)) or "always"


_FEW: Final = 4


def _axis_words(axis: Axis, values: frozenset[str | int]) -> str:
    fact = axis.fact.value
    if axis.member:
        return f"{fact} {'includes' if True in values else 'does not include'} {axis.member}"
    shape = SHAPES[axis.fact]
    if shape.form is Form.YES_NO:
        return f"{fact} is {'yes' if True in values else 'no'}"
    if shape.form is Form.NUMBER:
        return f"{fact} is {' or '.join(_runs(sorted(int(v) for v in values)))}"
    missing = [v for v in shape.values if v not in values]
    if shape.values and len(missing) < len(values) and len(missing) <= _FEW:
        return f"{fact} is not {' or '.join(missing)}"
    return f"{fact} is {' or '.join(sorted(str(v) for v in values))}"


def _runs(numbers: list[int]) -> Iterator[str]:
    """Numbers as runs: "0 to 9", "18"."""
    first = last = numbers[0]
    for number in [*numbers[1:], None]:
        if number == last + 1:
            last = number
            continue
        yield str(first) if first == last else f"{first} to {last}"
        if number is not None:
            first = last = number


__all__ = [
    "Cell",
    "Change",
    "Conflict",
    "Fact",
    "When",
    "Whose",
    "areas",
    "conflicts",
    "diff",
    "matrix",
    "pairs",
    "words",
]
