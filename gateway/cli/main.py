"""The ``homeward`` command: its verbs, and what becomes of everything that goes wrong."""

from __future__ import annotations

import asyncio
import sys
from typing import Final, NoReturn

import typer

from gateway.cli import (
    adapter,
    agreement,
    audit,
    episode,
    link,
    notify,
    peers,
    policy,
    protocol,
    schema,
    token,
)
from gateway.cli.child import child
from gateway.cli.deadlines import app as deadlines
from gateway.cli.demo.command import demo
from gateway.cli.doctor import doctor
from gateway.cli.explain import explain_item
from gateway.cli.mailbox import app as mailbox
from gateway.cli.matrix import show_matrix
from gateway.cli.output import Exit, say
from gateway.cli.placements import placements
from gateway.cli.protocol import rules
from gateway.cli.serve import serve
from gateway.cli.simulate import simulate
from gateway.cli.told import told
from gateway.cli.work import work
from records.errors import GatewayError, IncompleteProtocol, MalformedIdentifier, WrongSettings

app: Final = typer.Typer(
    name="homeward",
    help="Police, children's social care and health share what they may about a missing child.",
    no_args_is_help=True,
    epilog="Exit codes: 0 done; 1 something failed; 2 the command or the settings are wrong;"
    " 3 the answer is no; 4 a change would show somebody more; 5 nothing that may be shown.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def homeward() -> None:
    """Police, children's social care and health share what they may about a missing child."""


app.command()(demo)
app.command()(serve)
app.command()(child)
app.command()(told)
app.add_typer(deadlines, name="deadlines")
app.command()(placements)
app.command("explain")(explain_item)
app.command()(rules)
app.command("matrix")(show_matrix)
app.command()(doctor)
app.add_typer(adapter.app, name="adapter")
app.add_typer(protocol.app, name="protocol")
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(agreement.app, name="agreement")
app.add_typer(schema.app, name="schema")
app.add_typer(episode.app, name="episode")
app.add_typer(link.app, name="link")
app.add_typer(notify.app, name="notify")
app.add_typer(mailbox, name="mailbox")
app.add_typer(peers.app, name="peers")
app.command()(work)
app.command()(simulate)
app.add_typer(token.app, name="token")

_MISUSE: Final = (WrongSettings, IncompleteProtocol, MalformedIdentifier)


def run() -> NoReturn:
    """Run the command. Every ending is one plain line and an exit code; see gateway.cli.output."""
    try:
        app(standalone_mode=True)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(Exit.DONE)
    except GatewayError as error:
        say(str(error))
        sys.exit(Exit.MISUSED if isinstance(error, _MISUSE) else Exit.FAILED)
    sys.exit(Exit.DONE)
