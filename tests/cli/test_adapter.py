"""``homeward adapter``: what there is, whether a connected system keeps its contract, and a new one."""

import importlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import adapters
from adapters.health.simulator import STAGINGS as TRUSTS
from adapters.police.simulator import STAGINGS as FORCES
from adapters.simulation import SENTINEL, Simulator, Staged
from gateway.cli.main import app
from gateway.cli.scaffold import new_adapter
from records.errors import WrongSettings
from tests.contract.conftest import stagings

CHECKS = 13
OF_A_POLL = {"says whose records have changed", "tells what happened, alike each time"}


def toml(value: object) -> str:
    """A setting as TOML writes it: as JSON, but for objects and for what is not there."""
    if isinstance(value, dict):
        held = {json.dumps(key): toml(each) for key, each in value.items() if each is not None}
        return "{" + ", ".join(f"{key} = {each}" for key, each in held.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return json.dumps(value)


def deployment(folder: Path, kind: str, staged: Staged) -> Path:
    """A deployment file that connects one simulated system."""
    lines = ["[sources.agency]", f'adapter = "{kind}"', "deadline_seconds = 2.0"]
    lines += [
        f"{key} = {toml(value)}" for key, value in staged.config().items() if value is not None
    ]
    path = folder / "deployment.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def checked(path: Path, staged: Staged, *more: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the checks by name, and all that was printed."""
    given = ["--subject", staged.subject, "--config", str(path), "--json", *more]
    done = CliRunner().invoke(app, ["adapter", "test", "agency", *given])
    checks = json.loads(done.stdout)["checks"] if done.stdout else []
    return done.exit_code, {one["check"]: one for one in checks}, done.output


@pytest.fixture(scope="module")
def running() -> Iterator[Staged]:
    staged = FORCES["connect"]()
    staged.simulator.start()
    yield staged
    staged.simulator.stop()


@pytest.fixture
def force(running: Staged) -> Staged:
    running.simulator.recovers()
    running.simulator.forgets_what_it_was_asked()
    return running


@pytest.mark.parametrize("kind, staging", stagings())
def test_every_adapter_keeps_its_contract_through_the_command(
    kind: str, staging: str, tmp_path: Path
) -> None:
    staged = importlib.import_module(f"adapters.{kind}.simulator").STAGINGS[staging]()
    with staged.simulator:
        path = deployment(tmp_path, kind, staged)
        beside = ("--nhs-number", staged.nhs_number, "--nobody", staged.nobody)
        code, checks, printed = checked(path, staged, *beside)
    assert len(checks) == CHECKS
    results = {one["result"] for one in checks.values()}
    if staged.explicit:
        # Each look at a child has an effect there: it is not looked at to test it.
        assert results == {"passed", "left-out"}
        assert staged.simulator.asked == []
    else:
        # The national index of patients is asked when somebody asks, and never what has changed.
        left = OF_A_POLL if staging == "pds" else set()
        assert {name for name, one in checks.items() if one["result"] == "left-out"} == left
        assert not [one for one in checks.values() if one["result"] == "failed"]
    assert code == 0
    # Nothing of what it holds, and not whom it was asked about.
    for secret in (SENTINEL, staged.subject, staged.nhs_number):
        assert secret not in printed


def test_what_is_not_configured_is_left_out_with_the_setting_that_it_needs(tmp_path: Path) -> None:
    staged = TRUSTS["fhir-r4"]()
    bare = replace(staged, config=lambda: {**staged.config(), "review_codes": []})
    with staged.simulator:
        code, checks, _ = checked(deployment(tmp_path, "health", bare), bare)
    changed = checks["says whose records have changed"]
    assert not [one for one in checks.values() if one["result"] == "failed"]
    assert (changed["result"], code) == ("left-out", 0)
    assert "Name its `review_codes`" in changed["says"]


def test_what_was_not_given_is_left_out_and_not_passed(force: Staged, tmp_path: Path) -> None:
    code, checks, _ = checked(deployment(tmp_path, "police", force), force)
    left_out = {name: one["says"] for name, one in checks.items() if one["result"] == "left-out"}
    assert set(left_out) == {
        "an id of nobody is an empty answer",
        "the child is found by NHS number",
    }
    assert "--nobody" in left_out["an id of nobody is an empty answer"]
    assert code == 0


FAULTS: dict[str, tuple[Callable[[Simulator], None], str]] = {
    "down": (lambda one: one.is_down(), "the child is known, with records"),
    "refusing": (lambda one: one.refuses(403), "the child is known, with records"),
    "truncating": (lambda one: one.truncates(), "the child is known, with records"),
    "slow": (lambda one: one.is_slow(1.2), "answers in half of its deadline"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_system_that_falls_short_fails_the_check_and_the_command(
    force: Staged, tmp_path: Path, fault: str
) -> None:
    goes_wrong, check = FAULTS[fault]
    path = deployment(tmp_path, "police", force)
    if fault == "slow":
        # Its items are asked for one at a time; a few seconds will do to see it.
        path.write_text(path.read_text().replace("2.0", "0.2"), encoding="utf-8")
        goes_wrong = _a_little_slow
    goes_wrong(force.simulator)
    code, checks, printed = checked(path, force)
    assert code == 3
    assert checks[check]["result"] == "failed"
    assert SENTINEL not in printed
    assert force.subject not in printed


def _a_little_slow(one: Simulator) -> None:
    one.is_slow(0.12)


def test_a_child_whom_the_system_does_not_hold_proves_nothing(
    force: Staged, tmp_path: Path
) -> None:
    path = deployment(tmp_path, "police", force)
    given = ["--subject", force.nobody, "--config", str(path), "--json"]
    done = CliRunner().invoke(app, ["adapter", "test", "agency", *given])
    first = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
    assert "is the id right?" in first["the child is known, with records"]["says"]
    assert done.exit_code == 3


def test_a_name_that_the_deployment_does_not_know_is_one_plain_line(
    force: Staged, tmp_path: Path
) -> None:
    path = deployment(tmp_path, "police", force)
    given = ["--subject", "x", "--config", str(path)]
    done = CliRunner().invoke(app, ["adapter", "test", "agnecy", *given])
    assert isinstance(done.exception, WrongSettings)
    assert str(done.exception) == "No system is called agnecy here; there are: agency."


def test_the_list_names_every_kind_and_every_connected_system(
    force: Staged, tmp_path: Path
) -> None:
    path = deployment(tmp_path, "police", force)
    done = CliRunner().invoke(app, ["adapter", "list", "--config", str(path), "--json"])
    told = json.loads(done.stdout)
    assert set(told["kinds"]) >= {"police", "mosaic", "liquidlogic", "health"}
    assert all(told["kinds"].values())
    (agency,) = told["systems"]
    assert (agency["name"], agency["adapter"], agency["agency"]) == ("agency", "police", "police")
    assert "episode.status" in agency["supplies"]
    # To list is not to ask.
    assert force.simulator.asked == []
    read = CliRunner().invoke(app, ["adapter", "list", "--config", str(path)])
    assert "CONNECT" in read.stdout


def test_a_new_adapter_takes_the_place_of_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "adapters"
    shutil.copytree(Path(adapters.__file__).parent, folder, ignore=shutil.ignore_patterns("[!_]*"))
    (folder / "paging.py").touch()
    done = CliRunner().invoke(app, ["adapter", "new", "rivermead", "--into", str(folder), "--json"])
    written = {Path(path).name for path in json.loads(done.stdout)["written"]}
    assert written == {
        "__init__.py",
        "README.md",
        "settings.py",
        "simulator.py",
        "source.py",
        "wire.py",
    }
    before = (folder / "rivermead" / "source.py").read_text()
    for taken in ("rivermead", "paging"):
        with pytest.raises(WrongSettings, match="choose another name"):
            new_adapter(taken, folder)
    assert (folder / "rivermead" / "source.py").read_text() == before
    for no_name in ("River Mead", "../elsewhere", "class", "2nd", "a.b", ""):
        with pytest.raises(WrongSettings, match="one word of small letters"):
            new_adapter(no_name, folder)


@pytest.mark.parametrize("name", ["aa", "rivermead", "zz9"])
def test_a_new_adapter_has_its_imports_in_order_whatever_it_is_called(
    tmp_path: Path, name: str
) -> None:
    for path in new_adapter(name, tmp_path):
        text = path.read_text()
        assert "@name@" not in text
        imported = [line.split()[1] for line in text.splitlines() if line.startswith("from adap")]
        assert imported == sorted(imported)
