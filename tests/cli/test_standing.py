"""Who is what to a child, entered by hand and by file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from disclosure.entering import Held, held
from gateway.cli.deployment import opened_for, settings_of
from gateway.cli.main import app
from gateway.cli.output import Exit
from gateway.polling.tables import UNREAD_CODE
from linking.index import Found
from linking.storage import open_engine, reading, writing
from records.errors import WrongSettings
from records.identifiers import LocalId

HEADINGS = "system,id,what,organisation,issuer,subject,value,from,to\n"
ALLOCATED = "lcs,{},allocated-worker,E08000035,https://id.example,worker-9,,2026-01-12,\n"
HOST = "lcs,{},host,,,,E10000017,2026-01-12,\n"
SAYS = ("--by", "A. Registrar, Leeds", "--source", "leeds-register")
CHILDREN = [f"C{serial}" for serial in range(1, 11)]


@dataclass
class Deployment:
    """A deployment in which some children are enrolled; each test takes new ones."""

    folder: Path
    refs: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    unused: count[int] = field(default_factory=lambda: count(1))

    @property
    def config(self) -> Path:
        return self.folder / "homeward.toml"

    @property
    def database(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder / 'homeward.sqlite'}"

    def child(self) -> str:
        return f"C{next(self.unused)}"

    def ran(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--config", str(self.config)])

    def imported(self, *lines: str, more: tuple[str, ...] = ()) -> Result:
        file = self.folder / "standing.csv"
        file.write_text(HEADINGS + "".join(lines))
        return self.ran("standing", "import", str(file), *SAYS, *more)

    async def _found(self, local_id: str) -> tuple[Held, ...]:
        engine = open_engine(self.database)
        try:
            return await held(engine, self.refs[local_id], datetime.now(UTC))
        finally:
            await engine.dispose()

    def stands(self, local_id: str) -> Sequence[Held]:
        """What stands of a child now."""
        return asyncio.run(self._found(local_id))

    async def _entries(self) -> list[str]:
        engine = open_engine(self.database)
        try:
            async with reading(engine) as connection:
                rows = await connection.execute(
                    sa.text("SELECT row FROM ledger WHERE kind = 'fact'")
                )
                return [bytes(row).decode() for row in rows.scalars()]
        finally:
            await engine.dispose()

    def entries(self) -> list[str]:
        """Every change of facts that the ledger holds."""
        return asyncio.run(self._entries())

    async def learns(self) -> None:
        """Know what the gateway calls each child."""
        async with opened_for(settings_of(self.config)) as parts:
            for local_id in CHILDREN:
                found = await parts.services.index.find(local_id=LocalId("lcs", local_id))
                assert isinstance(found, Found)
                self.refs[local_id] = found.child_ref
                self.ids[local_id] = str(parts.services.ids.child(found.child_ref))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    made = Deployment(tmp_path_factory.mktemp("standing"))
    made.config.write_text(
        f'database = "{made.database}"\n[keys]\nfolder = "{made.folder / "keys"}"\n'
        '[sources.lcs]\nadapter = "liquidlogic"\nurl = "http://127.0.0.1:9"\n'
        'token_url = "http://127.0.0.1:9/token"\nclient_id = "homeward"\n'
        'client_secret = "an-invented-secret"\nsupplier_key = "an-invented-key"\n'
    )
    people = made.folder / "people.jsonl"
    people.write_text("".join(f'{{"id": "{one}"}}\n' for one in CHILDREN))
    done = made.ran("link", "enrol", "lcs", str(people))
    assert done.exit_code == Exit.DONE, done.output
    asyncio.run(made.learns())
    return made


def test_a_file_enters_many_things_once_each_in_the_ledger_first(deployment: Deployment) -> None:
    one, other = deployment.child(), deployment.child()
    lines = (
        ALLOCATED.format(one),
        HOST.format(one),
        f"lcs,{other},looked_after,,,,true,,\n",
        f"lcs,{other},birth_date,,,,2012-05-01,,\n",
    )
    before = len(deployment.entries())
    done = deployment.imported(*lines)
    assert done.exit_code == Exit.DONE, done.output
    assert "4 entered, 0 stood already" in done.stdout
    worker, area = deployment.stands(one)
    assert (worker.says["standing"], worker.says["subject"]) == ("allocated-worker", "worker-9")
    assert worker.valid_from == datetime(2026, 1, 12, tzinfo=UTC)
    assert (area.says["authority"], area.source) == ("E10000017", "leeds-register")
    assert [row.says["value"] for row in deployment.stands(other)] == ["true", '"2012-05-01"']
    again = deployment.imported(*lines)
    assert "0 entered, 4 stood already" in again.stdout
    entries = deployment.entries()
    assert len(entries) == before + 4
    assert not any(secret in row for row in entries for secret in ("worker-9", "2012-05-01"))


def test_lines_that_cannot_be_taken_are_named_by_number_and_lose_no_other(
    deployment: Deployment,
) -> None:
    one = deployment.child()
    done = deployment.imported(
        "lcs,C99,host,,,,E10000017,,\n",
        f"lcs,{one},allocated-worker,E08000035,,,,,\n",
        f"lcs,{one},host,,,,Lancashire,,\n",
        f"lcs,{one},looked_after,,,,perhaps,,\n",
        f"lcs,{one},uncle,E08000035,,,,,\n",
        f"lcs,{one},host,,,,E10000017,12/01/2026,\n",
        ",,host,,,,E10000017,,\n",
        HOST.format(one),
        more=("--json",),
    )
    assert done.exit_code == Exit.NO
    tally = json.loads(done.stdout)
    assert tally["entered"] == 1
    assert [line["line"] for line in tally["unread"]] == [2, 3, 4, 5, 6, 7, 8]
    why = " ".join(line["why"] for line in tally["unread"])
    assert "enrol them first" in why
    assert "true, false, or unknown" in why
    assert not any(
        value in why for value in ("C99", "perhaps", "12/01/2026", "uncle", "Lancashire")
    )


def test_an_import_goes_on_from_a_line(deployment: Deployment) -> None:
    one = deployment.child()
    done = deployment.imported(ALLOCATED.format(one), HOST.format(one), more=("--from-line", "3"))
    assert "1 entered" in done.stdout
    assert [row.table for row in deployment.stands(one)] == ["child_area"]


def test_json_lines_are_taken_too(deployment: Deployment) -> None:
    one, file = deployment.child(), deployment.folder / "standing.jsonl"
    school = {"system": "lcs", "id": one, "what": "childs-school", "organisation": "SCHOOL-999001"}
    file.write_text(f"{json.dumps(school)}\nnot json\n")
    done = deployment.ran("standing", "import", str(file), *SAYS)
    assert done.exit_code == Exit.NO
    assert "Line 2: not JSON" in done.output
    assert [row.says["organisation"] for row in deployment.stands(one)] == ["SCHOOL-999001"]


def test_a_file_with_a_column_that_nobody_knows_is_not_begun(deployment: Deployment) -> None:
    file = deployment.folder / "standing.csv"
    file.write_text("system,id,what,worker\nlcs,C1,host,x\n")
    done = deployment.ran("standing", "import", str(file), *SAYS)
    assert isinstance(done.exception, WrongSettings)
    assert "nhs_number" in str(done.exception)


def test_one_standing_is_recorded_listed_and_ended_and_of_no_other_child(
    deployment: Deployment,
) -> None:
    one, other = deployment.child(), deployment.child()
    named = ("provides-placement", "--organisation", "SC999101", *SAYS)
    assert "on record" in deployment.ran("standing", "record", deployment.ids[one], *named).output
    (row,) = json.loads(deployment.ran("standing", "list", deployment.ids[one], "--json").stdout)
    assert (row["organisation"], row["by"]) == ("SC999101", "A. Registrar, Leeds")
    ending = (row["ref"], "--by", "A. Registrar, Leeds")
    wrong = deployment.ran("standing", "end", deployment.ids[other], *ending)
    assert "Nothing of that name stands of this child" in str(wrong.exception)
    ended = deployment.ran("standing", "end", deployment.ids[one], *ending)
    assert ended.exit_code == Exit.DONE, ended.output
    assert deployment.stands(one) == ()


def test_a_personal_standing_without_a_person_is_refused_with_what_to_give(
    deployment: Deployment,
) -> None:
    named = ("allocated-worker", "--organisation", "E08000035", *SAYS)
    done = deployment.ran("standing", "record", deployment.ids[deployment.child()], *named)
    assert isinstance(done.exception, WrongSettings)
    assert "give `issuer` and `subject`" in str(done.exception)


def test_where_every_code_is_read_that_is_said(deployment: Deployment) -> None:
    done = deployment.ran("standing", "unread")
    assert done.exit_code == Exit.NOTHING
    assert "Every code that was seen is read" in done.output


def test_a_code_that_nothing_reads_is_told_by_doctor_and_listed(deployment: Deployment) -> None:
    async def seen() -> None:
        engine = open_engine(deployment.database)
        async with writing(engine) as connection:
            row = {"source": "lcs", "kind": "team", "code": "North", "seen_at": datetime.now(UTC)}
            await connection.execute(UNREAD_CODE.insert().values(row))
        await engine.dispose()

    asyncio.run(seen())
    settings = deployment.config.read_text()
    facts = '[sources.lcs.poll.facts]\norganisation = "E08000035"\n'
    deployment.config.write_text(settings + facts)
    found = json.loads(deployment.ran("doctor", "--json").stdout)
    (said,) = [one for one in found if one["what"] == "lcs, who works with whom"]
    assert not said["well"]
    assert "10 linked children not read yet" in said["says"]
    assert "1 of kind team" in said["says"]
    listed = json.loads(deployment.ran("standing", "unread", "--json").stdout)
    assert listed == [{"source": "lcs", "kind": "team", "code": "North"}]
