"""Events carry codes and references, and nothing that names a child."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

from records import events
from records.child import IdentityCore
from records.episode import EpisodeState, Risk
from records.events import EVENT_OF, Event, PlacementMade, RiskSet, Whom, codes_of
from records.identifiers import AuthorityCode, LocalId, NHSNumber
from records.record import Provenance

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROBIN = Whom(
    local_id=LocalId("police", "N-1001"),
    nhs_number=NHSNumber("9990000018"),
    core=IdentityCore(given_names=("Robin",), family_name="Ashworth", birth_date=date(2011, 5, 3)),
)
WHENCE = Provenance(source="police", system="any", as_of=NOW)


def test_the_table_of_events_is_whole() -> None:
    kinds = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and "type" in vars(kind)
    }
    assert set(EVENT_OF.values()) == kinds
    assert all(name == kind.type for name, kind in EVENT_OF.items())


def test_what_is_kept_of_an_event_names_nobody() -> None:
    for kind in EVENT_OF.values():
        event = kind(about=ROBIN, sender_ref="R-1", provenance=WHENCE)
        assert {"about", "notes", "provenance", "sender_ref"}.isdisjoint(codes_of(event))
        for secret in ("Robin", "Ashworth", "N-1001", "9990000018", "2011"):
            assert secret not in repr(event)
            assert secret not in repr(codes_of(event))
        assert {"about", "notes", "provenance"} < {one.name for one in dataclasses.fields(event)}


def test_codes_are_plain_and_what_is_empty_is_left_out() -> None:
    event = RiskSet(
        about=ROBIN,
        sender_ref="R-1",
        provenance=WHENCE,
        episode_ref="E-1",
        state=EpisodeState.MISSING,
        missing_from=datetime(2026, 7, 1, 22, tzinfo=timezone(timedelta(hours=1))),
        grade=Risk.HIGH,
        grade_as_sent="HIGH",
    )
    assert codes_of(event) == {
        "episode_ref": "E-1",
        "state": "missing",
        "missing_from": "2026-07-01T21:00:00+00:00",
        "grade": "high",
        "grade_as_sent": "HIGH",
    }


def test_an_event_without_a_time_of_its_own_has_the_next_best() -> None:
    recorded = NOW - timedelta(hours=1)
    bare = RiskSet(about=ROBIN, sender_ref="R-1", provenance=WHENCE)
    assert bare.at == NOW
    kept = dataclasses.replace(bare, provenance=dataclasses.replace(WHENCE, recorded_at=recorded))
    assert (kept.at, kept.recorded_at) == (recorded, recorded)
    assert dataclasses.replace(kept, happened_at=NOW).at == NOW


def test_whether_a_placement_is_out_of_area_is_not_guessed() -> None:
    made = PlacementMade(
        about=ROBIN,
        sender_ref="P-1",
        provenance=WHENCE,
        host_authority=AuthorityCode("E10000017"),
        responsible_authority=AuthorityCode("E08000013"),
    )
    assert made.out_of_area is True
    assert dataclasses.replace(made, responsible_authority=made.host_authority).out_of_area is False
    assert dataclasses.replace(made, host_authority=None).out_of_area is None
