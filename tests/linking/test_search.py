"""Finding records by what people say, without keeping any of it."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from linking.enrolment import admit, unlink
from linking.index import Index
from linking.keys import Key
from linking.search import MARK, RECORD, Seen, forget, look_up, remember
from linking.storage import reading
from records.child import Sex
from records.identifiers import LocalId
from tests.linking.likenesses import person

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HERE = LocalId("council", "C1")


async def _held(index: Index) -> tuple[int, int]:
    async with reading(index.engine) as connection:
        records = (
            await connection.execute(sa.select(sa.func.count()).select_from(RECORD))
        ).scalar_one()
        marks = (
            await connection.execute(sa.select(sa.func.count()).select_from(MARK))
        ).scalar_one()
    return records, marks


async def test_a_child_is_found_by_name_birth_date_and_postcode(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    admitted = await admit(an_index, HERE, by="gateway", now=NOW)
    (found,) = await look_up(an_index, person("Tabitha"))
    assert found.local_id == HERE
    assert found.child_refs == admitted.child_refs
    assert {Key.NAMES_AND_BIRTH, Key.BIRTH_AND_POSTCODE} <= found.agrees


async def test_one_slip_in_any_one_fact_leaves_another_way_in(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    for said in (
        person("Tabtiha"), person("Tabby"), person(family="Osgathrope"), person(family="Bell"),
        person(born=date(2011, 5, 18)), person(born=date(2010, 5, 17)), person(born=None),
        person(at=None), person(at=("3 Foundry Row", "VB7 1DD")), person("Noah", sex=Sex.MALE),
    ):  # fmt: skip
        assert [one.local_id for one in await look_up(an_index, said)] == [HERE]


async def test_nothing_is_found_by_a_name_alone_or_a_birth_date_alone(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    assert await look_up(an_index, person(born=None, at=None)) == ()
    assert await look_up(an_index, person("", None, at=None)) == ()


async def test_the_likeliest_comes_first_and_no_more_than_asked(an_index: Index) -> None:
    twin = Seen(local_id=LocalId("council", "C2"), particulars=person("Imogen"))
    await remember(an_index, [twin, Seen(local_id=HERE, particulars=person())], now=NOW)
    found = await look_up(an_index, person())
    assert [one.local_id.value for one in found] == ["C1", "C2"]
    assert found[0].rank > found[1].rank
    assert len(await look_up(an_index, person(), most=1)) == 1


async def test_a_crowd_under_one_mark_does_not_hide_the_one_who_agrees_in_more(
    an_index: Index,
) -> None:
    crowd = [
        Seen(local_id=LocalId("police", f"P{at:03}"), particulars=person("Imogen", at=None))
        for at in range(250)
    ]
    await remember(an_index, [*crowd, Seen(local_id=HERE, particulars=person())], now=NOW)
    assert (await look_up(an_index, person()))[0].local_id == HERE


async def test_remembering_again_changes_nothing_and_a_change_leaves_nothing_behind(
    an_index: Index,
) -> None:
    seen = Seen(local_id=HERE, particulars=person())
    assert await remember(an_index, [seen, seen], now=NOW) == 1
    before = await _held(an_index)
    assert await remember(an_index, [seen], now=NOW) == 0
    assert await _held(an_index) == before

    moved = Seen(local_id=HERE, particulars=person("Imogen", "Bell", born=date(2012, 2, 2)))
    assert await remember(an_index, [moved], now=NOW) == 1
    assert await look_up(an_index, person(at=None)) == ()
    await forget(an_index, HERE)
    assert await _held(an_index) == (0, 0)


async def test_a_record_that_says_too_little_is_kept_and_found_by_nothing(an_index: Index) -> None:
    little = Seen(local_id=HERE, particulars=person("", None, born=None, at=None))
    assert await remember(an_index, [little], now=NOW) == 1
    assert await _held(an_index) == (1, 0)


async def test_a_superseded_id_is_no_longer_found(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    new = LocalId("council", "C9")
    await remember(
        an_index, [Seen(local_id=new, particulars=person(), superseded_from=HERE)], now=NOW
    )
    assert [one.local_id for one in await look_up(an_index, person())] == [new]


async def test_an_unlinked_record_is_found_as_nobodys(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    admitted = await admit(an_index, HERE, by="gateway", now=NOW)
    assert admitted.child_refs[0] is not None
    await unlink(an_index, admitted.child_refs[0], HERE, by="Ruth Amadi", now=NOW)
    (found,) = await look_up(an_index, person())
    assert found.child_refs == ()


async def test_no_name_date_or_postcode_stands_in_the_tables(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    async with reading(an_index.engine) as connection:
        rows = [tuple(row) for row in await connection.execute(sa.select(RECORD))]
        rows += [tuple(row) for row in await connection.execute(sa.select(MARK))]
    kept = repr(rows).lower()
    for said in ("tabitha", "rose", "osgathorpe", "2011", "qx1", "alma", "c1'"):
        assert said not in kept


async def test_marks_under_another_pepper_find_nothing(an_index: Index) -> None:
    await remember(an_index, [Seen(local_id=HERE, particulars=person())], now=NOW)
    stranger = Index(an_index.engine, b"another invented pepper, 32 bytes")
    assert await look_up(stranger, person()) == ()
