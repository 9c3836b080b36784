"""``homeward peers``: what it prints, what it refuses, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.main import app
from gateway.cli.output import Exit
from records.errors import WrongSettings
from tests.regions.front import HEADER
from tests.regions.placed import placed
from tests.regions.regions import Region, Regions

RUNNER = CliRunner()


def run(*words: object) -> Result:
    return RUNNER.invoke(app, ["peers", *map(str, words)])


def config(region: Region, regions: Regions, folder: Path) -> Path:
    """The deployment file of a region that is running, for whoever looks at it from beside."""
    papers = regions.papers
    path = folder / f"{region.name}.toml"
    path.write_text(
        f"""
database = "sqlite+aiosqlite:///{region.folder / "homeward.sqlite"}"
keys = {{ folder = "{region.folder / "keys"}" }}
proxy = {{ addresses = ["127.0.0.1"], certificate_header = "{HEADER}" }}
tls = {{ authorities = ["{papers.authority}"], identity = "{region.identity}" }}
[peers]
name = "{region.name}"
directory_keys = ["{papers.issuer_key}"]
directory_file = "{papers.folder / "directory.json"}"
"""
    )
    return path


def test_list_says_whom_each_serves_and_what_waits_to_go_there(
    regions: Regions, tmp_path: Path
) -> None:
    regions.staffordshire.front.unplugged = True
    child = placed(regions)
    child.is_placed()
    told = run("list", "--json", "--config", config(regions.lancashire, regions, tmp_path))
    assert told.exit_code == Exit.DONE, told.output
    found = {one["name"]: one for one in json.loads(told.stdout)}
    assert found["lancashire"]["ours"]
    assert found["staffordshire"]["serves"] == ["E10000028", "E06000021"]
    assert found["staffordshire"]["waiting"] >= 1
    assert found["staffordshire"]["keys_until"].startswith("2030-01-01")
    shown = run("list", "--config", config(regions.lancashire, regions, tmp_path))
    assert "staffordshire" in shown.stdout


def test_check_asks_each_gateway_for_a_word_that_proves_itself_and_says_whom_to_ring(
    regions: Regions, tmp_path: Path
) -> None:
    # Whoever looks does so by the real time, and so does the gateway that is asked.
    regions.staffordshire.town.world.clock.ahead *= 0
    told = run("check", "--json", "--config", config(regions.lancashire, regions, tmp_path))
    assert told.exit_code == Exit.NO
    found = {one["what"]: one for one in json.loads(told.stdout)}
    assert found["Gateway staffordshire"]["well"], found
    for what in ("Directory", "Our signing key", "Our key for content", "Our certificate"):
        assert found[what]["well"], found[what]
    assert not found["Gateway essex"]["well"]
    assert "ring essex emergency duty team" in found["Gateway essex"]["says"]


def test_the_doctor_looks_at_the_other_gateways_too(regions: Regions, tmp_path: Path) -> None:
    regions.staffordshire.town.world.clock.ahead *= 0
    path = config(regions.lancashire, regions, tmp_path)
    told = RUNNER.invoke(app, ["doctor", "--json", "--config", str(path)])
    found = {one["what"]: one["well"] for one in json.loads(told.stdout)}
    assert found["Gateway staffordshire"]
    assert not found["Gateway essex"]


def test_a_deployment_without_other_gateways_is_told_what_to_add(tmp_path: Path) -> None:
    path = tmp_path / "homeward.toml"
    path.write_text('mode = "dev"\n')
    for verb in ("list", "check"):
        told = run(verb, "--config", path)
        assert isinstance(told.exception, WrongSettings)
        assert "[peers]" in str(told.exception)


@pytest.fixture
def issuer(tmp_path: Path) -> Path:
    key = tmp_path / "issuer.pem"
    assert run("directory", "key", key).exit_code == Exit.DONE
    return key


def entry_file(name: str, folder: Path, issuer: Path, serves: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(
        f"""
keys = {{ folder = "{folder / name}" }}
proxy = {{ addresses = ["127.0.0.1"], certificate_header = "{HEADER}" }}
[peers]
name = "{name}"
directory_keys = ["{issuer.with_suffix(".pub.pem")}"]
directory_file = "{folder / "directory.json"}"
"""
    )
    told = run(
        "entry", "--config", path, "--endpoint", f"https://{name}.example", "--serves", serves,
        "--desk", f"{name} duty team",
    )  # fmt: skip
    assert told.exit_code == Exit.DONE, told.output
    out = folder / f"{name}.json"
    out.write_text(told.stdout)
    return out


def test_a_directory_of_printed_entries_is_signed_and_verifies(
    tmp_path: Path, issuer: Path
) -> None:
    entries = [
        entry_file("lancashire", tmp_path, issuer, "E10000017"),
        entry_file("staffordshire", tmp_path, issuer, "E10000028"),
    ]
    assert '"d"' not in entries[0].read_text()
    out = tmp_path / "directory.json"
    signed = run("directory", "sign", *entries, "--version", 3, "--key", issuer, "--out", out)
    assert signed.exit_code == Exit.DONE, signed.output
    public = issuer.with_suffix(".pub.pem")
    told = run("directory", "verify", out, "--key", public, "--json")
    assert told.exit_code == Exit.DONE, told.output
    found = json.loads(told.stdout)
    assert found["version"] == 3
    assert [peer["name"] for peer in found["peers"]] == ["lancashire", "staffordshire"]
    out.write_text(out.read_text().replace('"payload": "e', '"payload": "f'))
    changed = run("directory", "verify", out, "--key", public)
    assert isinstance(changed.exception, WrongSettings)
    assert "no trusted key signed" in str(changed.exception)


def test_entries_that_contradict_one_another_are_not_signed(tmp_path: Path, issuer: Path) -> None:
    entries = [
        entry_file("lancashire", tmp_path, issuer, "E10000017"),
        entry_file("staffordshire", tmp_path, issuer, "E10000017"),
    ]
    told = run("directory", "sign", *entries, "--version", 1, "--key", issuer)
    assert "the authority of another" in str(told.exception)


def test_an_issuers_key_is_its_owners_alone_and_never_overwritten(issuer: Path) -> None:
    assert issuer.stat().st_mode & 0o077 == 0
    before = issuer.read_bytes()
    told = run("directory", "key", issuer)
    assert "never overwritten" in str(told.exception)
    assert issuer.read_bytes() == before
