"""What came of something that was to be put on record, said in the same way by every verb that does so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from gateway.cli.output import Exit, print_json, say


def on_record(outcome: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    """Say what came: ``words`` where it is on record; where it is not this caller's to do, whom to ask.

    ``words`` may name parts of the outcome, as in ``{id}``.

    Raises:
        typer.Exit: with exit 3, where it was refused.
    """
    refused = outcome["__typename"] == "Refused"
    if as_json:
        print_json(outcome)
    elif refused:
        say(f"{outcome['says']} Ask: {outcome['ask']['label']}")
    else:
        say(words.format_map(outcome))
    if refused:
        raise typer.Exit(Exit.NO)


def once(outcome: Mapping[str, Any]) -> str:
    """What is said of something that is on record once, however often it is said."""
    return "It is on record." if outcome.get("outcome") == "DONE" else "It was on record already."
