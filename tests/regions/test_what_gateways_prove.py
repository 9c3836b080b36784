"""What one gateway believes of another's message, receipt, closed content and directory."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from gateway.federation_directory import trusted_key
from notifications.peer_authority import Authorities, may_speak
from notifications.peer_events import CARRIED
from notifications.peer_lines import cursor_of, read_cursor
from notifications.peer_proof import (
    NotProven,
    OwnPeerKeys,
    Receipt,
    check_reply,
    check_request,
    closed,
    opened,
    read_receipt,
    sign_reply,
    sign_request,
    signed_receipt,
)
from notifications.peers import PeerKey, Peers, WrongDirectory, read_directory, sign_directory
from records.events import EVENT_OF
from tests.regions.papers import FAR_OFF, LONG_AGO, Papers, entry

NOW = datetime(2027, 1, 11, 18, 0, tzinfo=UTC)
URL = "https://staffordshire.example/federation/v1/inbox"
KIND = {"content-type": "application/cloudevents+json"}
BODY = b'{"specversion":"1.0"}'


def keys() -> OwnPeerKeys:
    opening = ECKey.generate_key("P-256")
    return OwnPeerKeys(OKPKey.generate_key("Ed25519"), {opening.thumbprint(): opening})


def public(own: OwnPeerKeys, **times: datetime) -> list[PeerKey]:
    listed = entry("lancashire", "https://lancashire.example", ["E10000017"], ["c"], own, **times)
    return msgspec.convert(listed["keys"], list[PeerKey])


OURS = keys()
LISTED = public(OURS)


def test_a_message_as_it_was_signed_is_believed_and_says_by_which_key() -> None:
    headers = sign_request(OURS, "POST", URL, KIND, BODY, NOW)
    proven = check_request(LISTED, "POST", URL, headers, BODY, NOW)
    assert proven.kid == OURS.kid
    assert proven.nonce


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another body": ({"body": b'{"specversion":"1.1"}'}, "bad-signature"),
    "another method": ({"method": "PUT"}, "bad-signature"),
    "another gateway": ({"url": URL.replace("stafford", "york")}, "bad-signature"),
    "another door": ({"url": URL.replace("inbox", "receipts")}, "bad-signature"),
    "five minutes and more later": ({"now": NOW + timedelta(seconds=301)}, "stale-signature"),
    "before it was made": ({"now": NOW - timedelta(seconds=61)}, "clock-skew"),
    "keys that were taken from the list": ({"keys": public(keys())}, "unknown-key"),
    "a key that has run out": ({"keys": public(OURS, ends=NOW)}, "key-expired"),
    "a key that is not good yet": (
        {"keys": public(OURS, starts=NOW + timedelta(1))},
        "key-expired",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_message_that_is_not_as_it_was_signed_is_not_believed(change: str) -> None:
    how, reason = CHANGES[change]
    headers = sign_request(OURS, "POST", URL, KIND, BODY, NOW)
    asked: dict[str, Any] = {
        "keys": LISTED, "method": "POST", "url": URL, "headers": headers, "body": BODY, "now": NOW,
    }  # fmt: skip
    with pytest.raises(NotProven, match=reason):
        check_request(**(asked | how))


def test_clocks_that_differ_by_less_than_a_minute_do_not_matter() -> None:
    headers = sign_request(OURS, "POST", URL, KIND, BODY, NOW)
    for now in (NOW - timedelta(seconds=59), NOW + timedelta(seconds=299)):
        assert check_request(LISTED, "POST", URL, headers, BODY, now).created == NOW


@pytest.mark.parametrize("left_out", ["content-digest", "content-type", "@target-uri", "@method"])
def test_a_signature_that_covers_less_than_it_has_to_is_not_believed(left_out: str) -> None:
    headers = sign_request(OURS, "POST", URL, KIND, BODY, NOW)
    narrowed = headers["Signature-Input"].replace(f'"{left_out}"', "").replace("( ", "(")
    with pytest.raises(NotProven):
        check_request(LISTED, "POST", URL, headers | {"Signature-Input": narrowed}, BODY, NOW)


def test_a_message_without_any_signature_is_not_believed() -> None:
    with pytest.raises(NotProven, match="bad-signature"):
        check_request(LISTED, "POST", URL, dict(KIND), BODY, NOW)


def test_a_reply_answers_the_very_request_that_it_was_signed_for() -> None:
    to = ("POST", URL, sign_request(OURS, "POST", URL, KIND, BODY, NOW))
    reply = sign_reply(OURS, 202, {"content-type": "application/json"}, b"{}", to, NOW)
    assert check_reply(LISTED, 202, reply, b"{}", to, NOW).kid == OURS.kid
    another = ("POST", URL, sign_request(OURS, "POST", URL, KIND, BODY, NOW))
    for changed in ((202, b"{}", another), (200, b"{}", to), (202, b"[]", to)):
        with pytest.raises(NotProven):
            check_reply(LISTED, changed[0], reply, changed[1], changed[2], NOW)


def test_a_receipt_can_be_shown_long_after_its_key_has_been_replaced() -> None:
    receipt = Receipt(
        event="n1", seq=3, digest="d", received_at=NOW, by="staffordshire", sender="lancashire"
    )
    signed = signed_receipt(OURS, receipt)
    assert read_receipt(public(OURS, ends=NOW - timedelta(days=1)), signed) == receipt
    with pytest.raises(NotProven, match="bad-receipt"):
        read_receipt(public(keys()), signed)


def test_only_its_reader_opens_what_was_closed_and_nobody_changes_it() -> None:
    (closing,) = [key for key in LISTED if key.use == "enc"]
    text = closed(closing, b"whom it is about")
    assert b"whom" not in text.encode()
    assert opened(OURS, text) == b"whom it is about"
    parts = text.split(".")
    changed = ".".join(
        [*parts[:3], "A" + parts[3][1:] if parts[3][0] != "A" else "B" + parts[3][1:], parts[4]]
    )
    for reader, what in ((keys(), text), (OURS, changed), (OURS, "not.a.jwe")):
        with pytest.raises(NotProven, match="cannot-open"):
            opened(reader, what)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_for_a_cursor_is_a_cursor_or_none(text: str) -> None:
    found = read_cursor(text)
    assert found is None or (found[0] and found[1] >= 0)


def test_a_cursor_names_its_line_and_number() -> None:
    assert read_cursor(cursor_of("E10000017/childrens-services", 17)) == (
        "E10000017/childrens-services",
        17,
    )


def test_every_code_that_an_event_may_have_is_decided_by_an_item_or_stays_at_home() -> None:
    codes = {
        one.name
        for kind in EVENT_OF.values()
        for one in dataclasses.fields(kind)
        if "code" in one.metadata
    }
    # The two authorities cross for whoever is told as the one or the other.
    assert codes - {"responsible_authority", "host_authority"} <= CARRIED.keys()


# The directory


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


def entries() -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        entry("lancashire", "https://lancashire.example", ["E10000017"], ["one"], OURS),
        entry(
            "staffordshire",
            "https://staffordshire.example/homeward",
            ["E10000028"],
            ["two"],
            keys(),
        ),
    )


def test_a_directory_is_believed_by_whoever_trusts_its_issuer(papers: Papers) -> None:
    signed = papers.directory(*entries()).read_bytes()
    peers = Peers("lancashire", read_directory(signed, [trusted_key(papers.issuer_key)]))
    assert [peer.name for peer in peers.others] == ["staffordshire"]
    assert peers.of("E10000028") == peers.showing("two") == peers.named("staffordshire")
    assert peers.of("E10000017") is None
    assert peers.others[0].url("/federation/v1/inbox") == (
        "https://staffordshire.example/homeward/federation/v1/inbox"
    )


def test_a_directory_of_another_issuer_or_with_a_changed_letter_is_not_believed(
    papers: Papers, tmp_path: Path
) -> None:
    signed = papers.directory(*entries()).read_bytes()
    (tmp_path / "other").mkdir()
    other = trusted_key(Papers(tmp_path / "other").issuer_key)
    ours = trusted_key(papers.issuer_key)
    said = msgspec.json.decode(signed)
    said["payload"] = ("A" if said["payload"][9] != "A" else "B").join(
        [said["payload"][:9], said["payload"][10:]]
    )
    changed = msgspec.json.encode(said)
    for what, trusted in ((signed, other), (changed, ours), (b"{}", ours), (b"\xff", ours)):
        with pytest.raises(WrongDirectory):
            read_directory(what, [trusted])
    # While the issuer's key changes, the old and the new are both trusted.
    assert read_directory(signed, [other, ours]).version == 1


SIGNS_ALONE = entry("other", "https://other.example", ["E10000012"], ["three"], keys())
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "two of one name": ({"name": "lancashire"}, "the name of another"),
    "two for one authority": ({"serves": ["E10000017"]}, "the authority of another"),
    "two with one certificate": ({"certificates": ["one"]}, "the certificate of another"),
    "an endpoint in clear": ({"endpoint": "http://staffordshire.example"}, "https://"),
    "an endpoint with a query": ({"endpoint": "https://staffordshire.example?a=1"}, "more in its"),
    "no key for content": ({"keys": SIGNS_ALONE["keys"][:1]}, "each use"),
    "a word that is none of ours": ({"phone": "1"}, "not a directory"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_directory_that_cannot_work_is_not_signed(wrong: str, papers: Papers) -> None:
    change, says = WRONG[wrong]
    one, other = entries()
    said = {
        "version": 1, "issuedAt": LONG_AGO, "expiresAt": FAR_OFF, "peers": [one, other | change],
    }  # fmt: skip
    with pytest.raises(WrongDirectory, match=says):
        sign_directory(msgspec.json.encode(said), papers.issuer)


def test_a_private_key_never_gets_into_a_directory(papers: Papers) -> None:
    one, other = entries()
    other["keys"][0]["jwk"] = OKPKey.generate_key("Ed25519").as_dict(private=True)
    said = {"version": 1, "issuedAt": LONG_AGO, "expiresAt": FAR_OFF, "peers": [one, other]}
    with pytest.raises(WrongDirectory, match="no public key"):
        sign_directory(msgspec.json.encode(said), papers.issuer)


def test_a_gateway_that_the_directory_does_not_list_does_not_start(papers: Papers) -> None:
    signed = papers.directory(*entries()).read_bytes()
    with pytest.raises(WrongDirectory, match="does not list `essex`"):
        Peers("essex", read_directory(signed, [trusted_key(papers.issuer_key)]))


@pytest.mark.parametrize("created", ["99999999999999999999", "-99999999999999", "1.5", '"now"'])
def test_a_signature_that_was_made_at_no_time_proves_nothing(created: str) -> None:
    headers = sign_request(OURS, "POST", URL, KIND, BODY, NOW)
    was = f"created={int(NOW.timestamp())}"
    name = next(name for name in headers if name.lower() == "signature-input")
    headers[name] = headers[name].replace(was, f"created={created}")
    assert was not in headers[name]
    with pytest.raises(NotProven, match="bad-signature"):
        check_request(LISTED, "POST", URL, headers, BODY, NOW)


# Who may speak of a child

LANCS, STAFFS, ESSEX = "E10000017", "E10000028", "E10000012"
NOBODY = Authorities(None, None)
SPEAKS: dict[str, tuple[Authorities, Authorities, str, bool | None, bool]] = {
    "the placing authority's, of a child whom we know as theirs": (
        Authorities(LANCS, STAFFS), NOBODY, "child-found", True, True,
    ),
    "the host's, of our own child": (
        Authorities(STAFFS, LANCS), NOBODY, "child-reported-missing", True, True,
    ),
    "of a child who is new, placed here": (
        NOBODY, Authorities(LANCS, STAFFS), "placement-made", None, True,
    ),
    "of a child who is new, and of neither of us": (
        NOBODY, Authorities(ESSEX, ESSEX), "placement-made", None, False,
    ),
    "of a child who is new, and theirs alone": (
        NOBODY, Authorities(LANCS, LANCS), "child-reported-missing", None, False,
    ),
    "of a child who lives here, newly looked after by them": (
        Authorities(STAFFS, STAFFS), Authorities(LANCS, STAFFS), "placement-made", False, True,
    ),
    "of a child whom we look after ourselves": (
        Authorities(STAFFS, STAFFS), Authorities(LANCS, STAFFS), "placement-made", True, False,
    ),
    "of a child of ours who went missing, which is not theirs to say": (
        Authorities(STAFFS, STAFFS), Authorities(LANCS, STAFFS), "child-found", False, False,
    ),
    "of our own child, whom they host and would make their own": (
        Authorities(STAFFS, LANCS), Authorities(LANCS, STAFFS), "placement-moved", True, False,
    ),
    "of our own child, whom they host and say to be moved to another home there": (
        Authorities(STAFFS, LANCS), Authorities(STAFFS, LANCS), "placement-moved", True, True,
    ),
    "of a third authority's child whom they host and would make their own": (
        Authorities(ESSEX, LANCS), Authorities(LANCS, ESSEX), "placement-made", True, False,
    ),
    "of their own child, who goes over to us": (
        Authorities(LANCS, STAFFS), Authorities(STAFFS, STAFFS), "placement-moved", True, True,
    ),
    "of a third authority's child": (
        Authorities(ESSEX, STAFFS), Authorities(LANCS, STAFFS), "child-found", True, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", SPEAKS)
def test_a_gateway_may_speak_only_of_children_of_its_authorities(who: str) -> None:
    registered, stated, event, looked_after, may = SPEAKS[who]
    assert may is may_speak(
        [LANCS],
        [STAFFS],
        registered=registered,
        stated=stated,
        event=event,
        looked_after=looked_after,
    )
