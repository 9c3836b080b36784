"""What is made of a document's selection once, remembered within bounds.

A document is kept with what was made of it, one for each setting of the variables that switch fields on
and off: the same operation always selects the same under the same setting.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues

from gateway.plan.selecting import Selection
from schema.gathering import switches_of

T = TypeVar("T")
Fragments = Mapping[str, FragmentDefinitionNode]

KEPT_DOCUMENTS: Final = 512
KEPT_SETTINGS: Final = 32


@dataclass(slots=True)
class _Kept(Generic[T]):
    """One operation, kept alive with what was made of it by setting of its switches."""

    operation: OperationDefinitionNode
    switches: tuple[str, ...]
    made: dict[tuple[object, ...], T] = field(default_factory=dict)


class Remembered(Generic[T]):
    """What ``make`` makes of selections of one schema."""

    def __init__(self, schema: GraphQLSchema, make: Callable[[Selection], T]) -> None:
        """Begin with none."""
        self._schema = schema
        self._make = make
        self._kept: OrderedDict[int, _Kept[T]] = OrderedDict()

    def of(
        self, operation: OperationDefinitionNode, fragments: Fragments, values: VariableValues
    ) -> T:
        """What is made of this operation with these variables: now, or before."""
        kept = self._kept.get(id(operation))
        if kept is None:
            kept = _Kept[T](operation, switches_of((operation, *fragments.values())))
            self._kept[id(operation)] = kept
            if len(self._kept) > KEPT_DOCUMENTS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(id(operation))
        setting = tuple(values.coerced.get(name) for name in kept.switches)
        if setting in kept.made:
            return kept.made[setting]
        made = self._make(Selection(self._schema, operation, fragments, values))
        if len(kept.made) < KEPT_SETTINGS:
            kept.made[setting] = made
        return made
