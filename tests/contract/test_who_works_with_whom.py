"""What every council's system shows of who works with a child is a standing, or is told as what nothing reads."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.settings import FactsSettings
from gateway.stating.reading import Unread, asked, read
from gateway.stating.workers import Workers
from records.identifiers import LocalId
from records.items import Item
from records.people import Kind
from records.polling import ListsFacts
from tests.contract.conftest import NOW, System

FACTS = FactsSettings(organisation="E06000008", issuer="https://i", subjects_are_workers=True)


async def test_the_allocated_worker_is_found_by_the_systems_own_key_or_told_of(
    system: System,
) -> None:
    source = system.source()
    items = asked(source.kind, FACTS) & source.supplies
    if source.kind is not Kind.SOCIAL_CARE or Item.CASE_WORKER not in items:
        pytest.skip("It holds no workers.")
    question = system.question(source, items=items)
    ask = source.facts if isinstance(source, ListsFacts) else source.records
    answered = await ask(question)
    found = read(answered.records, items, source.kind, FACTS, Workers(source.name, FACTS), NOW)
    workers = [c.says[2] for c in found.claims if c.topic == ("standing", "allocated-worker")]
    assert len(workers) == 1 or Unread("worker", "(no key)") in found.unread
    assert ("attribute", "looked_after") in {claim.topic for claim in found.claims}
    assert ("child_area", "responsible") in {claim.topic for claim in found.claims}


async def test_who_is_listed_for_their_facts_is_somebody_the_system_knows(system: System) -> None:
    source = system.source()
    if not isinstance(source, ListsFacts):
        pytest.skip("It lists no facts.")
    listed = await source.changed_facts(
        datetime(2020, 1, 1, tzinfo=UTC), now=datetime.now(UTC) + timedelta(minutes=1)
    )
    assert set(listed.people) <= {LocalId(source.name, system.staged.subject)}
    if system.folder == "liquidlogic":
        assert listed.people, "involvements, referrals and legal statuses are listed there"
