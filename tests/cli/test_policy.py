"""Bundles checked, compared and approved from the command line, with the exit codes that a pipeline reads."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.disclose import Enquiry
from disclosure.recording import record_area, record_attribute, record_standing
from gateway.cli.deployment import opened_for
from gateway.cli.main import app
from gateway.settings import Keys, Settings
from protocols.load import FOLDER
from records.errors import IncompleteProtocol, WrongSettings
from records.identifiers import AuthorityCode
from records.items import Item
from records.people import Access, Purpose, Role, Standing, Viewer

HOME, LANCASHIRE = "SC999101", "E10000017"
CONFIRMS = "panlancs-rhi-confirm-placement"
Change = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The nation and pan-Lancashire, to be changed."""
    for name in ("national", "pan_lancashire"):
        shutil.copytree(FOLDER / name, tmp_path / "protocols" / name)
    return tmp_path / "protocols"


def without(folder: Path, rule: str) -> Path:
    """A second folder like it, without one row."""
    other = folder.with_name(f"without-{rule.replace('/', '-')}")
    shutil.copytree(folder, other)
    file = other / "pan_lancashire" / "sharing.toml"
    rows = re.split(r"(?m)^(?=\[\[(?:rule|status_rule)\]\])", file.read_text("utf-8"))
    kept = [row for row in rows if f'"{rule}"' not in row]
    assert len(kept) == len(rows) - 1
    file.write_text("".join(kept), "utf-8")
    return other


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A deployment of its own."""
    file = tmp_path / "homeward.toml"
    file.write_text(
        f'database = "sqlite+aiosqlite:///{tmp_path / "homeward.sqlite"}"\n'
        f'protocols = "{tmp_path / "protocols"}"\n[keys]\nfolder = "{tmp_path / "keys"}"\n'
    )
    return file


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, arguments)])


def test_what_is_shipped_is_in_order() -> None:
    result = ran("check", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["faults"] == []


def test_every_fault_is_told_with_file_line_and_what_to_do(folder: Path) -> None:
    file = folder / "pan_lancashire" / "sharing.toml"
    text = file.read_text("utf-8")
    text = text.replace('"rhi.confirmation"', '"rhi.confirmaton"', 1)
    text = text.replace("looked_after = true", "loked_after = true", 1)
    file.write_text(text, "utf-8")

    result = ran("check", folder, "--json")
    faults = json.loads(result.stdout)["faults"]

    assert result.exit_code == 3
    assert len(faults) == 2
    lines = text.splitlines()
    for fault in faults:
        assert fault["file"] == "pan_lancashire/sharing.toml"
        assert "Did you mean" in fault["what"]
        assert lines[fault["line"] - 1].startswith(("items", "when"))
    plain = ran("check", folder)
    assert re.search(r"^pan_lancashire/sharing.toml:\d+: ", plain.stdout, re.MULTILINE)


def test_what_opens_without_a_ground_in_law_is_a_fault_and_is_not_approved(
    folder: Path, config: Path
) -> None:
    register = folder / "national" / "england" / "lawful_bases.toml"
    tables = re.split(r"(?m)^(?=\[\[)", register.read_text("utf-8"))
    kept = [table for table in tables if 'id = "to-the-placement"' not in table]
    register.write_text("".join(kept), "utf-8")

    result = ran("check", folder, "--json")
    faults = json.loads(result.stdout)["faults"]
    assert result.exit_code == 3
    assert any(
        fault["file"].endswith("sharing.toml")
        and "no register holds a lawful basis" in fault["what"]
        for fault in faults
    )
    refused = ran("approve", folder, "--by", "A. Lead", "--from", "2026-12-01", "--config", config)
    assert isinstance(refused.exception, IncompleteProtocol)
    assert "no register holds a lawful basis" in str(refused.exception)


def test_a_misquotation_is_a_fault_wherever_the_texts_are_at_hand(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "pan-lancashire.txt").write_text("Another text altogether.", "utf-8")

    result = ran("check", folder, "--texts", tmp_path / "texts", "--json")

    assert result.exit_code == 3
    assert "these words do not stand in the text" in json.loads(result.stdout)["faults"][0]["what"]


def test_a_widening_ends_with_4_and_says_who_would_newly_see_what_and_when(folder: Path) -> None:
    before = without(folder, CONFIRMS)

    result = ran("diff", before, folder, "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 4
    assert told["closed"] == []
    shown = [row for row in told["opened"] if "rhi.confirmation" in row["items"]]
    assert "registered-manager" in {role for row in shown for role in row["roles"]}
    said = f"{told['throughout']} and {shown[0]['when'][0]}"
    assert "looked after is yes" in said
    assert "standing includes provides-placement" in said
    assert "pan-lancashire" in shown[0]["where"][0]


def test_a_widening_that_was_accepted_with_a_reference_ends_well(folder: Path) -> None:
    before = without(folder, CONFIRMS)

    result = ran("diff", before, folder, "--accept-widening", "IG-2026-17", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["accepted"] == "IG-2026-17"


def test_a_narrowing_ends_well_and_is_told_too(folder: Path) -> None:
    result = ran("diff", folder, without(folder, CONFIRMS))

    assert result.exit_code == 0
    assert "registered-manager" in result.stdout
    assert "would no longer see" in result.stdout


def test_a_bundle_does_not_differ_from_itself(folder: Path) -> None:
    result = ran("diff", folder, folder)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nobody sees more or less." in result.stderr


def test_real_decisions_that_would_move_are_counted(folder: Path, config: Path) -> None:
    settings = Settings(
        database=f"sqlite+aiosqlite:///{config.parent / 'homeward.sqlite'}",
        protocols=folder,
        keys=Keys(folder=config.parent / "keys"),
    )
    asyncio.run(_asks_as_home(settings))

    result = ran(
        "diff", "in-force", without(folder, CONFIRMS), "--days", 7, "--config", config, "--json"
    )
    decisions = json.loads(result.stdout)["decisions"]

    assert (decisions["counted"], decisions["changed"]) == (2, 1)
    assert (decisions["shown_more"], decisions["shown_less"]) == (0, 1)
    assert {"role": "registered-manager", "item": "rhi.confirmation", "decisions": 1} in decisions[
        "less"
    ]
    assert len(decisions["refs"]) == 1


async def _asks_as_home(settings: Settings) -> None:
    """The home asks about its own child, and about one of whom nothing is recorded."""
    now = datetime.now(UTC)
    said = Said(source="council", by="test", valid_from=now - timedelta(days=9), recorded_at=now)
    async with opened_for(settings) as parts:
        engine, child = parts.engine, "c" * 32
        for area in (Area.HOST, Area.RESPONSIBLE):
            await record_area(engine, child, area, AuthorityCode(LANCASHIRE), said)
        await record_standing(engine, child, Standing.PROVIDES_PLACEMENT, said, organisation=HOME)
        await record_attribute(engine, child, Fact.LOOKED_AFTER, True, said)  # noqa: FBT003 (a fact's value)
        viewer = Viewer(
            subject="manager",
            issuer="https://sign-in.test",
            role=Role.REGISTERED_MANAGER,
            organisation=HOME,
            client="tests",
            expires_at=now,
        )
        for child_ref in (child, "d" * 32):
            await parts.services.door.disclose(
                Enquiry(
                    viewer=viewer,
                    access=Access(purpose=Purpose.CARE, reason="Came back last night"),
                    child_ref=child_ref,
                    items=frozenset({Item.RHI_FULL, Item.RHI_CONFIRMATION}),
                    now=datetime.now(UTC),
                )
            )


def approve(folder: Path, config: Path, *more: object) -> Result:
    given = ["--by", "A. Lead, information governance", "--from", "2026-11-24"]
    return ran("approve", folder, *given, "--config", config, *more)


def test_an_approved_bundle_is_listed_with_who_when_and_whose_protocols(
    folder: Path, config: Path
) -> None:
    assert approve(folder, config).exit_code == 0

    told = json.loads(ran("list", "--config", config, "--json").stdout)

    [approval] = told["approvals"]
    assert told["in_force"] == approval["digest"]
    assert approval["approved_by"] == "A. Lead, information governance"
    assert approval["starts"] == "2026-11-24"
    assert approval["partnerships"] == ["pan-lancashire"]


def test_nothing_approved_is_said_and_ends_with_5(config: Path, folder: Path) -> None:
    result = ran("list", "--config", config)

    assert result.exit_code == 5
    assert "Nothing is approved for" in result.stderr


def test_a_lost_folder_is_not_approved_unless_it_is_left_out_on_purpose(
    folder: Path, config: Path
) -> None:
    shutil.copytree(FOLDER / "essex", folder / "essex")
    assert approve(folder, config).exit_code == 0
    shutil.rmtree(folder / "essex")

    lost = approve(folder, config)

    assert lost.exit_code == 3
    assert "had essex, and this one has not" in lost.stderr.replace("\n", " ")
    assert approve(folder, config, "--drops", "essex").exit_code in {0, 4}


def test_what_shows_somebody_more_is_approved_with_a_reference_only(
    folder: Path, config: Path
) -> None:
    assert approve(without(folder, CONFIRMS), config).exit_code == 0

    assert approve(folder, config).exit_code == 4
    assert approve(folder, config, "--accept-widening", "IG-2026-17").exit_code == 0
    told = json.loads(ran("list", "--config", config, "--json").stdout)
    assert [one["accepted"] for one in told["approvals"]] == [None, "IG-2026-17"]
    older, newer = (one["digest"][:12] for one in told["approvals"])
    assert ran("diff", older, newer, "--config", config).exit_code == 4


def test_a_digest_that_was_never_approved_is_refused_in_words(config: Path, folder: Path) -> None:
    result = ran("diff", "0123abcd", folder, "--config", config)

    assert isinstance(result.exception, WrongSettings)
    assert "no approved bundle's digest begins with it" in str(result.exception)
