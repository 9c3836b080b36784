"""The ``homeward`` command: its verbs, and what becomes of everything that goes wrong."""

from __future__ import annotations

import asyncio
import sys
from typing import Final, NoReturn

import typer

from gateway.cli.lazily import Verbs
from gateway.cli.output import Exit, say
from gateway.cli.verbs import VERBS
from records.errors import GatewayError, IncompleteProtocol, MalformedIdentifier, WrongSettings


class _Homeward(Verbs):
    verbs = VERBS


app: Final = typer.Typer(
    name="homeward",
    cls=_Homeward,
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
