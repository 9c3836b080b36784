"""Who is the same child where: exact identifiers, doubt said, nothing merged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.enrolment import Happened, admit, enrol, link, supersede, unlink
from linking.index import (
    _BY_LOCAL_ID,
    _BY_NHS_NUMBER,
    _SUBJECTS,
    Ambiguous,
    Doubt,
    Found,
    Index,
    NotLinked,
)
from linking.storage import TABLES, open_engine, writing
from linking.tables import How
from records.child import IdentityCore
from records.errors import WrongSettings
from records.identifiers import LocalId, NHSNumber, nhs_check_digit
from records.source import Known

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PEPPER = b"an invented pepper of 32 bytes.."
NOBODY = IdentityCore(given_names=("Zebulon",), family_name="Quill", birth_date=None)


def number(serial: int) -> NHSNumber:
    """A number of the range that is never issued."""
    digit = nhs_check_digit(f"999{serial:06d}")
    return number(serial + 1) if digit is None else NHSNumber(f"999{serial:06d}{digit}")


ONE, TWO = number(1), number(200)


def known(source: str, value: str, nhs_number: NHSNumber | None, was: str | None = None) -> Known:
    """A person as one system knows them."""
    return Known(
        local_id=LocalId(source, value),
        nhs_number=nhs_number,
        core=NOBODY,
        superseded_from=None if was is None else LocalId(source, was),
    )


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """A database with its tables."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(TABLES.create_all)
    yield opened
    await opened.dispose()


@pytest.fixture
def index(engine: AsyncEngine) -> Index:
    """An empty index."""
    return Index(engine, PEPPER)


async def enrolled(index: Index, *people: Known) -> list[str | None]:
    """Enrol, and say whom as."""
    return list((await enrol(index, people, by="a trace", now=NOW)).child_refs)


async def test_one_nhs_number_in_several_systems_is_one_child(index: Index) -> None:
    (care, police) = await enrolled(index, known("care", "11", ONE), known("police", "N7", ONE))

    assert care is not None
    assert care == police
    assert await index.find(nhs_number=ONE) == Found(care)
    assert await index.find(local_id=LocalId("police", "N7")) == Found(care)
    subjects = await index.subjects(care)
    assert subjects.of("care") == LocalId("care", "11")
    assert subjects.of("police") == LocalId("police", "N7")
    assert subjects.of("health") is Doubt.NOT_LINKED


async def test_two_nhs_numbers_are_two_children(index: Index) -> None:
    (one, two) = await enrolled(index, known("care", "11", ONE), known("care", "12", TWO))
    assert one != two


async def test_who_is_not_there_is_not_linked(index: Index) -> None:
    assert await index.find(nhs_number=ONE) == NotLinked()
    assert await index.find(local_id=LocalId("care", "11")) == NotLinked()
    assert (await index.subjects("nobody")).of("care") is Doubt.NOT_LINKED


async def test_the_same_local_id_in_two_systems_is_not_the_same_child(index: Index) -> None:
    (one, two) = await enrolled(index, known("care", "11", ONE), known("police", "11", TWO))
    assert one != two
    assert await index.find(local_id=LocalId("care", "11")) == Found(str(one))


async def test_one_number_on_two_records_of_a_system_is_ambiguous_there_only(index: Index) -> None:
    (child, _, _) = await enrolled(
        index, known("care", "11", ONE), known("care", "12", ONE), known("police", "N7", ONE)
    )
    subjects = await index.subjects(str(child))

    assert subjects.of("care") is Doubt.AMBIGUOUS
    assert subjects.of("police") == LocalId("police", "N7")
    assert await index.find(local_id=LocalId("care", "11")) == Ambiguous()
    assert await index.find(nhs_number=ONE) == Found(str(child))


async def test_two_numbers_on_one_record_are_ambiguous_for_both_children(index: Index) -> None:
    (one,) = await enrolled(index, known("care", "11", ONE))
    again = await enrol(index, [known("care", "11", TWO)], by="a trace", now=NOW)
    (two,) = again.child_refs

    assert one != two
    assert [change.happened for change in again.changes] == [Happened.CONTESTED]
    for child in (one, two):
        assert (await index.subjects(str(child))).of("care") is Doubt.AMBIGUOUS
    assert await index.find(local_id=LocalId("care", "11")) == Ambiguous()


async def test_identifiers_that_point_to_different_children_are_ambiguous(index: Index) -> None:
    await enrolled(index, known("care", "11", ONE), known("police", "N7", TWO))
    found = await index.find(nhs_number=ONE, local_id=LocalId("police", "N7"))
    assert found == Ambiguous()
    assert await index.find(nhs_number=ONE, local_id=LocalId("care", "nobody")) == Ambiguous()


async def test_somebody_without_a_number_is_not_linked_by_name_or_anything_else(
    index: Index,
) -> None:
    await enrolled(index, known("care", "11", ONE))
    result = await enrol(index, [known("police", "N7", None)], by="a trace", now=NOW)

    assert result.child_refs == (None,)
    assert [change.happened for change in result.changes] == [Happened.NOT_LINKED]
    assert await index.find(local_id=LocalId("police", "N7")) == NotLinked()


async def test_a_child_of_one_system_gains_a_number_when_one_is_known(index: Index) -> None:
    (alone,) = (await admit(index, LocalId("police", "N7"), by="x", now=NOW)).child_refs
    (same,) = await enrolled(index, known("police", "N7", ONE))

    assert alone == same
    assert await index.find(nhs_number=ONE) == Found(str(alone))


async def test_a_number_that_is_another_child_s_merges_nobody(index: Index) -> None:
    (alone,) = (await admit(index, LocalId("police", "N7"), by="x", now=NOW)).child_refs
    (other,) = await enrolled(index, known("care", "11", ONE))
    await enrolled(index, known("police", "N7", ONE))

    assert alone != other
    assert await index.find(local_id=LocalId("police", "N7")) == Ambiguous()
    assert (await index.subjects(str(other))).of("care") == LocalId("care", "11")


async def test_a_person_settles_it_and_no_machine_undoes_that(index: Index) -> None:
    (one,) = await enrolled(index, known("care", "11", ONE))
    (two,) = await enrolled(index, known("care", "11", TWO))
    await unlink(index, str(one), LocalId("care", "11"), by="a manager", now=NOW)

    assert (await index.subjects(str(two))).of("care") == LocalId("care", "11")
    assert (await index.subjects(str(one))).of("care") is Doubt.NOT_LINKED

    again = await enrol(index, [known("care", "11", ONE)], by="a trace", now=NOW)
    assert [change.happened for change in again.changes] == [Happened.NOT_LINKED]
    assert (await index.subjects(str(two))).of("care") == LocalId("care", "11")

    await link(index, str(one), LocalId("care", "11"), how=How.PERSON, by="a manager", now=NOW)
    assert (await index.subjects(str(one))).of("care") is Doubt.AMBIGUOUS


async def test_a_superseded_id_is_followed(index: Index) -> None:
    (child,) = await enrolled(index, known("care", "11", ONE))
    changes = await supersede(
        index, LocalId("care", "11"), LocalId("care", "22"), by="care", now=NOW
    )

    assert [change.happened for change in changes] == [Happened.SUPERSEDED, Happened.LINKED]
    assert (await index.subjects(str(child))).of("care") == LocalId("care", "22")
    assert await index.find(local_id=LocalId("care", "11")) == NotLinked()


async def test_a_trace_that_names_the_old_id_is_followed_too(index: Index) -> None:
    (child,) = await enrolled(index, known("pds", "a", ONE))
    (same,) = await enrolled(index, known("pds", "b", ONE, was="a"))

    assert child == same
    assert (await index.subjects(str(child))).of("pds") == LocalId("pds", "b")


async def test_an_id_superseded_by_another_child_s_id_merges_nobody(index: Index) -> None:
    (one, two) = await enrolled(index, known("care", "11", ONE), known("care", "12", TWO))
    await supersede(index, LocalId("care", "11"), LocalId("care", "12"), by="care", now=NOW)

    assert one != two
    for child in (one, two):
        assert (await index.subjects(str(child))).of("care") is Doubt.AMBIGUOUS


async def test_enrolling_again_changes_nothing(index: Index, engine: AsyncEngine) -> None:
    people = [known("care", "11", ONE), known("police", "N7", ONE), known("care", "12", TWO)]
    first = await enrol(index, people, by="a trace", now=NOW)
    second = await enrol(index, people, by="a trace", now=NOW)

    assert (second.child_refs, second.changes) == (first.child_refs, ())
    async with engine.connect() as connection:
        links = await connection.execute(sa.text("SELECT count(*) FROM child_link"))
        assert links.scalar_one() == 3


async def test_the_database_holds_no_identifier_in_clear(index: Index, engine: AsyncEngine) -> None:
    """Some systems call a child by the NHS number itself, so local ids are sealed as well."""
    await enrolled(index, known("pds", ONE.digits, ONE), known("care", "care-id-11", ONE))
    stored = ""
    async with engine.connect() as connection:
        for table in ("child", "child_nhs_number", "child_link"):
            rows = await connection.execute(sa.text(f"SELECT * FROM {table}"))  # noqa: S608 (names above)
            stored += "".join(
                value.hex() if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )

    for secret in (ONE.digits, "care-id-11", "Quill"):
        assert secret not in stored
        assert secret.encode().hex() not in stored


async def test_another_pepper_finds_nobody_and_reads_nothing(
    index: Index, engine: AsyncEngine
) -> None:
    (child,) = await enrolled(index, known("care", "11", ONE))
    other = Index(engine, b"x" * 32)

    assert await other.find(nhs_number=ONE) == NotLinked()
    with pytest.raises(WrongSettings, match="another pepper"):
        await other.subjects(str(child))


def test_a_short_pepper_stops_the_start() -> None:
    with pytest.raises(WrongSettings, match="at least 32"):
        Index(open_engine("sqlite+aiosqlite://"), b"short")


async def test_find_without_an_identifier_is_refused(index: Index) -> None:
    with pytest.raises(ValueError, match="by an NHS number or a local id"):
        await index.find()


# PostgreSQL scans small tables on purpose; its indexes are the same.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_looking_up_uses_an_index_however_many_children_there_are(
    engine: AsyncEngine,
) -> None:
    """The plan, not the clock: no table is read from end to end."""
    async with engine.connect() as connection:
        for statement in (_BY_LOCAL_ID, _BY_NHS_NUMBER, _SUBJECTS):
            text = str(statement.statement.compile(engine.sync_engine))
            plan = await connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {text}", ("x",) * text.count("?")
            )
            steps = [row.detail for row in plan]
            assert steps
            assert [step for step in steps if step.startswith("SCAN")] == []
