"""A judgement made for some items opens those alone, and the ledger keeps what is needed to decide it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.vocabulary import Fact
from disclosure import narrowing, normal_form
from disclosure.narrowing import decide_within, judge_for
from disclosure.recording import record_judgement
from linking.storage import writing
from records.items import Item
from records.people import Purpose
from tests.disclosure.casework import COORDINATOR, NOW, Testshire, bundle, said

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASKED = frozenset({Item.RHI_CONFIRMATION, Item.RHI_NEEDS, Item.RHI_FULL})


async def overrides(connection: AsyncConnection, child_ref: str, *items: Item) -> None:
    number = await record_judgement(
        connection,
        child_ref,
        Fact.OVERRIDE,
        replace(said(), valid_to=NOW + timedelta(hours=1)),
        value=True,
        reason="A life",
        for_person=(COORDINATOR.issuer, COORDINATOR.subject),
    )
    if items:
        await judge_for(connection, number, items)


async def opened(testshire: Testshire) -> set[Item]:
    told = await testshire.asks(COORDINATOR, ASKED, purpose=Purpose.LOCATE)
    return {item for item in ASKED if told.is_open(item)}


async def test_it_opens_what_it_was_made_for_and_what_that_includes(testshire: Testshire) -> None:
    assert await opened(testshire) == set()
    async with writing(testshire.engine) as connection:
        await overrides(connection, testshire.child_ref, Item.RHI_CONFIRMATION)
    assert await opened(testshire) == {Item.RHI_CONFIRMATION}


async def test_made_twice_it_opens_both(testshire: Testshire) -> None:
    async with writing(testshire.engine) as connection:
        await overrides(connection, testshire.child_ref, Item.RHI_CONFIRMATION)
        await overrides(connection, testshire.child_ref, Item.RHI_NEEDS)
    assert await opened(testshire) == {Item.RHI_CONFIRMATION, Item.RHI_NEEDS}


async def test_made_for_nothing_in_particular_it_opens_all_that_the_rule_names(
    testshire: Testshire,
) -> None:
    async with writing(testshire.engine) as connection:
        await overrides(connection, testshire.child_ref, Item.RHI_CONFIRMATION)
        await overrides(connection, testshire.child_ref)
    assert await opened(testshire) == ASKED


async def test_the_same_decision_can_be_taken_again_from_the_ledger(testshire: Testshire) -> None:
    async with writing(testshire.engine) as connection:
        await overrides(connection, testshire.child_ref, Item.RHI_CONFIRMATION)
    told = await testshire.asks(COORDINATOR, ASKED, purpose=Purpose.LOCATE)
    (row,) = await testshire.written("decision")
    body = msgspec.json.decode(row["row"])["body"]

    again = decide_within(
        bundle(),
        normal_form.read(body["situation"]),
        list(told.decisions),
        narrowing.as_read(body["limits"]),
    )
    assert again == told.decisions
