"""Whether a connected system and its adapter keep the `Source` contract: a checklist, with timings.

It asks the real system about one child who is there for tests, and shows nothing of what came:
a check passes, fails or is left out, in words without a value. The same contract, with every
fault switched on, is held against the simulators in tests/contract.
"""

from __future__ import annotations

import asyncio
import enum
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from gateway.settings import SourceSettings
from gateway.sources import connect
from records.errors import (
    NeedsExplicitAction,
    NotSetUp,
    SourceError,
    SourceUnavailable,
    WrongSettings,
)
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.polling import ASKED, Polls
from records.record import only
from records.source import Answered, Paced, Question, Source

RUNS: Final = 5
SLIP: Final = "tiemout"
_AT_ONCE: Final = 0.00001
"""Seconds in which nothing can be answered, not even by this machine to itself."""
_LATE: Final = 1.0
_CLOCKS: Final = timedelta(minutes=2)
_LOOKS_BACK: Final = timedelta(days=3)
_LONGEST_REFERENCE: Final = 200


class Result(enum.Enum):
    """What came of one check."""

    PASSED = "passed"
    FAILED = "failed"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check: what holds or does not, and how long it took."""

    check: str
    result: Result
    says: str
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Whom to ask about: a child invented for tests in that system, by its own id there.

    ``nobody`` is an id that it has never given out. What is None is not checked.
    """

    known: str
    nhs_number: NHSNumber | None = None
    nobody: str | None = None
    asked_for: str = "conformance-test"


class _FallsShort(Exception):
    """A check that fails, in words without a value."""


class _LeftOut(Exception):
    """A check that cannot be made, and what it would need."""


class Checklist:
    """The checks of one configured system. ``source`` asks it as the gateway would."""

    def __init__(
        self, source: Source, described: SourceSettings, http: Http, subjects: Subjects
    ) -> None:
        self._source = source
        self._described = described
        self._http = http
        self._subjects = subjects
        self._whole: Answered | None = None

    async def run(self) -> AsyncIterator[Checked]:
        """Every check, in order, each as soon as it is known."""
        checks: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
            ("says what it is", self._says_what_it_is),
            ("a slip in its settings is one plain line", self._slip),
            ("the child is known, with records", self._good_answer),
            ("every row could be read", self._rows),
            ("records say where they come from and as of when", self._provenance),
            ("what is not permitted is not built", self._narrowed),
            ("an id of nobody is an empty answer", self._nobody),
            ("another system's child is not asked for", self._another_systems),
            ("the child is found by NHS number", self._traced),
            ("says whose records have changed", self._changed),
            ("tells what happened, alike each time", self._told),
            ("answers in half of its deadline", self._quick),
            ("a deadline that passes is kept, and tells nothing of anybody", self._deadline),
        )
        for check, made in checks:
            began = time.perf_counter()
            try:
                result, says = Result.PASSED, await made()
            except _FallsShort as short:
                result, says = Result.FAILED, str(short)
            except _LeftOut as left:
                result, says = Result.LEFT_OUT, str(left)
            except (NeedsExplicitAction, NotSetUp) as error:
                result, says = Result.LEFT_OUT, str(error)
            except SourceError as error:
                result, says = Result.FAILED, str(error)
            except Exception as error:  # noqa: BLE001 (an adapter's fault is a finding; its words may hold a record)
                result, says = Result.FAILED, f"The adapter itself failed: {type(error).__name__}."
            ms = round(1000 * (time.perf_counter() - began))
            yield Checked(check=check, result=result, says=says, ms=ms)

    async def _says_what_it_is(self) -> str:
        source = self._source
        if not source.supplies:
            raise _FallsShort("It supplies nothing.")
        return f"{source.system}, evidence {source.evidence.value}, {len(source.supplies)} items"

    async def _slip(self) -> str:
        try:
            self._another({SLIP: 3})
        except WrongSettings as error:
            if "\n" in str(error) or SLIP not in str(error):
                raise _FallsShort("It does not say in one line which setting is wrong.") from None
            return "Refused."
        raise _FallsShort("A setting that it does not know is taken without a word.")

    async def _good_answer(self) -> str:
        self._whole = await self._asked(self._question())
        if not self._whole.records:
            raise _FallsShort("It holds nothing of this child: is the id right?")
        kinds = sorted({type(record).__name__ for record in self._whole.records})
        return f"{', '.join(kinds)}; data {_age(self._whole)} old"

    async def _rows(self) -> str:
        whole = self._answer()
        codes = sorted({note.code for note in whole.notes})
        if whole.skipped:
            raise _FallsShort(f"{whole.skipped} left out; notes: {', '.join(codes)}.")
        return f"Notes: {', '.join(codes)}." if codes else "Without a note."

    async def _provenance(self) -> str:
        whole = self._answer()
        for record in whole.records:
            if record.provenance.source != self._source.name or not record.ref:
                raise _FallsShort("A record does not name its system, or has no reference.")
            if record.provenance.as_of.tzinfo is None:
                raise _FallsShort("A record is as of an instant without an offset.")
        if whole.as_of > datetime.now(UTC) + _CLOCKS:
            raise _FallsShort("It vouches for the future: compare its clock with ours.")
        return "All of them."

    async def _narrowed(self) -> str:
        for item in sorted(self._source.supplies, key=lambda one: one.value):
            permitted = frozenset({item})
            answered = await self._asked(self._question(permitted))
            if any(only(record, permitted) != record for record in answered.records):
                raise _FallsShort(f"Asked for {item.value} alone, it builds more.")
        return f"Asked for each of {len(self._source.supplies)} items alone."

    async def _nobody(self) -> str:
        if self._subjects.nobody is None:
            raise _LeftOut("Give --nobody, an id that the system has never given out.")
        question = replace(
            self._question(), subject=LocalId(self._source.name, self._subjects.nobody)
        )
        if (await self._asked(question)).records:
            raise _FallsShort("It has records of them.")
        return "Empty."

    async def _another_systems(self) -> str:
        question = replace(self._question(), subject=LocalId("another", self._subjects.known))
        try:
            await self._asked(question)
        except ValueError:
            return "Refused."
        raise _FallsShort("It asks for another system's child under the same id.")

    async def _traced(self) -> str:
        if self._subjects.nhs_number is None:
            raise _LeftOut("Give --nhs-number, the child's own in that system.")
        found = await self._source.trace(self._subjects.nhs_number)
        if [known.local_id.value for known in found] != [self._subjects.known]:
            raise _FallsShort(f"It finds {len(found)}, and not this child alone.")
        return "Found, and nobody else."

    async def _changed(self) -> str:
        """The list of a poll. It names more than the one child, so that nothing of it is shown."""
        source, now = self._polls(), datetime.now(UTC)
        changed = await source.changed(now - _LOOKS_BACK, now=now)
        if changed.skipped:
            raise _FallsShort(f"{changed.skipped} of those listed could not be read.")
        if changed.as_of.tzinfo is None or changed.as_of > now + _CLOCKS:
            raise _FallsShort("It vouches for the future, or for an instant without an offset.")
        lag = _lag(now - changed.as_of)
        return f"{len(changed.people)} in {_LOOKS_BACK.days} days; known up to {lag} ago."

    async def _told(self) -> str:
        source = self._polls()
        question = self._question(ASKED & self._source.supplies)
        first, again = await source.told(question), await source.told(question)
        refs = [event.sender_ref for event in first.events]
        if refs != [event.sender_ref for event in again.events]:
            raise _FallsShort("Read twice, it tells other events, or under other references.")
        if any(not ref or len(ref) > _LONGEST_REFERENCE for ref in refs):
            raise _FallsShort("An event has no reference, or too long a one.")
        if any(event.about.local_id != question.subject for event in first.events):
            raise _FallsShort("An event is about somebody else.")
        kinds = sorted({event.type for event in first.events})
        return f"{', '.join(kinds)}." if kinds else "Nothing, of this child."

    def _polls(self) -> Polls:
        if not isinstance(self._source, Polls):
            raise _LeftOut("It cannot be asked what has changed: nothing is told by itself.")
        return self._source

    async def _quick(self) -> str:
        took: list[float] = []
        for _ in range(RUNS):
            await self._asked(self._question(), took)
        took.sort()
        median, deadline = took[RUNS // 2], self._described.deadline_seconds
        says = f"{_ms(took[0])} to {_ms(took[-1])} ms, median {_ms(median)} of {_ms(deadline)}"
        if median > deadline / 2:
            raise _FallsShort(f"{says}: there is no room for a second try.")
        return f"{says}."

    async def _deadline(self) -> str:
        hurried = self._another({"timeout": _AT_ONCE, "deadline": _AT_ONCE})
        began = time.perf_counter()
        try:
            await hurried.records(self._question())
        except SourceUnavailable as error:
            if time.perf_counter() - began > _LATE:
                raise _FallsShort("It goes on long after its deadline.") from None
            if self._subjects.known in str(error):
                raise _FallsShort("Its error names the child.") from None
            return "Given up in time."
        raise _FallsShort("It keeps no deadline.")

    async def _asked(self, question: Question, took: list[float] | None = None) -> Answered:
        """The answer to one question, put no sooner than the interface's pace allows.

        ``took`` gets the seconds that the system itself took.
        """
        if isinstance(self._source, Paced):
            await asyncio.sleep(1 / self._source.calls_per_second)
        began = time.perf_counter()
        answered = await self._source.records(question)
        if took is not None:
            took.append(time.perf_counter() - began)
        return answered

    def _another(self, settings: dict[str, object]) -> Source:
        """The same system with some settings changed."""
        config = {**self._described.config, **settings}
        changed = msgspec.structs.replace(self._described, config=config)
        return connect(self._source.name, changed, self._http)

    def _answer(self) -> Answered:
        if self._whole is None:
            raise _LeftOut("There was no answer to look at.")
        return self._whole

    def _question(self, items: frozenset[Item] | None = None) -> Question:
        return Question(
            subject=LocalId(self._source.name, self._subjects.known),
            items=self._source.supplies if items is None else items,
            purpose=Purpose.ASSURE,
            asked_for=self._subjects.asked_for,
            request_ref=str(uuid.uuid4()),
            now=datetime.now(UTC),
        )


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def _age(answered: Answered) -> str:
    return _lag(datetime.now(UTC) - answered.as_of)


def _lag(lag: timedelta) -> str:
    lag = max(timedelta(0), lag)
    return f"{lag.days} days" if lag.days else f"{int(lag.total_seconds() // 60)} minutes"
