"""What people see of the demo: each step, the five answers side by side, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli.asking import Answer
from gateway.cli.demo.people import PEOPLE
from gateway.cli.demo.playing import Played
from gateway.cli.demo.story import Step
from gateway.cli.told import in_words

ROWS: Final = (
    ("Where placed, with whom", "placements", "detail"),
    ("Address there", "placements", "address"),
    ("Who works with the child", "involvements", "worker"),
    ("Missing, found", "missingEpisodes", "status"),
    ("Risk grade", "missingEpisodes", "risk"),
    ("Last seen at", "missingEpisodes", "lastSeen"),
    ("Safe and well check made", "safeAndWellChecks", "confirmation"),
    ("What the check found", "safeAndWellChecks", "findings"),
    ("Interview took place", "returnInterviews", "confirmation"),
    ("Safeguarding matters", "returnInterviews", "safeguarding"),
    ("Synopsis of interview", "returnInterviews", "synopsis"),
    ("The interview itself", "returnInterviews", "account"),
    ("Trigger plan", "triggerPlans", "plan"),
    ("The child's passwords", "triggerPlans", "credentials"),
    ("Health needs", "health", "needs"),
    ("Review health assessment", "health", "assessment"),
)
"""The lines of the table: a label, the category's field, and the part of its records."""

SYSTEMS: Final = {
    "police": "NEC CONNECT",
    "mosaic": "Blackpool",
    "liquidlogic": "Lancashire",
    "health": "FHIR R4",
    "pds": "national",
}
"""The simulated systems, by name, with what stands behind each."""

CHASED: Final = ("notice-unacknowledged", "notice-undeliverable")
"""What follows where nobody answers: told of in one line each."""

_STANDS: Final[Mapping[str, tuple[str, str]]] = {
    "PENDING": ("ready, not read yet", "yellow"),
    "SENT": ("sent", "yellow"),
    "DELIVERED": ("read", "green"),
    "ACKNOWLEDGED": ("acknowledged", "green"),
    "WITHHELD": ("nothing may be said", "dim"),
    "FAILED": ("failed", "red"),
}
"""Where a notice stands, in the words of somebody who sees it for the first time."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "DISCLOSED": ("shown", "green"),
    "REDUCED": ("in part", "green"),
    "WITHHELD": ("withheld", "yellow"),
    "NOTHING_HELD": ("none held", "dim"),
    "UNAVAILABLE": ("no answer", "red"),
    "AMBIGUOUS": ("in doubt", "magenta"),
    "NOT_CONFIRMED": ("–", "dim"),
}
_BEST_FIRST: Final = tuple(_WORDS)


def step_line(console: Console, step: Step, answer: Answer) -> None:
    """One step of the story, and what the allocated social worker sees of it."""
    console.print(f"[bold]{step.at:%a %d %b %H:%M}[/bold]  {step.says}", highlight=False)
    child = answer.data["child"]
    states = [
        record["status"]["episodeState"]
        for record in child.get("missingEpisodes", {}).get("records", [])
        if record["status"]["episodeState"]
    ]
    held = any(
        record["confirmation"]["heldBy"]
        for record in child.get("returnInterviews", {}).get("records", [])
    )
    seen = ", ".join(dict.fromkeys(state.lower() for state in states)) or "no episode yet"
    interview = "an interview took place" if held else "no interview yet"
    console.print(
        f"                 [dim]The social worker sees: {seen}; {interview}[/dim]", highlight=False
    )


def who_was_told(console: Console, played: Played) -> None:
    """Who should know of each thing that happened, by whose paragraph, who was chased, and the clocks that ran."""
    told = Table(
        title="\nWho has to be told, as it stood ten minutes after each step",
        title_justify="left",
        box=SIMPLE_HEAD,
        expand=True,
    )
    for name, share in (("who", 4), ("their notice", 3), ("by which paragraph", 3)):
        told.add_column(name, ratio=share, overflow="fold")
    for event in dict.fromkeys(tell["event"] for tell in played.told):
        if event in CHASED:
            continue
        told.add_row(Text(event.replace("-", " ").capitalize(), style="bold"))
        for tell in (one for one in played.told if one["event"] == event):
            told.add_row(*_line(tell))
        told.add_section()
    console.print(told)
    chased = Counter(tell["event"] for tell in played.told)
    if any(chased[event] for event in CHASED):
        console.print(
            f"Nobody but the nurse answered in the days between: {chased[CHASED[0]]} times the next in line was"
            f" told that a notice had not been acknowledged, and {chased[CHASED[1]]} times that somebody could"
            " not be reached.",
            highlight=False,
        )
    clocks = Table(
        title="\nWhat was due, once a council's system had told of the interview",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for name in ("by", "what", "stands"):
        clocks.add_column(name)
    for clock in played.deadlines:
        due = datetime.fromisoformat(clock["dueAt"])
        clocks.add_row(f"{due:%a %d %b %H:%M}", clock["says"], clock["state"].lower())
    console.print(clocks)


def _line(tell: Mapping[str, Any]) -> tuple[str, Text, str]:
    """One who should know: who, where their notice stands, and by which paragraphs."""
    says, style = _STANDS.get(tell["state"] or "", ("never told", "red"))
    why = f": {tell['notToldBecause']}" if tell["state"] == "FAILED" else ""
    paragraphs = dict.fromkeys(ref["paragraph"] for ref in tell["because"])
    return in_words(tell["recipient"]), Text(says + why, style=style), ", ".join(paragraphs)


def answers(console: Console, played: Played) -> None:
    """The five answers side by side, what was withheld by which paragraph, and who was not asked."""
    table = Table(
        title="\nThe same question, asked as five people",
        title_justify="left",
        caption="–  neither confirmed nor denied: the same answer whether or not anything is held",
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("", no_wrap=True)
    for person in PEOPLE:
        table.add_column(person.short, min_width=9)
    for label, category, part in ROWS:
        cells = (_cell(played.roles[p.role.value].answer, category, part) for p in PEOPLE)
        table.add_row(label, *cells)
    table.add_section()
    for name, system in SYSTEMS.items():
        cells = (_asked(name, played.roles[p.role.value].asked) for p in PEOPLE)
        table.add_row(f"{name}, {system}", *cells)
    console.print(table)
    for person in PEOPLE:
        _refusals(console, person.title, played.roles[person.role.value].withheld)


def _cell(answer: Mapping[str, Any], category: str, part: str) -> Text:
    """The best that any system's record says of this part; the category's own state where none does."""
    said = answer["child"].get(category)
    if said is None:
        return Text("–", style="dim")
    states = {record[part]["state"] for record in said["records"] if part in record}
    state = next((each for each in _BEST_FIRST if each in states), said["state"])
    if not states and said["state"] == "REDUCED":
        state = "WITHHELD"
    word, style = _WORDS[state]
    return Text(word, style=style)


def _asked(system: str, asked: Iterable[str]) -> Text:
    return Text("asked", style="dim") if system in asked else Text("not asked", style="bold")


def _refusals(console: Console, title: str, refusals: Iterable[Mapping[str, Any]]) -> None:
    lines: dict[tuple[str, str, str], list[str]] = {}
    for refusal in refusals:
        rules = refusal["rules"]
        because = (
            f"{rules[0]['paragraph']}: “{rules[0]['quote']}”"
            if rules
            else "no paragraph speaks of it"
        )
        key = (refusal["says"], because, refusal["ask"]["label"])
        lines.setdefault(key, []).append(refusal["item"].lower().replace("_", " "))
    if not lines:
        return
    console.print(f"\n[bold]Kept from: {title}[/bold]", highlight=False)
    for (says, because, whom), items in lines.items():
        console.print(f"  • {', '.join(items)}. {says}", highlight=False)
        console.print(f"    [dim]{because}. Ask: {whom}[/dim]", highlight=False)
