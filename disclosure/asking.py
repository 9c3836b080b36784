"""Asking the permitted systems side by side, each for what it may give and within its deadline.

Whatever a system does, the others are not held up by it: each outcome is a value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from disclosure.answers import NotAsked, ReportState, SourceReport
from linking.index import Doubt, Subjects
from records.errors import (
    NeedsExplicitAction,
    NeedsSignIn,
    SourceContractBroken,
    SourceError,
    SourceHeldBack,
    SourceRefused,
)
from records.identifiers import LocalId
from records.items import ITEM_CATEGORY, Category, Item
from records.record import DataNote, notes_for
from records.source import Answered, Question, Source

_NOTHING: Final = frozenset[Item]()
_log = logging.getLogger(__name__)

SAYS: Final[Mapping[ReportState, str]] = MappingProxyType(
    {
        ReportState.ANSWERED: "Answered.",
        ReportState.NOTHING_HELD: "Answered, and holds nothing of this.",
        ReportState.TIMED_OUT: "Did not answer in time. That is not: nothing is held. Ask again, or ring them.",
        ReportState.UNAVAILABLE: "Could not be reached. That is not: nothing is held. Ask again, or ring them.",
        ReportState.REFUSED: "Refused the gateway itself. That is not: nothing is held. Ring them.",
        ReportState.CONTRACT_BROKEN: "Answered in a way that cannot be trusted. That is not: nothing is held. Ring them.",
        ReportState.NOT_LINKED: "Does not know this child by the identifiers we hold. That is not: nothing is held.",
        ReportState.AMBIGUOUS: "May know this child by more than one record. A person has to decide which.",
        ReportState.NOT_ASKED: "Was not asked.",
    }
)
"""What is said of a system in each state: never its own words."""

SAYS_NOT_ASKED: Final[Mapping[NotAsked, str]] = MappingProxyType(
    {
        NotAsked.WITHHELD: SAYS[ReportState.NOT_ASKED],
        NotAsked.NOT_LINKED: SAYS[ReportState.NOT_LINKED],
        NotAsked.AMBIGUOUS: SAYS[ReportState.AMBIGUOUS],
        NotAsked.NEEDS_ACTION: (
            "Was not asked: every look at a child there is recorded and may be told to the authority."
            " It is asked only when you say that you mean it. That is not: nothing is held."
        ),
        NotAsked.NEEDS_SIGN_IN: (
            "Was not asked: it answers a person who has signed in to NHS Care Identity, and no sign-in of"
            " yours that it accepts came with the question. Sign in there and ask again. That is not:"
            " nothing is held."
        ),
        NotAsked.HELD_BACK: (
            "Was not asked just now: it did not answer several times, or is being asked as much as it"
            " may. That is not: nothing is held. Ask again, or ring them."
        ),
    }
)
"""What is said of a system that was not asked, by the reason."""

_WHY_NOT: Final[Mapping[ReportState, NotAsked]] = MappingProxyType(
    {
        ReportState.NOT_ASKED: NotAsked.WITHHELD,
        ReportState.NOT_LINKED: NotAsked.NOT_LINKED,
        ReportState.AMBIGUOUS: NotAsked.AMBIGUOUS,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one system: what it was asked, if anything, and its answer or why there is none.

    ``because`` is why it was not asked, where its state does not say that by itself.
    """

    state: ReportState
    question: Question | None = None
    answered: Answered | None = None
    because: NotAsked | None = None

    @property
    def was_asked(self) -> bool:
        """Whether the question went to the system at all, however that ended."""
        return self.question is not None

    @property
    def not_asked(self) -> NotAsked | None:
        """Why it was not asked; None where it was."""
        return None if self.was_asked else self.because or _WHY_NOT[self.state]


async def ask_all(
    questions: Mapping[str, Question], sources: Mapping[str, Source], deadlines: Mapping[str, float]
) -> dict[str, Outcome]:
    """Ask each system its question, all at once; an outcome for every one, whatever happens."""
    outcomes: dict[str, Outcome] = {}

    async def ask(name: str, question: Question) -> None:
        outcomes[name] = await _ask(sources[name], question, deadlines[name])

    if len(questions) == 1:
        await ask(*next(iter(questions.items())))
        return outcomes
    async with asyncio.TaskGroup() as asking:
        for name, question in questions.items():
            asking.create_task(ask(name, question), name=f"ask {name}")
    return outcomes


async def _ask(source: Source, question: Question, deadline: float) -> Outcome:
    try:
        async with asyncio.timeout(deadline):
            answered = await source.records(question)
    except TimeoutError:
        return Outcome(ReportState.TIMED_OUT, question)
    except asyncio.CancelledError:
        # A deadline that passes as a call fails can leave its own cancellation behind (seen on Python
        # 3.11.2). If nobody asked this task to end, it is a silent system and not a lost question.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return Outcome(ReportState.TIMED_OUT, question)
    except NeedsSignIn:
        return Outcome(ReportState.NOT_ASKED, because=NotAsked.NEEDS_SIGN_IN)
    except NeedsExplicitAction:
        return Outcome(ReportState.NOT_ASKED, because=NotAsked.NEEDS_ACTION)
    except SourceHeldBack:
        return Outcome(ReportState.UNAVAILABLE, because=NotAsked.HELD_BACK)
    except SourceError as error:
        return Outcome(_state(error), question)
    except Exception as error:  # noqa: BLE001 (a fault in one adapter must not silence the others)
        # Neither the message nor the trace is logged: either may hold what the system sent.
        _log.error("%s failed inside its adapter: %s", source.name, type(error).__name__)
        return Outcome(ReportState.CONTRACT_BROKEN, question)
    state = ReportState.ANSWERED if answered.records else ReportState.NOTHING_HELD
    return Outcome(state, question, answered)


def _state(error: SourceError) -> ReportState:
    match error:
        case SourceRefused():
            return ReportState.REFUSED
        case SourceContractBroken():
            return ReportState.CONTRACT_BROKEN
        case _:
            return ReportState.UNAVAILABLE


def subject_in(subjects: Subjects, source: str) -> LocalId | ReportState:
    """What this system calls the child, or the state that says why it cannot be asked."""
    match subjects.of(source):
        case Doubt.AMBIGUOUS:
            return ReportState.AMBIGUOUS
        case Doubt.NOT_LINKED:
            return ReportState.NOT_LINKED
        case LocalId() as local_id:
            return local_id


def report(
    source: Source, outcome: Outcome, category: Category, permitted: frozenset[Item] = _NOTHING
) -> SourceReport:
    """The report on one system in one category: what it answered of that, or why it did not.

    A note about a part of something is given with that part alone.
    """
    answered = outcome.answered
    if answered is None:
        why_not = outcome.not_asked
        return SourceReport(
            source=source.name,
            system=source.system,
            kind=source.kind,
            state=outcome.state,
            says=SAYS[outcome.state] if why_not is None else SAYS_NOT_ASKED[why_not],
            not_asked=why_not,
        )
    holds = any(record.category is category for record in answered.records)
    state = ReportState.ANSWERED if holds else ReportState.NOTHING_HELD
    return SourceReport(
        source=source.name,
        system=source.system,
        kind=source.kind,
        state=state,
        says=SAYS[state],
        as_of=answered.as_of,
        notes=_of(category, notes_for(answered.notes, permitted)),
        skipped=answered.skipped,
    )


def _of(category: Category, notes: tuple[DataNote, ...]) -> tuple[DataNote, ...]:
    return tuple(n for n in notes if n.item is None or ITEM_CATEGORY[n.item] is category)
