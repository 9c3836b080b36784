"""What waits for a person to say whose it is: possible matches and events in doubt, seen and decided."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from gateway.cli.acts import on_record
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
from gateway.cli.output import STDOUT, Exit, print_json, say

QUEUE: Final = """
query Queue($child: ID) {
  possibleMatches(first: 50, child: $child) {
    id state bits heldBackBecause weights foundAt
    sides { system } evidence { aspect says bits }
  }
  doubtfulEvents { id type happenedAt system child doubt }
}
"""
BESIDE: Final = """
query Beside($match: ID!) {
  possibleMatch(id: $match) {
    id state bits heldBackBecause weights foundAt
    sides { system child values { aspect state text } withheld { item says ask { label } } }
    evidence { aspect says bits }
  }
}
"""
_DECIDED: Final = """
mutation Decide($match: ID!, $because: String!, $key: String!) {
  done: %s(input: {match: $match, because: $because, clientMutationId: $key}) {
    __typename
    ... on MatchDecided { id match decision }
    ... on Refused { says ask { role label } }
  }
}
"""
PLACE: Final = """
mutation Place($event: ID!, $child: ID!, $episode: ID, $because: String!, $key: String!) {
  done: placeEvent(
    input: {event: $event, child: $child, episode: $episode, because: $because, clientMutationId: $key}
  ) {
    __typename
    ... on EventPlaced { id event child }
    ... on Refused { says ask { role label } }
  }
}
"""

Match = Annotated[str, typer.Argument(metavar="MATCH", help="The match's id, from `link queue`.")]
Because = Annotated[
    str, typer.Option(help="Why you decide so, in your own words. Somebody else will read it.")
]
Key = Annotated[
    str | None,
    typer.Option(help="An id of your own, so that sending it again does nothing twice."),
]


_ON_RECORD: Final = "Done, and on record as {id}."


def queue(
    purpose: AskFor,
    reason: Reason,
    match: Annotated[
        str | None, typer.Option(help="This match alone, with what both records say.")
    ] = None,
    child: Annotated[
        str | None,
        typer.Option(
            help="Every match of this child, by id: those decided, or made by machine, too."
        ),
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
    """Show what waits for you: records that may be of one child, and events of which nobody knows whose they are.

    Exit 5 where nothing waits, or nothing that is yours to decide.
    """
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    if match is not None:
        found = answered(url, shown, BESIDE, {"match": match}, why)["possibleMatch"]
        if as_json:
            print_json(found)
        if found is None:
            say("No such match waits for you. See those that do with: homeward link queue")
            raise typer.Exit(Exit.NOTHING)
        if not as_json:
            STDOUT.print(_beside(found))
        return
    waits = answered(url, shown, QUEUE, {"child": child}, why)
    if as_json:
        print_json(waits)
    elif waits["possibleMatches"] or waits["doubtfulEvents"]:
        STDOUT.print(_matches(waits["possibleMatches"]))
        STDOUT.print(_events(waits["doubtfulEvents"]))
    if not waits["possibleMatches"] and not waits["doubtfulEvents"]:
        if not as_json:
            say("Nothing waits for you.")
        raise typer.Exit(Exit.NOTHING)


def confirm(
    match: Match,
    because: Because,
    purpose: AskFor,
    reason: Reason,
    key: Key = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say that both records are of one child. Exit 3 if it is not yours to say."""
    caller = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    _decide("confirmMatch", match, because, key, url, caller, why, as_json=as_json)


def reject(
    match: Match,
    because: Because,
    purpose: AskFor,
    reason: Reason,
    key: Key = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say that they are two children: the pair does not come back. Exit 3 if it is not yours to say."""
    caller = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    _decide("rejectMatch", match, because, key, url, caller, why, as_json=as_json)


def unlink(
    match: Match,
    because: Because,
    purpose: AskFor,
    reason: Reason,
    key: Key = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take a confirmation back: two children again, each with what was theirs. Exit 3 if it is not yours."""
    caller = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    _decide("unlink", match, because, key, url, caller, why, as_json=as_json)


def place(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Its id, from `link queue`.")],
    child: Annotated[str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")],
    because: Because,
    purpose: AskFor,
    reason: Reason,
    episode: Annotated[
        str | None,
        typer.Option(
            help="Of which of the child's episodes an interview is: its id, from `homeward told --json`."
        ),
    ] = None,
    key: Key = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say whose an event is: it is kept as that child's, and everybody is told. Exit 3 if it is not yours to say."""
    caller = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    given = {
        "event": event,
        "child": child,
        "episode": episode,
        "because": because,
        "key": _key(key),
    }
    on_record(answered(url, caller, PLACE, given, why)["done"], _ON_RECORD, as_json=as_json)


def _decide(
    mutation: str,
    match: str,
    because: str,
    key: str | None,
    url: str,
    caller: str,
    why: Why,
    *,
    as_json: bool,
) -> None:
    given = {"match": match, "because": because, "key": _key(key)}
    on_record(
        answered(url, caller, _DECIDED % mutation, given, why)["done"], _ON_RECORD, as_json=as_json
    )


def _key(key: str | None) -> str:
    return key if key is not None else f"cli-{secrets.token_urlsafe(12)}"


def _matches(found: list[Mapping[str, Any]]) -> Table:
    table = Table(
        "match", "state", "systems", "bits", "evidence", "no machine links it because", box=None
    )
    for one in found:
        table.add_row(
            one["id"],
            one["state"].lower(),
            escape(" / ".join(side["system"] for side in one["sides"])),
            str(one["bits"]),
            escape(" ".join(each["says"] for each in one["evidence"])),
            escape(one["heldBackBecause"] or "it does not weigh enough"),
        )
    return table


def _events(found: list[Mapping[str, Any]]) -> Table:
    table = Table("event", "what", "when", "from", "leads to", "say", box=None)
    for one in found:
        what = one["type"].replace("-", " ")
        say = one["doubt"].lower().replace("_", " ")
        table.add_row(
            one["id"], what, one["happenedAt"], escape(one["system"]), one["child"] or "", say
        )
    return table


def _beside(found: Mapping[str, Any]) -> Table:
    one, other = found["sides"]
    table = Table("", escape(one["system"]), escape(other["system"]), "how alike", box=None)
    right = {value["aspect"]: value for value in other["values"]}
    says = {each["aspect"]: each["says"] for each in found["evidence"]}
    for value in one["values"]:
        aspect = value["aspect"]
        table.add_row(
            aspect.replace("_", " ").lower(),
            _cell(value),
            _cell(right.get(aspect)),
            escape(says[aspect]),
        )
    return table


def _cell(value: Mapping[str, Any] | None) -> str:
    if value is None:
        return ""
    return escape(value["text"] or f"({value['state'].replace('_', ' ').lower()})")
