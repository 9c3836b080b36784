"""A gateway that is away, slow to answer, or killed between message and receipt: nothing is lost, nothing comes twice."""

from datetime import datetime, timedelta

import pytest

from records.events import PlacementMoved
from records.identifiers import AuthorityCode
from tests.notifications_http.town import EVENING
from tests.regions.placed import LANCS, LINE, STAFFS, Placed, placed
from tests.regions.regions import Regions

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def moves(child: Placed, n: int, at: datetime) -> None:
    """Lancashire says that the child moved, within Staffordshire, for the n-th time."""
    child.regions.is_now(at)
    child.says(
        PlacementMoved(
            about=child.whom,
            sender_ref=f"M-{child.serial}-{n}",
            provenance=child.provenance(at),
            happened_at=at,
            placement_ref=f"PL-{child.serial}-{n}",
            placement_type="residential",
            host_authority=AuthorityCode(STAFFS),
            responsible_authority=AuthorityCode(LANCS),
            moved_from_ref=f"PL-{child.serial}",
        )
    )


def arrived(child: Placed) -> list[str]:
    """The placements of which Staffordshire's gateway has learnt, in the order in which it did."""
    rows = child.regions.staffordshire.rows(
        "SELECT e.type, e.data, i.seq FROM peer_inbox i JOIN event e ON e.id = i.event"
        " WHERE e.data LIKE :ref ORDER BY e.child_seq",
        ref=f'%"placement_ref":"PL-{child.serial}%',
    )
    assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
    return [row["type"] for row in rows]


def states(child: Placed) -> set[str]:
    """How the notices to Staffordshire stand at Lancashire's."""
    rows = child.regions.lancashire.rows(
        "SELECT state FROM delivery WHERE child = :c AND recipient = :r", c=child.child.ref, r=LINE
    )
    return {row["state"] for row in rows}


@pytest.fixture
def child(regions: Regions) -> Placed:
    return placed(regions)


def test_a_receipt_that_was_lost_on_the_way_comes_with_the_next_try(
    child: Placed, regions: Regions
) -> None:
    regions.staffordshire.front.loses = 1
    child.is_placed()
    regions.until(lambda: arrived(child))
    regions.until(lambda: not regions.staffordshire.front.loses)
    regions.is_now(EVENING + MINUTE)
    regions.until(lambda: states(child) == {"delivered"})
    assert arrived(child) == ["placement-made"]
    (notice,) = child.told(regions.lancashire, "placement-made").values()
    tries = regions.lancashire.rows(
        "SELECT outcome FROM attempt WHERE recipient = :r AND seq = :s ORDER BY n",
        r=LINE,
        s=notice["seq"],
    )
    assert len(tries) >= 2
    assert tries[-1]["outcome"] == "delivered"


def test_a_gateway_that_comes_back_in_time_is_pushed_everything_in_order(
    child: Placed, regions: Regions
) -> None:
    regions.staffordshire.front.unplugged = True
    child.is_placed()
    moves(child, 1, EVENING + 5 * MINUTE)
    moves(child, 2, EVENING + 10 * MINUTE)
    regions.is_now(EVENING + 35 * MINUTE)
    # Its desk hears of it meanwhile.
    regions.until(lambda: child.told(regions.lancashire, "notice-unacknowledged"))
    assert states(child) == {"pending"}
    assert not arrived(child)
    regions.staffordshire.front.unplugged = False
    regions.is_now(EVENING + 180 * MINUTE)
    regions.until(lambda: states(child) == {"delivered"}, 20)
    assert arrived(child) == ["placement-made", "placement-moved", "placement-moved"]


def test_a_gateway_that_was_away_for_days_fetches_what_was_given_up_in_order_and_once(
    child: Placed, regions: Regions
) -> None:
    regions.staffordshire.front.unplugged = True
    child.is_placed()
    moves(child, 1, EVENING + 5 * MINUTE)
    regions.is_now(EVENING + 4 * DAY)
    regions.until(lambda: states(child) == {"failed"}, 20)
    regions.until(lambda: child.told(regions.lancashire, "notice-undeliverable"))
    moves(child, 2, EVENING + 4 * DAY + MINUTE)
    assert not arrived(child)
    # Back, and what it lacks is there before any push comes.
    regions.staffordshire.fetches()
    assert arrived(child) == ["placement-made", "placement-moved", "placement-moved"]
    regions.until(lambda: states(child) == {"delivered"})
    regions.staffordshire.front.unplugged = False
    regions.is_now(EVENING + 4 * DAY + 40 * MINUTE)
    assert regions.staffordshire.fetches() == 0
    assert arrived(child) == ["placement-made", "placement-moved", "placement-moved"]
    receipts = regions.lancashire.rows(
        "SELECT DISTINCT r.notice_ref FROM peer_receipt r JOIN delivery d ON d.notice_ref = r.notice_ref"
        " WHERE d.child = :c",
        c=child.child.ref,
    )
    assert len(receipts) == 3


def test_an_acknowledgement_waits_for_a_sender_that_is_away(
    child: Placed, regions: Regions
) -> None:
    child.is_placed()
    child.is_known_there()
    regions.until(lambda: states(child) == {"delivered"})
    regions.lancashire.front.unplugged = True
    child.is_acknowledged_there()
    regions.staffordshire.answers()
    assert states(child) == {"delivered"}
    regions.lancashire.front.unplugged = False
    regions.until(lambda: states(child) == {"acknowledged"})


def test_a_sender_that_is_away_keeps_no_other_from_hearing_what_was_acknowledged(
    child: Placed, regions: Regions
) -> None:
    child.is_placed()
    child.is_known_there()
    regions.until(lambda: states(child) == {"delivered"})
    # Essex never answers, and has more to hear than one look tells.
    child_of = (
        "SELECT i.*, e.child FROM peer_inbox i JOIN event e ON e.id = i.event"
        " WHERE e.data LIKE :ref"
    )
    (row, *_) = regions.staffordshire.rows(child_of, ref=f'%"placement_ref":"PL-{child.serial}%')
    for n in range(60):
        regions.staffordshire.town.changes(
            "INSERT INTO peer_inbox (peer, notice_ref, recipient, organisation, seq, digest, event,"
            " receipt, received_at) SELECT 'essex', :r, recipient, organisation, seq, digest, event,"
            " receipt, received_at FROM peer_inbox WHERE peer = 'lancashire' AND notice_ref = :n",
            r=f"essex-{child.serial}-{n}",
            n=row["notice_ref"],
        )
    child.is_acknowledged_there()
    regions.staffordshire.answers()
    regions.until(lambda: states(child) == {"acknowledged"})
    told = "SELECT DISTINCT peer FROM peer_answer WHERE outcome = 'told'"
    assert {"peer": "lancashire"} in regions.staffordshire.rows(told)
    regions.staffordshire.town.changes(
        "INSERT INTO peer_answer (peer, notice_ref, outcome, at) SELECT peer, notice_ref, 'told',"
        " received_at FROM peer_inbox WHERE peer = 'essex'"
    )


def test_what_was_pushed_is_read_once_to_see_how_far_a_line_is(
    child: Placed, regions: Regions
) -> None:
    child.is_placed()
    regions.until(lambda: states(child) == {"delivered"})
    regions.staffordshire.fetches()
    far = "SELECT seq FROM peer_line WHERE peer = 'lancashire' AND recipient = :r"
    newest = "SELECT max(seq) AS seq FROM peer_inbox WHERE peer = 'lancashire' AND recipient = :r"
    there = regions.staffordshire.rows(far, r=LINE)
    assert there == regions.staffordshire.rows(newest, r=LINE)


def test_while_one_is_silent_another_is_asked_all_the_same(child: Placed, regions: Regions) -> None:
    regions.staffordshire.front.unplugged = True
    child.is_placed()
    # Essex never answers, and comes before Lancashire or after.
    assert regions.staffordshire.fetches() >= 1
    assert arrived(child) == ["placement-made"]
