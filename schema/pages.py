"""Pages of a list, in Relay's shape, without a total and without a cursor that says anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import strawberry

from records.errors import WrongArgument

if TYPE_CHECKING:
    from schema.shown import AnswerShown, RecordShown

LARGEST_PAGE: Final = 100


@strawberry.type(description="Whether more follow, and where this page begins and ends.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether more records follow this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether this page begins after a cursor."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first record here.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last record here.")


@dataclass(frozen=True, slots=True)
class EdgeShown:
    """One record of a page."""

    cursor: str
    node: RecordShown


@dataclass(frozen=True, slots=True)
class ConnectionShown:
    """One page."""

    edges: tuple[EdgeShown, ...]
    page_info: PageInfo


def page_of(answer: AnswerShown, first: int, after: str | None) -> ConnectionShown:
    """The ``first`` records that follow the cursor ``after``, or the first of all.

    An answer without records gives an empty page whatever the cursor, so that a cursor tells nothing.

    Raises:
        WrongArgument: a page of no rows or of too many, or a cursor that this list did not give.
    """
    if not 1 <= first <= LARGEST_PAGE:
        raise WrongArgument(f"Ask for a page of 1 to {LARGEST_PAGE} records.")
    records = answer.records
    begin = 0
    if after is not None and records:
        begin = answer.position(after) + 1
    page = tuple(EdgeShown(each.cursor, each) for each in records[begin : begin + first])
    return ConnectionShown(
        edges=page,
        page_info=PageInfo(
            has_next_page=begin + first < len(records),
            has_previous_page=begin > 0,
            start_cursor=page[0].cursor if page else None,
            end_cursor=page[-1].cursor if page else None,
        ),
    )


def page_field(connection: type) -> Any:  # noqa: ANN401 - a Strawberry field
    """The field by which an Answer gives its records in pages."""

    def page(
        root: AnswerShown, first: int = 20, after: str | None = strawberry.UNSET
    ) -> ConnectionShown:
        return page_of(root, first, after or None)

    return strawberry.field(
        page,
        graphql_type=connection,
        description=f"The records in pages of at most {LARGEST_PAGE}, in the order of `records`.",
    )
