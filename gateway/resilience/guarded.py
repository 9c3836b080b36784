"""Each call to one system: at its pace, and again where that is harmless and may help.

Asked again is only what says of itself that it is `repeatable`, only after an end that may
pass (no reply, busy, failing), only out of the budget, and only if there is time for it before
the question's deadline. The request is the same, its request id included. When the system says
how long to wait, that is how long; never shorter.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from gateway.resilience.asking import current
from gateway.resilience.budget import Budget
from gateway.resilience.pace import Pace
from records.http import Failure, Http, HttpReply, HttpRequest, NoReplyError
from records.retry_after import retry_after

MOST_REPEATS: Final = 2
FIRST_WAIT_SECONDS: Final = 0.05
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NO_REPLY: Final = frozenset({Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.BROKEN})
_SPREAD: Final = random.SystemRandom()


class GuardedHttp:
    """A `records.http.Http` for one system. ``deadline`` is in seconds, for calls outside a question.

    ``on_repeat`` is told of every call made again.
    """

    def __init__(
        self,
        http: Http,
        *,
        deadline: float,
        on_repeat: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._deadline = deadline
        self._on_repeat = on_repeat
        self._clock = clock
        self._budget = Budget(clock)
        self.pace = Pace(clock)

    async def fetch(self, request: HttpRequest) -> HttpReply:
        """Exchange a request for a reply, whatever its status.

        Raises:
            NoReplyError: as the port says; HELD_BACK when there was no turn in time.
        """
        question = current()
        until = self._clock() + self._deadline if question is None else question.until
        self._budget.called()
        repeats = 0
        while True:
            reply, failure = await self._once(request, until)
            if failure is not None and failure.failure is Failure.HELD_BACK and question:
                question.held_back = True
            wait = self._wait(request, reply, failure, repeats, until)
            if wait is not None:
                self._on_repeat()
                await asyncio.sleep(wait)
                repeats += 1
            elif reply is None:
                assert failure is not None  # noqa: S101 (one of the two is there)
                raise failure
            else:
                return reply

    async def _once(
        self, request: HttpRequest, until: float
    ) -> tuple[HttpReply | None, NoReplyError | None]:
        try:
            await self.pace.begin(until)
            if (question := current()) is not None:
                question.sent = True
            try:
                return await self._http.fetch(request), None
            finally:
                self.pace.end()
        except NoReplyError as failure:
            return None, failure

    def _wait(
        self,
        request: HttpRequest,
        reply: HttpReply | None,
        failure: NoReplyError | None,
        repeats: int,
        until: float,
    ) -> float | None:
        """Seconds before asking again; None when this is the end of it."""
        if reply is not None and reply.status not in _PASSING:
            return None
        if failure is not None and failure.failure not in _NO_REPLY:
            return None
        if not request.repeatable or repeats >= MOST_REPEATS:
            return None
        # Between half and all of a wait that doubles, so that callers do not come back in step.
        wait = FIRST_WAIT_SECONDS * (1 << repeats) * _SPREAD.uniform(0.5, 1.0)
        if reply is not None:
            wished = retry_after(reply.headers.get("retry-after"), datetime.now(UTC))
            wait += wished or 0.0
        if self._clock() + wait >= until or not self._budget.take():
            return None
        return wait
