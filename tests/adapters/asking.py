"""A question to a source, so that a test states only what matters to it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from records.identifiers import LocalId
from records.items import Item
from records.people import Purpose
from records.source import Question, Source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def question(source: Source, subject: str, items: Iterable[Item] | None = None) -> Question:
    """Everything the source supplies, or the items given, about one child."""
    return Question(
        subject=LocalId(source.name, subject),
        items=source.supplies if items is None else frozenset(items),
        purpose=Purpose.LOCATE,
        asked_for="E10000017",
        request_ref="6f9619ff-8b86-d011-b42d-00c04fc964ff",
        now=NOW,
    )
