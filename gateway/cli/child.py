"""``homeward child``: one child as one person may see them, gaps in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any, Final

import httpx2
import typer
from rich.markup import escape

from gateway.cli.asking import SECONDS, Answer, Why, ask
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.issuer import DevelopmentIssuer
from gateway.keys import development_key
from records.errors import WrongSettings
from records.people import Purpose, Role

DOCUMENT: Final = (files("gateway.cli") / "child.graphql").read_text(encoding="utf-8")
TITLES: Final[Mapping[str, str]] = {
    "identity": "Who the child is",
    "legalStatus": "Legal status",
    "placements": "Placement",
    "involvements": "Who works with the child",
    "missingEpisodes": "Missing episodes",
    "safeAndWellChecks": "Safe and well checks",
    "returnInterviews": "Return interviews",
    "triggerPlans": "Trigger plan",
    "health": "Health",
    "intelligence": "Intelligence",
}
STATES: Final[Mapping[str, str]] = {
    "DISCLOSED": "",
    "REDUCED": "in part",
    "WITHHELD": "withheld",
    "NOTHING_HELD": "nothing held",
    "UNAVAILABLE": "could not be asked",
    "AMBIGUOUS": "the child is in doubt",
    "NOT_CONFIRMED": "neither confirmed nor denied",
}
_BESIDE: Final = frozenset({"state", "source", "id"})
_SILENT: Final = frozenset({"TIMED_OUT", "UNAVAILABLE", "REFUSED", "CONTRACT_BROKEN", "AMBIGUOUS"})


def child(
    child_id: Annotated[
        str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")
    ],
    purpose: Annotated[Purpose, typer.Option(help="Why you ask.")],
    reason: Annotated[str, typer.Option(help="The reason, in your own words. It is written down.")],
    case_ref: Annotated[str | None, typer.Option(help="Your own case reference.")] = None,
    url: Annotated[
        str, typer.Option(envvar="HOMEWARD_URL", help="Where the gateway is.")
    ] = "http://127.0.0.1:8080",
    token: Annotated[
        str | None, typer.Option(envvar="HOMEWARD_TOKEN", help="Your access token.")
    ] = None,
    role: Annotated[
        Role | None,
        typer.Option("--as", metavar="ROLE", help="In development: mint a token for this role."),
    ] = None,
    organisation: Annotated[str | None, typer.Option(help="With --as: for whom.")] = None,
    subject: Annotated[str, typer.Option(help="With --as: which person.")] = "invented-person",
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """What you may know of one child, from every system; what is kept back, and whom to ask."""
    if token is None:
        if role is None or organisation is None:
            raise WrongSettings(
                "Say who asks: give --token (or HOMEWARD_TOKEN), or in development"
                " --as ROLE --organisation CODE."
            )
        settings = settings_of(config)
        issuer = DevelopmentIssuer(settings, development_key(settings))
        token = issuer.mint(role, organisation, subject)
    why = Why(purpose=purpose, reason=reason, case_ref=case_ref)
    answer = asyncio.run(_asked(url.rstrip("/"), token, child_id, why))
    found = answer.data["child"]
    if as_json:
        print_json({"child": found, "asked": answer.asked, "not_asked": answer.not_asked})
    elif "says" in found:
        say(f"{found['says']} Ask: {found['ask']['label']}")
    else:
        for line in _lines(answer):
            STDOUT.print(line, highlight=False)
    if "says" in found:
        raise typer.Exit(Exit.NOTHING)


async def _asked(url: str, token: str, child_id: str, why: Why) -> Answer:
    async with httpx2.AsyncClient(timeout=SECONDS) as client:
        return await ask(client, url, token, DOCUMENT, variables={"child": child_id}, why=why)


def _lines(answer: Answer) -> Iterator[str]:
    for field, title in TITLES.items():
        said = answer.data["child"][field]
        state = STATES[said["state"]]
        yield f"[bold]{title}[/bold]{f'  ({state})' if state else ''}"
        for record in said["records"]:
            yield from _record(record)
        for source in said["sources"]:
            if source["state"] in _SILENT:
                yield f"  [red]{source['name']}: {escape(source['says'])}[/red]"
        for (says, cited, whom), items in alike(said["withheld"]).items():
            yield (
                f"  [yellow]kept back: {', '.join(items)}.[/yellow] {escape(says)}"
                f"{f' ({escape(cited)})' if cited else ''} Ask: {escape(whom)}"
            )
    yield f"\nAsked: {', '.join(answer.asked) or 'no system'}."
    never = ", ".join(dict.fromkeys(one["source"] for one in answer.not_asked))
    yield f"Not asked: {never or 'none'}. You may not be shown everything."


def alike(refusals: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], list[str]]:
    """Items by what is said of them, the paragraphs, and whom to ask; each group in one line."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for refusal in refusals:
        cited = ", ".join(dict.fromkeys(rule["paragraph"] or "" for rule in refusal["rules"]))
        key = (refusal["says"], cited, refusal["ask"]["label"])
        groups.setdefault(key, []).append(refusal["item"].lower().replace("_", " "))
    return groups


def _record(record: Mapping[str, Any]) -> Iterator[str]:
    """A record's parts, one to a line, with the system it comes from."""
    for part, said in record.items():
        if part in _BESIDE or said["state"] not in {"DISCLOSED", "REDUCED"}:
            continue
        values = "; ".join(_value(v) for k, v in said.items() if k not in _BESIDE and v is not None)
        if values:
            yield f"  {escape(values)}  [dim]{record['source']['name']}[/dim]"


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
