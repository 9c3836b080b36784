"""What a gateway refuses from another: replayed, stolen, changed, late, for somebody else, about somebody else's child."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from joserfc.jwk import OKPKey

from notifications.peer_events import BATCH, CLOUDEVENT
from notifications.peer_proof import OwnPeerKeys
from tests.regions.placed import LANCS, LINE, placed
from tests.regions.regions import Regions
from tests.regions.stranger import Stranger, refusal, results


def events(regions: Regions) -> int:
    (row,) = regions.staffordshire.rows("SELECT count(*) AS n FROM event")
    return int(row["n"])


def test_what_is_as_it_should_be_is_kept(lancashire: Stranger, regions: Regions) -> None:
    event = lancashire.event()
    assert results(lancashire.sends(event)) == [("stored", None)]
    assert lancashire.kept(event["id"]) == 1


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
    assert lancashire.kept(event["id"]) == 1
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
    assert not lancashire.kept(event["id"])


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
    assert lancashire.kept(good["id"]) == lancashire.kept(other["id"]) == 1


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
    assert lancashire.kept(event["id"]) == 0


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
