"""``homeward told``: who should know of what happened to a child, who has been told, and who has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

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
from gateway.cli.output import STDOUT, Exit, print_json, say, table
from records.organisations import names

TOLD: Final = """
query Told($child: ID!, $episode: ID) {
  whoHasBeenTold(child: $child, episode: $episode) {
    ... on Tellings {
      tells {
        id recipient event episode happenedAt items state overdue channel dueAt deliveredAt
        acknowledgedAt notToldBecause decidedBecause because { id protocol paragraph quote }
        keptBack { item reason }
      }
      deadlines {
        id says dueAt basisAt state owners advisory departed firedAt settledAt
        because { id protocol paragraph quote }
      }
      followUps {
        event happenedAt
        answers { matter who certain because { id protocol paragraph quote } }
        conflicts { matter claims taken because { id protocol paragraph quote } }
      }
    }
    ... on NotFoundOrNotPermitted { says ask { role label } }
  }
}
"""
"""What is asked here, and in the demo."""

CHILD_ID = Annotated[str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")]


def told(
    child_id: CHILD_ID,
    purpose: AskFor,
    reason: Reason,
    episode: Annotated[
        str | None, typer.Option(help="Of this episode alone, by its id in an earlier answer.")
    ] = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Expected against told, line by line as you may know it, and who answers for what.

    Exit 3 if anything is overdue.
    """
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    found = answered(url, shown, TOLD, {"child": child_id, "episode": episode}, why)
    tellings = found["whoHasBeenTold"]
    if as_json:
        print_json(tellings)
    if "says" in tellings:
        if not as_json:
            say(f"{tellings['says']} Ask: {tellings['ask']['label']}")
        raise typer.Exit(Exit.NOTHING)
    if not as_json:
        STDOUT.print(table_of(tellings["tells"]))
        answers = answers_of(tellings["followUps"])
        if answers.row_count:
            STDOUT.print("\nWho answers for what")
            STDOUT.print(answers)
    if any(tell["overdue"] for tell in tellings["tells"]):
        raise typer.Exit(Exit.NO)


def in_words(recipient: str) -> str:
    """Who a recipient is, as people say it: the organisation by name where there is a list of such."""
    organisation, slash, rest = recipient.partition("/")
    if not slash:
        return recipient.replace("-", " ").replace("_", " ")
    role, _, person = rest.partition("/")
    said = f"{names().get(organisation, organisation)}, {role.replace('-', ' ').replace('_', ' ')}"
    return f"{said} ({person})" if person else said


def table_of(tells: list[Mapping[str, Any]]) -> Table:
    """Who should know, one to a line; what is overdue stands out."""
    shown = table("what happened", "who should know", "state", "why not", "paragraph")
    for tell in tells:
        state = "NEVER TOLD" if tell["state"] is None else tell["state"].replace("_", " ")
        late = "[red]OVERDUE[/red] " if tell["overdue"] else ""
        shown.add_row(
            tell["event"].replace("-", " "),
            escape(in_words(tell["recipient"])),
            f"{late}{state.lower()}",
            escape(": ".join(filter(None, (tell["notToldBecause"], tell["decidedBecause"])))),
            escape(", ".join(dict.fromkeys(ref["paragraph"] for ref in tell["because"]))),
        )
    return shown


def answers_of(follow_ups: Sequence[Mapping[str, Any]]) -> Table:
    """Who has to see to what, as it stands after the last event that says so; one line to a paragraph."""
    last: dict[str, Mapping[str, Any]] = {}
    for one in sorted(follow_ups, key=lambda one: str(one["happenedAt"])):
        last |= {answer["matter"]: one for answer in one["answers"]}
    shown = table("what", "who", "how sure", "paragraph")
    for matter, event in last.items():
        taken = [
            who for one in event["conflicts"] if one["matter"] == matter for who in one["taken"]
        ]
        for answer in event["answers"]:
            if answer["matter"] == matter:
                shown.add_row(
                    matter.replace("-", " "),
                    escape(", ".join(in_words(who) for who in answer["who"])),
                    _how_sure(answer, taken),
                    escape(", ".join(ref["paragraph"] for ref in answer["because"])),
                )
    return shown


def _how_sure(answer: Mapping[str, Any], taken: Sequence[str]) -> str:
    """What stands between an answer and its being so: a fact that is not known, another protocol."""
    doubts = [] if answer["certain"] else ["a fact is not known"]
    if taken:
        doubts.append(
            "protocols differ; meanwhile theirs"
            if answer["who"] == taken
            else "protocols differ; not meanwhile"
        )
    return "; ".join(doubts) or "certain"
