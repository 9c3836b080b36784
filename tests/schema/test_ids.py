import base64
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.episode import MissingEpisode
from records.interview import ReturnInterview
from records.items import Category
from records.record import Provenance
from schema.ids import ChildId, Ids, RecordId, digest_of
from tests.schema.questions import place_of

KEY = bytes(range(32))
IDS = Ids(KEY)
CHILD = "3q2-7wEjRWeJq83vASNFZw"
HELD = Provenance(source="police", system="CONNECT", as_of=datetime(2026, 11, 24, tzinfo=UTC))
EPISODE = MissingEpisode(ref="MFH/9990000026", provenance=HELD)


def test_a_childs_id_is_the_same_each_time_and_names_the_child() -> None:
    assert IDS.child(CHILD) == IDS.child(CHILD)
    assert IDS.read(IDS.child(CHILD)) == ChildId(CHILD)


def test_a_records_id_names_its_child_and_category_and_nothing_of_its_own_reference() -> None:
    text = IDS.record(CHILD, *place_of(EPISODE))
    assert IDS.read(text) == RecordId(CHILD, Category.EPISODES, digest_of(EPISODE))
    opened = base64.urlsafe_b64decode(text + "==")
    assert b"999" not in opened
    assert CHILD.encode() not in opened


def test_two_systems_that_use_one_reference_have_two_records() -> None:
    elsewhere = replace(EPISODE, provenance=replace(HELD, source="mosaic"))
    assert digest_of(EPISODE) != digest_of(elsewhere)
    assert IDS.record(CHILD, *place_of(EPISODE)) != IDS.record(CHILD, *place_of(elsewhere))


def test_ids_of_one_child_share_nothing_that_can_be_seen() -> None:
    texts = [
        IDS.child(CHILD),
        IDS.record(CHILD, *place_of(EPISODE)),
        IDS.cursor(CHILD, *place_of(EPISODE)),
    ]
    prefixes = {text[:4] for text in texts}
    assert len(prefixes) == len(texts)


@given(place=st.integers(min_value=0), letter=st.sampled_from("ABCxyz019-_"))
def test_an_edited_id_names_nothing(place: int, letter: str) -> None:
    text = IDS.child(CHILD)
    place %= len(text)
    edited = text[:place] + letter + text[place + 1 :]
    if edited != text:
        assert IDS.read(edited) is None


@given(text=st.text(max_size=80))
def test_what_was_never_an_id_names_nothing(text: str) -> None:
    assert IDS.read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "A" * 5000,
        "Q2hpbGQ6MQ==",
        IDS.child(CHILD) + "=",
        IDS.child(CHILD) + "\n",
        " " + IDS.child(CHILD),
        IDS.child(CHILD).encode().hex(),
        "\ud800",
        "9990000026",
    ],
)
def test_only_the_one_spelling_that_we_made_is_taken(text: str) -> None:
    assert IDS.read(text) is None


def test_another_deployments_id_names_nothing_here() -> None:
    assert IDS.read(Ids(secrets.token_bytes(32)).child(CHILD)) is None


def test_ids_made_under_an_older_key_are_still_read_and_no_longer_made() -> None:
    newer = Ids(bytes(reversed(KEY)), KEY)
    assert newer.read(IDS.child(CHILD)) == ChildId(CHILD)
    assert newer.child(CHILD) != IDS.child(CHILD)
    assert IDS.read(newer.child(CHILD)) is None


def test_a_cursor_is_good_for_its_own_list_alone() -> None:
    cursor = IDS.cursor(CHILD, *place_of(EPISODE))
    assert IDS.read_cursor(cursor, CHILD, Category.EPISODES) == digest_of(EPISODE)
    assert IDS.read_cursor(cursor, IDS.invent("other"), Category.EPISODES) is None
    assert IDS.read_cursor(cursor, CHILD, Category.INTERVIEWS) is None
    assert IDS.read_cursor(IDS.record(CHILD, *place_of(EPISODE)), CHILD, Category.EPISODES) is None
    assert IDS.read(cursor) is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Ids(KEY, b"short")


def test_somebody_invented_looks_like_anybody_and_is_always_the_same() -> None:
    invented = IDS.invent("id:whatever")
    assert invented == IDS.invent("id:whatever")
    assert len(invented) == len(secrets.token_urlsafe(16))
    assert invented != Ids(bytes(reversed(KEY))).invent("id:whatever")


def test_keys_are_never_printed() -> None:
    assert repr(IDS) == "Ids(…)"


def test_every_category_can_stand_in_an_id() -> None:
    interview = ReturnInterview(ref="1", provenance=HELD)
    assert IDS.read(IDS.record(CHILD, *place_of(interview))) == RecordId(
        CHILD, Category.INTERVIEWS, digest_of(interview)
    )


def test_an_id_is_never_taken_for_an_option_of_a_command_and_is_read_all_the_same() -> None:
    ids = Ids(b"k" * 32)
    made = [ids.child(f"child-{n}") for n in range(2000)]
    assert not any(one.startswith("-") for one in made)
    respelt = [one for one in made if one.startswith(".")]
    assert respelt
    for n, one in enumerate(made):
        assert ids.read(one) == ChildId(f"child-{n}")
    # The spelling that was not made is not taken.
    assert ids.read("-" + respelt[0][1:]) is None
