"""What follows from judgements: a greater risk is a risk, and doubt stays doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import UNKNOWN, Fact
from disclosure.facts import Facts
from disclosure.recording import record_attribute, record_judgement
from tests.disclosure.casework import NOW, WORKER, access, bundle, said

CHILD = "a-child"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def judged(
    engine: AsyncEngine, fact: Fact, *, value: bool = True, source: str = "social-care"
) -> None:
    saying = replace(said(source=source), valid_to=NOW + timedelta(hours=4))
    await record_judgement(engine, CHILD, fact, saying, value=value, reason="Seen tonight")


async def known(engine: AsyncEngine, fact: Fact) -> object:
    found = await Facts(engine).situation(WORKER, access(), CHILD, NOW, bundle=bundle())
    return found.facts.get(fact, UNKNOWN)


@pytest.mark.parametrize("greater", [Fact.IMMEDIATE_RISK, Fact.LIFE_AT_RISK])
async def test_whoever_is_judged_at_greater_risk_is_at_risk(
    engine: AsyncEngine, greater: Fact
) -> None:
    assert await known(engine, Fact.AT_RISK) is False
    await judged(engine, greater)
    assert await known(engine, Fact.AT_RISK) is True


async def test_a_disputed_greater_risk_makes_at_risk_unknown_and_a_certain_one_settles_it(
    engine: AsyncEngine,
) -> None:
    await judged(engine, Fact.LIFE_AT_RISK)
    await judged(engine, Fact.LIFE_AT_RISK, value=False, source="police")
    assert await known(engine, Fact.AT_RISK) is UNKNOWN
    await judged(engine, Fact.IMMEDIATE_RISK)
    assert await known(engine, Fact.AT_RISK) is True


async def test_whether_a_parent_may_safely_be_spoken_to_is_unknown_until_somebody_judges(
    engine: AsyncEngine,
) -> None:
    assert await known(engine, Fact.PR_CONTACT_UNSAFE) is UNKNOWN
    await judged(engine, Fact.PR_CONTACT_UNSAFE, value=False)
    assert await known(engine, Fact.PR_CONTACT_UNSAFE) is False


async def test_a_system_and_a_person_who_differ_leave_it_unknown(engine: AsyncEngine) -> None:
    yes: bool = True
    await record_attribute(engine, CHILD, Fact.PR_CONTACT_UNSAFE, yes, said())
    await judged(engine, Fact.PR_CONTACT_UNSAFE, value=False)
    assert await known(engine, Fact.PR_CONTACT_UNSAFE) is UNKNOWN
