"""``homeward audit report``: the same report as through the gateway, on paper or as JSON."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from disclosure.disclose import Enquiry
from gateway.cli.deployment import opened_for
from gateway.cli.main import app
from gateway.settings import Keys, Settings
from records.errors import MalformedIdentifier
from records.items import Item
from records.people import Access, Purpose, Role, Viewer

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A deployment without systems in which somebody asked about a child; its file, and the child's id."""
    tmp_path = tmp_path_factory.mktemp("deployment")
    database = f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    file = tmp_path / "homeward.toml"
    file.write_text(f'database = "{database}"\n[keys]\nfolder = "{tmp_path / "keys"}"\n')
    settings = Settings(database=database, keys=Keys(folder=tmp_path / "keys"))
    return file, asyncio.run(_asked(settings))


async def _asked(settings: Settings) -> str:
    async with opened_for(settings) as parts:
        viewer = Viewer(
            subject="somebody",
            issuer="https://sign-in.test",
            role=Role.SOCIAL_WORKER,
            organisation="E10000017",
            client="tests",
            expires_at=NOW,
        )
        enquiry = Enquiry(
            viewer=viewer,
            access=Access(purpose=Purpose.SAFEGUARD, reason="Rang about Robin"),
            child_ref="a-child",
            items=frozenset({Item.RHI_FULL}),
            now=NOW,
        )
        await parts.services.door.disclose(enquiry)
        return str(parts.services.ids.child("a-child"))


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", "report", *arguments])


def test_the_report_is_json_with_refusals_in_it(deployment: tuple[Path, str]) -> None:
    file, child = deployment
    done = ran(child, "--config", str(file), "--json")
    assert done.exit_code == 0, done.output
    asked, *_, looked = json.loads(done.stdout)["lines"]
    assert asked["organisation"] == "Lancashire County Council"
    assert asked["refused"]
    assert asked["reason"] is None
    assert asked["says"].startswith("A social worker at Lancashire")
    assert looked["what"] == "looked-at"


def test_the_report_is_a_page_with_reasons_only_if_asked_for(
    deployment: tuple[Path, str], tmp_path: Path
) -> None:
    file, child = deployment
    page = tmp_path / "report.html"
    assert ran(child, "--config", str(file), "--html", str(page)).exit_code == 0
    assert "Who asked about you" in page.read_text()
    assert "Robin" not in page.read_text()
    ran(child, "--config", str(file), "--html", str(page), "--with-reasons")
    assert "Robin" in page.read_text()


def test_what_is_no_childs_id_is_refused_in_one_line(deployment: tuple[Path, str]) -> None:
    file, _ = deployment
    done = ran("nonsense", "--config", str(file))
    assert isinstance(done.exception, MalformedIdentifier)
    assert "This is no child's id" in str(done.exception)
