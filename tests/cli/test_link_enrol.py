"""``homeward link enrol``: everybody whom a system knows, once, whatever else is in the file."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.liquidlogic.simulator import LiquidlogicSimulator
from gateway.cli.deployment import settings_of
from gateway.cli.main import app
from gateway.keys import own_keys
from linking.index import Found, Index, NotLinked
from linking.storage import open_engine
from records.errors import WrongSettings
from records.identifiers import LocalId, NHSNumber
from tests.cli.test_adapter import toml
from tests.linking.likenesses import number

NO = 3
HOME = [{"lines": ["12 Alma Lane"], "postcode": "QX1 2AB"}]


@pytest.fixture(scope="module")
def council() -> Iterator[LiquidlogicSimulator]:
    with LiquidlogicSimulator() as simulator:
        yield simulator


@pytest.fixture
def config(tmp_path: Path, council: LiquidlogicSimulator) -> Path:
    settings = "\n".join(f"{name} = {toml(value)}" for name, value in council.config().items())
    file = tmp_path / "homeward.toml"
    file.write_text(
        f'database = "sqlite+aiosqlite:///{tmp_path}/h.sqlite"\n\n[keys]\nfolder = "{tmp_path}/keys"\n\n'
        '[sources.council]\nadapter = "liquidlogic"\n'
        f"{settings}\n"
    )
    return file


def line(ref: str, given: str = "Tabitha", **more: object) -> str:
    told = {"id": ref, "givenNames": [given], "familyName": "Osgathorpe", "birthDate": "2011-05-17"}
    return json.dumps({**told, "sex": "female", "addresses": HOME, **more})


def enrols(config: Path, lines: list[str], *more: str) -> tuple[Result, dict[str, object]]:
    """The lines, enrolled from a file; and what is said in JSON."""
    people = config.parent / "people.jsonl"
    people.write_text("\n".join(lines))
    done = CliRunner().invoke(
        app, ["link", "enrol", "council", str(people), "--config", str(config), "--json", *more]
    )
    return done, json.loads(done.stdout) if done.stdout.startswith("{") else {}


async def _find(config: Path, **by: object) -> object:
    engine = open_engine(f"sqlite+aiosqlite:///{config.parent}/h.sqlite")
    try:
        index = Index(engine, own_keys(settings_of(config)).pepper)
        return await index.find(**by)  # type: ignore[arg-type] # as the test says
    finally:
        await engine.dispose()


def test_everybody_is_taken_in_once_and_done_again_nothing_changes(config: Path) -> None:
    people = [
        line("C1", nhsNumber=number(1).digits),
        line("C2", "Jonas", birthDate="2009-01-30", addresses=[]),
    ]
    done, told = enrols(config, people)
    assert done.exit_code == 0, (done.output, done.exception)
    assert (told["numbered"], told["apart"], told["there"]) == (1, 1, 0)
    done, told = enrols(config, people)
    assert (told["there"], told["people"]) == (2, 2)


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_taken_in(config: Path) -> None:
    people = [
        line("C1"),
        '{"id": "C2", "secretName": "Sentinelle"}',
        "{not json",
        line("C3", nhsNumber="9990000019"),
        line("C4", sex="Sentinelle"),
        line("C5", birthDate="2011-02-31"),
        "x" * 100_000,
        line("C6", "Jonas", birthDate="2009-01-30"),
    ]
    done, told = enrols(config, people)
    assert done.exit_code == NO
    unread = told["unread"]
    assert isinstance(unread, list)
    assert [one["line"] for one in unread] == [2, 3, 4, 5, 6, 7]
    assert told["people"] == 2
    assert "Sentinelle" not in done.output
    assert "9990000019" not in done.output


def test_an_enrolment_that_was_broken_off_goes_on_from_a_line(config: Path) -> None:
    people = [line(f"C{n}", birthDate=f"20{n:02}-03-04") for n in range(1, 6)]
    _, told = enrols(config, people, "--from-line", "4")
    assert told["people"] == 2


def test_a_new_id_for_somebody_who_was_there_is_followed(config: Path) -> None:
    enrols(config, [line("C1", nhsNumber=number(1).digits)])
    enrols(config, [line("C9", nhsNumber=number(1).digits, supersededFrom="C1")])
    by_number = asyncio.run(_find(config, nhs_number=NHSNumber(number(1).digits)))
    assert isinstance(by_number, Found)
    assert asyncio.run(_find(config, local_id=LocalId("council", "C9"))) == by_number
    assert asyncio.run(_find(config, local_id=LocalId("council", "C1"))) == NotLinked()


def test_a_system_that_is_not_here_is_said_with_those_that_are(config: Path) -> None:
    done = CliRunner().invoke(app, ["link", "enrol", "nobody", "-", "--config", str(config)])
    assert isinstance(done.exception, WrongSettings)
    assert "There are: council" in str(done.exception)
