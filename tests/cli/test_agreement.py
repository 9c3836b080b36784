"""Sharing agreements as facts: put on record, ended, listed as they stood, and counted in a situation."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from consent.vocabulary import UNKNOWN, Fact, Known
from disclosure.assertion import Area, Said
from disclosure.facts import Facts
from disclosure.recording import record_area
from gateway.cli.main import app
from gateway.cli.output import Exit
from linking.storage import open_engine
from protocols.bundle import Bundle
from protocols.load import load_bundle
from records.errors import WrongSettings
from records.identifiers import AuthorityCode
from records.people import Access, Purpose, Role, Viewer

SERVICE, LANCASHIRE = "SERVICE-7", "E10000017"
RECORD = ("record", SERVICE, "pan-lancashire", "--ref", "ISA-2026-3", "--by", "A. Lead, SIRO")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "homeward.toml"
    database = f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    file.write_text(f'database = "{database}"\n[keys]\nfolder = "{tmp_path / "keys"}"\n')
    return file


def ran(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["agreement", *arguments, "--config", str(config)])


def listed(config: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran(config, "list", *arguments, "--json").stdout)
    return found


@cache
def shipped() -> Bundle:
    return load_bundle()


def known(config: Path, at: datetime, purpose: Purpose) -> Known:
    """What is known of the service's agreement for a child of Lancashire."""
    viewer = Viewer(
        subject="s",
        issuer="https://sign-in.test",
        role=Role.RETURN_INTERVIEW_SERVICE,
        organisation=SERVICE,
        client="tests",
        expires_at=at,
    )

    async def ask() -> Known:
        engine = open_engine(f"sqlite+aiosqlite:///{config.parent / 'homeward.sqlite'}")
        said = Said(source="test", by="test", valid_from=at, recorded_at=at)
        await record_area(engine, "a-child", Area.HOST, AuthorityCode(LANCASHIRE), said)
        access = Access(purpose=purpose, reason="In a test")
        situation = await Facts(engine).situation(viewer, access, "a-child", at, bundle=shipped())
        await engine.dispose()
        return situation.facts.get(Fact.AGREEMENT, UNKNOWN)

    return asyncio.run(ask())


def test_an_agreement_is_on_record_with_its_days_its_author_and_its_purposes(config: Path) -> None:
    done = ran(
        config, *RECORD, "--from", "2026-06-01", "--to", "2027-06-01",
        "--purpose", "return-interview", "--dpia", "DPIA-9",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    [one] = listed(config)

    assert (one["organisation"], one["partnership"]) == (SERVICE, "pan-lancashire")
    assert one["by"] == "A. Lead, SIRO"
    assert one["purposes"] == ["return-interview"]
    # The first of June begins an hour before, in Greenwich.
    assert one["valid_from"].startswith("2026-05-31T23:00")


def test_it_counts_for_its_purpose_in_its_days_and_for_nothing_else(config: Path) -> None:
    ran(config, *RECORD, "--from", "2026-06-01", "--purpose", "return-interview")
    within = datetime(2026, 7, 1, tzinfo=UTC)

    assert known(config, within, Purpose.RETURN_INTERVIEW) is True
    assert known(config, within, Purpose.CARE) is False
    assert known(config, datetime(2026, 5, 1, tzinfo=UTC), Purpose.RETURN_INTERVIEW) is UNKNOWN


def test_ended_it_no_longer_counts_and_the_past_is_still_told_as_it_stood(config: Path) -> None:
    recorded = ran(config, *RECORD, "--from", "2026-06-01", "--json")
    [one] = listed(config)
    assert json.loads(recorded.stdout) == {"number": one["number"]}
    end = ("end", str(one["number"]), "--by", "A. Lead", "--on", "2026-09-01", "--json")
    done = ran(config, *end)

    assert done.exit_code == 0, done.output
    ended = {"number": one["number"], "ref": "ISA-2026-3", "ends": "2026-09-01"}
    assert json.loads(done.stdout) == ended
    assert len(listed(config, "--on", "2026-08-31")) == 1
    assert ran(config, "list", "--on", "2026-09-01").exit_code == Exit.NOTHING
    assert ran(config, "list", "--known-on", "2026-01-01").exit_code == Exit.NOTHING
    assert known(config, datetime(2026, 10, 1, tzinfo=UTC), Purpose.CARE) is UNKNOWN


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["record", SERVICE, "rutland", "--ref", "R", "--by", "A", "--from", "2026-06-01"], "no partnership `rutland`; there are essex"),
        ([*RECORD, "--from", "2026-06-01", "--to", "2026-06-01"], "give --to after --from"),
        (["end", "77", "--by", "A", "--on", "2026-09-01"], "no agreement 77. `homeward agreement list`"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_to_do(
    config: Path, arguments: list[str], says: str
) -> None:
    done = ran(config, *arguments)

    assert isinstance(done.exception, WrongSettings)
    assert says in str(done.exception)
    assert ran(config, "list").exit_code == Exit.NOTHING
