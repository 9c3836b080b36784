"""A person decides what a machine may not: confirming, refusing, taking back, following new ids."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from linking.enrolment import Happened, admit, enrol
from linking.index import Doubt, Found, Index, NotLinked
from linking.match import Band, Hold, match
from linking.possible import POSSIBLE, STEP, State, one_match, waiting
from linking.review import (
    confirm,
    follow,
    linked_by_machine,
    look_at_joins,
    propose,
    refuse,
    unlink_match,
)
from linking.storage import reading, writing
from records.child import IdentityCore
from records.errors import WrongArgument
from records.identifiers import LocalId, NHSNumber
from records.source import Known
from tests.linking.likenesses import like, number

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RUTH = "Ruth Amadi, index steward"
C1, P1, H1 = LocalId("council", "C1"), LocalId("police", "P1"), LocalId("health", "H1")
LIKELY = match(like("Tabitha"), like("Tabby"))
NOBODY = IdentityCore(given_names=(), family_name=None, birth_date=None)


async def child_of(index: Index, local_id: LocalId) -> str | None:
    """The child that an id is linked to."""
    found = await index.find(local_id=local_id)
    return found.child_ref if isinstance(found, Found) else None


async def enrolled(index: Index, *known: tuple[LocalId, NHSNumber]) -> None:
    """Linked by exact NHS number."""
    people = [Known(local_id=one, nhs_number=nhs, core=NOBODY) for one, nhs in known]
    await enrol(index, people, by="gateway", now=NOW)


async def proposed(index: Index, one: LocalId = C1, other: LocalId = P1) -> str:
    """A possible match that waits."""
    return await propose(index, one, other, LIKELY, by="gateway", now=NOW)


async def test_a_possible_match_waits_with_its_evidence_in_words(an_index: Index) -> None:
    ref = await proposed(an_index)
    (found,) = await waiting(an_index)
    assert (found.match_ref, found.state, found.one, found.other) == (ref, State.WAITING, C1, P1)
    assert LIKELY.band is Band.POSSIBLE
    assert "One given name is a short form of the other." in found.says
    assert found.held_back_by is Hold.GIVEN_NAMES
    assert [one.level for one in found.evidence] == [one.level for one in LIKELY.evidence]


async def test_no_value_of_either_record_is_kept_with_a_possible_match(an_index: Index) -> None:
    await proposed(an_index)
    async with reading(an_index.engine) as connection:
        rows = repr([tuple(row) for row in await connection.execute(sa.select(POSSIBLE))]).lower()
    assert not any(said in rows for said in ("tabitha", "tabby", "osgathorpe", "2011", "qx1"))


async def test_the_same_pair_is_proposed_once_either_way_round(an_index: Index) -> None:
    assert await proposed(an_index) == await proposed(an_index, P1, C1)
    assert len(await waiting(an_index)) == 1


async def test_the_longest_waiting_comes_first_and_pages_go_on(an_index: Index) -> None:
    refs = [await proposed(an_index, C1, LocalId("police", f"P{at}")) for at in range(5)]
    first = await waiting(an_index, most=2)
    rest = await waiting(an_index, most=9, after=first[-1].match_ref)
    assert [one.match_ref for one in (*first, *rest)] == refs


async def test_confirming_gives_both_records_to_one_child(an_index: Index) -> None:
    await admit(an_index, C1, by="gateway", now=NOW)
    ref = await proposed(an_index)
    done = await confirm(an_index, ref, by=RUTH, now=NOW)
    assert await child_of(an_index, C1) == await child_of(an_index, P1) == done.child_ref
    assert [change.happened for change in done.changes] == [Happened.LINKED]
    assert await waiting(an_index) == ()
    found = await one_match(an_index, ref)
    assert (found.state, found.decided_by, found.decided_at) == (State.CONFIRMED, RUTH, NOW)


async def test_confirming_two_that_nobody_knew_makes_a_child_of_them(an_index: Index) -> None:
    done = await confirm(an_index, await proposed(an_index), by=RUTH, now=NOW)
    assert done.child_ref == await child_of(an_index, C1) == await child_of(an_index, P1)


async def test_refusing_changes_nothing_and_the_pair_does_not_come_back(an_index: Index) -> None:
    await admit(an_index, C1, by="gateway", now=NOW)
    ref = await proposed(an_index)
    assert (await refuse(an_index, ref, by=RUTH, now=NOW)).changes == ()
    assert await an_index.find(local_id=P1) == NotLinked()
    assert await proposed(an_index) == ref
    assert await waiting(an_index) == ()


async def test_confirming_two_children_brings_everything_of_both_together(an_index: Index) -> None:
    await admit(an_index, C1, by="gateway", now=NOW)
    await enrolled(an_index, (P1, number(1)), (H1, number(1)))
    kept = await child_of(an_index, C1)
    done = await confirm(an_index, await proposed(an_index), by=RUTH, now=NOW)
    assert {await child_of(an_index, one) for one in (C1, P1, H1)} == {kept} == {done.child_ref}
    assert await an_index.find(nhs_number=number(1)) == Found(str(kept))


async def test_two_records_of_one_system_are_both_the_childs_once_a_person_says_so(
    an_index: Index,
) -> None:
    twice = LocalId("police", "P1-again")
    for one in (P1, twice):
        await admit(an_index, one, by="gateway", now=NOW)
    ref = await proposed(an_index, twice, P1)
    decided = await confirm(an_index, ref, by=RUTH, now=NOW + timedelta(hours=1))
    for one in (P1, twice):
        assert await child_of(an_index, one) == decided.child_ref
    subjects = await an_index.subjects(str(decided.child_ref))
    assert subjects.of("police") is Doubt.AMBIGUOUS, "which of the two to ask with, nobody has said"

    by_machine = Known(local_id=LocalId("police", "P9"), nhs_number=number(9), core=NOBODY)
    known = Known(local_id=P1, nhs_number=number(9), core=NOBODY)
    later = NOW + timedelta(hours=2)
    await enrol(an_index, [known, by_machine], by="gateway", now=later)
    assert await child_of(an_index, by_machine.local_id) is None, "that one no person has looked at"


async def test_taking_a_confirmation_back_makes_them_two_again(an_index: Index) -> None:
    await admit(an_index, C1, by="gateway", now=NOW)
    await enrolled(an_index, (P1, number(1)), (H1, number(1)))
    before = [await child_of(an_index, one) for one in (C1, P1, H1)]
    ref = await proposed(an_index)
    await confirm(an_index, ref, by=RUTH, now=NOW)
    done = await unlink_match(an_index, ref, by="Owen Pryce", now=NOW + timedelta(days=1))
    assert [await child_of(an_index, one) for one in (C1, P1, H1)] == before
    assert await an_index.find(nhs_number=number(1)) == Found(str(before[1]))
    assert {change.happened for change in done.changes} == {Happened.UNLINKED, Happened.LINKED}
    found = await one_match(an_index, ref)
    assert (found.state, found.decided_by) == (State.UNLINKED, "Owen Pryce")


async def test_a_record_linked_by_hand_and_taken_back_is_a_child_of_its_own(
    an_index: Index,
) -> None:
    await admit(an_index, C1, by="gateway", now=NOW)
    ref = await proposed(an_index)
    await confirm(an_index, ref, by=RUTH, now=NOW)
    await unlink_match(an_index, ref, by=RUTH, now=NOW)
    one, other = await child_of(an_index, C1), await child_of(an_index, P1)
    assert one is not None
    assert other is not None
    assert one != other


async def test_two_nhs_numbers_are_put_right_in_their_systems_before_anybody_confirms(
    an_index: Index,
) -> None:
    await enrolled(an_index, (C1, number(1)), (P1, number(400)))
    ref = await proposed(an_index)
    with pytest.raises(WrongArgument, match="different NHS numbers"):
        await confirm(an_index, ref, by=RUTH, now=NOW)
    assert await child_of(an_index, C1) != await child_of(an_index, P1)
    assert (await one_match(an_index, ref)).state is State.WAITING


async def test_a_decision_is_made_once_even_by_two_people_at_once(an_index: Index) -> None:
    ref = await proposed(an_index)
    outcomes = await asyncio.gather(
        confirm(an_index, ref, by=RUTH, now=NOW),
        refuse(an_index, ref, by="Owen Pryce", now=NOW),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, WrongArgument)]
    assert len(refused) == 1
    assert "decided already" in str(refused[0])


async def test_a_decision_needs_a_named_person_and_a_match_that_is_there(an_index: Index) -> None:
    ref = await proposed(an_index)
    with pytest.raises(WrongArgument, match="name of the person"):
        await confirm(an_index, ref, by=" ", now=NOW)
    with pytest.raises(WrongArgument, match="no possible match"):
        await refuse(an_index, "nothing", by=RUTH, now=NOW)
    with pytest.raises(WrongArgument, match="not confirmed"):
        await unlink_match(an_index, ref, by=RUTH, now=NOW)
    with pytest.raises(WrongArgument, match="with itself"):
        await propose(an_index, C1, C1, LIKELY, by="gateway", now=NOW)


async def test_a_match_follows_a_record_to_its_new_id(an_index: Index) -> None:
    new, newer = LocalId("police", "P2"), LocalId("police", "P3")
    ref = await proposed(an_index)
    assert await follow(an_index, P1, new, by="gateway", now=NOW) == 1
    assert await follow(an_index, new, newer, by="gateway", now=NOW) == 1
    assert await follow(an_index, P1, new, by="gateway", now=NOW) == 0
    (found,) = await waiting(an_index)
    assert (found.match_ref, found.one, found.other) == (ref, C1, newer)
    assert await proposed(an_index, C1, newer) == ref
    await confirm(an_index, ref, by=RUTH, now=NOW)
    assert await child_of(an_index, newer) == await child_of(an_index, C1)
    assert await child_of(an_index, P1) is None


async def test_a_refused_pair_stays_refused_under_a_new_id(an_index: Index) -> None:
    ref = await proposed(an_index)
    await refuse(an_index, ref, by=RUTH, now=NOW)
    new = LocalId("council", "C2")
    await follow(an_index, C1, new, by="gateway", now=NOW)
    assert await proposed(an_index, new, P1) == ref
    assert await waiting(an_index) == ()


@pytest.mark.parametrize("statement", ["UPDATE {} SET by = 'x'", "DELETE FROM {}"])
async def test_no_step_of_a_review_can_be_changed_or_deleted(
    an_index: Index, statement: str
) -> None:
    await refuse(an_index, await proposed(an_index), by=RUTH, now=NOW)
    with pytest.raises(DBAPIError, match="append-only"):
        async with writing(an_index.engine) as connection:
            await connection.execute(sa.text(statement.format(STEP.name).replace(" by ", ' "by" ')))


async def test_a_replica_learns_of_joins_by_what_was_decided_since_it_last_looked(
    an_index: Index,
) -> None:
    await enrolled(an_index, (C1, number(1)))
    await admit(an_index, P1, by="gateway", now=NOW + timedelta(minutes=1))
    kept, other = await child_of(an_index, C1), await child_of(an_index, P1)
    assert kept is not None
    assert other is not None
    ref = await proposed(an_index)
    await look_at_joins(an_index)
    assert an_index.kept.of(other) == other

    await confirm(an_index, ref, by=RUTH, now=NOW)
    await look_at_joins(an_index)
    assert (an_index.kept.of(other), an_index.kept.others(kept)) == (kept, (other,))

    # What a machine linked makes no two children one, and is no reason to look further back.
    await linked_by_machine(
        an_index, H1, C1, LIKELY, child_ref=kept, by="gateway", now=NOW + timedelta(minutes=2)
    )
    looked = an_index.kept.upto
    await look_at_joins(an_index)
    assert an_index.kept.upto > looked
    assert an_index.kept.of(other) == kept

    await unlink_match(an_index, ref, by=RUTH, now=NOW)
    await look_at_joins(an_index)
    assert an_index.kept.of(other) == other


async def test_one_who_looks_late_learns_what_one_who_looked_each_time_knows(
    an_index: Index,
) -> None:
    await enrolled(an_index, (C1, number(1)))
    await admit(an_index, P1, by="gateway", now=NOW + timedelta(minutes=1))
    other = await child_of(an_index, P1)
    assert other is not None
    ref = await proposed(an_index)
    await confirm(an_index, ref, by=RUTH, now=NOW)
    await unlink_match(an_index, ref, by=RUTH, now=NOW)
    await look_at_joins(an_index)
    assert an_index.kept.of(other) == other
