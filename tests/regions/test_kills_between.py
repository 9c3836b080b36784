"""Gateways as processes of their own, killed between message and receipt: nothing is lost, nothing comes twice."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from tests.regions.front import HEADER
from tests.regions.mistaken import Mistaken
from tests.regions.placed import LINE, placed
from tests.regions.regions import Region, Regions, two_regions
from tests.regions.test_when_the_other_is_away import moves

BIN = Path(sys.executable).parent
STARTS = 60.0
PATIENCE = 60.0


@dataclass
class Process:
    """One region's gateway as `homeward serve` runs it."""

    region: Region
    regions: Regions
    running: subprocess.Popen[bytes] = field(init=False)

    @property
    def config(self) -> Path:
        papers, region = self.regions.papers, self.region
        path = region.folder / "homeward.toml"
        path.write_text(
            f"""
listen = "{region.front.target.removeprefix("http://")}"
database = "sqlite+aiosqlite:///{region.folder / "homeward.sqlite"}"
keys = {{ folder = "{region.folder / "keys"}" }}
proxy = {{ addresses = ["127.0.0.1"], certificate_header = "{HEADER}" }}
tls = {{ authorities = ["{papers.authority}"], identity = "{region.identity}" }}
notices = {{ look_seconds = 0.1 }}

[peers]
name = "{region.name}"
directory_keys = ["{papers.issuer_key}"]
directory_file = "{papers.folder / "directory.json"}"
fetch_seconds = 3600.0
"""
        )
        return path

    def starts(self) -> None:
        self.running = subprocess.Popen(
            [BIN / "homeward", "serve", "--config", self.config],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        host, _, port = self.region.front.target.removeprefix("http://").partition(":")
        waits(lambda: connects(host, int(port)), STARTS)

    def is_killed(self) -> None:
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(10)

    def rows(self, statement: str, *given: object) -> list[dict[str, Any]]:
        """What stands in its database, read from outside."""
        with sqlite3.connect(self.region.folder / "homeward.sqlite", timeout=10) as there:
            there.row_factory = sqlite3.Row
            return [dict(row) for row in there.execute(statement, given)]

    def changes(self, statement: str, *given: object) -> None:
        with sqlite3.connect(self.region.folder / "homeward.sqlite", timeout=10) as there:
            there.execute(statement, given)


def connects(host: str, port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(0.5)
        return one.connect_ex((host, port)) == 0


def waits(what: Callable[[], object], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "It did not happen."
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def processes(regions: Regions) -> Iterator[tuple[Process, Process]]:
    """Both gateways, on the databases that were left, with their fronts up again."""
    with ExitStack() as ending:
        found = []
        for region in regions.both:
            ending.enter_context(region.front.up())
            region.front.target = f"http://127.0.0.1:{free_port()}"
            one = Process(region, regions)
            one.starts()
            ending.callback(one.is_killed)
            found.append(one)
        yield found[0], found[1]


def test_whoever_is_killed_between_message_and_receipt_every_event_is_there_once(
    tmp_path: Path,
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    with two_regions(tmp_path) as regions:
        regions.staffordshire.front.unplugged = True
        child = placed(regions, now)
        child.is_placed(now)
        for n in (1, 2, 3):
            moves(child, n, now + timedelta(minutes=n))
    front = regions.staffordshire.front
    front.unplugged = False
    killed: list[str] = []
    back = Event()

    with processes(regions) as (sender, receiver):

        def strikes(_: int) -> bool:
            """It has been kept there: now the receiver dies; once it is back the sender, and then neither."""
            if killed and not back.is_set():
                return True
            if len(killed) == 2:
                return False
            victim = receiver if not killed else sender
            killed.append(victim.region.name)
            victim.is_killed()
            return True

        front.before_reply = strikes
        waits(lambda: killed, PATIENCE)
        receiver.starts()
        back.set()
        waits(lambda: len(killed) == 2, PATIENCE)
        sender.starts()
        # What a dead worker had in hand is its own until its lease ends: as if half a minute had gone by.
        sender.changes("UPDATE delivery SET lease_until = NULL WHERE state = 'pending'")
        ours = "SELECT notice_ref, seq, state FROM delivery WHERE recipient = ? ORDER BY seq"
        waits(lambda: {row["state"] for row in sender.rows(ours, LINE)} == {"delivered"}, PATIENCE)
        front.before_reply = None
        sent = [row["notice_ref"] for row in sender.rows(ours, LINE)]
        kept = receiver.rows(
            "SELECT i.notice_ref, i.event, e.type FROM peer_inbox i JOIN event e ON e.id = i.event"
            " WHERE i.peer = 'lancashire' ORDER BY e.child_seq"
        )
        assert [row["notice_ref"] for row in kept] == sent
        assert [row["type"] for row in kept] == ["placement-made"] + 3 * ["placement-moved"]
        assert len({row["event"] for row in kept}) == 4
        (count,) = receiver.rows("SELECT count(*) AS n FROM event WHERE source = 'peer:lancashire'")
        assert count["n"] == 4
        told = receiver.rows("SELECT event, recipient FROM delivery")
        assert len(told) == len({(row["event"], row["recipient"]) for row in told})
        receipts = sender.rows("SELECT notice_ref FROM peer_receipt")
        assert {row["notice_ref"] for row in receipts} == set(sent)
    assert killed == ["staffordshire", "lancashire"]


def test_whoever_is_killed_while_it_is_taken_back_it_is_taken_back_once(tmp_path: Path) -> None:
    """That a report was of another child: kept there, then the receiver dies, then the sender."""
    now = datetime.now(UTC) - timedelta(minutes=50)
    with two_regions(tmp_path) as regions:
        child = placed(regions, now)
        child.is_placed(now)
        child.is_known_there()
        other = Mistaken(child)
        other.is_reported(now + timedelta(minutes=10))
        other.is_taken_for_the_child()
        regions.until(lambda: child.told(regions.lancashire, "child-reported-missing"))
        regions.lancashire.front.unplugged = True
        other.is_told_apart()
    front = regions.lancashire.front
    front.unplugged = False
    killed: list[str] = []
    back = Event()

    with processes(regions) as (receiver, sender):

        def strikes(_: int) -> bool:
            if killed and not back.is_set():
                return True
            if len(killed) == 2:
                return False
            victim = receiver if not killed else sender
            killed.append(victim.region.name)
            victim.is_killed()
            return True

        front.before_reply = strikes
        free = "UPDATE delivery SET lease_until = NULL, not_before = created_at WHERE state = 'pending'"
        sender.changes(free)
        sender.changes("UPDATE endpoint SET failures = 0, paused_until = NULL")
        waits(lambda: killed, PATIENCE)
        receiver.starts()
        back.set()
        sender.changes(free)
        waits(lambda: len(killed) == 2, PATIENCE)
        sender.starts()
        sender.changes(free)
        ours = "SELECT d.state FROM delivery d JOIN event e ON e.id = d.event WHERE e.type = ?"
        to_them = f"{ours} AND d.channel = 'peer'"
        waits(
            lambda: (
                {row["state"] for row in sender.rows(to_them, "not-this-child")} == {"delivered"}
            ),
            PATIENCE,
        )
        front.before_reply = None
        kept = receiver.rows(
            "SELECT id, corrects FROM event WHERE child = ? AND type = 'not-this-child'",
            child.child.ref,
        )
        (wrong,) = receiver.rows(
            "SELECT id FROM event WHERE child = ? AND type = 'child-reported-missing'",
            child.child.ref,
        )
        assert [row["corrects"] for row in kept] == [wrong["id"]]
        told = receiver.rows("SELECT event, recipient FROM delivery")
        assert len(told) == len({(row["event"], row["recipient"]) for row in told})
        assert receiver.rows(ours, "not-this-child")
    assert killed == ["lancashire", "staffordshire"]
