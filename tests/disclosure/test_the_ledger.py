"""The record of decisions: durable first, whole, and checkable without us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure import trail
from disclosure.audit import Ledger
from disclosure.chain import digest_of, read_line
from disclosure.entries import Entry, EntryKind
from disclosure.verification import verify
from linking.storage import writing
from records.errors import NotRecorded
from records.items import Item
from tests.disclosure.casework import (
    EPISODE_ITEMS,
    INTERVIEW_ITEMS,
    KEY,
    MANAGER,
    NOW,
    PEPPER,
    SENTINEL,
    STRANGER,
    WORKER,
    Testshire,
)

# What does not touch the database need not be tried on both.
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PUBLIC = [KEY.public_key()]


def entry(number: int = 1, child_ref: str = "a-child") -> Entry:
    """Something to write down."""
    return Entry(
        kind=EntryKind.DECISION,
        at=NOW,
        child_ref=child_ref,
        by=("https://sign-in.test", "somebody"),
        reason=f"Looking for {SENTINEL}",
        body={"number": number},
    )


async def exported(engine: AsyncEngine, folder: Path) -> Path:
    """The ledger as a file."""
    path = folder / "ledger.jsonl"
    with path.open("wb") as to:
        await trail.export(engine, to)
    return path


async def unguarded(engine: AsyncEngine) -> None:
    """What somebody with the database's own rights would do first."""
    async with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            await connection.execute(sa.text("DROP TRIGGER ledger_no_UPDATE"))
            await connection.execute(sa.text("DROP TRIGGER ledger_no_DELETE"))
        else:
            await connection.execute(sa.text("DROP TRIGGER ledger_append_only ON ledger"))


async def test_refusals_are_written_down_as_fully_as_grants(testshire: Testshire) -> None:
    await testshire.asks(MANAGER, INTERVIEW_ITEMS)

    (row,) = await testshire.written("decision")
    said = json.loads(row["row"])
    body = said["body"]
    assert body["open"]["rhi.confirmation"] == ["testshire-home"]
    assert body["withheld"]["rhi.full"] == {
        "because": "denied",
        "rules": ["testshire-home-not"],
        "duties": ["england-duty"],
    }
    assert (body["role"], body["purpose"]) == ("registered-manager", "safeguard")
    assert body["policy"] == testshire.door.bundle.digest
    assert body["situation"]["host"] == "testshire"
    assert said["child"] == testshire.door.ledger.pseudonyms.child(testshire.child_ref)


@sqlite_only
async def test_a_question_that_is_refused_everything_is_written_down_too(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(STRANGER, EPISODE_ITEMS)

    (row,) = await testshire.written("decision")
    assert row["ref"] == told.ref
    assert json.loads(row["row"])["body"]["open"] == {}


@sqlite_only
async def test_neither_content_nor_names_nor_references_stand_in_the_ledger(
    testshire: Testshire, tmp_path: Path
) -> None:
    await testshire.asks(WORKER, EPISODE_ITEMS | INTERVIEW_ITEMS)
    await testshire.door.ledger.close()

    text = (await exported(testshire.engine, tmp_path)).read_text()
    for secret in (SENTINEL, testshire.child_ref, WORKER.subject, "police-1", "ep-1"):
        assert secret not in text


@sqlite_only
async def test_a_receipt_marks_what_was_handed_over_without_holding_it(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(MANAGER, INTERVIEW_ITEMS)
    await testshire.door.ledger.close()

    (row,) = await testshire.written("receipt")
    body = json.loads(row["row"])["body"]
    assert body["decision"] == told.ref
    assert body["items"] == ["rhi.confirmation", "rhi.exists"]
    assert body["records"] == {"return-interviews": 1}
    assert body["systems"] == {"social-care": "answered"}
    assert len(body["content"]) == 64


async def test_a_ledger_that_cannot_be_written_releases_nothing_and_asks_nobody(
    testshire: Testshire, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(testshire.engine) as connection:
        await connection.execute(sa.text("ALTER TABLE ledger RENAME TO ledger_gone"))

    with pytest.raises(NotRecorded, match="nothing was released"):
        await testshire.asks(WORKER, EPISODE_ITEMS)

    assert [system.asked for system in testshire.systems.values()] == [[], [], []]
    assert "nothing was released" in caplog.text
    assert SENTINEL not in caplog.text

    async with writing(testshire.engine) as connection:
        await connection.execute(sa.text("ALTER TABLE ledger_gone RENAME TO ledger"))
    told = await testshire.asks(WORKER, EPISODE_ITEMS)
    assert told.is_open(Item.EPISODE_STATUS)


@sqlite_only
async def test_a_closed_ledger_refuses(engine: AsyncEngine) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        pass
    with pytest.raises(NotRecorded, match="not open"):
        await ledger.append(entry())


async def test_a_database_that_does_not_answer_is_not_waited_for_for_ever(
    engine: AsyncEngine,
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER, patience=1.0) as ledger, writing(engine) as held:
        # Somebody else holds the database's only writer, or this table.
        if engine.dialect.name == "postgresql":
            await held.execute(sa.text("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(NotRecorded, match="did not answer within"):
            await ledger.append(entry())
        await held.rollback()


async def test_questions_in_flight_share_a_transaction_and_each_is_durable_on_return(
    engine: AsyncEngine,
) -> None:
    commits = 0

    def counted(_connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        sa.event.listen(engine.sync_engine, "commit", counted)
        refs = await asyncio.gather(*(ledger.append(entry(number)) for number in range(100)))
        sa.event.remove(engine.sync_engine, "commit", counted)
        async with engine.connect() as other:
            stored = set((await other.execute(sa.text("SELECT ref FROM ledger"))).scalars())

    assert set(refs) <= stored
    assert len(set(refs)) == 100
    assert commits <= 5
    verdict = await trail.verify_stored(engine, PUBLIC, pseudonyms=ledger.pseudonyms)
    assert (verdict.ok, verdict.rows) == (True, 101)


async def test_a_caller_who_gives_up_does_not_disturb_the_others(engine: AsyncEngine) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        tasks = [asyncio.create_task(ledger.append(entry(number))) for number in range(10)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)

    assert sum(isinstance(result, str) for result in results) == 9
    assert isinstance(results[3], asyncio.CancelledError)
    assert (await trail.verify_stored(engine, PUBLIC)).ok


async def test_two_processes_under_one_name_keep_one_whole_chain(engine: AsyncEngine) -> None:
    async with (
        Ledger(engine, KEY, pepper=PEPPER, writer="same") as one,
        Ledger(engine, KEY, pepper=PEPPER, writer="same") as other,
    ):
        for number in range(5):
            await asyncio.gather(one.append(entry(number)), other.append(entry(number)))

    verdict = await trail.verify_stored(engine, PUBLIC)
    assert (verdict.ok, verdict.heads["same"].seq) == (True, 12)


async def test_an_export_is_verified_with_the_public_key_alone(
    testshire: Testshire, tmp_path: Path
) -> None:
    await testshire.asks(WORKER, EPISODE_ITEMS)
    await testshire.door.ledger.close()
    export = await exported(testshire.engine, tmp_path)

    verdict = verify(export, PUBLIC)

    assert (verdict.ok, verdict.first_bad, verdict.rows) == (True, None, 3)
    stranger = [Ed25519PrivateKey.generate().public_key()]
    assert verify(export, stranger).first_bad is not None


async def test_the_rows_of_the_ledger_cannot_be_changed_or_deleted(engine: AsyncEngine) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER):
        pass
    for statement in ("UPDATE ledger SET kind = 'x'", "DELETE FROM ledger"):
        with pytest.raises(DBAPIError, match="ledger is append-only"):
            async with writing(engine) as connection:
                await connection.execute(sa.text(statement))


TAMPERING: dict[str, tuple[list[str], int, str]] = {
    "a signature changed": (
        ["UPDATE ledger SET signature = '00' WHERE seq = 5"],
        5,
        "Its signature is not by the ledger's key.",
    ),
    "a word changed": (
        ["UPDATE ledger SET row = CAST(replace({row}, ':2', ':7') AS {bytes}) WHERE seq = 3"],
        3,
        "Its words are not those that were written.",
    ),
    "a row removed": (
        ["DELETE FROM ledger WHERE seq = 3"],
        4,
        "Row 3 of this chain should be here.",
    ),
    "the end cut off": (
        ["DELETE FROM ledger WHERE seq >= 4"],
        3,
        "The chain ends here without a signature",
    ),
    "two rows swapped": (
        [
            "UPDATE ledger SET seq = -3 WHERE seq = 3",
            "UPDATE ledger SET seq = 3 WHERE seq = 4",
            "UPDATE ledger SET seq = 4 WHERE seq = -3",
        ],
        4,
        "Row 3 of this chain should be here.",
    ),
    "a column that searches use": (
        ["UPDATE ledger SET child = 'another' WHERE seq = 3"],
        3,
        "The columns that searches use do not say what the row says.",
    ),
}
# How each database reads bytes as text.
READING = {
    "sqlite": {"row": "CAST(row AS TEXT)", "bytes": "BLOB"},
    "postgresql": {"row": "convert_from(row, 'UTF8')", "bytes": "bytea"},
}


@pytest.mark.parametrize("statements,seq,why", TAMPERING.values(), ids=TAMPERING)
async def test_tampering_is_found_at_the_first_bad_row(
    engine: AsyncEngine, statements: list[str], seq: int, why: str
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        # One batch, so that only its last row is signed.
        await asyncio.gather(*(ledger.append(entry(number)) for number in range(1, 5)))
    await unguarded(engine)
    async with writing(engine) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement.format(**READING[engine.dialect.name]))

    verdict = await trail.verify_stored(engine, PUBLIC, pseudonyms=ledger.pseudonyms)

    assert not verdict.ok
    assert verdict.first_bad is not None
    assert (verdict.first_bad.seq, why in verdict.first_bad.why) == (seq, True)


async def test_a_changed_reason_is_found_and_an_erased_one_is_not_a_fault(
    engine: AsyncEngine,
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        await ledger.append(entry())
        await ledger.append(entry())
    async with writing(engine) as connection:
        await connection.execute(
            sa.text("DELETE FROM ledger_reason WHERE ref = (SELECT ref FROM ledger WHERE seq = 2)")
        )
    assert (await trail.verify_stored(engine, PUBLIC, pseudonyms=ledger.pseudonyms)).ok

    async with writing(engine) as connection:
        await connection.execute(sa.text("UPDATE ledger_reason SET reason = 'Something else'"))
    verdict = await trail.verify_stored(engine, PUBLIC, pseudonyms=ledger.pseudonyms)
    assert verdict.first_bad is not None
    assert (verdict.first_bad.seq, verdict.first_bad.why) == (
        3,
        "The written reason is not the one first written.",
    )


async def test_a_chain_cut_at_a_signature_shows_where_another_chain_noted_its_head(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER, writer="one") as one:
        await one.append(entry())
        await one.append(entry())
    async with Ledger(engine, KEY, pepper=PEPPER, writer="two"):
        pass
    await unguarded(engine)
    async with writing(engine) as connection:
        await connection.execute(sa.text("DELETE FROM ledger WHERE writer = 'one' AND seq = 3"))

    for verdict in (
        await trail.verify_stored(engine, PUBLIC),
        verify(await exported(engine, tmp_path), PUBLIC),
    ):
        assert verdict.first_bad is not None
        assert (verdict.first_bad.writer, verdict.first_bad.seq) == ("one", 3)


async def test_a_head_kept_elsewhere_shows_that_a_whole_ledger_was_replaced(
    engine: AsyncEngine,
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        await ledger.append(entry())
        kept = {writer: (head,) for writer, head in (await trail.heads(engine)).items()}
    await unguarded(engine)
    async with writing(engine) as connection:
        await connection.execute(sa.text("DELETE FROM ledger"))
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        await ledger.append(entry())

    assert (await trail.verify_stored(engine, PUBLIC)).ok
    assert not (await trail.verify_stored(engine, PUBLIC, kept=kept)).ok


Forged = Callable[[bytes], bytes]
FORGERIES: dict[str, Forged] = {
    "not JSON": lambda _line: b"what?\n",
    "no row": lambda _line: b'{"digest":"00"}\n',
    "another signature": lambda line: line.replace(b'"signature":"', b'"signature":"00'),
    "an added key": lambda line: line.replace(b'{"row"', b'{"more":1,"row"'),
}


@sqlite_only
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_an_export_with_a_forged_line_names_the_line(
    engine: AsyncEngine, tmp_path: Path, forge: Forged
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        await ledger.append(entry())
        await ledger.append(entry())
    export = await exported(engine, tmp_path)
    lines = export.read_bytes().splitlines(keepends=True)
    lines[1] = forge(lines[1])
    export.write_bytes(b"".join(lines))

    verdict = verify(export, PUBLIC)

    assert verdict.first_bad is not None
    assert verdict.first_bad.line == 2


@sqlite_only
async def test_a_row_rewritten_with_its_digest_shows_in_the_row_after_it(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        await asyncio.gather(*(ledger.append(entry(number)) for number in range(1, 4)))
    export = await exported(engine, tmp_path)
    lines = export.read_bytes().splitlines(keepends=True)
    line = read_line(lines[1])
    row = bytes(line.row).replace(b'"number":1', b'"number":9')
    lines[1] = lines[1].replace(bytes(line.row), row)
    lines[1] = lines[1].replace(line.digest.encode(), digest_of(row).encode())
    export.write_bytes(b"".join(lines))

    verdict = verify(export, PUBLIC)

    assert verdict.first_bad is not None
    assert (verdict.first_bad.line, verdict.first_bad.why) == (
        3,
        "It does not follow from the row before it.",
    )


async def test_entries_about_a_child_are_read_back_in_order_with_their_reasons(
    engine: AsyncEngine,
) -> None:
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        refs = [await ledger.append(entry(child_ref=child)) for child in ("one", "other", "one")]

    about = [one async for one in trail.entries(engine, child=ledger.pseudonyms.child("one"))]

    assert [one.ref for one in about] == [refs[0], refs[2]]
    assert about[0].reason == f"Looking for {SENTINEL}"
    assert SENTINEL not in repr(about)
