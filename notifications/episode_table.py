"""The states of an episode, and what each message does in each of them: a complete table.

Nothing is refused. A message that changes nothing is still kept as an event; one that says
less than is known already ("absent", of a child recorded missing) never takes anything back:
only being found ends an episode.

Source: the five protocols' terms ("missing", "absent", "away from placement"); the wider reading
where they differ, so that a child stays looked for until somebody has seen them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from records.episode import EpisodeState as State
from records.words import Word


class Step(Word):
    """What a message can say of an episode. The value is the event's type."""

    REPORTED = "child-reported-missing"
    RECORDED = "missing-recorded"
    AWAY = "away-without-authorisation"
    ABSENT = "absent"
    LOCATED = "child-located"
    FOUND = "child-found"
    CHECKED = "safe-and-well-done"
    CLOSED = "episode-closed"


@dataclass(frozen=True, slots=True)
class Move:
    """What a step does: the state after it, and whether it begins another episode."""

    to: State
    begins: bool = False


_LOOKED_FOR: Final = {
    Step.REPORTED: State.REPORTED,
    Step.RECORDED: State.MISSING,
    Step.AWAY: State.AWAY_WITHOUT_AUTHORISATION,
    Step.ABSENT: State.ABSENT,
    Step.LOCATED: State.LOCATED,
    Step.FOUND: State.FOUND,
    Step.CHECKED: State.FOUND,
    Step.CLOSED: State.CLOSED,
}
"""Where each step leads by itself: from nothing, and from a state that says less."""

_HELD: Final[Mapping[State, Mapping[Step, State]]] = {
    State.REPORTED: {},
    State.MISSING: {
        Step.REPORTED: State.MISSING,
        Step.AWAY: State.MISSING,
        Step.ABSENT: State.MISSING,
    },
    # Located is not found: nobody has seen the child safe. Lost again, the same episode goes on.
    State.LOCATED: {
        Step.AWAY: State.LOCATED,
        Step.ABSENT: State.LOCATED,
    },
    State.AWAY_WITHOUT_AUTHORISATION: {Step.ABSENT: State.AWAY_WITHOUT_AUTHORISATION},
    State.ABSENT: {},
    State.FOUND: {Step.LOCATED: State.FOUND},
    State.CLOSED: {
        Step.LOCATED: State.CLOSED,
        Step.FOUND: State.CLOSED,
        Step.CHECKED: State.CLOSED,
    },
}
"""Where a step leads elsewhere than by itself."""

OVER: Final = frozenset({State.FOUND, State.CLOSED})
"""The child has been found: what says that they are gone begins another episode."""

GONE: Final = frozenset({Step.REPORTED, Step.RECORDED, Step.AWAY, Step.ABSENT})
"""What says that a child is not where they should be."""


def _moves() -> dict[State, Mapping[Step, Move]]:
    table: dict[State, Mapping[Step, Move]] = {
        State.NOT_KNOWN: {step: Move(to, begins=True) for step, to in _LOOKED_FOR.items()}
    }
    for state, held in _HELD.items():
        table[state] = {
            step: Move(to, begins=True)
            if state in OVER and step in GONE
            else Move(held.get(step, to))
            for step, to in _LOOKED_FOR.items()
        }
    return table


MOVES: Final[Mapping[State, Mapping[Step, Move]]] = MappingProxyType(_moves())
"""Every state and every step. NOT_KNOWN is: no episode yet."""


def printed() -> str:
    """The table as people read it, in Markdown."""
    heads = "".join(f" {step.value} |" for step in Step)
    lines = [
        "# States of an episode",
        "",
        "Printed by `homeward episode table --write` from `notifications/episode_table.py`; do not edit.",
        "",
        "Rows: the state that stands. Columns: the message. Messages are taken in the order in which",
        "things happened, whatever the order of arrival. **Bold** begins another episode. What a carer says of an",
        "episode that was reported or recorded by then is kept, and moves nothing.",
        "",
        f"| |{heads}",
        f"|---|{'---|' * len(Step)}",
    ]
    for state, moves in MOVES.items():
        cells = "".join(f" {_cell(state, moves[step])} |" for step in Step)
        name = "(no episode yet)" if state is State.NOT_KNOWN else state.value
        lines.append(f"| {name} |{cells}")
    return "\n".join(lines) + "\n"


def _cell(state: State, move: Move) -> str:
    if move.begins:
        return f"**{move.to.value}**"
    return "·" if move.to is state else move.to.value
