"""What a gateway refuses from another: replayed, stolen, changed, late, for somebody else, about somebody else's child."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from joserfc.jwk import OKPKey

from linking.joining import join
from linking.storage import writing
from notifications.peer_events import BATCH, CLOUDEVENT
from notifications.peer_proof import OwnPeerKeys
from records.identifiers import LocalId
from tests.notifications_http.town import EVENING
from tests.regions.papers import LONG_AGO
from tests.regions.placed import LANCS, LINE, placed
from tests.regions.regions import Regions
from tests.regions.stranger import Stranger, refusal, results


@pytest.fixture
def lancashire(regions: Regions) -> Stranger:
    """Lancashire's own certificate and keys, used by hand."""
    one = regions.lancashire
    return Stranger(regions.staffordshire, one.identity, one.keys, regions.papers)


@pytest.fixture
def directory(regions: Regions) -> Iterator[Regions]:
    """The directory as it is after a test that had others signed."""
    yield regions
    regions.lists_all()


def kept(regions: Regions, ref: str) -> int:
    """How often the gateway has a notice in its inbox."""
    rows = regions.staffordshire.rows("SELECT 1 FROM peer_inbox WHERE notice_ref = :r", r=ref)
    return len(rows)


def events(regions: Regions) -> int:
    (row,) = regions.staffordshire.rows("SELECT count(*) AS n FROM event")
    return int(row["n"])


def test_what_is_as_it_should_be_is_kept(lancashire: Stranger, regions: Regions) -> None:
    event = lancashire.event()
    assert results(lancashire.sends(event)) == [("stored", None)]
    assert kept(regions, event["id"]) == 1


def test_sent_again_it_has_the_same_receipt_and_changes_nothing(
    lancashire: Stranger, regions: Regions
) -> None:
    event = lancashire.event()
    first = lancashire.sends(event).json()
    before = events(regions)
    assert lancashire.sends(event).json() == first
    # Also with less to say than before: an agreement may have been taken back in between.
    event["data"]["codes"] = {}
    assert lancashire.sends(event).json() == first
    assert events(regions) == before


def test_sent_eight_times_at_once_it_is_one_event_with_one_receipt(
    lancashire: Stranger, regions: Regions
) -> None:
    event, before = lancashire.event(), events(regions)
    with ThreadPoolExecutor(8) as at_once:
        replies = list(at_once.map(lambda _: lancashire.sends(event).json(), range(8)))
    receipts = {reply["results"][0].get("receipt") for reply in replies}
    assert len(receipts) == 1
    assert None not in receipts
    assert kept(regions, event["id"]) == 1
    assert events(regions) == before + 1


def test_a_signature_that_was_used_is_not_good_again(lancashire: Stranger) -> None:
    body = msgspec.json.encode(lancashire.closed(lancashire.event()))
    headers = lancashire.signed(body)
    assert results(lancashire.posts(body, headers=headers)) == [("stored", None)]
    assert refusal(lancashire.posts(body, headers=headers)) == (401, "replayed")


def test_a_changed_body_is_refused(lancashire: Stranger, regions: Regions) -> None:
    event = lancashire.closed(lancashire.event())
    headers = lancashire.signed(msgspec.json.encode(event))
    event["sequence"] = 99
    changed = msgspec.json.encode(event)
    assert refusal(lancashire.posts(changed, headers=headers)) == (401, "bad-signature")
    assert not kept(regions, event["id"])


def test_a_signature_with_another_gateways_certificate_is_refused(
    lancashire: Stranger, regions: Regions
) -> None:
    thief = Stranger(
        regions.staffordshire, regions.essex.identity, regions.lancashire.keys, regions.papers
    )
    assert refusal(thief.sends(thief.event())) == (401, "wrong-peer")


def test_a_certificate_that_nobody_listed_learns_nothing_more(
    lancashire: Stranger, regions: Regions
) -> None:
    identity, _ = regions.papers.certificate("nobody")
    nobody = Stranger(regions.staffordshire, identity, regions.lancashire.keys, regions.papers)
    assert refusal(nobody.sends(nobody.event())) == (401, "unknown-certificate")


def test_a_key_that_nobody_listed_is_refused(lancashire: Stranger) -> None:
    lancashire.keys = OwnPeerKeys(OKPKey.generate_key("Ed25519"), lancashire.keys.opening)
    assert refusal(lancashire.sends(lancashire.event())) == (401, "unknown-key")


@pytest.mark.parametrize(
    "late, reason",
    [(timedelta(minutes=6), "stale-signature"), (timedelta(minutes=-2), "clock-skew")],
)
def test_too_old_or_from_the_future_is_refused(
    lancashire: Stranger, late: timedelta, reason: str
) -> None:
    assert refusal(lancashire.sends(lancashire.event(), late=late)) == (401, reason)


def test_of_a_batch_each_event_is_stored_or_refused_with_its_reason(
    lancashire: Stranger, regions: Regions
) -> None:
    good, other = lancashire.event(), lancashire.event()
    told = lancashire.sends(
        good,
        lancashire.event(recipient="E10000012/childrens-services"),
        {"id": "nonsense", "data": {}},
        lancashire.event(via=["lancashire", "staffordshire", "lancashire"]),
        lancashire.event(via=["essex"]),
        lancashire.event(host=LANCS),
        lancashire.closed(lancashire.event(), regions.essex),
        {**lancashire.closed(lancashire.event()), "sequence": 7},
        other,
    )
    assert results(told) == [
        ("stored", None),
        ("refused", "not-served-here"),
        ("refused", "malformed"),
        ("refused", "echo"),
        ("refused", "wrong-way"),
        ("refused", "authority-not-shown"),
        ("refused", "cannot-open"),
        ("refused", "attributes-differ"),
        ("stored", None),
    ]
    assert kept(regions, good["id"]) == kept(regions, other["id"]) == 1


def test_what_cannot_be_taken_for_a_reason_that_nobody_foresaw_keeps_the_rest_from_nothing(
    lancashire: Stranger, regions: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = regions.staffordshire.federation.inbox
    take, poison, after = inbox.take, lancashire.event(), lancashire.event()
    same = lancashire.event(subject=poison["subject"])

    async def faulty(sent: object, *rest: Any) -> Any:  # noqa: ANN401 (as it is)
        if isinstance(sent, dict) and sent.get("id") == poison["id"]:
            raise LookupError(sent["id"])
        return await take(sent, *rest)

    monkeypatch.setattr(inbox, "take", faulty)
    odd = {**lancashire.closed(lancashire.event()), "subject": [], "id": ["a list"]}
    told = results(lancashire.sends(poison, same, odd, after))
    assert told == [
        ("not-kept", None),
        ("not-kept", None),
        ("refused", "malformed"),
        ("stored", None),
    ]
    monkeypatch.undo()
    assert results(lancashire.sends(poison, same)) == [("stored", None), ("stored", None)]


@pytest.mark.parametrize("year", [1, 1066, 9999])
def test_a_time_that_can_be_none_holds_up_nothing(lancashire: Stranger, year: int) -> None:
    odd = lancashire.event(time=datetime(year, 12, 31, 23, 59, tzinfo=UTC))
    assert results(lancashire.sends(odd, lancashire.event())) == [
        ("refused", "malformed"),
        ("stored", None),
    ]


def test_a_gateway_may_not_speak_of_a_child_whom_we_look_after(
    lancashire: Stranger, regions: Regions
) -> None:
    ours = regions.staffordshire.town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", aged=14
    )
    about = {"nhsNumber": ours.number.digits}
    for kind in ("placement-made", "child-found"):
        event = lancashire.event(about=about, type=f"uk.homeward.{kind}")
        assert results(lancashire.sends(event)) == [("refused", "authority-not-shown")]
    assert not regions.staffordshire.rows("SELECT 1 FROM event WHERE child = :c", c=ours.ref)


def test_a_number_that_was_allowed_to_cross_finds_the_child_whom_we_know(
    lancashire: Stranger, regions: Regions
) -> None:
    there = regions.staffordshire.town.world.child(
        lives_in="Staffordshire", aged=14, open_to_social_care=False, looked_after=False
    )
    event = lancashire.event(about={"nhsNumber": there.number.digits})
    assert results(lancashire.sends(event)) == [("stored", None)]
    (row,) = regions.staffordshire.rows(
        "SELECT e.child FROM peer_inbox i JOIN event e ON e.id = i.event WHERE i.notice_ref = :r",
        r=event["id"],
    )
    assert row["child"] == there.ref


def test_identifiers_that_lead_to_two_children_wait_for_a_person_and_are_then_taken(
    lancashire: Stranger, regions: Regions
) -> None:
    world = regions.staffordshire.town.world
    first = lancashire.event()
    lancashire.sends(first)
    other = world.child(lives_in="Staffordshire", aged=14, looked_after=False)
    event = lancashire.event(subject=first["subject"], about={"nhsNumber": other.number.digits})
    assert results(lancashire.sends(event)) == [("refused", "identity-in-doubt")]
    assert not kept(regions, event["id"])
    # Its desk has been told that somebody has to say whose it is, once however often it is sent.
    assert results(lancashire.sends(event)) == [("refused", "identity-in-doubt")]
    receiving = world.parts.notices.receiving
    statement = event["data"]["statement"]
    (waits,) = [one for one in world.does(receiving.in_doubt()) if one.sender_ref == statement]
    told = regions.staffordshire.rows(
        "SELECT recipient FROM delivery WHERE event = :e", e=waits.event
    )
    assert [one["recipient"] for one in told] == ["E10000028/emergency-duty-team"]
    world.does(receiving.place(waits, other.ref, now=world.clock()))
    # The sender tries again: it is that child's, and no second event.
    assert results(lancashire.sends(event)) == [("stored", None)]
    events_ = regions.staffordshire.rows(
        "SELECT id FROM event WHERE child = :c AND source = 'peer:lancashire'", c=other.ref
    )
    assert len(events_) == 1
    told = regions.staffordshire.rows(
        "SELECT recipient FROM delivery WHERE event = :e", e=events_[0]["id"]
    )
    assert LINE in [one["recipient"] for one in told]


def test_two_children_of_theirs_whom_a_person_here_made_one_are_one_here(
    lancashire: Stranger, regions: Regions
) -> None:
    world = regions.staffordshire.town.world
    index = world.parts.services.index
    first, other = lancashire.event(), lancashire.event()
    lancashire.sends(first, other)
    names = [LocalId("peer:lancashire", event["subject"]) for event in (first, other)]

    async def made_one() -> str:
        async with writing(index.engine) as connection:
            joined, _ = await join(connection, index.seal, *names, by="a person", now=world.clock())
        return joined.kept

    kept_ = world.does(made_one())
    later = lancashire.event(subject=other["subject"], type="uk.homeward.child-found")
    assert results(lancashire.sends(later)) == [("stored", None)]
    (row,) = regions.staffordshire.rows(
        "SELECT e.child FROM peer_inbox i JOIN event e ON e.id = i.event WHERE i.notice_ref = :r",
        r=later["id"],
    )
    assert row["child"] == kept_


def test_a_code_that_is_none_of_those_that_cross_is_not_kept(
    lancashire: Stranger, regions: Regions
) -> None:
    # As the engine's own clocks write it: a gateway must not be able to fire ours.
    codes = {"placement_type": "residential", "terms": "x", "subject": "x", "basis_at": "x"}
    event = lancashire.event(codes=codes)
    assert results(lancashire.sends(event)) == [("stored", None)]
    (row,) = regions.staffordshire.rows(
        "SELECT e.data FROM peer_inbox i JOIN event e ON e.id = i.event WHERE i.notice_ref = :r",
        r=event["id"],
    )
    assert set(msgspec.json.decode(row["data"])) == {
        "placement_type", "responsible_authority", "host_authority", "looked_after", "peer",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["deadline-reached", "notice-unacknowledged", "identity-in-doubt"])
def test_what_anothers_engine_brought_about_is_told_and_starts_nothing_here(
    lancashire: Stranger, regions: Regions, kind: str
) -> None:
    event = lancashire.event(type=f"uk.homeward.{kind}")
    assert results(lancashire.sends(event)) == [("stored", None)]
    (row,) = regions.staffordshire.rows(
        "SELECT e.id, e.type FROM peer_inbox i JOIN event e ON e.id = i.event"
        " WHERE i.notice_ref = :r",
        r=event["id"],
    )
    assert row["type"] == f"peer-{kind}"
    told = regions.staffordshire.rows(
        "SELECT recipient FROM delivery WHERE event = :e", e=row["id"]
    )
    assert [one["recipient"] for one in told] == [LINE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"codes": {"placement_ref": "x" * 201}},
        {"codes": {"placement_ref": ["x"]}},
        {"via": ["lancashire"] * 101},
        {"because": [{"rule": "x"}]},
        {"about": {"yours": "x" * 33}},
        {"statement": ""},
        {"urgent": "yes"},
        {"sequence": -1},
        {"time": "yesterday"},
        {"subject": None},
        {"type": ""},
    ],
    ids=str,
)
def test_what_has_another_shape_is_refused_and_nothing_of_it_is_kept(
    lancashire: Stranger, regions: Regions, wrong: dict[str, Any]
) -> None:
    event = lancashire.event(**wrong)
    assert results(lancashire.sends(event)) == [("refused", "malformed")]
    assert kept(regions, event["id"]) == 0


@pytest.mark.parametrize(
    "body, kind, status",
    [
        (b"", CLOUDEVENT, 400),
        (b"{", CLOUDEVENT, 400),
        (b"[]", BATCH, 400),
        (b"{}", BATCH, 400),
        (b"[" + b"1," * 100 + b"1]", BATCH, 400),
        (b"{}", "application/json", 415),
    ],
)
def test_a_message_that_is_none_is_answered_with_what_to_send(
    lancashire: Stranger, body: bytes, kind: str, status: int
) -> None:
    assert refusal(lancashire.posts(body, kind=kind)) == (status, "malformed")


def test_one_event_for_two_authorities_is_one_event_with_a_notice_for_each(
    lancashire: Stranger, regions: Regions
) -> None:
    one = lancashire.event()
    other = lancashire.event(
        subject=one["subject"], recipient="E06000021/childrens-services",
        event=one["data"]["event"], statement=one["data"]["statement"], codes={},
    )  # fmt: skip
    assert results(lancashire.sends(one, other)) == [("stored", None)] * 2
    rows = regions.staffordshire.rows(
        "SELECT DISTINCT event FROM peer_inbox WHERE notice_ref IN (:a, :b)",
        a=one["id"],
        b=other["id"],
    )
    (found,) = rows
    told = regions.staffordshire.rows(
        "SELECT recipient FROM delivery WHERE event = :e", e=found["event"]
    )
    assert {LINE, "E06000021/childrens-services"} <= {row["recipient"] for row in told}


def test_a_correction_is_kept_as_one_and_told_to_whom_was_told(
    lancashire: Stranger, regions: Regions
) -> None:
    first = lancashire.event()
    lancashire.sends(first)
    corrected = lancashire.event(
        subject=first["subject"], statement=first["data"]["statement"],
        codes={"placement_ref": "PL-STRANGE", "placement_type": "fostering"},
    )  # fmt: skip
    assert results(lancashire.sends(corrected)) == [("stored", None)]
    rows = regions.staffordshire.rows(
        "SELECT e.id, e.corrects FROM peer_inbox i JOIN event e ON e.id = i.event"
        " WHERE i.notice_ref IN (:a, :b) ORDER BY e.child_seq",
        a=first["id"],
        b=corrected["id"],
    )
    assert rows[1]["corrects"] == rows[0]["id"]


def test_a_peer_reads_the_lines_of_its_own_authorities_and_no_other(
    regions: Regions, lancashire: Stranger
) -> None:
    child = placed(regions)
    child.is_placed()
    child.is_known_there()
    essex = Stranger(
        regions.lancashire, regions.essex.identity, regions.essex.keys, regions.papers, "essex"
    )
    lines = essex.gets("/federation/v1/feed").json()["lines"]
    assert {line["recipient"] for line in lines} == {"E10000012/childrens-services"}
    theirs = Stranger(
        regions.lancashire,
        regions.staffordshire.identity,
        regions.staffordshire.keys,
        regions.papers,
        "staffordshire",
    )
    cursors = {
        line["recipient"]: line["cursor"]
        for line in theirs.gets("/federation/v1/feed").json()["lines"]
    }
    assert theirs.gets(f"/federation/v1/feed?after={cursors[LINE]}").json()["events"]
    assert refusal(essex.gets(f"/federation/v1/feed?after={cursors[LINE]}")) == (400, "malformed")
    assert refusal(essex.gets("/federation/v1/feed?after=nonsense")) == (400, "malformed")


def test_keys_change_without_a_gap_and_the_old_one_is_dead_once_it_is_unlisted(
    lancashire: Stranger, directory: Regions
) -> None:
    fresh = OwnPeerKeys(OKPKey.generate_key("Ed25519"), lancashire.keys.opening)
    listed = directory.lancashire.entry
    added = {
        "kid": fresh.kid, "use": "sig", "jwk": fresh.signing.as_dict(private=False),
        "starts": LONG_AGO, "ends": listed["keys"][0]["ends"],
    }  # fmt: skip
    others = (directory.staffordshire.entry, directory.essex.entry)
    old = Stranger(**vars(lancashire))
    lancashire.keys = fresh
    assert refusal(lancashire.sends(lancashire.event())) == (401, "unknown-key")
    directory.lists({**listed, "keys": [*listed["keys"], added]}, *others)
    for sender in (old, lancashire):
        assert results(sender.sends(sender.event())) == [("stored", None)]
    directory.lists({**listed, "keys": [added, *listed["keys"][1:]]}, *others)
    assert refusal(old.sends(old.event())) == (401, "unknown-key")
    assert results(lancashire.sends(lancashire.event())) == [("stored", None)]


def test_an_older_directory_is_not_taken_whoever_offers_it(
    lancashire: Stranger, directory: Regions
) -> None:
    others = (directory.staffordshire.entry, directory.essex.entry)
    directory.lists(directory.lancashire.entry, *others)
    directory.papers.directory(*others, version=1)
    federation = directory.staffordshire.federation
    directory.staffordshire.town.world.does(federation.directory.refresh())
    assert results(lancashire.sends(lancashire.event())) == [("stored", None)]


def test_a_directory_that_has_run_out_closes_every_door(
    lancashire: Stranger, directory: Regions
) -> None:
    entries = (directory.lancashire.entry, directory.staffordshire.entry, directory.essex.entry)
    directory.lists(*entries, expires=EVENING - timedelta(days=1))
    assert refusal(lancashire.sends(lancashire.event())) == (401, "key-expired")


def test_nothing_is_sent_to_a_gateway_whose_keys_have_run_out_and_the_desk_hears_at_once(
    directory: Regions,
) -> None:
    entry = directory.staffordshire.entry
    ended = [{**key, "ends": EVENING} for key in entry["keys"]]
    directory.lists(directory.lancashire.entry, {**entry, "keys": ended}, directory.essex.entry)
    sent = len(directory.staffordshire.front.passed)
    child = placed(directory)
    child.is_placed()
    directory.until(lambda: child.told(directory.lancashire, "notice-undeliverable"))
    told = child.told(directory.lancashire, "notice-undeliverable")
    assert set(told) == {"E10000017/emergency-duty-team"}
    assert len(directory.staffordshire.front.passed) == sent
    directory.lists_all()
    directory.is_now(EVENING + timedelta(minutes=1))
    directory.until(
        lambda: child.told(directory.lancashire, "placement-made")[LINE]["state"] == "delivered"
    )
