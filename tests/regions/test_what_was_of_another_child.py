"""A report that crossed was of somebody else: it is taken back in the other region, for everybody told there."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from linking.enrolment import enrol
from notifications.ledger import new_ref
from records.child import IdentityCore
from records.identifiers import LocalId
from records.source import Known
from tests.notifications_http.town import EVENING
from tests.regions.mistaken import Mistaken
from tests.regions.placed import HOME, Placed, placed
from tests.regions.regions import Region, Regions
from tests.regions.stranger import Stranger, results

NOBODY = IdentityCore(given_names=(), family_name=None, birth_date=None)
HOUR = timedelta(hours=1)
REPORTED, NOT_IT = "child-reported-missing", "not-this-child"


@pytest.fixture
def child(regions: Regions) -> Placed:
    """The child, placed, and known on both sides."""
    one = placed(regions)
    one.is_placed()
    one.is_known_there()
    return one


@pytest.fixture
def mistaken(child: Placed, regions: Regions) -> Mistaken:
    """Another child was reported, taken for this one, and Lancashire has been told."""
    other = Mistaken(child)
    other.ran_before = running(regions.lancashire, child.child.ref)
    other.is_reported(EVENING + 2 * HOUR)
    other.is_taken_for_the_child()
    regions.until(lambda: child.events(regions.lancashire, REPORTED))
    return other


def settled(region: Region, ref: str) -> bool:
    """Whether every notice to the other region has arrived."""
    rows = region.rows(
        "SELECT state FROM delivery WHERE child = :c AND channel = 'peer' AND state = 'pending'",
        c=ref,
    )
    return not rows


def running(region: Region, ref: str) -> set[str]:
    """The protocols' clocks of a child that run."""
    rows = region.rows(
        "SELECT kind FROM deadline WHERE child = :c AND state = 'pending' AND kind LIKE '%:%'",
        c=ref,
    )
    return {row["kind"].partition(":")[2] for row in rows}


def says_missing(region: Region, ref: str) -> bool:
    """Whether the registers still say of a child that they were reported missing."""
    return bool(
        region.rows(
            "SELECT 1 FROM attribute a WHERE a.child_ref = :c AND a.fact = 'reported_missing'"
            " AND a.value = 'true' AND a.replaces IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM attribute l WHERE l.replaces = a.id)",
            c=ref,
        )
    )


def test_what_was_of_another_child_is_taken_back_for_whoever_was_told_there(
    child: Placed, mistaken: Mistaken, regions: Regions
) -> None:
    lancashire = regions.lancashire
    assert says_missing(lancashire, child.child.ref)
    started = running(lancashire, child.child.ref)

    mistaken.is_told_apart()

    regions.until(lambda: child.events(lancashire, NOT_IT))
    (wrong,) = child.events(lancashire, REPORTED)
    (taken_back,) = child.events(lancashire, NOT_IT)
    assert taken_back["corrects"] == wrong["id"]
    assert taken_back["source"] == "peer:staffordshire"
    assert set(child.told(lancashire, NOT_IT)) == set(child.told(lancashire, REPORTED)) >= {HOME}
    assert "panlancs-strategy-48h" in started
    assert running(lancashire, child.child.ref) == mistaken.ran_before
    assert not says_missing(lancashire, child.child.ref)


def test_it_names_the_notice_that_was_wrong_and_says_nothing_of_it_again(
    child: Placed, mistaken: Mistaken, regions: Regions
) -> None:
    mistaken.is_told_apart()
    regions.until(lambda: child.events(regions.lancashire, NOT_IT))
    (kept,) = child.events(regions.lancashire, NOT_IT)
    data = msgspec.json.decode(kept["data"])
    (wrong,) = child.events(regions.lancashire, REPORTED)
    assert data.keys() == {"not", "peer"}
    assert data["not"] == wrong["id"]
    regions.until(lambda: settled(regions.staffordshire, child.there))
    (row,) = regions.staffordshire.rows(
        "SELECT d.receipt, d.state FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE e.type = :t AND d.child = :c AND d.channel = 'peer'",
        t=NOT_IT,
        c=child.there,
    )
    assert row["state"] in {"delivered", "acknowledged"}
    assert row["receipt"]


def test_a_later_report_of_the_right_child_stands(
    child: Placed, mistaken: Mistaken, regions: Regions
) -> None:
    lancashire = regions.lancashire
    mistaken.is_told_apart()
    regions.until(lambda: child.events(lancashire, NOT_IT))

    child.is_reported_there(EVENING + 3 * HOUR)

    regions.until(lambda: len(child.events(lancashire, REPORTED)) == 2)
    assert says_missing(lancashire, child.child.ref)
    assert "panlancs-strategy-48h" in running(lancashire, child.child.ref)


def test_word_of_it_that_comes_twice_changes_nothing(
    child: Placed, mistaken: Mistaken, regions: Regions
) -> None:
    regions.lancashire.front.loses = 2
    mistaken.is_told_apart()
    regions.until(lambda: child.events(regions.lancashire, NOT_IT))
    regions.is_now(EVENING + 4 * HOUR)
    regions.until(lambda: settled(regions.staffordshire, child.there))
    assert len(child.events(regions.lancashire, NOT_IT)) == 1


def test_a_found_that_was_of_another_child_lets_the_clocks_of_the_missing_one_run_on(
    child: Placed, regions: Regions
) -> None:
    """A child who is still missing must not look found because somebody else was."""
    lancashire = regions.lancashire
    child.is_reported_there(EVENING + 2 * HOUR)
    regions.until(lambda: child.events(lancashire, REPORTED))
    before = {
        region.name: running(region, ref)
        for region, ref in ((lancashire, child.child.ref), (regions.staffordshire, child.there))
    }
    other = Mistaken(child)
    other.is_reported(EVENING + 3 * HOUR)
    found: dict[str, Any] = {
        "status": "FOUND",
        "foundTime": (EVENING + 5 * HOUR).isoformat(),
        "foundBy": "Police",
        "knownSafe": True,
    }
    other.is_reported(EVENING + 3 * HOUR, **found)
    other.is_taken_for_the_child()
    regions.until(lambda: child.events(lancashire, "child-found"))

    other.is_told_apart()

    regions.until(
        lambda: any(
            e["corrects"] == child.events(lancashire, "child-found")[0]["id"]
            for e in child.events(lancashire, NOT_IT)
        )
    )
    for region, ref in ((lancashire, child.child.ref), (regions.staffordshire, child.there)):
        assert before[region.name] <= running(region, ref), region.name
        assert says_missing(region, ref)


@pytest.fixture
def sender(regions: Regions) -> Stranger:
    """Lancashire's own certificate and keys, used by hand."""
    one = regions.lancashire
    return Stranger(regions.staffordshire, one.identity, one.keys, regions.papers)


def takes_back(event: dict[str, Any], sequence: int, **more: object) -> dict[str, Any]:
    """What its sender would send to take back an event that it sent before."""
    data = {**event["data"], "event": new_ref(), "codes": {}, "responsible": None, "host": None}
    return {
        **event,
        "id": new_ref(),
        "type": "uk.homeward.not-this-child",
        "sequence": sequence,
        "data": {**data, **more},
    }


def of_statement(regions: Regions, event: dict[str, Any]) -> list[dict[str, Any]]:
    """What Staffordshire keeps of a statement, in order."""
    return regions.staffordshire.rows(
        "SELECT e.* FROM event e JOIN inbox i ON i.event = e.id WHERE i.sender_ref = :r"
        " ORDER BY e.child, e.child_seq",
        r=event["data"]["statement"],
    )


def test_what_was_taken_back_may_be_said_and_taken_back_once_more(
    sender: Stranger, regions: Regions
) -> None:
    event = sender.event()
    again = {**event, "id": new_ref(), "sequence": 3, "data": {**event["data"], "event": new_ref()}}
    for one in (event, takes_back(event, 2), again, takes_back(event, 4), takes_back(event, 5)):
        assert results(sender.sends(one)) == [("stored", None)]

    kept = of_statement(regions, event)

    assert [row["type"] for row in kept] == ["placement-made", NOT_IT, "placement-made", NOT_IT]
    assert [row["corrects"] for row in kept] == [None, *(row["id"] for row in kept[:3])]


def test_of_what_comes_after_it_was_taken_back_nobody_is_told(
    sender: Stranger, regions: Regions
) -> None:
    """A notice that was given up may be sent again, days later, under its old number."""
    event = sender.event(sequence=7)

    assert results(sender.sends(takes_back(event, 8))) == [("stored", None)]
    assert results(sender.sends(event)) == [("stored", None)]

    assert not of_statement(regions, event)
    later = {**event, "id": new_ref(), "sequence": 9, "data": {**event["data"], "event": new_ref()}}
    assert results(sender.sends(later)) == [("stored", None)], "said anew, it holds"
    assert [row["type"] for row in of_statement(regions, event)] == ["placement-made"]


def test_only_the_gateway_that_said_it_takes_it_back(sender: Stranger, regions: Regions) -> None:
    event = sender.event()
    assert results(sender.sends(event)) == [("stored", None)]
    one = regions.essex
    essex = Stranger(regions.staffordshire, one.identity, one.keys, regions.papers, "essex")
    word = takes_back(event, 2, via=["essex"])

    assert results(essex.sends({**word, "source": "urn:homeward:essex"})) == [("stored", None)]

    assert [row["type"] for row in of_statement(regions, event)] == ["placement-made"]


def test_what_waits_for_a_person_waits_no_more_once_it_is_taken_back(
    sender: Stranger, regions: Regions
) -> None:
    """A person in Staffordshire should not place what Lancashire knows to be of somebody else."""
    region = regions.staffordshire
    known, other = sender.event(), sender.event()
    assert results(sender.sends(known, other)) == 2 * [("stored", None)]
    (one,) = {row["child"] for row in of_statement(regions, other)}
    number = region.town.world.unused_number()
    region.town.world.does(
        enrol(
            region.town.world.parts.services.index,
            [Known(local_id=LocalId("police", f"D-{one}"), nhs_number=number, core=NOBODY)],
            by="test",
            now=region.town.world.clock(),
        )
    )
    doubtful = sender.event(subject=known["subject"], about={"nhsNumber": number.digits})
    assert results(sender.sends(doubtful)) == [("refused", "identity-in-doubt")]
    receiving = region.town.world.parts.notices.receiving
    statement = doubtful["data"]["statement"]
    waits = region.town.world.does(receiving.in_doubt())
    assert statement in {waiting.sender_ref for waiting in waits}

    assert results(sender.sends(takes_back(doubtful, 2))) == [("stored", None)]

    waits = region.town.world.does(receiving.in_doubt())
    assert statement not in {waiting.sender_ref for waiting in waits}
    assert results(sender.sends(doubtful)) == [("stored", None)], "taken, and told to nobody"
    assert not region.rows(
        "SELECT 1 FROM peer_inbox WHERE notice_ref = :r AND event IS NOT NULL", r=doubtful["id"]
    )
