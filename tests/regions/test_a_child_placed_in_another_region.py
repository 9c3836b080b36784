"""A child whom Lancashire looks after in a home in Staffordshire: each region has a gateway of its own.

Placed on Monday 11 January 2027 at 18:00 UTC, reported missing there at 20:00, found the next
morning at 09:00. Source: situation T05 of the compared protocols, across two regions.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
import pytest

from disclosure.trail import verify_stored
from gateway.keys import own_keys
from gateway.settings import Keys, Settings
from notifications.channels.gateway import check_receipt
from notifications.peer_asking import Unanswered
from notifications.peer_telling import PeerTelling
from notifications.peers import line_of
from records.people import Role
from tests.notifications_http.asking import mine, sends
from tests.notifications_http.town import EVENING
from tests.regions.placed import HAVE, HOME, LINE, Placed, placed
from tests.regions.regions import Region, Regions
from tests.regions.stranger import Stranger

HOUR = timedelta(hours=1)
MISSING = EVENING + 2 * HOUR
FOUND = EVENING + 15 * HOUR
REPORTED = "child-reported-missing"


@pytest.fixture
def child(regions: Regions) -> Placed:
    """The child, placed, and known on both sides."""
    one = placed(regions)
    one.is_placed()
    one.is_known_there()
    regions.until(lambda: state(one, regions.lancashire, "placement-made", LINE) == "delivered")
    return one


def state(child: Placed, region: Region, event: str, recipient: str) -> str:
    notice = child.told(region, event).get(recipient)
    return "" if notice is None else str(notice["state"])


def because(child: Placed, region: Region, event: str, recipient: str) -> set[str]:
    notice = child.told(region, event)[recipient]
    return {reason["rule"] for reason in msgspec.json.decode(notice["reasons"])}


def sides(child: Placed, regions: Regions) -> list[tuple[Region, str]]:
    """Each region, with what its gateway calls the child."""
    return [(regions.lancashire, child.child.ref), (regions.staffordshire, child.there)]


def clocks(region: Region, child: str) -> dict[str, datetime]:
    """The protocols' clocks of a child in one region, by rule: when each is due."""
    rows = region.rows("SELECT kind, due_at FROM deadline WHERE child = :c", c=child)
    return {
        row["kind"].partition(":")[2]: datetime.fromisoformat(str(row["due_at"])).replace(
            tzinfo=EVENING.tzinfo
        )
        for row in rows
        if ":" in row["kind"]
    }


def test_the_host_authority_is_told_of_the_placement_by_the_paragraphs_that_name_it(
    child: Placed, regions: Regions
) -> None:
    told = child.told(regions.staffordshire, "placement-made")
    assert set(told) == {LINE}
    assert because(child, regions.staffordshire, "placement-made", LINE) == {
        "staffs-ola-inform-host",
        "panlancs-out-placement-notify",
    }
    # It is not chased for a placement of which it was told.
    assert not child.events(regions.lancashire, "placement-never-notified")
    assert not child.events(regions.staffordshire, "placement-never-notified")


def test_the_sender_holds_a_receipt_that_the_host_signed(child: Placed, regions: Regions) -> None:
    (notice,) = child.told(regions.lancashire, "placement-made").values()
    (kept,) = regions.lancashire.rows(
        "SELECT peer, receipt FROM peer_receipt WHERE notice_ref = :r", r=notice["notice_ref"]
    )
    peers = regions.lancashire.federation.peers()
    assert peers is not None
    host = peers.named("staffordshire")
    assert host is not None
    receipt = check_receipt(kept["receipt"], host, peers, notice["notice_ref"])
    assert (receipt.seq, receipt.digest) == (notice["seq"], notice["digest"])
    (theirs,) = regions.staffordshire.rows(
        "SELECT digest, receipt FROM peer_inbox WHERE notice_ref = :r", r=notice["notice_ref"]
    )
    assert theirs == {"digest": notice["digest"], "receipt": kept["receipt"]}


def test_nothing_that_crosses_in_clear_is_logged_or_stands_in_an_address_says_who_the_child_is(
    regions: Regions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = {region.name: len(region.front.passed) for region in regions.both}
    child = placed(regions)
    child.child.file.placed()
    child.is_placed()
    child.is_known_there()
    reads(child, regions)
    child.is_reported_there(MISSING)
    regions.until(lambda: child.events(regions.lancashire, REPORTED))
    child.is_acknowledged_there()
    regions.until(
        lambda: state(child, regions.lancashire, "placement-made", LINE) == "acknowledged"
    )
    secret = (
        child.child.number.digits, child.child.ref, child.there, child.nominal, child.report,
        "Ashworth", "Robin", f"PL-{child.serial}", "residential",
    )  # fmt: skip
    crossed: list[bytes] = []
    for region in regions.both:
        since = region.front.passed[before[region.name] :]
        crossed += [line.encode() + body for line, body in since]
        crossed += region.front.replies[-len(since) :]
    assert len(crossed) > 8
    for word in secret:
        assert not [one for one in crossed if word.encode() in one], word
        assert word not in caplog.text


def test_a_duty_worker_of_the_host_acknowledges_and_the_sender_learns_of_it(
    child: Placed, regions: Regions
) -> None:
    child.is_acknowledged_there()
    regions.until(
        lambda: state(child, regions.lancashire, "placement-made", LINE) == "acknowledged"
    )
    ours = child.told(regions.lancashire, "placement-made")[LINE]
    (clock,) = regions.lancashire.rows(
        "SELECT state FROM deadline WHERE subject = :s AND kind = 'acknowledge'",
        s=ours["notice_ref"],
    )
    assert clock["state"] == "met"
    regions.until(
        lambda: regions.staffordshire.rows(
            "SELECT outcome FROM peer_answer WHERE notice_ref = :r AND outcome = 'told'",
            r=ours["notice_ref"],
        )
    )
    assert regions.staffordshire.answers() == 0


def test_somebody_else_at_the_host_reading_it_is_no_acknowledgement_of_its_duty_team(
    child: Placed, regions: Regions
) -> None:
    theirs = child.told(regions.staffordshire, "placement-made")[LINE]
    stranger = regions.staffordshire.town.world.person(Role.CHILDRENS_SERVICES, "E06000021")
    (done,) = sends(stranger, HAVE, notices=[theirs["notice_ref"]])["acknowledge"]
    assert done["outcome"] != "DONE"
    assert regions.staffordshire.answers() == 0
    assert state(child, regions.lancashire, "placement-made", LINE) == "delivered"


def test_where_the_host_is_silent_the_senders_own_duty_team_is_told(
    child: Placed, regions: Regions
) -> None:
    regions.is_now(EVENING + timedelta(minutes=31))
    regions.until(lambda: child.told(regions.lancashire, "notice-unacknowledged"))
    told = child.told(regions.lancashire, "notice-unacknowledged")
    assert set(told) == {"E10000017/emergency-duty-team"}


def test_a_report_where_the_child_is_placed_reaches_the_authority_that_placed_them(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(MISSING)
    regions.until(lambda: state(child, regions.staffordshire, REPORTED, HOME) == "delivered")
    (event,) = child.events(regions.lancashire, REPORTED)
    # By what we had called the child ourselves: no number crossed.
    assert (event["child"], event["source"]) == (child.child.ref, "peer:staffordshire")
    told = child.told(regions.lancashire, REPORTED)
    # In the evening the duty team stands in for the social worker (5.1.1).
    assert {HOME, "E10000017/emergency-duty-team"} <= set(told)
    assert "staffs-ola-forward-reports" in because(child, regions.lancashire, REPORTED, HOME)
    # What came from Staffordshire is not told to Staffordshire.
    assert not [who for who in told if who.startswith(("E10000028", "staffordshire-stoke"))]
    assert len(child.events(regions.staffordshire, REPORTED)) == 1


def test_each_region_tells_the_roles_of_its_own_protocol_and_leaves_the_others_to_the_other(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(MISSING)
    regions.until(lambda: child.told(regions.lancashire, REPORTED))
    there = child.told(regions.staffordshire, REPORTED)
    here = child.told(regions.lancashire, REPORTED)
    assert {LINE, HOME} <= set(there)
    assert not [who for who in there if who.startswith("pan-lancashire/")]
    assert not [who for who in here if who.startswith("staffordshire-stoke/")]
    assert "pan-lancashire/cla_nurse_team" in here


def test_found_again_both_show_who_does_the_interview_and_its_clock_runs_where_its_owner_is(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(MISSING)
    child.is_found_there(FOUND)
    regions.until(lambda: child.events(regions.lancashire, "child-found"))
    # Within two hours of travel, Lancashire do it themselves (6.6).
    rule = "panlancs-rhi-within-two-hours"
    assert clocks(regions.lancashire, child.child.ref)[rule] == FOUND + 72 * HOUR
    assert rule not in clocks(regions.staffordshire, child.there)
    for region, ref in sides(child, regions):
        (kept,) = region.rows(
            "SELECT f.body FROM follow_up f JOIN event e ON e.id = f.event"
            " WHERE e.child = :c AND e.type = 'child-found'",
            c=ref,
        )
        shown = msgspec.json.decode(kept["body"])
        whose = {
            a["because"]["rule"] for a in shown["answers"] if a["matter"] == "return-interview"
        }
        # Staffordshire's protocol names Catch22, Lancashire's their own: both are shown, on both sides.
        assert {"staffs-rhi-catch22", rule} <= whose
        assert shown["conflicts"]


def test_the_copy_of_the_interview_goes_to_who_placed_the_child_and_the_host_learns_that_it_was(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(MISSING)
    child.is_found_there(FOUND)
    regions.until(lambda: child.events(regions.lancashire, "child-found"))
    held_at = FOUND + 20 * HOUR
    regions.is_now(held_at)
    child.is_interviewed(held_at)
    regions.until(lambda: child.told(regions.staffordshire, "interview-done"))
    front_door = "E10000017/front-door"
    assert because(child, regions.lancashire, "interview-done", front_door) == {
        "staffs-ola-rhi-to-placing"
    }
    assert because(child, regions.staffordshire, "interview-done", LINE) == {
        "staffs-ola-rhi-to-placing/host-learns"
    }
    (event,) = child.events(regions.staffordshire, "interview-done")
    assert set(msgspec.json.decode(event["data"])["peer"]["items"]) == {"rhi.confirmation"}


def test_every_recipient_on_either_side_has_each_event_once_and_in_order(
    child: Placed, regions: Regions
) -> None:
    child.is_reported_there(MISSING)
    child.is_found_there(FOUND)
    regions.until(lambda: child.events(regions.lancashire, "child-found"))
    for region, ref in (
        (regions.lancashire, child.child.ref),
        (regions.staffordshire, child.there),
    ):
        notices = region.rows("SELECT event, recipient FROM delivery WHERE child = :c", c=ref)
        assert len(notices) == len({(n["event"], n["recipient"]) for n in notices})
        numbers = region.rows("SELECT child_seq FROM event WHERE child = :c ORDER BY 1", c=ref)
        assert [n["child_seq"] for n in numbers] == list(range(1, len(numbers) + 1))
    order = [event["type"] for kind in (REPORTED, "child-found")
             for event in child.events(regions.lancashire, kind)]  # fmt: skip
    assert order == [REPORTED, "child-found"]


def test_what_comes_back_is_never_sent_back(child: Placed, regions: Regions) -> None:
    before = [len(region.front.passed) for region in regions.both]
    child.is_reported_there(MISSING)
    regions.until(lambda: child.events(regions.lancashire, REPORTED))
    for region in regions.both:
        region.fetches()
        region.answers()
    pushes = [
        sum(line.startswith("POST /federation/v1/inbox") for line, _ in region.front.passed[n:])
        for region, n in zip(regions.both, before, strict=True)
    ]
    # One, to Lancashire; and none to Staffordshire.
    assert pushes == [1, 0]


@pytest.mark.parametrize("whose", ["lancashire", "staffordshire"])
def test_the_ledger_of_each_side_verifies(child: Placed, regions: Regions, whose: str) -> None:
    child.is_reported_there(MISSING)
    regions.until(lambda: child.events(regions.lancashire, REPORTED))
    region: Region = getattr(regions, whose)
    key = own_keys(Settings(keys=Keys(folder=region.folder / "keys"))).ledger.public_key()
    parts = region.town.world.parts
    verdict = region.town.world.does(verify_stored(parts.engine, [key]))
    assert verdict.ok


def test_an_authority_is_told_through_its_gateway_without_anybody_registering_it(
    regions: Regions,
) -> None:
    rows = regions.lancashire.rows(
        "SELECT id, channels, escalates_to, desk FROM recipient WHERE id = :i",
        i=line_of("E06000021"),
    )
    (row,) = rows
    assert msgspec.json.decode(row["channels"])[0]["address"] == "staffordshire"
    assert msgspec.json.decode(row["escalates_to"]) == ["E10000017/emergency-duty-team"]
    assert row["desk"].startswith("staffordshire emergency duty team")


def test_a_child_whom_a_person_made_one_with_another_keeps_the_name_that_the_host_knows(
    child: Placed, regions: Regions
) -> None:
    world = regions.lancashire.town.world
    older = world.child(lives_in="Staffordshire", looked_after_by="Lancashire", aged=14)
    (row,) = regions.lancashire.rows(
        "SELECT subject FROM peer_subject WHERE child = :c", c=child.child.ref
    )
    telling = world.parts.notices.telling
    assert isinstance(telling, PeerTelling)

    async def called() -> str:
        world.parts.services.index.kept.learn({"test": (child.child.ref, older.ref)}, upto=0)
        return await telling.called("staffordshire", older.ref)

    assert world.does(called()) == row["subject"]


# What the notice says, to whom it is addressed


def reads(child: Placed, regions: Regions) -> dict[str, Any]:
    """The notice of the placement, as a duty worker in Staffordshire reads it."""
    world = regions.staffordshire.town.world
    worker = world.person(Role.CHILDRENS_SERVICES, "E10000028")
    ref = child.told(regions.staffordshire, "placement-made")[LINE]["notice_ref"]
    (found,) = [one["event"]["data"] for one in mine(worker, "id event") if one["id"] == ref]
    return cast("dict[str, Any]", found)


def test_whoever_is_addressed_reads_what_the_placing_authority_lets_them_know_and_nothing_is_kept(
    child: Placed, regions: Regions
) -> None:
    child.child.file.placed()
    said = reads(child, regions)
    given = {record["category"]: record for record in said["records"]}
    assert set(given) == {"identity", "placements"}
    assert all(record["source"].startswith("lancashire: ") for record in given.values())
    name = given["identity"]["core"]["familyName"]
    kept = regions.staffordshire.rows("SELECT data FROM event WHERE child = :c", c=child.there)
    assert not [row for row in kept if name in row["data"]]
    assert not regions.staffordshire.rows(
        "SELECT 1 FROM follow_up WHERE child = :c AND body LIKE :n", c=child.there, n=f"%{name}%"
    )


def test_a_placing_gateway_that_is_silent_is_named_and_looks_like_nothing_else(
    child: Placed, regions: Regions
) -> None:
    regions.lancashire.front.unplugged = True
    said = reads(child, regions)
    assert said["unanswered"] == ["lancashire: gateway"]


def test_one_that_gave_no_reply_is_not_waited_for_at_every_notice(
    child: Placed, regions: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = regions.staffordshire.town.world.parts.notices.telling
    assert isinstance(telling, PeerTelling)
    asked: list[str] = []

    async def hangs(_peer: object, ref: str) -> None:
        asked.append(ref)
        raise Unanswered("timed-out")

    monkeypatch.setattr(telling.contents, "_said", hangs)
    for _ in range(3):
        assert reads(child, regions)["unanswered"] == ["lancashire: gateway"]
    # Those that are decided side by side may each have asked before the first was known to be silent.
    assert len(asked) == len(set(asked))
    monkeypatch.undo()
    telling.contents.silent_since.clear()
    assert not reads(child, regions)["unanswered"]


def test_another_gateway_has_no_content_of_a_notice_that_is_not_its_own(
    child: Placed, regions: Regions
) -> None:
    essex = Stranger(
        regions.lancashire, regions.essex.identity, regions.essex.keys, regions.papers, "essex"
    )
    ref = child.told(regions.lancashire, "placement-made")[LINE]["notice_ref"]
    assert essex.gets(f"/federation/v1/notices/{ref}").status_code == 404
