"""A register that nobody may ask whom it knows: children are linked to it by their NHS number alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from linking.enrolment import Happened, admit, enrol, supersede, unlink
from linking.index import Doubt, Index
from records.identifiers import LocalId
from tests.linking.test_index import NOW, ONE, TWO, known

REGISTER = "cp-is"


@dataclass
class Town:
    """An index in which children are linked to the register by number."""

    index: Index

    async def takes_in(self, *systems: tuple[str, str], number: object = ONE) -> str:
        people = [known(source, value, number) for source, value in systems]  # type: ignore[arg-type]
        done = await enrol(self.index, people, by="test", now=NOW)
        (ref,) = set(done.child_refs)
        assert ref is not None
        return ref

    async def there(self, child: str) -> LocalId | Doubt:
        return (await self.index.subjects(child)).of(REGISTER)


@pytest.fixture
def town(an_index: Index) -> Town:
    return Town(
        Index(an_index.engine, b"an invented pepper of 32 bytes..", by_number=frozenset({REGISTER}))
    )


async def test_whoever_has_a_number_is_linked_by_it(town: Town) -> None:
    child = await town.takes_in(("mosaic", "m-1"))
    assert await town.there(child) == LocalId(REGISTER, ONE.digits)


async def test_taking_in_again_links_nobody_twice(town: Town) -> None:
    child = await town.takes_in(("mosaic", "m-1"))
    done = await enrol(town.index, [known("police", "p-1", ONE)], by="test", now=NOW)
    assert done.child_refs == (child,)
    assert [change.source for change in done.changes] == ["police"]
    assert await town.there(child) == LocalId(REGISTER, ONE.digits)


async def test_one_who_was_taken_in_before_the_register_was_there_is_linked_when_taken_in_again(
    town: Town,
) -> None:
    before = Index(town.index.engine, b"an invented pepper of 32 bytes..")
    await enrol(before, [known("mosaic", "m-1", ONE)], by="test", now=NOW)
    child = await town.takes_in(("mosaic", "m-1"))
    assert await town.there(child) == LocalId(REGISTER, ONE.digits)


async def test_one_without_a_number_is_not_linked(town: Town) -> None:
    done = await admit(town.index, LocalId("police", "p-9"), by="test", now=NOW)
    assert done.child_refs[0] is not None
    assert await town.there(done.child_refs[0]) is Doubt.NOT_LINKED


async def test_a_number_that_was_replaced_is_followed(town: Town) -> None:
    child = await town.takes_in(("pds", ONE.digits))
    old, new = LocalId("pds", ONE.digits), LocalId("pds", TWO.digits)
    changes = await supersede(town.index, old, new, by="test", now=NOW)
    assert await town.there(child) == LocalId(REGISTER, TWO.digits)
    assert {c.source for c in changes if c.happened is Happened.SUPERSEDED} == {"pds", REGISTER}


async def test_another_systems_id_that_looks_like_somebodys_number_moves_nothing(
    town: Town,
) -> None:
    theirs = await town.takes_in(("mosaic", "m-1"))
    await town.takes_in(("police", ONE.digits), number=TWO)
    old, new = LocalId("police", ONE.digits), LocalId("police", "p-2")
    await supersede(town.index, old, new, by="test", now=NOW)
    assert await town.there(theirs) == LocalId(REGISTER, ONE.digits)


async def test_a_link_that_a_person_ended_is_not_made_again(town: Town) -> None:
    child = await town.takes_in(("mosaic", "m-1"))
    await unlink(town.index, child, LocalId(REGISTER, ONE.digits), by="a person", now=NOW)
    await town.takes_in(("mosaic", "m-1"))
    assert await town.there(child) is Doubt.NOT_LINKED
