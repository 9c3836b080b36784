"""A record without an identifier arrives: linked where it is certain, shown to a person where it may be."""

from datetime import UTC, date, datetime

import pytest

from linking.enrolment import admit, unlink
from linking.index import Found, Index, NotLinked
from linking.newcomer import Considered, consider
from linking.particulars import Particulars
from linking.possible import waiting
from linking.review import refuse
from linking.search import Candidate, Seen
from records.identifiers import LocalId
from tests.linking.likenesses import person

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
C1, C2, P1 = LocalId("council", "C1"), LocalId("council", "C2"), LocalId("police", "P1")


class Systems:
    """What the agencies' systems say of the records that they hold."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.hold: dict[LocalId, Particulars] = {}
        self.asked: list[LocalId] = []

    async def fetch(self, candidate: Candidate) -> Particulars | None:
        """What a system says of a record; None for one that cannot be asked."""
        self.asked.append(candidate.local_id)
        return self.hold.get(candidate.local_id)

    async def arrives(self, local_id: LocalId, particulars: Particulars) -> Considered:
        """A record is seen for the first time."""
        self.hold[local_id] = particulars
        seen = Seen(local_id=local_id, particulars=particulars)
        return await consider(self.index, seen, self.fetch, by="gateway", now=NOW)


@pytest.fixture
def systems(an_index: Index) -> Systems:
    """No records yet."""
    return Systems(an_index)


async def test_a_record_that_is_certainly_a_known_child_is_linked(systems: Systems) -> None:
    await systems.arrives(C1, person())
    await admit(systems.index, C1, by="gateway", now=NOW)
    came = await systems.arrives(P1, person("TABITHA"))
    assert came.child_ref is not None
    assert await systems.index.find(local_id=P1) == Found(came.child_ref)
    assert await systems.index.find(local_id=C1) == Found(came.child_ref)
    assert came.proposed == ()


async def test_two_that_nobody_had_admitted_become_one_child(systems: Systems) -> None:
    await systems.arrives(C1, person())
    came = await systems.arrives(P1, person())
    assert await systems.index.find(local_id=C1) == Found(str(came.child_ref))


async def test_a_twin_waits_for_a_person_or_is_not_shown_but_is_never_linked(
    systems: Systems,
) -> None:
    await systems.arrives(C1, person("Ella"))
    await admit(systems.index, C1, by="gateway", now=NOW)
    came = await systems.arrives(P1, person("Ellie"))
    assert came.child_ref is None
    assert await systems.index.find(local_id=P1) == NotLinked()
    assert [(one.one, one.other) for one in await waiting(systems.index)] == [(P1, C1)]


async def test_a_stranger_is_asked_about_by_nobody(systems: Systems) -> None:
    await systems.arrives(C1, person())
    came = await systems.arrives(P1, person("Noah", "Khan", born=date(2015, 3, 3), at=None))
    assert came == Considered(child_ref=None, proposed=(), not_asked=(), changes=())
    assert systems.asked == []


async def test_a_system_that_cannot_be_asked_is_named_and_nothing_follows(systems: Systems) -> None:
    await systems.arrives(C1, person())
    del systems.hold[C1]
    came = await systems.arrives(P1, person())
    assert (came.child_ref, came.not_asked) == (None, (C1,))
    assert await waiting(systems.index) == ()


async def test_two_records_of_one_system_are_never_joined_by_machine(systems: Systems) -> None:
    await systems.arrives(C1, person())
    await admit(systems.index, C1, by="gateway", now=NOW)
    came = await systems.arrives(C2, person())
    assert (came.child_ref, len(came.proposed)) == (None, 1)


async def test_a_child_who_has_a_record_there_already_is_left_to_a_person(systems: Systems) -> None:
    await systems.arrives(C1, person())
    await systems.arrives(P1, person())
    came = await systems.arrives(LocalId("police", "P2"), person())
    assert came.child_ref is None
    assert len(came.proposed) == 2


async def test_what_a_person_unlinked_is_not_linked_again(systems: Systems) -> None:
    await systems.arrives(C1, person())
    linked = await systems.arrives(P1, person())
    await unlink(systems.index, str(linked.child_ref), P1, by="Ruth Amadi", now=NOW)
    again = await systems.arrives(P1, person())
    assert again.child_ref is None
    assert await systems.index.find(local_id=P1) == NotLinked()


async def test_what_a_person_refused_is_not_asked_again(systems: Systems) -> None:
    await systems.arrives(C1, person("Ella"))
    (ref,) = (await systems.arrives(P1, person("Ellie"))).proposed
    await refuse(systems.index, ref, by="Ruth Amadi", now=NOW)
    assert (await systems.arrives(P1, person("Ellie"))).proposed == (ref,)
    assert await waiting(systems.index) == ()


async def test_a_machine_never_makes_two_children_one(systems: Systems) -> None:
    await systems.arrives(C1, person(at=None))
    for local_id in (C1, P1):
        await admit(systems.index, local_id, by="gateway", now=NOW)
    before = [await systems.index.find(local_id=one) for one in (C1, P1)]
    systems.hold[C1] = person()
    came = await systems.arrives(P1, person())
    assert [await systems.index.find(local_id=one) for one in (C1, P1)] == before
    assert len(came.proposed) == 1
