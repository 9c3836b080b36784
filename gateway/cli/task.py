"""``homeward task``: what the protocols ask of people about one child, and saying that it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.padding import Padding

from gateway.cli.acts import on_record, once
from gateway.cli.asking import Why
from gateway.cli.caller import (
    HERE,
    SOMEBODY,
    As,
    AskFor,
    Organisation,
    Reason,
    Subject,
    Token,
    Url,
    answered,
    token_of,
)
from gateway.cli.deployment import AsJson, Config
from gateway.cli.output import STDOUT, Exit, print_json, print_whole, say
from gateway.cli.told import CHILD_ID, in_words

app: Final = typer.Typer(help="What the protocols ask of people.", no_args_is_help=True)

_ASKED: Final = """
query Tasks($child: ID!) {
  whoHasBeenTold(child: $child) {
    ... on Tellings {
      followUps {
        event happenedAt
        tasks { id kind says owners meeting keep doneAt because { id protocol paragraph quote } }
      }
    }
    ... on NotFoundOrNotPermitted { says ask { role label } }
  }
}
"""
_DONE: Final = """
mutation Done($task: ID!, $how: String!) {
  completeTask(input: { task: $task, how: $how }) {
    __typename
    ... on TellingRecorded { id outcome }
    ... on Refused { says ask { role label } }
  }
}
"""


@app.command("list")
def list_tasks(
    child_id: CHILD_ID,
    purpose: AskFor,
    reason: Reason,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """What is asked of people about a child, as you may know it. Exit 5 where there is nothing."""
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    found = answered(url, shown, _ASKED, {"child": child_id}, why)["whoHasBeenTold"]
    if "says" in found:
        if as_json:
            print_json(found)
        else:
            say(f"{found['says']} Ask: {found['ask']['label']}")
        raise typer.Exit(Exit.NOTHING)
    tasks = [
        {"event": one["event"], "happenedAt": one["happenedAt"], **task}
        for one in found["followUps"]
        for task in one["tasks"]
    ]
    if as_json:
        print_json(tasks)
    elif tasks:
        show(tasks)
    if not tasks:
        say("Nothing is asked of anybody that you may know of.")
        raise typer.Exit(Exit.NOTHING)


@app.command()
def done(
    task: Annotated[str, typer.Argument(help="The task's id in an earlier answer.")],
    how: Annotated[str, typer.Option(help="What you did: 20 characters or more. Sent to nobody.")],
    purpose: AskFor,
    reason: Reason,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say that a task of yours is done; whoever waits for your word is told. Exit 3 where it is not yours."""
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    outcome = answered(url, shown, _DONE, {"task": task, "how": how}, why)["completeTask"]
    on_record(outcome, once(outcome), as_json=as_json)


def show(tasks: Iterable[Mapping[str, Any]]) -> None:
    """Tasks, in the order in which they were asked for, each with its id on a line of its own."""
    for task in tasks:
        done_on = (
            "" if task["doneAt"] is None else f" [green]Done on {task['doneAt'][:10]}.[/green]"
        )
        because = ", ".join(dict.fromkeys(ref["paragraph"] for ref in task["because"]))
        whose = "; ".join(in_words(owner) for owner in task["owners"])
        STDOUT.print(f"[bold]{escape(task['says'])}[/bold]{done_on}", highlight=False)
        said = f"for {whose}, because of: {task['event'].replace('-', ' ')} ({because})"
        STDOUT.print(Padding(escape(said), (0, 0, 0, 2)), highlight=False)
        print_whole(f"  {task['id']}")
