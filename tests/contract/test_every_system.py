"""What holds for every system, whatever it is: run once for each folder in adapters/."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest

from adapters.simulation import SENTINEL, Simulator
from records.errors import (
    NeedsExplicitAction,
    SourceContractBroken,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    WrongSettings,
)
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.record import items_of, only
from records.source import Answered, Evidence, Source
from tests.contract.conftest import FOLDERS, System, stagings

QUICK = {"timeout": 0.3, "deadline": 0.4}
PATIENT = {"timeout": 20.0, "deadline": 30.0}
OTHER_FAULTS: dict[str, tuple[Callable[[Simulator], None], type[SourceError]]] = {
    "refuses with 403": (lambda s: s.refuses(403), SourceRefused),
    "refuses with 401": (lambda s: s.refuses(401), SourceRefused),
    "is down": (lambda s: s.is_down(), SourceUnavailable),
    "is busy": (lambda s: s.is_busy(429), SourceUnavailable),
    "is overloaded": (lambda s: s.is_busy(503), SourceUnavailable),
    "fails": (lambda s: s.fails(500), SourceUnavailable),
    "hangs up": (lambda s: s.hangs_up(), SourceUnavailable),
    "redirects": (lambda s: s.redirects(), SourceContractBroken),
    "truncates": (lambda s: s.truncates(), SourceContractBroken),
    "answers a web page with status 200": (lambda s: s.answers_a_web_page(), SourceContractBroken),
    "answers nothing with status 200": (lambda s: s.answers_nothing(), SourceContractBroken),
    "answers in the wrong format": (
        lambda s: s.answers_in_the_wrong_format(),
        SourceContractBroken,
    ),
    "answers without end": (lambda s: s.answers_without_end(), SourceContractBroken),
    "is not there any more (410)": (lambda s: s.fails(410), SourceContractBroken),
    "gives a status that means nothing": (lambda s: s.fails(299 + 119), SourceContractBroken),
}


class Told(Protocol):
    value: SourceError


def assert_says_nothing_of_anybody(error: SourceError, system: System, source: Source) -> None:
    """Which system, what, and what to do; no name, number, id or address, here or in any cause."""
    assert error.source == source.name
    said: BaseException | None = error
    while said is not None:
        for secret in (SENTINEL, system.staged.subject, system.staged.nhs_number, "127.0.0.1"):
            assert secret not in str(said)
            assert secret not in repr(said)
        said = said.__cause__ or (None if said.__suppress_context__ else said.__context__)


def test_every_kind_of_system_is_found() -> None:
    assert FOLDERS
    assert {folder for folder, _ in stagings()} == set(FOLDERS)


async def test_a_good_answer_holds_the_child(system: System) -> None:
    answered = await system.answers()
    assert answered.records
    assert SENTINEL in repr(answered.records)
    assert answered.skipped == 0
    assert answered.superseded_by is None


async def test_what_is_supplied_is_supplied(system: System) -> None:
    source = system.source()
    answered = await source.records(system.question(source))
    filled = {
        item
        for record in answered.records
        for item in items_of(type(record))
        if item is record.exists or only(record, frozenset({item})) != only(record, frozenset())
    }
    # History is whole episodes, so no part of a record is named for it.
    assert filled == source.supplies - {Item.EPISODE_HISTORY}
    # Each record names its source and when that source vouches for it.
    assert {record.provenance.source for record in answered.records} == {source.name}
    assert all(record.provenance.as_of <= answered.as_of for record in answered.records)
    assert all(record.ref for record in answered.records)


async def test_only_what_is_permitted_is_asked_for_and_built(system: System) -> None:
    source = system.source()
    whole = await source.records(system.question(source))
    for item in sorted(source.supplies, key=lambda one: one.value):
        permitted = frozenset({item})
        answered = await source.records(system.question(source, items=permitted))
        for record in answered.records:
            assert item in items_of(type(record)) or item is Item.EPISODE_HISTORY
            assert only(record, permitted) == record
        assert len(answered.records) <= len(whole.records)


async def test_what_needs_no_call_is_not_called_for(system: System) -> None:
    source = system.source()
    await source.records(system.question(source))
    all_calls = system.simulator.counts()
    for item in source.supplies:
        system.simulator.forgets_what_it_was_asked()
        await source.records(system.question(source, items=frozenset({item})))
        assert system.simulator.counts() <= all_calls


async def test_a_child_who_is_not_known_there_is_an_empty_answer(system: System) -> None:
    answered = await system.answers(subject=system.staged.nobody)
    # A system that is asked by a person's own action says what asking it set off.
    notes = answered.notes if system.staged.explicit else ()
    assert answered == Answered(records=(), as_of=answered.as_of, notes=notes)


async def test_a_question_about_another_systems_child_is_not_put(system: System) -> None:
    source = system.source()
    question = system.question(source)
    with pytest.raises(ValueError, match="subject of somewhere-else"):
        await source.records(
            replace(question, subject=LocalId("somewhere-else", question.subject.value))
        )
    assert system.simulator.asked == []


async def test_only_a_persons_own_action_asks_a_system_that_tells_of_it(system: System) -> None:
    source = system.source()
    question = replace(system.question(source), explicit=not system.staged.explicit)
    if not system.staged.explicit:
        assert (await source.records(question)).records
        return
    with pytest.raises(NeedsExplicitAction, match="was not asked"):
        await source.records(question)
    with pytest.raises(NeedsExplicitAction, match="was not asked"):
        await source.trace(system.nhs_number)
    assert system.simulator.asked == []


async def test_the_child_is_found_by_nhs_number(system: System) -> None:
    if system.staged.explicit:
        return
    found = await system.source().trace(system.nhs_number)
    assert [known.local_id.value for known in found] == [system.staged.subject]
    assert found[0].core.given_names or found[0].core.family_name


async def test_a_number_that_nobody_has_finds_nobody(system: System) -> None:
    if system.staged.explicit:
        return
    assert await system.source().trace(NHSNumber("9990000115")) == ()


async def test_a_slow_system_is_left_at_the_deadline(system: System) -> None:
    source = system.source(**QUICK)
    system.simulator.is_slow(60)
    with pytest.raises(SourceUnavailable, match="did not answer") as told:
        await source.records(system.question(source))
    assert_says_nothing_of_anybody(told.value, system, source)


@pytest.mark.parametrize("fault", OTHER_FAULTS)
async def test_a_fault_is_named_and_tells_nothing_of_anybody(system: System, fault: str) -> None:
    goes_wrong, expected = OTHER_FAULTS[fault]
    # Time is not the fault here: a busy machine must not make it one.
    source = system.source(**PATIENT)
    goes_wrong(system.simulator)
    with pytest.raises(SourceError) as told:
        await source.records(system.question(source))
    assert type(told.value) is expected
    assert_says_nothing_of_anybody(told.value, system, source)
    if system.staged.explicit:
        return
    with pytest.raises(expected) as traced:
        await source.trace(system.nhs_number)
    assert_says_nothing_of_anybody(traced.value, system, source)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "sent, seconds",
    [("2", 2.0), ("31536000", 3600.0), ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0), ("soon", None)],
)
async def test_a_busy_systems_wish_is_kept_within_reason(
    system: System, status: int, sent: str, seconds: float | None
) -> None:
    source = system.source()
    system.simulator.is_busy(status, sent)
    with pytest.raises(SourceUnavailable) as told:
        await source.records(system.question(source))
    assert told.value.retry_after == seconds


async def test_wrong_types_hide_nothing_in_silence(system: System) -> None:
    source = system.source()
    system.simulator.answers_with_wrong_types()
    try:
        answered = await source.records(system.question(source))
    except SourceContractBroken as error:
        assert_says_nothing_of_anybody(error, system, source)
    else:
        assert answered.skipped > 0
        assert "row-skipped" in {note.code for note in answered.notes}
        assert SENTINEL not in repr(answered.notes)


async def test_pages_without_end_are_not_followed_for_ever(system: System) -> None:
    source = system.source(timeout=5.0, deadline=20.0)
    system.simulator.pages_without_end()
    with pytest.raises(SourceContractBroken) as told:
        await source.records(system.question(source))
    assert_says_nothing_of_anybody(told.value, system, source)


async def test_it_answers_again_when_it_is_well_again(system: System) -> None:
    source = system.source()
    before = await source.records(system.question(source))
    system.simulator.is_down()
    with pytest.raises(SourceUnavailable):
        await source.records(system.question(source))
    system.simulator.recovers()
    assert await source.records(system.question(source)) == before


async def test_a_slip_in_its_settings_is_one_plain_line(system: System) -> None:
    with pytest.raises(WrongSettings, match="tiemout") as told:
        system.source(tiemout=3)
    assert "\n" not in str(told.value)
    with pytest.raises(WrongSettings):
        system.source(base_url="http://records.example")


async def test_it_says_what_it_is(system: System) -> None:
    source = system.source()
    assert source.name == system.folder
    assert source.supplies
    assert source.system
    assert source.evidence in Evidence
    assert source.kind in Kind
