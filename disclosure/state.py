"""The one word for how things stand in a category: given, reduced, withheld, not held, not reached, not confirmed."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from consent.decision import Decision
from disclosure.answer import Disclosure, SourceState
from records.items import ITEM_CATEGORY, Category, Item
from records.kinds_of_record import RECORD_OF


class AnswerState(enum.Enum):
    """How an answer stands. The value is stable; the schema publishes the name.

    NOTHING_HELD is said only where a system that may be asked has answered; a system that was not
    reached, or that does not know the child by the identifiers we hold, is no ground for it.
    """

    DISCLOSED = "disclosed"
    REDUCED = "reduced"
    WITHHELD = "withheld"
    NOTHING_HELD = "nothing-held"
    UNAVAILABLE = "unavailable"
    AMBIGUOUS = "ambiguous"
    NOT_CONFIRMED = "not-confirmed"


EXISTS: Final[Mapping[Category, Item]] = MappingProxyType(
    {category: record.exists for category, record in RECORD_OF.items()}
)
"""The item that says that anything is held at all, for each category that has records."""

_FAILED: Final = frozenset(
    {
        SourceState.TIMED_OUT,
        SourceState.UNAVAILABLE,
        SourceState.REFUSED,
        SourceState.CONTRACT_BROKEN,
    }
)


def confirmed_by(decisions: Mapping[Item, Decision], category: Category) -> bool:
    """Whether these decisions let the caller know that anything is held, or is not.

    A category without an item for existence is confirmed by any of its items that is open.
    """
    exists = EXISTS.get(category)
    if exists is not None:
        return exists in decisions and decisions[exists].open
    return any(
        decision.open for item, decision in decisions.items() if ITEM_CATEGORY[item] is category
    )


def state_of(
    disclosure: Disclosure, category: Category, items: Collection[Item] | None = None
) -> AnswerState:
    """How the answer stands for these items of one category; for all that were decided, if none are named.

    Source: design of answers: the states and when each may be said.
    """
    if not confirmed_by(disclosure.decisions, category):
        return AnswerState.NOT_CONFIRMED
    if not disclosure.records[category]:
        return _without_records({report.state for report in disclosure.reports[category]})
    if items is None:
        items = [item for item in disclosure.decisions if ITEM_CATEGORY[item] is category]
    # That something exists is no content: it alone makes nothing "reduced".
    content = {item for item in items if item is not EXISTS.get(category)}
    given = {item for item in content if disclosure.is_open(item)}
    if given == content:
        return AnswerState.DISCLOSED
    return AnswerState.REDUCED if given else AnswerState.WITHHELD


def _without_records(states: set[SourceState]) -> AnswerState:
    if SourceState.AMBIGUOUS in states:
        return AnswerState.AMBIGUOUS
    if SourceState.NOTHING_HELD in states and not states & _FAILED:
        return AnswerState.NOTHING_HELD
    return AnswerState.UNAVAILABLE
