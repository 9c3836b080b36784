"""The ledger searched, and past decisions taken again: as decided, as the rules and the facts stood."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters.liquidlogic.simulator import FORM
from consent.vocabulary import Fact
from disclosure.approvals import approve
from disclosure.assertion import Area, Capacity, Giver, Said, Says
from disclosure.disclose import Enquiry
from disclosure.recording import (
    record_area,
    record_attribute,
    record_preference,
    record_standing,
)
from gateway.cli.deployment import opened_for
from gateway.cli.main import app
from gateway.opening import Opened
from gateway.settings import Keys, Settings, SourceSettings
from linking.storage import writing
from linking.tables import CHILD
from protocols.load import files_of
from records.errors import WrongSettings
from records.identifiers import AuthorityCode
from records.items import Item
from records.people import Access, Purpose, Role, Standing, Viewer

LANCASHIRE, FORCE = "E10000017", "E23000003"
ISSUER = "https://sign-in.test"
NOW = datetime.now(UTC)
CHILD_REF = "c" * 32
# A council's system that nobody reaches: the child is not known there, and so it is never asked.
COUNCIL = {
    "url": "http://127.0.0.1:9",
    "token_url": "http://127.0.0.1:9/token",
    "client_id": "homeward",
    "client_secret": "secret",
    "supplier_key": "key",
    "interview_form": dict(FORM),
}
ITEMS = frozenset({Item.RHI_FULL, Item.RHI_CONFIRMATION, Item.EPISODE_STATUS})


@dataclass(frozen=True)
class Deployment:
    """A deployment's file, the child's id, and the references of two decisions."""

    config: Path
    child: str
    worker: str
    officer: str


def said(at: datetime, source: str = "council") -> Said:
    return Said(source=source, by="test", valid_from=NOW - timedelta(days=9), recorded_at=at)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A social worker and an officer asked; afterwards it was learnt that the child had refused."""
    folder = tmp_path_factory.mktemp("deployment")
    database = f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}"
    config = folder / "homeward.toml"
    config.write_text(f'database = "{database}"\n[keys]\nfolder = "{folder / "keys"}"\n')
    settings = Settings(
        database=database,
        keys=Keys(folder=folder / "keys"),
        sources={"council": SourceSettings(adapter="liquidlogic", config=COUNCIL)},
    )
    return asyncio.run(_made(config, settings))


async def _made(config: Path, settings: Settings) -> Deployment:
    async with opened_for(settings) as parts:
        engine, before = parts.engine, NOW - timedelta(days=8)
        await approve(engine, parts.ledger, files_of(), by="A. Lead", now=NOW, starts=NOW.date())
        async with writing(engine) as connection:
            await connection.execute(CHILD.insert().values(child_ref=CHILD_REF, enrolled_at=NOW))
        for area in (Area.HOST, Area.RESPONSIBLE):
            await record_area(engine, CHILD_REF, area, AuthorityCode(LANCASHIRE), said(before))
        await record_standing(
            engine,
            CHILD_REF,
            Standing.ALLOCATED_WORKER,
            said(before),
            person=(ISSUER, "worker"),
            organisation=LANCASHIRE,
        )
        await record_standing(
            engine, CHILD_REF, Standing.INVESTIGATING_FORCE, said(before), organisation=FORCE
        )
        await record_attribute(engine, CHILD_REF, Fact.LOOKED_AFTER, True, said(before))  # noqa: FBT003 (a fact's value)
        await _says(parts, Says.AGREES, before)
        worker = await _asks(parts, "worker", Role.SOCIAL_WORKER, LANCASHIRE)
        officer = await _asks(parts, "officer", Role.POLICE_MISSING_COORDINATOR, FORCE)
        await _says(parts, Says.WITHDREW, datetime.now(UTC))
        return Deployment(config, str(parts.services.ids.child(CHILD_REF)), worker, officer)


async def _says(parts: Opened, says: Says, at: datetime) -> None:
    await record_preference(
        parts.engine,
        CHILD_REF,
        says,
        said(at),
        giver=Giver.CHILD,
        giver_ref="child",
        capacity=Capacity.COMPETENT,
    )


async def _asks(parts: Opened, subject: str, role: Role, organisation: str) -> str:
    viewer = Viewer(
        subject=subject,
        issuer=ISSUER,
        role=role,
        organisation=organisation,
        client="tests",
        expires_at=NOW,
    )
    told = await parts.services.door.disclose(
        Enquiry(
            viewer=viewer,
            access=Access(purpose=Purpose.SAFEGUARD, reason="Rang about Robin"),
            child_ref=CHILD_REF,
            items=ITEMS,
            now=datetime.now(UTC),
        )
    )
    return told.ref


def ran(deployment: Deployment, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", *arguments, "--config", str(deployment.config)])


def found(deployment: Deployment, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(ran(deployment, *arguments, "--json").stdout)
    return rows


def test_everybody_who_asked_about_a_child_is_found_with_what_they_could_have(
    deployment: Deployment,
) -> None:
    worker, officer = found(deployment, "search", "--child", deployment.child)

    assert (worker["ref"], officer["ref"]) == (deployment.worker, deployment.officer)
    assert worker["role"] == "social-worker"
    assert officer["organisation"] == FORCE
    assert officer["purpose"] == "safeguard"
    assert "return-interviews" in officer["permitted"]
    assert worker["child"] == officer["child"]
    assert worker["person"] != officer["person"]
    # No system is reached from this deployment, so nothing was handed over.
    assert worker["shown"] == officer["shown"] == []


def test_each_decision_names_its_lawful_basis_and_how_the_duty_of_confidence_was_met(
    deployment: Deployment,
) -> None:
    worker, officer = found(deployment, "search", "--child", deployment.child)
    on = "relevant-person-to-relevant-person"

    assert {one["confidentiality"] for one in officer["grounds"]} == {"agreement", "duty-to-share"}
    assert {one["lawful_basis"] for one in officer["grounds"]} == {on}
    assert {"lawful_basis": "own-authority", "confidentiality": "own-record"} in worker["grounds"]
    assert on in " ".join(ran(deployment, "search", "--child", deployment.child).stdout.split())


def test_what_one_person_asked_is_found_by_the_issuers_id_for_them(deployment: Deployment) -> None:
    rows = found(deployment, "search", "--person", "officer", "--issuer", ISSUER)

    assert [row["ref"] for row in rows] == [deployment.officer]
    assert found(deployment, "search", "--person", "officer", "--issuer", "https://other") == []


def test_reasons_are_shown_only_when_asked_for(deployment: Deployment) -> None:
    plain = ran(deployment, "search", "--child", deployment.child)
    with_reasons = ran(deployment, "search", "--child", deployment.child, "--json", "--reasons")

    assert "Robin" not in plain.stdout
    assert "Rang about Robin" in with_reasons.stdout


def test_a_time_bounds_the_search_and_nothing_found_ends_with_5(deployment: Deployment) -> None:
    tomorrow = (NOW + timedelta(days=2)).strftime("%Y-%m-%d")

    assert ran(deployment, "search", "--since", tomorrow).exit_code == 5
    assert len(found(deployment, "search", "--since", "2026-01-01", "--until", tomorrow)) == 2


def test_a_search_for_nothing_in_particular_is_refused(deployment: Deployment) -> None:
    assert isinstance(ran(deployment, "search").exception, WrongSettings)


def test_a_decision_comes_out_again_as_it_was_written_down(deployment: Deployment) -> None:
    result = ran(deployment, "replay", deployment.officer, "--json")
    [again] = json.loads(result.stdout)

    assert result.exit_code == 0
    assert again["holds"]
    assert again["as_decided"] == again["rules_now"] == again["facts_then"] == []
    assert again["other_grounds"] == []


def test_what_was_learnt_afterwards_is_said_and_what_it_would_have_changed(
    deployment: Deployment,
) -> None:
    """A court asks both: was it right by what was known, and what is known now?"""
    [again] = found(deployment, "replay", deployment.officer)

    assert again["facts_since"] == [
        {"fact": "child_says", "then": "agrees", "recalled": "withdrew"}
    ]
    changed = {one["item"]: one for one in again["would_change"]}
    assert (changed["rhi.full"]["was_open"], changed["rhi.full"]["is_open"]) == (True, False)
    assert "panlancs-rhi-share-police-health/no-consent" in changed["rhi.full"]["rules_now"]


def test_a_personal_standing_is_recalled_though_the_ledger_names_nobody(
    deployment: Deployment,
) -> None:
    [again] = found(deployment, "replay", deployment.worker)

    assert again["facts_then"] == []


def test_everything_since_a_day_is_taken_again(deployment: Deployment) -> None:
    result = ran(deployment, "replay", "--since", "2026-01-01")

    assert result.exit_code == 0
    assert "2 decisions taken again; 0 do not come out" in result.stderr
    assert "child_says: agrees; now withdrew" in result.stdout
