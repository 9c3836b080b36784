"""A system as the gateway asks it: shared, guarded by a breaker, measured, and told of.

What is told is by name of system and never by child.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from disclosure.sharing import Sharing
from gateway.resilience.asking import asking
from gateway.resilience.breaker import Breaker, Verdict
from gateway.resilience.measuring import Measured
from gateway.telemetry import Telemetry
from records.condition import BreakerState, Condition, SystemHealth, in_words
from records.errors import (
    NeedsExplicitAction,
    SourceContractBroken,
    SourceError,
    SourceHeldBack,
    SourceRefused,
)
from records.identifiers import NHSNumber
from records.items import Item
from records.people import Kind
from records.sign_in import carried
from records.source import Answered, Evidence, Known, Question, Source

DEADLINE: Final = 5.0
_IN_TIME: Final = 0.95
"""Of the deadline. The door's clock and ours do not start at the same instant."""
_LEVEL: Final = MappingProxyType(
    {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 1.0, BreakerState.OPEN: 2.0}
)
_SAYS_NOTHING: Final = frozenset({"given-up", "held-back", "needs-action", "failed"})


@dataclass(slots=True)
class _Outcome:
    """What came of one fetch, as a slug, and how far behind the system said it was."""

    slug: str
    lag_seconds: float = 0.0


class Watched:
    """A source, asked within ``deadline`` seconds, and what has come of asking it."""

    def __init__(
        self,
        source: Source,
        telemetry: Telemetry,
        *,
        deadline: float = DEADLINE,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._telemetry = telemetry
        self._deadline = deadline
        self._clock = clock
        self._breaker = Breaker(clock)
        self._measured = Measured(deadline, clock=clock, now=now)
        self._sharing = Sharing[Answered](
            deadline / 2, on_join=lambda: telemetry.beside(self.name, "joined"), clock=clock
        )
        telemetry.watch_breaker(self.name, lambda: _LEVEL[self._breaker.state])

    @property
    def name(self) -> str:
        """The deployment's name for it."""
        return self._source.name

    @property
    def system(self) -> str:
        """The product."""
        return self._source.system

    @property
    def kind(self) -> Kind:
        """Whose system it is."""
        return self._source.kind

    @property
    def evidence(self) -> Evidence:
        """How well its interface is known."""
        return self._source.evidence

    @property
    def supplies(self) -> frozenset[Item]:
        """The items that it can supply."""
        return self._source.supplies

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked.

        A person's own look at a child is theirs alone: the system writes down who looked.

        Raises:
            SourceError: as the source itself raises it, or because it is being given a rest.
        """
        if question.explicit or carried() is not None:
            return await self._fetch(question)
        key = (question.subject, question.items, question.asked_for, question.purpose)
        return await self._sharing.get(key, lambda: self._fetch(question))

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom this system knows by that NHS number.

        Raises:
            SourceError: as for `records`.
        """
        with self._watching(["trace"]) as came:
            known = await self._source.trace(nhs_number)
            came.slug = "answered"
            return known

    @property
    def health(self) -> SystemHealth:
        """How it is doing, and what its users lose while it does badly."""
        breaker = self._breaker.state
        paused = breaker is not BreakerState.CLOSED
        state = Condition.PAUSED if paused else self._measured.condition
        last = self._measured.last
        return SystemHealth(
            name=self.name,
            system=self.system,
            agency=self.kind,
            state=state,
            breaker=breaker,
            latency_ms=_ms(self._measured.took(0.5)),
            latency_p95_ms=_ms(self._measured.took(0.95)),
            data_age_seconds=None
            if last is None or last.lag_seconds is None
            else round(last.lag_seconds),
            last_answered_at=None
            if last is None or last.last_at is None
            else last.last_at.replace(second=0, microsecond=0),
            losing=in_words(self.supplies)
            if state in {Condition.PAUSED, Condition.FAILING}
            else (),
        )

    async def _fetch(self, question: Question) -> Answered:
        with self._watching([item.value for item in question.items]) as came:
            answered = await self._source.records(question)
            came.slug = "answered" if answered.records else "nothing-held"
            came.lag_seconds = max(0.0, (question.now - answered.as_of).total_seconds())
            return answered

    @contextmanager
    def _watching(self, items: Sequence[str]) -> Iterator[_Outcome]:
        """One fetch, let through by the breaker, in time, with what came of it noted."""
        turn = self._admitted()
        began = self._clock()
        # What nobody names below is a cancelled question: our deadline, or the caller's going.
        came = _Outcome("given-up")
        with (
            self._telemetry.asking(self.name, items) as told,
            # So that whoever waits for a turn until the end is told so, and is not cut off.
            asking(_IN_TIME * self._deadline, self._clock) as one,
        ):
            try:
                yield came
            except Exception as error:
                came.slug = "held-back" if one.held_back else _slug(error)
                if one.held_back and not one.sent:
                    raise SourceHeldBack(
                        self.name,
                        "was not asked, because the gateway is asking it as much as it may. Ask again.",
                    ) from error
                raise
            finally:
                took = self._clock() - began
                if came.slug == "given-up" and took >= _IN_TIME * self._deadline:
                    came.slug = "timed-out"
                told.outcome = came.slug
                self._note(turn, came, took)

    def _admitted(self) -> int:
        turn = self._breaker.admit()
        if turn is None:
            self._telemetry.beside(self.name, "paused")
            raise SourceHeldBack(
                self.name,
                "did not answer several times and is left alone for some seconds."
                " Ask again, or ring the agency that runs it.",
                retry_after=self._breaker.rest_left,
            )
        return turn

    def _note(self, turn: int, came: _Outcome, took: float) -> None:
        match came.slug:
            case "answered" | "nothing-held":
                self._telemetry.data_age(self.name, came.lag_seconds)
                if self._breaker.settle(turn, Verdict.ANSWERED):
                    self._measured.came_back()
                self._measured.answered(took, came.lag_seconds)
            case "unavailable" | "timed-out":
                self._breaker.settle(turn, Verdict.SILENT)
                self._measured.failed(silent=True)
            case "refused" | "contract-broken":
                if self._breaker.settle(turn, Verdict.ANSWERED):
                    self._measured.came_back()
                self._measured.failed(silent=False)
            case slug:
                # A fault of ours, a caller who left, or our own limits: nothing about the system.
                assert slug in _SAYS_NOTHING  # noqa: S101 (every slug is dealt with)
                if slug == "held-back":
                    self._telemetry.beside(self.name, slug)
                self._breaker.settle(turn, Verdict.NEITHER)


def _slug(error: Exception) -> str:
    match error:
        case NeedsExplicitAction():
            return "needs-action"
        case SourceRefused():
            return "refused"
        case SourceContractBroken():
            return "contract-broken"
        case SourceError():
            return "unavailable"
        case TimeoutError():
            return "timed-out"
        case _:
            return "failed"


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(1000 * seconds)
