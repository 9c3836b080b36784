"""What the command says of its verbs, and that it imports none of their code to say it."""

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from gateway.cli.lazily import Verb
from gateway.cli.main import app
from gateway.cli.verbs import VERBS

ROOMS = {"adapters", "consent", "console", "disclosure", "linking", "notifications", "protocols", "schema"}  # fmt: skip
HEAVY = {"jinja2", "pydantic", "sqlalchemy", "strawberry"}
LISTS = """
import json, sys
from typer.testing import CliRunner
from gateway.cli.main import app
done = CliRunner().invoke(app, ["--help"])
assert done.exit_code == 0, done.output
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def group() -> TyperGroup:
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_is_listed_with_the_words_of_its_own_help(verb: Verb, group: TyperGroup) -> None:
    context = typer.Context(group, info_name="homeward")
    name, command, rest = group.resolve_command(context, [verb.name, "and", "more"])
    assert command is not None
    assert (name, rest) == (verb.name, ["and", "more"])
    said = " ".join((command.help or "").split("\n\n")[0].split())
    assert verb.says == said
    assert not command.hidden
    assert group.commands[verb.name].get_short_help_str(200) == command.get_short_help_str(200)


def test_to_list_the_verbs_none_of_their_code_is_imported() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", LISTS], capture_output=True, text=True, check=True, timeout=60
    )
    imported = set(json.loads(listed.stdout))
    assert not {one.partition(".")[0] for one in imported} & (ROOMS | HEAVY)
    assert {one for one in imported if one.startswith("gateway.")} == {
        "gateway.cli",
        "gateway.cli.lazily",
        "gateway.cli.main",
        "gateway.cli.output",
        "gateway.cli.verbs",
    }


def test_the_verbs_of_a_group_are_completed() -> None:
    words = {"COMP_WORDS": "homeward schema p", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", "from gateway.cli.main import app; app(prog_name='homeward')"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | words | {"_HOMEWARD_COMPLETE": "complete_bash"},
    )
    assert done.stdout.split() == ["print"], done.stderr


def test_a_verb_that_is_mistyped_is_answered_with_the_nearest() -> None:
    done = CliRunner().invoke(app, ["lnik"])
    assert done.exit_code == 2
    assert "Did you mean 'link'?" in done.output
