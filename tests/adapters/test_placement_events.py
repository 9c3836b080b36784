"""What two reads of a child's placements say has happened."""

from datetime import UTC, date, datetime

import pytest

from adapters.placement_events import between, since
from records.child import Placement, PlacementDetail
from records.events import (
    PlacementEnded,
    PlacementEvent,
    PlacementMade,
    PlacementMoved,
    PlacementWithdrawn,
    Whom,
)
from records.identifiers import AuthorityCode, LocalId
from records.record import Provenance

LANCASHIRE = AuthorityCode("E10000017")
ESSEX = AuthorityCode("E10000012")
ROBIN = Whom(local_id=LocalId("council", "40017"))
TOLD = list[tuple[type[PlacementEvent], str]]


def placed(
    ref: str,
    started: tuple[int, int] | None,
    ended: tuple[int, int] | None = None,
    *,
    host: AuthorityCode | None = LANCASHIRE,
    read: int = 24,
) -> Placement:
    return Placement(
        ref=ref,
        provenance=Provenance(
            source="council", system="any", as_of=datetime(2026, 11, read, tzinfo=UTC)
        ),
        detail=PlacementDetail(
            placement_type="K2",
            provider=None,
            ofsted_urn=None,
            host_authority=host,
            responsible_authority=ESSEX,
            started_on=date(2026, *started) if started else None,
            ended_on=date(2026, *ended) if ended else None,
        ),
    )


def told(events: tuple[PlacementEvent, ...]) -> TOLD:
    return [(type(event), event.placement_ref) for event in events]


READS: dict[str, tuple[list[Placement], list[Placement], TOLD]] = {
    "nothing changed, read again": (
        [placed("a", (1, 5), read=1)],
        [placed("a", (1, 5), read=2)],
        [],
    ),
    "a first placement": ([], [placed("a", (1, 5))], [(PlacementMade, "a")]),
    "a move on the same day": (
        [placed("a", (1, 5))],
        [placed("a", (1, 5), (3, 1)), placed("b", (3, 1))],
        [(PlacementMoved, "b")],
    ),
    "a move on the next day": (
        [placed("a", (1, 5))],
        [placed("a", (1, 5), (3, 1)), placed("b", (3, 2))],
        [(PlacementMoved, "b")],
    ),
    "a move before anybody closed the old placement": (
        [placed("a", (1, 5))],
        [placed("a", (1, 5)), placed("b", (3, 1))],
        [(PlacementMoved, "b")],
    ),
    "an end": ([placed("a", (1, 5))], [placed("a", (1, 5), (3, 1))], [(PlacementEnded, "a")]),
    "a placement after a time at home": (
        [placed("a", (1, 5), (3, 1))],
        [placed("a", (1, 5), (3, 1)), placed("b", (6, 1))],
        [(PlacementMade, "b")],
    ),
    "a respite stay, and the end of it": (
        [placed("a", (1, 5))],
        [placed("a", (1, 5)), placed("r", (3, 1), (3, 4))],
        [(PlacementMoved, "r"), (PlacementEnded, "r")],
    ),
    "the end of a placement that a respite stay interrupted": (
        [placed("a", (1, 5)), placed("r", (3, 1), (3, 4))],
        [placed("a", (1, 5), (9, 1)), placed("r", (3, 1), (3, 4))],
        [(PlacementEnded, "a")],
    ),
    "another authority than was said at first": (
        [placed("a", (1, 5), host=None)],
        [placed("a", (1, 5))],
        [(PlacementMade, "a")],
    ),
    "one that is not there any more": (
        [placed("a", (1, 5)), placed("b", (3, 1))],
        [placed("a", (1, 5))],
        [(PlacementWithdrawn, "b")],
    ),
    "one whose start nobody recorded": ([], [placed("a", None)], [(PlacementMade, "a")]),
    "an end before the start": (
        [],
        [placed("a", (3, 1), (1, 5))],
        [(PlacementMade, "a"), (PlacementEnded, "a")],
    ),
}


@pytest.mark.parametrize("what", READS)
def test_what_changed_is_what_happened(what: str) -> None:
    before, after, expected = READS[what]
    assert told(between(before, after, ROBIN)) == expected


@pytest.mark.parametrize("what", READS)
def test_the_order_of_rows_does_not_matter(what: str) -> None:
    before, after, expected = READS[what]
    events = between(list(reversed(before)), list(reversed(after)), ROBIN)
    assert sorted(map(repr, told(events))) == sorted(map(repr, expected))


@pytest.mark.parametrize("what", READS)
def test_read_twice_the_second_time_tells_nothing(what: str) -> None:
    _, after, _ = READS[what]
    assert between(after, after, ROBIN) == ()


def test_the_same_event_has_the_same_reference_whenever_it_is_worked_out() -> None:
    a, b = placed("a", (1, 5), (3, 1)), placed("b", (3, 1))
    at_once = {event.sender_ref for event in between([], [a, b], ROBIN)}
    one_by_one = {
        event.sender_ref
        for event in (
            *between([], [placed("a", (1, 5))], ROBIN),
            *between([placed("a", (1, 5))], [a, b], ROBIN),
        )
    }
    assert at_once == one_by_one == {"placement/a/begun", "placement/b/begun"}


def test_of_a_partial_read_nothing_is_taken_for_withdrawn() -> None:
    known = [placed("a", (1, 5)), placed("b", (3, 1))]
    ended = placed("b", (3, 1), (5, 1))
    assert told(since([ended], known, ROBIN)) == [(PlacementEnded, "b")]
    assert since([], known, ROBIN) == ()
    assert told(since([placed("c", (5, 2))], [placed("a", (1, 5), (5, 1))], ROBIN)) == [
        (PlacementMoved, "c")
    ]


def test_an_event_says_whose_area_and_when_and_where_the_child_came_from() -> None:
    moved = between(
        [placed("a", (1, 5))], [placed("a", (1, 5), (6, 1)), placed("b", (6, 1))], ROBIN
    )[0]
    assert isinstance(moved, PlacementMoved)
    assert moved.about == ROBIN
    assert moved.moved_from_ref == "a"
    assert moved.out_of_area
    # The start of a June day in the United Kingdom is an hour before midnight in UTC.
    assert moved.happened_at == datetime(2026, 5, 31, 23, tzinfo=UTC)
