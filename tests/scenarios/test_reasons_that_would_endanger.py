"""Why something is withheld is itself information: nobody learns from a reason what could endanger the child.

A mother cares for the child and the police have decided that she may be told where to collect them.
"""

import json
from datetime import UTC, datetime

import pytest

from disclosure.trail import entries
from records.people import Role, Standing
from tests.answers import Told
from tests.casefile import FOUND, REPORTED
from tests.world import Child, Practitioner, World

ASKED = """
missingEpisodes {
  state
  withheld { item reason says canBreakGlass rules { id paragraph quote says } duties { id } ask { role label why } }
  records { lastSeen { state place withheld { item reason rules { id } } } }
}
"""


def mother_of(world: World, child: Child) -> Practitioner:
    """A parent who cares for the child, to whom a release was decided."""
    mother = world.person(Role.PARENT_CARER, "public")
    child.registers.stands(
        Standing.CARES_FOR_CHILD, person=mother.person, organisation=mother.organisation
    )
    child.registers.judged("release_decided", for_person=mother.person)
    return mother


def found_child(world: World, **facts: bool) -> Child:
    """A child at home in Lancashire who was missing and is found."""
    child = world.child(lives_in="Lancashire", located=True)
    for name, value in facts.items():
        child.registers.states(name, value)
    child.file.reported_missing(REPORTED)
    child.file.found(FOUND)
    return child


def withheld(told: Told, category: str = "missingEpisodes") -> list[dict[str, object]]:
    return list(told.withheld(category).values())


def test_a_mother_whose_contact_is_unsafe_reads_what_any_mother_reads(world: World) -> None:
    """T05. She reads the same answer as one who may be told, where the place is not fit for collection."""
    unsafe = found_child(world, pr_contact_unsafe=True, collection_appropriate=False)
    safe = found_child(world, pr_contact_unsafe=False, collection_appropriate=False)

    answers = [mother_of(world, child).asks(child, ASKED) for child in (unsafe, safe)]

    for told in answers:
        assert told.withheld("missingEpisodes")["WHEREABOUTS_LOCATION"]["reason"] == "SILENT"
        assert told.rules("missingEpisodes", "WHEREABOUTS_LOCATION") == set()
        assert b"unsafe" not in told.raw
    assert withheld(answers[0]) == withheld(answers[1])


def test_the_ledger_has_the_paragraphs_that_the_mother_is_not_told(world: World) -> None:
    child = found_child(world, pr_contact_unsafe=True, collection_appropriate=True)
    told = mother_of(world, child).asks(child, ASKED)

    [ref] = {receipt["ref"] for receipt in told.body["extensions"]["disclosure"]}
    row = world.does(_row(world, ref))

    assert told.rules("missingEpisodes", "WHEREABOUTS_LOCATION") == set()
    assert "panlancs-location-withheld-if-unsafe" in json.dumps(row["body"]["withheld"])


async def _row(world: World, ref: str) -> dict[str, dict[str, object]]:
    async for written in entries(world.parts.engine, since=datetime(2026, 1, 1, tzinfo=UTC)):
        if written.ref == ref:
            row: dict[str, dict[str, object]] = json.loads(written.row)
            return row
    pytest.fail("The decision is not in the ledger.")
