"""What holds for every system that can be asked what has changed, whatever it is."""

from datetime import timedelta

import pytest

from adapters.simulation import SENTINEL
from records.errors import SourceError
from records.events import codes_of
from records.identifiers import LocalId
from records.polling import ASKED, Polls, Told
from tests.contract.conftest import NOW, System
from tests.contract.test_every_system import (
    OTHER_FAULTS,
    PATIENT,
    QUICK,
    assert_says_nothing_of_anybody,
)

LONG_AGO = NOW - timedelta(days=365)


def polled(system: System, **other: object) -> Polls:
    """The system, if it can be asked what has changed; nothing is tried with any other."""
    source = system.source(**other)
    if not isinstance(source, Polls):
        pytest.skip("It cannot be asked what has changed.")
    return source


async def told(system: System, source: Polls) -> Told:
    connected = system.source()
    items = ASKED & connected.supplies
    return await source.told(system.question(connected, items=items))


async def test_whoever_has_changed_is_listed_and_listed_alike(system: System) -> None:
    source = polled(system)
    first = await source.changed(LONG_AGO, now=NOW)
    assert LocalId(system.folder, system.staged.subject) in first.people
    assert first.as_of <= NOW
    assert first.skipped == 0
    assert (await source.changed(LONG_AGO, now=NOW)).people == first.people


async def test_a_child_tells_the_same_under_the_same_references_each_time(system: System) -> None:
    source = polled(system)
    first, again = await told(system, source), await told(system, source)
    assert first == again
    assert first.events, "the staged child has an episode"
    refs = [event.sender_ref for event in first.events]
    assert len(set(refs)) == len(refs)
    assert all(ref and ref.isprintable() and len(ref) <= 200 for ref in refs)
    subject = LocalId(system.folder, system.staged.subject)
    assert {event.about.local_id for event in first.events} == {subject}


async def test_an_event_holds_nothing_that_was_written_of_the_child(system: System) -> None:
    source = polled(system)
    for event in (await told(system, source)).events:
        assert SENTINEL not in repr(codes_of(event))
        assert event.about.core is None


async def test_of_somebody_who_is_not_known_nothing_is_told(system: System) -> None:
    source, connected = polled(system), system.source()
    question = system.question(
        connected, items=ASKED & connected.supplies, subject=system.staged.nobody
    )
    assert await source.told(question) == Told(events=())


@pytest.mark.parametrize("fault", OTHER_FAULTS)
async def test_a_fault_is_never_taken_for_nothing_changed(system: System, fault: str) -> None:
    source = polled(system, **PATIENT)
    goes_wrong, expected = OTHER_FAULTS[fault]
    goes_wrong(system.simulator)
    with pytest.raises(SourceError) as error:
        await source.changed(LONG_AGO, now=NOW)
    assert type(error.value) is expected
    assert_says_nothing_of_anybody(error.value, system, system.source())


async def test_a_list_that_is_not_there_is_not_an_empty_list(system: System) -> None:
    source = polled(system, **PATIENT)
    system.simulator.fails(404)
    with pytest.raises(SourceError):
        await source.changed(LONG_AGO, now=NOW)


async def test_a_slow_list_is_left_at_its_deadline(system: System) -> None:
    source = polled(system, **QUICK)
    system.simulator.is_slow(60)
    with pytest.raises(SourceError, match="did not answer"):
        await source.changed(LONG_AGO, now=NOW)
