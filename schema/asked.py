"""What one document asks of one child, as gathered from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import FieldNode

from records.items import Category, Item


@dataclass(frozen=True, slots=True)
class AnswerAsked:
    """One Answer field of a child: its category, and the items asked for below it."""

    category: Category
    items: frozenset[Item]


@dataclass(frozen=True, slots=True)
class RootAsked:
    """One root field that reads a child, under its response key.

    ``answers`` are by response key, as aliases may ask one category twice. ``records`` holds the
    items asked of a record of each category, for `node` alone.
    """

    field: FieldNode
    answers: Mapping[str, AnswerAsked]
    records: Mapping[Category, frozenset[Item]]

    @property
    def items(self) -> frozenset[Item]:
        """Every item asked for of a child; its existence where nothing else is."""
        asked = frozenset[Item]().union(*(answer.items for answer in self.answers.values()))
        return asked or frozenset({Item.IDENTITY_EXISTS})
