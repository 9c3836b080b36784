"""A gateway's engine that is killed again and again: real processes, SIGKILL, at random moments.

Each process accepts reports, fires clocks and delivers notices at once. A report counts as accepted
once its line stands in a file, as a sender would have its 2xx. What reaches recipients stands in
another, one line for each time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.disclose import Door
from disclosure.facts import Facts
from disclosure.trail import verify_stored
from linking.index import Index
from linking.storage import TABLES, open_engine, reading, writing
from notifications import deadlines, escalation
from notifications.channels.channel import Parcel, Sent
from notifications.deliver import Telling, Worker
from notifications.happening import Happened, Plan
from notifications.ledger import accept
from notifications.recipients import Recipient, Way, register
from notifications.running import run
from records.people import Role
from tests.disclosure.casework import KEY, PEPPER, bundle, systems
from tests.notifications.casework import missing, telling

TOLD = ("storm/police", "storm/care", "storm/nurse")
LATE = "storm/desk"
CLOCK = timedelta(milliseconds=150)
LEASE = timedelta(seconds=1)
CHILDREN = 7
STARTS = 30.0


@dataclass(frozen=True)
class Storm:
    """Where it takes place: a database, and the two files."""

    url: str
    folder: Path
    processes: int = 1
    reports: int = 200

    @property
    def accepted(self) -> Path:
        return self.folder / "accepted"

    @property
    def received(self) -> Path:
        return self.folder / "received"

    @property
    def alive(self) -> Path:
        return self.folder / "alive"


class Post:
    """A channel whose recipients are a file that outlives every process."""

    name = "webhook"
    counts = True

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def send(self, parcel: Parcel, now: datetime) -> Sent:  # noqa: ARG002 (a channel's own)
        os.write(self._file, f"{parcel.notice_ref}\n".encode())
        return Sent(arrived=True)


async def plan(event: Happened, history: Sequence[Happened]) -> Plan:
    """A report tells three and starts a clock; the clock tells a fourth."""
    if escalation.escalates(event):
        return escalation.plan_of(event)
    if event.type == deadlines.BREACHED:
        return await telling(LATE)(event, history)
    return await telling(*TOLD, clock=CLOCK)(event, history)


def victim(storm: Storm, number: int, shard: int) -> None:
    """One process, until somebody kills it."""
    asyncio.run(_live(storm, number, shard))


async def _live(storm: Storm, number: int, shard: int) -> None:
    engine = open_engine(storm.url)
    async with Ledger(engine, KEY, pepper=PEPPER, writer=f"victim-{number}") as ledger:
        worker = _worker(engine, ledger, storm)
        wake = asyncio.Event()
        _note(storm.alive, str(number))
        async with asyncio.TaskGroup() as living:
            living.create_task(run(engine, plan, worker, clock=_now, wake=wake))
            living.create_task(_accept_all(engine, storm, shard, wake))


async def _accept_all(engine: AsyncEngine, storm: Storm, shard: int, wake: asyncio.Event) -> None:
    """Accept what this shard has not accepted yet; what was cut short is sent again, as senders do."""
    done = lines(storm.accepted)
    file = os.open(storm.accepted, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(shard, storm.reports, storm.processes):
        ref = f"report-{n}"
        if ref in done:
            continue
        what = missing(f"child-{n % CHILDREN}", ref, at=start + timedelta(seconds=n))
        await accept(engine, what, _started_now, now=_now())
        os.write(file, f"{ref}\n".encode())
        wake.set()


async def _started_now(event: Happened, history: Sequence[Happened]) -> Plan:
    """As `plan`, with the clock running from now: reports are of the past."""
    made = await plan(event, history)
    due = _now() + CLOCK
    return replace(made, start=tuple(replace(one, due_at=due) for one in made.start))


def _worker(engine: AsyncEngine, ledger: Ledger, storm: Storm) -> Worker:
    door = Door(
        bundle=bundle(),
        facts=Facts(engine),
        ledger=ledger,
        index=Index(engine, PEPPER),
        sources=systems(),
        deadline=2.0,
    )
    telling_ = Telling(door, origin="https://storm.test", key=PEPPER)
    return Worker(engine, telling_, (Post(storm.received),), clock=_now, lease=LEASE)


def _note(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(f"{line}\n")


def _now() -> datetime:
    return datetime.now(UTC)


def lines(path: Path) -> set[str]:
    """The whole lines of a file; one that a kill cut short is none."""
    text = path.read_text() if path.exists() else ""
    return set(text[: text.rfind("\n") + 1].split())


async def prepare(storm: Storm) -> None:
    """The tables and the recipients."""
    engine = open_engine(storm.url)
    async with writing(engine) as connection:
        await connection.run_sync(TABLES.create_all)
        for name in (*TOLD, LATE):
            recipient = Recipient(
                id=name,
                organisation=name,
                role=Role.POLICE_MISSING_COORDINATOR,
                ways=(Way("webhook"),),
                acknowledge_within=timedelta(days=365),
            )
            await register(connection, recipient, now=_now())
    await engine.dispose()


@dataclass
class Killer:
    """Starts the processes, and kills one of them at random, again and again."""

    storm: Storm
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 (no secret)
    number: int = 0
    kills: int = 0

    def __post_init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        # Loaded once in the server that forks the victims, so that each starts at once.
        self._context.set_forkserver_preload([__name__])
        self._running: dict[int, BaseProcess] = {}
        self._numbers: dict[int, int] = {}

    def start(self, shard: int) -> None:
        """One more process in this shard's place."""
        self.number += 1
        process = self._context.Process(
            target=victim, args=(self.storm, self.number, shard), daemon=True
        )
        process.start()
        self._running[shard] = process
        self._numbers[shard] = self.number

    def rage(self, kills: int, *, longest: float) -> None:
        """Kill so often, each time after a random while, and start another in its place."""
        for shard in range(self.storm.processes):
            self.start(shard)
        for _ in range(kills):
            shard = self.dice.randrange(self.storm.processes)
            self._wait_until_alive(shard)
            time.sleep(self.dice.uniform(0.005, longest))
            self._running[shard].kill()
            self._running[shard].join()
            self.kills += 1
            self.start(shard)

    def _wait_until_alive(self, shard: int) -> None:
        """A kill before the process has begun would prove nothing."""
        ends = time.monotonic() + STARTS
        while str(self._numbers[shard]) not in lines(self.storm.alive):
            if time.monotonic() > ends:
                raise TimeoutError("A process did not start.")
            time.sleep(0.005)

    def stop(self) -> None:
        """Kill whatever still runs."""
        for process in self._running.values():
            process.kill()
            process.join()


async def settled(storm: Storm, patience: float) -> None:
    """Wait until all is accepted, fired and sent.

    Raises:
        TimeoutError: it was not, within that many seconds.
    """
    engine = open_engine(storm.url)
    left = (
        "SELECT (SELECT count(*) FROM delivery WHERE state = 'pending')"
        " + (SELECT count(*) FROM deadline WHERE state = 'pending' AND kind = 'test-clock')"
    )
    try:
        async with asyncio.timeout(patience):
            while True:
                accepted = len(lines(storm.accepted))
                async with reading(engine) as connection:
                    waiting = (await connection.execute(sa.text(left))).scalar_one()
                if accepted == storm.reports and not waiting:
                    return
                await asyncio.sleep(0.05)
    finally:
        await engine.dispose()


@dataclass(frozen=True)
class Findings:
    """What the database and the recipients' file say afterwards."""

    events: int
    reports: Counter[str]
    breaches_per_clock: Counter[str]
    told_per_event: Counter[tuple[str, str]]
    child_numbers_whole: bool
    recipient_numbers_whole: bool
    sent: set[str]
    received: Counter[str]
    ledger_ok: bool


async def find(storm: Storm) -> Findings:
    """Look at everything that was left behind."""
    engine = open_engine(storm.url)

    async def ask(statement: str) -> list[tuple[object, ...]]:
        async with reading(engine) as connection:
            return [tuple(row) for row in await connection.execute(sa.text(statement))]

    children = await ask("SELECT child, child_seq FROM event ORDER BY child, child_seq")
    recipients = await ask("SELECT recipient, seq FROM delivery ORDER BY recipient, seq")
    findings = Findings(
        events=len(children),
        reports=Counter(
            str(ref) for (ref,) in await ask("SELECT sender_ref FROM inbox WHERE source = 'police'")
        ),
        breaches_per_clock=Counter(
            str(ref)
            for (ref,) in await ask(
                "SELECT i.sender_ref FROM event e JOIN inbox i ON i.event = e.id"
                " WHERE e.type = 'deadline-breached'"
            )
        ),
        told_per_event=Counter(
            (str(kind), str(who))
            for kind, who in await ask(
                "SELECT e.type, d.recipient FROM delivery d JOIN event e ON e.id = d.event"
            )
        ),
        child_numbers_whole=_whole(children),
        recipient_numbers_whole=_whole(recipients),
        sent={str(ref) for (ref,) in await ask("SELECT notice_ref FROM delivery")},
        received=Counter(storm.received.read_text().split()),
        ledger_ok=(await verify_stored(engine, [KEY.public_key()])).ok,
    )
    await engine.dispose()
    return findings


def _whole(numbers: list[tuple[object, ...]]) -> bool:
    found: dict[object, list[object]] = {}
    for of, number in numbers:
        found.setdefault(of, []).append(number)
    return all(seqs == list(range(1, len(seqs) + 1)) for seqs in found.values())


def check(storm: Storm, found: Findings) -> None:
    """Everything that was accepted has all that follows from it, once."""
    reports, breached = "child-reported-missing", "deadline-breached"
    assert found.reports == Counter(f"report-{n}" for n in range(storm.reports))
    assert found.events == 2 * storm.reports, "each report, and each clock's one effect"
    assert len(found.breaches_per_clock) == storm.reports
    assert set(found.breaches_per_clock.values()) == {1}
    assert found.told_per_event == {
        **{(reports, who): storm.reports for who in TOLD},
        (breached, LATE): storm.reports,
    }
    assert found.child_numbers_whole
    assert found.recipient_numbers_whole
    assert set(found.received) == found.sent, "each reached its recipient, and nothing else did"
    assert found.ledger_ok
