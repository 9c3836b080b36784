"""Which bundle decides: what was approved for the day, and never what nobody signed off."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.approvals import APPROVAL, BUNDLE, approvals, approve, in_force, kept_files
from disclosure.audit import Ledger
from disclosure.disclose import Current
from disclosure.trail import entries
from gateway.bundles import Keeper, bundle_for
from gateway.keys import own_keys
from gateway.settings import Issuer, Keys, Settings
from linking.migration import migrate
from linking.storage import open_engine, writing
from protocols.load import FOLDER, files_of, load_bundle
from records.errors import WrongSettings

# One kind of database will do for most; what is kept is tried on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Deployment:
    """A production deployment's database and settings, with a folder of protocols of its own."""

    settings: Settings
    engine: AsyncEngine
    ledger: Ledger
    folder: Path

    async def approves(self, *, starts: date = TODAY, ends: date | None = None) -> str:
        """What stands in the folder now is approved; its digest."""
        approval = await approve(
            self.engine,
            self.ledger,
            files_of(self.folder),
            by="A. Lead",
            now=NOON,
            starts=starts,
            ends=ends,
        )
        return approval.digest

    def edits(self) -> None:
        """Somebody adds a remark to a file: another bundle, though it decides alike."""
        file = self.folder / "pan_lancashire" / "sharing.toml"
        file.write_text(file.read_text("utf-8") + "\n# looked at again\n", "utf-8")


@pytest.fixture
async def deployment(database_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    folder = tmp_path / "protocols"
    for name in ("national", "pan_lancashire", "essex"):
        shutil.copytree(FOLDER / name, folder / name)
    development = Settings(database=database_url, keys=Keys(folder=tmp_path / "keys"))
    keys = own_keys(development)
    settings = msgspec.structs.replace(
        development,
        mode="production",
        hosts=("gw.example.test",),
        issuers=(Issuer(iss="https://id.example.test", audience="a", jwks_file=tmp_path / "j"),),
    )
    engine = open_engine(database_url)
    await migrate(engine)
    async with Ledger(engine, keys.ledger, pepper=keys.pepper, writer="test") as ledger:
        yield Deployment(settings, engine, ledger, folder)
    await engine.dispose()


@ON_SQLITE
async def test_production_does_not_start_on_what_nobody_approved(deployment: Deployment) -> None:
    with pytest.raises(WrongSettings, match="no bundle is approved for 2026-11-24; approve one"):
        await bundle_for(deployment.settings, deployment.engine, TODAY)


@ON_SQLITE
async def test_it_decides_under_the_texts_that_were_approved_whatever_the_folder_says_now(
    deployment: Deployment,
) -> None:
    digest = await deployment.approves()
    deployment.edits()

    bundle = await bundle_for(deployment.settings, deployment.engine, TODAY)

    assert bundle.digest == digest != load_bundle(deployment.folder).digest


@ON_SQLITE
async def test_a_folder_that_was_edited_since_stops_the_start(deployment: Deployment) -> None:
    await deployment.approves()
    settings = msgspec.structs.replace(deployment.settings, protocols=deployment.folder)
    await bundle_for(settings, deployment.engine, TODAY)

    deployment.edits()

    with pytest.raises(WrongSettings, match=r"the bundle [0-9a-f]{12} in that folder is not"):
        await bundle_for(settings, deployment.engine, TODAY)


@ON_SQLITE
async def test_in_development_the_folder_decides(deployment: Deployment) -> None:
    settings = msgspec.structs.replace(deployment.settings, mode="dev", protocols=deployment.folder)

    bundle = await bundle_for(settings, deployment.engine, TODAY)

    assert bundle.digest == load_bundle(deployment.folder).digest


@ON_SQLITE
async def test_a_lost_folder_cannot_silently_drop_a_partnership(deployment: Deployment) -> None:
    shutil.rmtree(deployment.folder / "essex")
    await deployment.approves()
    settings = msgspec.structs.replace(
        deployment.settings, partnerships=("essex", "pan-lancashire")
    )

    with pytest.raises(WrongSettings, match="holds no protocol of essex"):
        await bundle_for(settings, deployment.engine, TODAY)


async def test_a_bundle_takes_effect_on_its_day_and_not_before(deployment: Deployment) -> None:
    first = await deployment.approves()
    deployment.edits()
    second = await deployment.approves(starts=TODAY + timedelta(days=3))
    current = Current(await bundle_for(deployment.settings, deployment.engine, TODAY))
    keeper = Keeper(current, deployment.settings, deployment.engine)

    assert not await keeper.look(NOON)
    assert current.bundle.digest == first
    # Midnight in London.
    assert not await keeper.look(datetime(2026, 11, 26, 23, 59, tzinfo=UTC))
    assert await keeper.look(datetime(2026, 11, 27, 0, 0, tzinfo=UTC))
    assert current.bundle.digest == second


@ON_SQLITE
async def test_what_ends_gives_way_to_what_was_in_force_before(deployment: Deployment) -> None:
    first = await deployment.approves(starts=date(2026, 1, 1))
    deployment.edits()
    trial = await deployment.approves(starts=TODAY, ends=TODAY + timedelta(days=7))

    given = await approvals(deployment.engine)

    def digest_on(day: date) -> str | None:
        approval = in_force(given, day)
        return None if approval is None else approval.digest

    assert digest_on(date(2025, 12, 31)) is None
    assert digest_on(TODAY - timedelta(days=1)) == first
    assert digest_on(TODAY) == trial
    assert digest_on(TODAY + timedelta(days=7)) == first


@ON_SQLITE
async def test_what_goes_wrong_while_looking_leaves_the_rules_in_force(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    digest = await deployment.approves(ends=TODAY + timedelta(days=1))
    current = Current(await bundle_for(deployment.settings, deployment.engine, TODAY))

    looked = await Keeper(current, deployment.settings, deployment.engine).look(
        NOON + timedelta(days=2)
    )

    assert not looked
    assert current.bundle.digest == digest
    assert "stays as it is: protocols: no bundle is approved for 2026-11-26" in caplog.text


@ON_SQLITE
async def test_the_ledger_has_the_approval_without_a_name(deployment: Deployment) -> None:
    digest = await deployment.approves()

    rows = [w.row async for w in entries(deployment.engine) if digest.encode() in w.row]

    assert len(rows) == 1
    assert b"A. Lead" not in rows[0]
    assert msgspec.json.decode(rows[0])["body"]["partnerships"] == ["essex", "pan-lancashire"]


async def test_what_was_approved_is_kept_once_and_never_changed(deployment: Deployment) -> None:
    digest = await deployment.approves()
    await deployment.approves(starts=TODAY + timedelta(days=1))

    assert len(await approvals(deployment.engine)) == 2
    assert await kept_files(deployment.engine, digest[:10]) == files_of(deployment.folder)
    for table in (BUNDLE, APPROVAL):
        with pytest.raises(DBAPIError, match="append-only"):
            async with writing(deployment.engine) as connection:
                await connection.execute(sa.delete(table))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no hang-ups here")
def test_a_hang_up_brings_a_new_bundle_in_and_drops_no_connection(tmp_path: Path) -> None:
    """The command itself, on its own port: one connection asks before and after."""
    folder = tmp_path / "protocols"
    for name in ("national", "pan_lancashire"):
        shutil.copytree(FOLDER / name, folder / name)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{bound.getsockname()[1]}"
    config = tmp_path / "homeward.toml"
    config.write_text(
        f'listen = "{listen}"\nprotocols = "{folder}"\n'
        f'database = "sqlite+aiosqlite:///{tmp_path / "homeward.sqlite"}"\n'
        f'[keys]\nfolder = "{tmp_path / "keys"}"\n'
    )
    command = Path(sys.executable).with_name("homeward")
    serving = subprocess.Popen([command, "serve", "--quiet", "--config", config])
    try:
        minted = subprocess.run(
            [command, "token", "mint", "--role", "school", "--organisation", "SCHOOL-999001",
             "--config", config],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        with httpx2.Client(base_url=f"http://{listen}", timeout=30) as client:
            client.headers["Authorization"] = f"Bearer {minted.stdout.strip()}"
            _wait_for(lambda: client.get("/readyz").status_code == 200)
            before = _policy(client)
            assert before == load_bundle(folder).digest
            file = folder / "pan_lancashire" / "sharing.toml"
            file.write_text(file.read_text("utf-8") + "\n# looked at again\n", "utf-8")
            assert _policy(client) == before

            serving.send_signal(signal.SIGHUP)

            _wait_for(lambda: _policy(client) == load_bundle(folder).digest)
        assert serving.poll() is None
    finally:
        serving.terminate()
        assert serving.wait(20) in {0, -signal.SIGTERM}


def _policy(client: httpx2.Client) -> str:
    """The digest that a decision names, about a child whom nobody knows."""
    reply = client.post(
        "/graphql",
        json={
            "query": 'query Ask { child(id: "nobody") { __typename } }',
            "extensions": {"access": {"purpose": "education", "reason": "Asked in a test"}},
        },
    )
    [receipt] = reply.json()["extensions"]["disclosure"]
    digest: str = receipt["policy"]
    return digest


def _wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while True:
        with suppress(httpx2.TransportError):
            if what():
                return
        assert time.monotonic() < until
        time.sleep(0.05)
