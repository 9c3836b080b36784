"""Every deadline of every protocol as one page: from what it counts, how long, who sees to it, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypedDict

from protocols.bundle import Bundle
from protocols.duties import Clock, Duty, Rung, Starts
from protocols.duties_words import clock_words
from protocols.protocol import LocalRole, Protocol

_HEAD: Final = """# Deadlines

Printed by `homeward deadlines table --write` from the partnerships' `duties.toml`; do not edit.

Hours are elapsed, nights and weekends included. Days are of the calendar. Working days are England's,
without bank holidays, and end with the day; a holiday proclaimed since is entered with `homeward
deadlines holiday add`. *Advisory*: our reminder, where the text names no time. Where nothing is said of
what follows, whoever had to see to it is told that it is overdue.
"""
_COLUMNS: Final = (
    "what",
    "counted from",
    "how long",
    "who sees to it",
    "who is told then",
    "if it is missed",
    "strength",
    "paragraph",
    "rule",
)
_FROM: Final = {
    Starts.REPORTED: "the report",
    Starts.RECORDED: "the police record",
    Starts.LOCATED: "being located",
    Starts.FOUND: "being found",
}


class PrintedDeadline(TypedDict):
    """One deadline as it is printed."""

    protocol: str
    rule: str
    what: str
    counted_from: str
    how_long: str
    owners: list[str]
    told: list[str]
    if_missed: str
    strength: str
    paragraph: str
    quote: str


def deadlines_of(bundle: Bundle) -> Iterator[PrintedDeadline]:
    """Every duty with a clock or a number of episodes, protocol by protocol."""
    for protocol in bundle.protocols.values():
        for duty in protocol.duties:
            if duty.clock is not None or duty.window is not None:
                yield _deadline(protocol, duty)


def printed(bundle: Bundle) -> str:
    """The page."""
    lines = [_HEAD]
    rows = list(deadlines_of(bundle))
    for protocol in bundle.protocols.values():
        own = [row for row in rows if row["protocol"] == protocol.id]
        if not own:
            continue
        lines += [f"## {protocol.title}", "", f"{len(own)} deadlines.", ""]
        lines += [_line(_COLUMNS), _line("---" for _ in _COLUMNS)]
        lines += [_line(_cells(row)) for row in own]
        lines.append("")
    return "\n".join(lines)


def _cells(row: PrintedDeadline) -> tuple[str, ...]:
    return (
        row["what"],
        row["counted_from"],
        row["how_long"],
        ", ".join(row["owners"]),
        ", ".join(row["told"]),
        row["if_missed"],
        row["strength"],
        row["paragraph"],
        f"`{row['rule']}`",
    )


def _deadline(protocol: Protocol, duty: Duty) -> PrintedDeadline:
    return PrintedDeadline(
        protocol=protocol.id,
        rule=duty.ref.id,
        what=duty.ref.says,
        counted_from=_from(duty),
        how_long=_how_long(duty),
        owners=_names(duty.owner),
        told=_told(duty),
        if_missed="; then ".join(_rung(rung) for rung in duty.ladder),
        strength=duty.ref.strength.value,
        paragraph=duty.ref.heading,
        quote=duty.ref.quote,
    )


def _told(duty: Duty) -> list[str]:
    """Who has a notice when what the clock waits for has come, or when the number is made up."""
    if duty.clock is not None and not duty.clock.waits:
        return []
    return _names(dict.fromkeys(role for tell in duty.tells for role in tell.who))


def _from(duty: Duty) -> str:
    clock = duty.clock
    if clock is None or clock.starts is Starts.EVENT:
        return " or ".join(sorted(event.value.replace("-", " ") for event in duty.events))
    return _FROM[clock.starts]


def _how_long(duty: Duty) -> str:
    parts = [] if duty.window is None else [str(duty.window)]
    if duty.clock is not None:
        parts.append(_without_start(duty.clock))
    return ", ".join(parts)


def _without_start(clock: Clock) -> str:
    words = clock_words(clock)
    return words.replace(f" from {clock.starts.value}", "", 1)


def _rung(rung: Rung) -> str:
    who = ", ".join(_names(rung.to))
    return who if rung.after is None else f"{who} after {rung.after}"


def _names(roles: Iterable[LocalRole]) -> list[str]:
    return [role.name for role in roles]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
