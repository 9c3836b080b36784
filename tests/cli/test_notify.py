"""Registering who can be told: a slip is said at once, and what was given up can be seen."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.deployment import settings_of
from gateway.cli.main import app
from gateway.opening import database_of
from linking.storage import reading
from notifications.ledger import accept
from notifications.recipients import registered
from records.errors import WrongSettings
from tests.notifications.casework import missing, telling

GOOD = """
[[recipient]]
organisation = "E10000017"
role = "emergency-duty-team"
escalates_to = ["E10000017/service-manager"]
hours = { opens = 20:00:00, closes = 08:00:00 }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "hook").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    file = tmp_path / "homeward.toml"
    file.write_text(
        f'database = "sqlite+aiosqlite:///{tmp_path / "homeward.sqlite"}"\n'
        f'[keys]\nfolder = "{tmp_path / "keys"}"\n'
        f'[notices.secrets]\nhook = "{tmp_path / "hook"}"\n'
    )
    return file


def ran(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["notify", *arguments, "--config", str(config)])


def registers(config: Path, text: str) -> Result:
    file = config.parent / "recipients.toml"
    file.write_text(text)
    return ran(config, "register", str(file), "--json")


def test_whoever_follows_a_silence_and_is_not_registered_is_named(config: Path) -> None:
    done = registers(config, GOOD)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["registered"] == ["E10000017/emergency-duty-team"]
    assert said["unregistered"] == ["E10000017/service-manager"]
    assert "E10000017/service-manager, whom nobody has registered" in done.stderr


@pytest.mark.parametrize(
    "line, says",
    [
        ('ways = [{ channel = "webhok" }]', "no channel `webhok`; use one of feed, webhook"),
        ("ways = []", "`ways` is empty"),
        ('ways = [{ channel = "feed" }, { channel = "feed" }]', "two ways by feed"),
        (
            'ways = [{ channel = "webhook", address = "http://a.example", secrets = ["hook"] }]',
            "begins with https://",
        ),
        ('ways = [{ channel = "webhook", address = "https://a.example" }]', "is signed"),
        (
            'ways = [{ channel = "webhook", address = "https://a.example", secrets = ["hok"] }]',
            "no secret `hok`",
        ),
        ('ways = [{ channel = "secure-email", address = "a@b.example" }]', "[notices.mail]"),
        ('ways = [{ channel = "mesh", address = "X26OT001" }]', "[notices.mesh]"),
        ('ways = [{ channel = "fhir", address = "trust/CareTeam/1" }]', "notices.fhir"),
        ('serves = ["Lancashire"]', "A GSS code is"),
        ("hours = { opens = 09:00:00, closes = 09:00:00 }", "open and close at the same time"),
        ('escalates_to = ["E10000017/front-door"]', "names the recipient itself"),
    ],
)
def test_what_cannot_work_is_said_and_nothing_is_registered(
    config: Path, line: str, says: str
) -> None:
    slip = f'[[recipient]]\norganisation = "E10000017"\nrole = "front-door"\n{line}\n'
    done = registers(config, GOOD + slip)
    assert isinstance(done.exception, WrongSettings)
    assert says in str(done.exception)
    assert "E10000017/front-door: " in str(done.exception)

    async def known() -> list[str]:
        async with database_of(settings_of(config)) as engine, reading(engine) as connection:
            return list(await registered(connection))

    assert asyncio.run(known()) == []


def test_one_recipient_twice_is_a_slip(config: Path) -> None:
    assert "stands here twice" in str(registers(config, GOOD + GOOD).exception)


def test_what_reached_nobody_is_listed_by_recipient_without_the_child(config: Path) -> None:
    nobody = ran(config, "failed")
    assert nobody.exit_code == 5
    assert "Nothing was given up" in nobody.stderr

    async def happens() -> None:
        now = datetime.now(UTC)
        async with database_of(settings_of(config)) as engine:
            for ref in ("1", "2"):
                what = missing("somebodys-child", ref, at=now)
                await accept(engine, what, telling("SC1/registered-manager"), now=now)

    asyncio.run(happens())
    shown = ran(config, "failed")
    assert shown.exit_code == 0
    assert "SC1/registered-manager" in shown.stdout
    assert "nobody is registered for this role" in " ".join(shown.stdout.split())
    listed = json.loads(ran(config, "failed", "--json").stdout)["failed"]
    assert [one["registered"] for one in listed] == [False, False]
    assert "somebodys-child" not in shown.stdout + json.dumps(listed)
    assert ran(config, "replay").exit_code == 5


def test_help_shows_a_table_of_toml_as_it_is_written() -> None:
    shown = CliRunner().invoke(app, ["notify", "register", "--help"], env={"COLUMNS": "100"})
    assert "[[recipient]]" in shown.stdout


def test_no_help_lists_every_role_in_the_margin() -> None:
    shown = CliRunner().invoke(app, ["told", "--help"], env={"COLUMNS": "80"})
    assert "media-and-public" not in shown.stdout
    assert "--as" in shown.stdout
    assert "ROLE" in shown.stdout


def doctor(config: Path) -> dict[str, dict[str, object]]:
    """What the doctor says, by what was looked at."""
    said = CliRunner().invoke(app, ["doctor", "--json", "--config", str(config)])
    return {one["what"]: one for one in json.loads(said.stdout)}


def test_the_doctor_says_who_cannot_be_reached_any_more_and_what_nobody_sends(config: Path) -> None:
    assert "nobody is registered" in str(doctor(config)["Recipients"]["says"])
    hook = 'ways = [{ channel = "webhook", address = "https://a.example", secrets = ["hook"] }]'
    police = f'[[recipient]]\norganisation = "E23000003"\nrole = "police-supervisor"\n{hook}\n'
    assert registers(config, police).exit_code == 0
    assert doctor(config)["Recipients"] == {
        "what": "Recipients",
        "well": True,
        "says": "1 registered",
    }

    async def happens() -> None:
        earlier = datetime.now(UTC) - timedelta(hours=1)
        plan = telling("E23000003/police-supervisor", "SC1/registered-manager")
        async with database_of(settings_of(config)) as engine:
            await accept(engine, missing(at=earlier), plan, now=earlier)

    asyncio.run(happens())
    config.write_text(config.read_text().replace("hook =", "other ="))
    found = doctor(config)
    assert not found["Recipients"]["well"]
    assert "no secret `hook`" in str(found["Recipients"]["says"])
    assert str(found["Notices"]["says"]).startswith("1 by webhook not sent yet")
    assert found["Given up"]["says"] == "1 reached nobody; see `homeward notify failed`"
