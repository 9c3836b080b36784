"""Every setting has a line in the page of settings, and nothing stands there that is none."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.main import app
from gateway.settings import Settings
from gateway.settings_reading import load


def page() -> str:
    done = CliRunner().invoke(app, ["settings"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_each_section_stands_there_with_what_it_is_for_and_each_setting_with_what_holds_without_it() -> (
    None
):
    sections = json.loads(CliRunner().invoke(app, ["settings", "--json"]).stdout)
    where = {one["section"]: one for one in sections}
    assert all(one["says"] and one["settings"] for one in sections)
    assert {"[[issuers]]", "[notices.mesh]", "[sources.<name>.poll.facts]"} <= where.keys()
    top = {one["name"]: one["without"] for one in where[""]["settings"]}
    assert top.keys() == set(Settings.__struct_fields__)
    assert top["listen"] == f"`{Settings().listen}`"
    assert "config" not in {one["name"] for one in where["[sources.<name>]"]["settings"]}
    issuer = {one["name"]: one for one in where["[[issuers]]"]["settings"]}
    assert issuer["iss"]["without"] == "has to be set"


def test_what_stands_without_a_setting_can_be_set_as_it_is_written(tmp_path: Path) -> None:
    """The values shown for the limits, written into a file, are the limits that hold anyway."""
    limits = page().partition("## `[limits]`")[2].partition("## ")[0]
    shown = re.findall(r"^\| `(\w+)` \| [^|]+ \| `([^`]+)` \|$", limits, re.MULTILINE)
    file = tmp_path / "homeward.toml"
    file.write_text("[limits]\n" + "".join(f"{name} = {value}\n" for name, value in shown))
    assert len(tomllib.loads(file.read_text())["limits"]) == len(shown) > 20
    assert load({"HOMEWARD_CONFIG": str(file)}).limits == Settings().limits


@pytest.mark.parametrize(
    "variable, at",
    [
        ("HOMEWARD_NOTICES__FHIR", lambda settings: settings.notices.fhir),
        ("HOMEWARD_NOTICES__DESK", lambda settings: settings.notices.desk),
        ("HOMEWARD_HOSTS", lambda settings: settings.hosts),
    ],
)
def test_several_values_stand_in_a_variable_with_commas_between_them(
    variable: str, at: Callable[[Settings], object], tmp_path: Path
) -> None:
    file = tmp_path / "homeward.toml"
    file.write_text('[sources.nurses]\nadapter = "health"\n[sources.others]\nadapter = "health"\n')
    settings = load({"HOMEWARD_CONFIG": str(file), variable: "nurses,others"})
    assert at(settings) == ("nurses", "others")
