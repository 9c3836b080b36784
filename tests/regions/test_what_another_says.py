"""What another gateway says of children: of whose, of which one, in which words, twice, or by mistake."""

import msgspec
import pytest

from linking.joining import join
from linking.storage import writing
from records.identifiers import LocalId
from tests.regions.placed import LINE
from tests.regions.regions import Regions
from tests.regions.stranger import Stranger, results


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
    assert not lancashire.kept(event["id"])
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
