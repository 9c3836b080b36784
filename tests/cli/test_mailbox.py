"""On the command line: how the mailbox is doing, and what becomes of messages that nobody could take."""

import asyncio
import json
import shutil
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from gateway.cli.deployment import opened_for, settings_of
from gateway.cli.main import app
from gateway.opening import Opened
from linking.storage import writing
from notifications.collecting import Parked
from notifications.mailbox import Message
from notifications.mailbox_tables import MAILBOX
from protocols.load import FOLDER
from tests.adapters.police.incidents import pushed, report, robin

MISUSED, NO, NOTHING = 2, 3, 5
OURS: Final = "X26ABC1"
THEIRS: Final = "X26ABC2"
T = TypeVar("T")

DEPLOYMENT = """
database = "sqlite+aiosqlite:///{folder}/homeward.sqlite"
protocols = "{folder}/protocols"

[keys]
folder = "{folder}/keys"

[notices.mesh]
url = "http://127.0.0.1:9"
mailbox = "X26ABC1"
workflow = "HOMEWARD_NOTICE"
password_file = "{folder}/secret"
shared_key_file = "{folder}/secret"

[notices.mesh.documents]
"X26ABC2/POLICE_INCIDENT" = "force"

[sources.force]
adapter = "police"
product = "connect"
base_url = "http://127.0.0.1:9"
client_id = "homeward"
client_secret = "an invented secret"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("an invented secret")
    # The national floor alone: no message here is decided by a partnership's protocol.
    shutil.copytree(FOLDER / "national", tmp_path / "protocols" / "national")
    file = tmp_path / "homeward.toml"
    file.write_text(DEPLOYMENT.format(folder=tmp_path))
    return file


def runs(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["mailbox", *arguments, "--config", str(config)])


def within(config: Path, work: Callable[[Opened], Coroutine[Any, Any, T]]) -> T:
    """Something done in the deployment, as a worker would have."""

    async def done() -> T:
        async with opened_for(settings_of(config)) as parts:
            return await work(parts)

    return asyncio.run(done())


def lies(config: Path, body: bytes, workflow: str, *, readable: bool = True) -> None:
    message = Message(
        ref="M1",
        sender=THEIRS,
        workflow=workflow,
        local_ref=None,
        content_type="application/json",
        report=False,
        body=body,
    )
    parked = Parked(ref="M1", why="not-expected", message=message if readable else None)
    within(config, lambda parts: parts.notices.parking.park(OURS, parked, now=datetime.now(UTC)))


def test_nothing_waits_and_nothing_was_collected_yet(config: Path) -> None:
    assert runs(config, "parked").exit_code == NOTHING
    done = runs(config, "status", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "mailbox": OURS,
        "handshakeAt": None,
        "collectedAt": None,
        "failingSince": None,
        "failure": None,
        "parked": 0,
    }


def test_a_list_of_what_waits_says_why_and_nothing_of_what_is_in_it(config: Path) -> None:
    lies(config, b"about Zoe", "LETTERS")
    done = runs(config, "parked", "--json")
    (one,) = json.loads(done.stdout)
    assert (one["ref"], one["why"], one["sender"]) == ("M1", "not-expected", THEIRS)
    assert "Zoe" not in done.output + runs(config, "parked").output


def test_reading_a_message_needs_a_reason(config: Path) -> None:
    lies(config, b"about Zoe", "LETTERS")
    refused = runs(config, "read", "M1", "--reason", " ")
    assert refused.exit_code != 0
    assert "Zoe" not in refused.output
    assert "about Zoe" in runs(config, "read", "M1", "--reason", "To pass it on").output


def test_what_would_steer_a_terminal_is_shown_and_does_nothing(config: Path) -> None:
    lies(config, b"about Zoe\n\x1b]0;owned\x07\x1b[2Jand Kit", "LETTERS")
    shown = runs(config, "read", "M1", "--reason", "To pass it on").output
    assert "\x1b" not in shown
    assert "about Zoe\n" in shown
    assert "and Kit" in shown


def test_a_message_that_can_be_taken_now_is_taken_and_waits_no_longer(config: Path) -> None:
    lies(config, pushed(report(), robin()), "POLICE_INCIDENT")
    done = runs(config, "again", "M1", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"ref": "M1", "taken": True, "why": None}
    assert runs(config, "parked").exit_code == NOTHING


def test_a_message_that_still_cannot_be_taken_waits_on(config: Path) -> None:
    lies(config, b"a letter", "LETTERS")
    done = runs(config, "again", "M1")
    assert done.exit_code == NO
    assert "not-expected" in done.output
    assert len(json.loads(runs(config, "parked", "--json").stdout)) == 1


def test_a_settled_message_is_gone(config: Path) -> None:
    lies(config, b"about Zoe", "LETTERS")
    done = runs(config, "settle", "M1", "--reason", "Passed on by telephone", "--json")
    assert json.loads(done.stdout) == {"ref": "M1", "settled": True}
    assert runs(config, "parked").exit_code == NOTHING
    assert runs(config, "read", "M1", "--reason", "To pass it on").exit_code != 0


def test_a_message_that_was_too_long_says_where_it_is(config: Path) -> None:
    lies(config, b"", "LETTERS", readable=False)
    assert "in the mailbox still" in runs(config, "read", "M1", "--reason", "To see").output
    assert runs(config, "again", "M1").exit_code == NO


def test_a_mailbox_that_is_not_collected_is_told_by_status_and_doctor(config: Path) -> None:
    since = datetime.now(UTC) - timedelta(hours=2)

    async def failing(parts: Opened) -> None:
        async with writing(parts.engine) as transaction:
            await transaction.execute(MAILBOX.insert().values(name=OURS))
            await transaction.execute(
                update(MAILBOX).values(failing_since=since, failure="SourceUnavailable")
            )

    within(config, failing)
    assert runs(config, "status").exit_code == NO
    looked = CliRunner().invoke(app, ["doctor", "--json", "--config", str(config)])
    (found,) = [one for one in json.loads(looked.stdout) if one["what"] == "Mailbox"]
    assert not found["well"]
    assert "not collected since" in found["says"]


def test_a_deployment_without_a_mailbox_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "homeward.toml"
    file.write_text(f'database = "sqlite+aiosqlite:///{tmp_path}/homeward.sqlite"\n')
    done = runs(file, "status")
    assert done.exit_code != 0
    assert "notices.mesh" in str(done.exception)
