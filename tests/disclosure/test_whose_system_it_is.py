"""An organisation's own record is what its own system holds, and not another's of the same kind."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from disclosure.answers import AnswerState, NotAsked, state_of
from disclosure.disclose import Door
from disclosure.systems import Systems
from linking.enrolment import enrol
from records.items import Category, Item
from records.people import Kind
from tests.disclosure.casework import (
    BEFORE,
    NURSE,
    WORKER,
    System,
    Testshire,
    knows,
    needs,
    nhs_number,
)

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEEDS = frozenset({Item.HEALTH_NEEDS})
THE_TRUST, ANOTHER_TRUST = NURSE.organisation, "RXX99"


async def with_another_trust(testshire: Testshire, **whose: str) -> Testshire:
    """Testshire with a second trust that knows the child; and whose each system is."""
    other = System("other-trust", Kind.HEALTH, (Category.HEALTH,), held=[needs("other-trust")])
    door = testshire.door
    sources = {**testshire.systems, other.name: other}
    known = knows(other.name, "other-1", nhs_number(1))
    await enrol(door.index, [known], by="casework", now=BEFORE)
    mended = Door(
        bundle=door.bundle,
        facts=door.facts,
        ledger=door.ledger,
        index=door.index,
        sources=sources,
        deadline=0.2,
        organisations={name.replace("_", "-"): frozenset({code}) for name, code in whose.items()},
    )
    return dataclasses.replace(testshire, door=mended, systems=sources)


@sqlite_only
async def test_a_trust_reads_its_own_system_and_not_another_trust_s(testshire: Testshire) -> None:
    there = await with_another_trust(testshire, health=THE_TRUST, other_trust=ANOTHER_TRUST)
    told = await there.asks(NURSE, NEEDS)

    assert told.asked == ("health",)
    assert there.systems["other-trust"].asked == []
    assert told.not_asked["other-trust"] is NotAsked.WITHHELD
    assert {record.provenance.source for record in told.records[Category.HEALTH]} == {"health"}
    (kept,) = told.withheld
    assert Kind.HEALTH in kept.held_by


@sqlite_only
async def test_a_trust_whose_system_is_not_here_is_given_nobody_else_s_and_not_told_nothing_held(
    testshire: Testshire,
) -> None:
    there = await with_another_trust(testshire, health=ANOTHER_TRUST, other_trust=ANOTHER_TRUST)
    told = await there.asks(NURSE, NEEDS)

    assert told.asked == ()
    assert state_of(told, Category.HEALTH) is AnswerState.WITHHELD


@sqlite_only
async def test_a_system_of_which_it_is_not_said_whose_it_is_counts_as_its_kind_s(
    testshire: Testshire,
) -> None:
    there = await with_another_trust(testshire, health=THE_TRUST)
    told = await there.asks(NURSE, NEEDS)

    assert told.asked == ("health", "other-trust")


@sqlite_only
async def test_a_grant_that_is_not_of_one_s_own_record_reaches_every_system_as_before(
    testshire: Testshire,
) -> None:
    there = await with_another_trust(testshire, health=THE_TRUST, other_trust=ANOTHER_TRUST)
    told = await there.asks(WORKER, NEEDS)

    assert told.asked == ("social-care", "health", "other-trust")
    assert told.withheld == ()


def test_whose_a_system_is_can_be_said_only_of_a_system_that_there_is(testshire: Testshire) -> None:
    with pytest.raises(ValueError, match="only of systems that there are"):
        Systems(testshire.systems, {"nowhere": frozenset({THE_TRUST})})


@sqlite_only
async def test_the_ledger_says_whose_records_would_be_told_and_that_no_register_gave_a_ground(
    testshire: Testshire,
) -> None:
    there = await with_another_trust(testshire, health=THE_TRUST, other_trust=ANOTHER_TRUST)
    await there.asks(NURSE, NEEDS)

    (row,) = await there.written("decision")
    body = msgspec.json.decode(row["row"])["body"]
    (grounds,) = body["grounds"]
    # Testshire has no registers of grounds: that there was none is on record too.
    assert grounds["told_by"] == [
        {"from": "health", "own": True, "basis": None, "confidence": None}
    ]
    assert grounds["items"] == ["health.exists", "health.needs"]
