"""``homeward peers``: what it prints, what it refuses, and how it ends."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from gateway.cli.main import app
from gateway.cli.output import Exit
from records.errors import WrongSettings
from tests.notifications_http.town import EVENING
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


def test_a_directory_is_not_signed_over_one_of_a_higher_number(
    issuer: Path, tmp_path: Path
) -> None:
    """No gateway takes an older one, and none says so to the issuer: the mistake has to be seen here."""
    one = entry_file("lancashire", tmp_path, issuer, "E10000017")
    out = tmp_path / "directory.json"
    signing = ("directory", "sign", one, "--key", issuer, "--out", out)
    assert run(*signing, "--version", 4).exit_code == Exit.DONE
    for version in (3, 4):
        told = run(*signing, "--version", version)
        assert isinstance(told.exception, WrongSettings)
        assert "--version 5" in str(told.exception)
    assert run(*signing, "--version", 5).exit_code == Exit.DONE


def test_check_says_that_the_file_is_behind_what_is_in_force(
    regions: Regions, tmp_path: Path
) -> None:
    regions.staffordshire.town.world.clock.ahead *= 0
    path = config(regions.lancashire, regions, tmp_path)
    assert "Directory file" not in run("check", "--config", path).stdout
    now = regions.version
    try:
        regions.papers.directory(
            regions.lancashire.entry, regions.staffordshire.entry, version=now + 1
        )
        for region in regions.both:
            region.town.world.does(region.federation.directory.refresh())
        regions.papers.directory(regions.lancashire.entry, regions.staffordshire.entry, version=now)
        told = run("check", "--json", "--config", path)
    finally:
        regions.version = now + 1
        regions.lists_all()
    found = {one["what"]: one for one in json.loads(told.stdout)}
    assert not found["Directory file"]["well"]
    assert "have it signed under a higher version" in found["Directory file"]["says"]


def test_check_says_what_an_unanswered_gateway_means(regions: Regions, tmp_path: Path) -> None:
    path = config(regions.lancashire, regions, tmp_path)
    # The gateway in Staffordshire lives in January 2027; whoever looks does so by the real time.
    regions.staffordshire.town.is_now(EVENING)
    told = run("check", "--json", "--config", path)
    found = {one["what"]: one for one in json.loads(told.stdout)}
    assert "our clock is behind its" in found["Gateway staffordshire"]["says"]
    assert "it cannot be reached" in found["Gateway essex"]["says"]


def test_a_directory_that_is_put_in_the_files_place_is_taken_without_a_restart(
    regions: Regions, tmp_path: Path
) -> None:
    region = regions.lancashire
    file = tmp_path / "directory.json"
    there = region.federation.directory
    settings = there._settings
    try:
        there._settings = msgspec.structs.replace(settings, directory_file=file)
        regions.papers.directory(
            *(one.entry for one in (*regions.both, regions.essex)), version=regions.version + 1
        )
        file.write_bytes((regions.papers.folder / "directory.json").read_bytes())
        (regions.papers.folder / "directory.json").write_bytes(b"{}")
        region.town.world.does(there.refresh())
        peers = there.peers()
        assert peers is not None
        assert peers.directory.version == regions.version + 1
        file.write_text("nonsense")
        region.town.world.does(there.refresh())
        assert there.peers() is peers
    finally:
        there._settings = settings
        regions.version += 1
        regions.lists_all()


def test_the_keys_of_a_production_gateway_are_made_once_and_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "homeward.toml"
    path.write_text(
        f"""
mode = "production"
hosts = ["gateway.example"]
keys = {{ folder = "{tmp_path / "keys"}" }}
proxy = {{ addresses = ["127.0.0.1"], certificate_header = "{HEADER}" }}
[[issuers]]
iss = "https://id.example/"
audience = "gateway"
jwks_url = "https://id.example/keys"
[peers]
name = "lancashire"
directory_keys = ["issuer.pub.pem"]
directory_file = "directory.json"
desk = ["E10000017/emergency-duty-team"]
"""
    )
    at, of = ("--endpoint", "https://gateway.example"), ("--serves", "E10000017")
    asking = ("entry", "--config", path, *at, *of, "--desk", "the duty team")
    assert "peers keys" in str(run(*asking).exception)

    assert run("keys", "--config", path).exit_code == Exit.DONE

    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["peer-encryption.pem", "peer-signing.pem"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    before = [file.read_bytes() for file in files]
    assert run("keys", "--config", path).exit_code == Exit.DONE
    assert [file.read_bytes() for file in files] == before
    assert run(*asking).exit_code == Exit.DONE
