"""Which bundle of protocols decides: the folder in development, in production what was approved for the day.

A new bundle is taken up on its day, or on SIGHUP, between two questions: no connection notices.
What goes wrong while looking leaves the bundle in force, and is logged.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.approvals import approvals, in_force, kept_bundle, partnerships_of
from disclosure.disclose import Current
from disclosure.weighing import LONDON
from gateway.lasting import until_the_end
from gateway.settings import Settings
from protocols.bundle import Bundle
from protocols.load import load_bundle
from records.errors import GatewayError, WrongSettings

_log = logging.getLogger(__name__)

_APPROVE: Final = "approve one with `homeward policy approve FOLDER --by NAME --from DATE`"

Clock = Callable[[], datetime]


def now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


async def bundle_for(settings: Settings, engine: AsyncEngine, on: date) -> Bundle:
    """The bundle that decides on that day.

    In production the texts are those that were kept at the approval. A folder that the settings
    name is held against the approvals, so that one edited by hand stops the start.

    Raises:
        WrongSettings: none is approved for that day, the folder is not approved, or a partnership
            that the settings expect is not in it.
        IncompleteProtocol: a partnership's file is wrong.
    """
    if settings.production:
        bundle = await _approved(settings, engine, on)
    else:
        bundle = load_bundle(settings.protocols)
    missing = set(settings.partnerships).difference(partnerships_of(bundle))
    if missing:
        raise WrongSettings(
            f"partnerships: the bundle holds no protocol of {', '.join(sorted(missing))};"
            " restore its folder, or take it out of `partnerships`"
        )
    return bundle


async def _approved(settings: Settings, engine: AsyncEngine, on: date) -> Bundle:
    given = await approvals(engine)
    if settings.protocols is not None:
        digest = load_bundle(settings.protocols).digest
        if digest not in {approval.digest for approval in given}:
            raise WrongSettings(
                f"protocols: the bundle {digest[:12]} in that folder is not approved; {_APPROVE}"
            )
    approval = in_force(given, on)
    if approval is None:
        raise WrongSettings(f"protocols: no bundle is approved for {on}; {_APPROVE}")
    bundle = await kept_bundle(engine, approval.digest)
    if bundle is None:
        raise WrongSettings(
            f"protocols: the texts of bundle {approval.digest[:12]} are not in the database;"
            f" restore it, or {_APPROVE}"
        )
    return bundle


def on_hangup(do: Callable[[], None]) -> None:
    """Do this on SIGHUP, where this loop may listen for signals: in a program's main thread."""
    # In turn: a platform without it, a thread that is not the main one, a signal that cannot be heard.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, do)


class Keeper:
    """Keeps the bundle in force current: looks every so often, and when told to."""

    def __init__(self, current: Current, settings: Settings, engine: AsyncEngine) -> None:
        self._current = current
        self._settings = settings
        self._engine = engine
        self._told = asyncio.Event()

    def look_now(self) -> None:
        """Look at once; what SIGHUP does."""
        self._told.set()

    async def look(self, at: datetime) -> bool:
        """Take up the bundle of this day where it is another; whether it was.

        A bundle that cannot be had leaves the one in force.
        """
        try:
            bundle = await bundle_for(self._settings, self._engine, at.astimezone(LONDON).date())
        except (GatewayError, SQLAlchemyError, OSError) as error:
            said = str(error) if isinstance(error, GatewayError) else type(error).__name__
            _log.error("The bundle of protocols stays as it is: %s", said)
            return False
        if bundle.digest == self._current.bundle.digest:
            return False
        _log.warning(
            "The bundle of protocols is now %s, no longer %s",
            bundle.digest[:12],
            self._current.bundle.digest[:12],
        )
        self._current.bundle = bundle
        return True

    @asynccontextmanager
    async def keeping(self, clock: Clock = now) -> AsyncIterator[None]:
        """Look for as long as the block lasts. In development only when told to."""
        async with until_the_end(self._keep(clock), "keep the bundle current"):
            yield

    async def _keep(self, clock: Clock) -> None:
        every = self._settings.policy_seconds if self._settings.production else None
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._told.wait()
            self._told.clear()
            await self.look(clock())
