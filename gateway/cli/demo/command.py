"""``homeward demo``: everything on this machine, with embedded defaults and nothing real."""

from __future__ import annotations

import asyncio
import json
import logging
import shlex
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from gateway import logs
from gateway.cli.demo import show
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.people import PEOPLE
from gateway.cli.demo.playing import Stage, before, play, set_stage, today
from gateway.cli.demo.running import StoryClock, running, settings_in
from gateway.cli.output import STDERR, STDOUT, print_json, progress
from gateway.settings import Settings

_SMALL = "{ viewer { role organisation } about { version protocols { title } } }"


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Play, print, and end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout; talk goes to stderr.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="Where the gateway listens; 0 takes any free port.")
    ] = 0,
    env: Annotated[
        Path | None,
        typer.Option(help="Write address, child and tokens here, for another terminal to read in."),
    ] = None,
) -> None:
    """Simulated agencies, the gateway, an invented child's story, and one question asked as five people.

    Nothing leaves this machine, and nothing is kept: database and keys are in a temporary folder.
    """
    logs.configure(level=logging.WARNING)
    # Told to end, it ends as on Ctrl-C: nothing is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        tempfile.TemporaryDirectory(prefix="homeward-demo-") as folder,
        Agencies() as agencies,
        suppress(KeyboardInterrupt),
    ):
        asyncio.run(_demo(Path(folder), agencies, port, env, once=once, as_json=as_json))


async def _demo(
    folder: Path, agencies: Agencies, port: int, env: Path | None, *, once: bool, as_json: bool
) -> None:
    progress(f"Simulated agencies: {', '.join(agencies.by_name)}")
    settings = settings_in(folder, agencies.sources(), port)
    clock, now = StoryClock(), today()
    clock.is_at(before(now))
    async with running(settings, clock) as (url, gateway):
        stage = await set_stage(url, gateway, agencies, clock, now)
        async with stage.client:
            console = STDERR if as_json else STDOUT
            played = await play(
                stage, now, lambda step, answer: show.step_line(console, step, answer)
            )
            if as_json:
                print_json(played)
            else:
                show.who_was_told(STDOUT, played)
                show.answers(STDOUT, played)
            if not once:
                _invite(stage)
                if env is not None:
                    _write(env, stage, settings)
                await asyncio.Event().wait()


def _write(env: Path, stage: Stage, settings: Settings) -> None:
    """Variables for a shell: whoever reads them can act as the five, so only their owner may."""
    lines = {
        "HOMEWARD_URL": stage.url,
        "HOMEWARD_DATABASE": settings.database,
        "HOMEWARD_KEYS__FOLDER": str(settings.keys.folder),
        "CHILD": stage.child_id,
        **{p.role.name: stage.token(p) for p in PEOPLE},
    }
    text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in lines.items())
    env.touch(mode=0o600)
    env.write_text(text, encoding="utf-8")
    STDERR.out(f"\nIn another terminal:  . {shlex.quote(str(env))}")


def _invite(stage: Stage) -> None:
    """What somebody needs to go on by themselves."""
    STDERR.rule("The gateway stays up; Ctrl-C ends it")
    say = STDERR.out
    say(f"GraphQL   {stage.url}/graphql   (explore: {stage.url}/graphiql)")
    say(f"Child     {stage.child_id}")
    for person in PEOPLE:
        say(f"\n{person.title}: {person.role.value}, purpose {person.purpose.name}")
        say(stage.token(person))
    body = json.dumps({"query": _SMALL})
    token = stage.token(PEOPLE[0])
    say("\nTry it:\n")
    say(
        f"curl -s {stage.url}/graphql -H 'Content-Type: application/json'"
        f" -H 'Authorization: Bearer {token}' -d {shlex.quote(body)}"
    )
    say(
        f"\nOr: HOMEWARD_URL={stage.url} HOMEWARD_TOKEN={token}"
        f" {shlex.quote(sys.argv[0])} child {stage.child_id} --purpose safeguard --reason 'Trying the demo'"
    )
