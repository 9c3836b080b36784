"""A running gateway among simulated agencies, with people and children for casework.

Everything is real but the people: HTTP on loopback, signed tokens, SQLite, the shipped
protocols. One gateway serves the whole run; every child is new.
"""

import asyncio
import itertools
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx2

import adapters.mosaic.simulator as council_mosaic
import adapters.police.simulator as force_system
from adapters.health.simulator import ProviderSimulator
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.mosaic.simulator import MosaicSimulator
from adapters.police.simulator import PoliceSimulator
from adapters.simulation import Simulator
from gateway.app import Gateway, create
from gateway.opening import Opened
from gateway.serving import listening, server
from gateway.settings import Keys, Settings, SourceSettings
from linking.enrolment import enrol
from records.errors import NeedsExplicitAction
from records.identifiers import NHSNumber, nhs_check_digit
from records.people import Purpose, Role, Standing
from records.source import Known
from tests.casefile import Casefile
from tests.people import People, Practitioner
from tests.places import AUTHORITIES, HOMES, Authority
from tests.registers import Registers

__all__ = ["DEADLINE", "Child", "Practitioner", "World", "running_world"]

T = TypeVar("T")
DEADLINE: Final = 1.5
STARTS: Final = 20.0


def unissued_numbers() -> Iterator[NHSNumber]:
    """NHS numbers from the range that is never issued, each once."""
    for serial in itertools.count(100_000):
        nine = f"999{serial:06d}"
        digit = nhs_check_digit(nine)
        if digit is not None:
            yield NHSNumber(f"{nine}{digit}")


@dataclass
class Child:
    """One invented child: who answers for them, and what the agencies' systems call them."""

    world: "World"
    responsible: Authority
    host: Authority
    home: str | None
    number: NHSNumber
    ref: str
    id: str
    file: Casefile
    registers: Registers

    def goes_missing(self, *, grade: str = "MEDIUM") -> None:
        """The police record the child missing, and Homeward's registers learn of it."""
        self.file.reported_missing(grade=grade)
        with self.registers.together():
            for fact in ("reported_missing", "recorded_missing"):
                self.registers.states(fact, value=True)
            self.registers.states("located", value=False)
            self.registers.states("risk_grade", value=grade.lower())

    def is_found(self, *, grade: str = "MEDIUM") -> None:
        """The police record the child found, and Homeward's registers learn of it."""
        self.file.found(grade=grade)
        self.registers.states("located", value=True)


@dataclass
class Clock:
    """The gateway's clock: the time, and what a test has put it forward by."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class World(People):
    """The gateway, the agencies, and the people who ask."""

    def __init__(
        self, url: str, gateway: Gateway, loop: asyncio.AbstractEventLoop, clock: Clock
    ) -> None:
        self.url = url
        self.clock = clock
        self.gateway = gateway
        self.client = httpx2.Client(timeout=30)
        self._loop = loop
        self._numbers = unissued_numbers()
        self._serials = itertools.count(5001)
        self.agreed: set[tuple[str, str]] = set()

    police: PoliceSimulator
    mosaic: MosaicSimulator
    mosaic_essex: MosaicSimulator
    liquidlogic: LiquidlogicSimulator
    health: ProviderSimulator

    @property
    def simulators(self) -> dict[str, Simulator]:
        """Every simulated system by the name that the deployment gives it."""
        return {
            "police": self.police,
            "mosaic": self.mosaic,
            "mosaic-essex": self.mosaic_essex,
            "liquidlogic": self.liquidlogic,
            "health": self.health,
        }

    @contextmanager
    def later(self, **by: float) -> Iterator[None]:
        """For the block, the gateway's clock is put forward: ``later(hours=13)``."""
        self.clock.ahead += timedelta(**by)
        try:
            yield
        finally:
            self.clock.ahead -= timedelta(**by)

    @property
    def parts(self) -> Opened:
        """What the gateway has open."""
        assert self.gateway.open is not None
        return self.gateway.open

    def unused_number(self) -> NHSNumber:
        """An NHS number that no system has ever heard of."""
        return next(self._numbers)

    def does(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the gateway's own loop do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def were_asked(self) -> frozenset[str]:
        """The systems that were asked anything, by their own count."""
        return frozenset(name for name, one in self.simulators.items() if one.asked)

    def forgets_what_was_asked(self) -> None:
        for simulator in self.simulators.values():
            simulator.forgets_what_it_was_asked()

    # Children

    def child(
        self,
        *,
        lives_in: str,
        looked_after_by: str | None = None,
        placed_with: str | None = None,
        aged: int = 15,
        known_to: frozenset[str] = frozenset({"police", "council", "health"}),
        **attributes: object,
    ) -> Child:
        """A new child in the systems named, linked by NHS number, with areas and agreements recorded.

        ``attributes`` are further facts by their names in the rules.
        """
        responsible = AUTHORITIES[looked_after_by or lives_in]
        host = AUTHORITIES[lives_in]
        number = next(self._numbers)
        file = Casefile(self, responsible.system, number, next(self._serials), aged)
        file.opens(known_to)
        ref = self.does(self._enrolled(number))
        registers = Registers(self, ref)
        child = Child(
            world=self,
            responsible=responsible,
            host=host,
            home=placed_with,
            number=number,
            ref=ref,
            id=str(self.parts.services.ids.child(ref)),
            file=file,
            registers=registers,
        )
        with registers.together():
            registers.belongs(
                responsible, host, looked_after=looked_after_by is not None, aged=aged
            )
            for name, value in attributes.items():
                registers.states(name, value)
            if placed_with is not None:
                registers.stands(Standing.PROVIDES_PLACEMENT, organisation=HOMES[placed_with])
                registers.states("placement_type", "residential")
        return child

    async def _enrolled(self, number: NHSNumber) -> str:
        known: list[Known] = []
        for source in self.parts.sources.values():
            # CP-IS is looked into by a person's own action alone, and so never traced.
            with suppress(NeedsExplicitAction):
                known += await source.trace(number)
        done = await enrol(
            self.parts.services.index, known, by="test", now=datetime.now(UTC) - timedelta(days=30)
        )
        (ref,) = {ref for ref in done.child_refs if ref is not None}
        return ref

    # People

    def person(
        self,
        role: Role,
        organisation: str,
        *,
        purpose: Purpose = Purpose.SAFEGUARD,
        subject: str | None = None,
    ) -> Practitioner:
        """Anybody, with no standing with any child unless it is recorded."""
        return Practitioner(
            self, role, organisation, subject or f"person-{next(self._serials)}", purpose
        )


@dataclass
class _Serving:
    """A thread with a loop of its own, in which the gateway runs."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    ready: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        bound = listening(self.settings)
        self.url = "http://{}:{}".format(*bound.getsockname()[:2])
        app = create(self.settings, clock=self.clock)
        self.gateway: Gateway = app.state.gateway
        self.server = server(app, self.settings)
        serving = asyncio.create_task(self.server.serve(sockets=[bound]))
        while not self.server.started and not serving.done():  # noqa: ASYNC110 (uvicorn has no event)
            await asyncio.sleep(0.01)
        self.ready.set()
        await serving
        bound.close()


@contextmanager
def running_world(
    protocols: Path | None = None, adjust: Callable[[Settings, Path], Settings] | None = None
) -> Iterator[World]:
    """The world, for as long as the block lasts; under the shipped protocols, or those of a folder.

    ``adjust`` changes the deployment's settings before the start; it is given a folder of its own.
    """
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="homeward-")))
        force = running.enter_context(PoliceSimulator())
        blackpool = running.enter_context(MosaicSimulator())
        essex = running.enter_context(MosaicSimulator())
        councils = running.enter_context(LiquidlogicSimulator())
        provider = running.enter_context(ProviderSimulator())
        sections: dict[str, tuple[str, dict[str, object]]] = {
            "police": ("police", force_system.settings_for(force)),
            "mosaic": ("mosaic", council_mosaic.settings_for(blackpool, "blackpool")),
            "mosaic-essex": ("mosaic", council_mosaic.settings_for(essex, "essex")),
            "liquidlogic": ("liquidlogic", councils.config()),
            "health": ("health", provider.config()),
        }
        settings = Settings(
            listen="127.0.0.1:0",
            database=f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}",
            keys=Keys(folder=folder / "keys"),
            protocols=protocols,
            sources={
                name: SourceSettings(adapter=kind, deadline_seconds=DEADLINE, config=config)
                for name, (kind, config) in sections.items()
            },
        )
        serving = _Serving(settings if adjust is None else adjust(settings, folder))
        thread = threading.Thread(target=serving.run, daemon=True)
        thread.start()
        assert serving.ready.wait(STARTS), "The gateway did not start."
        if serving.gateway.failure is not None:
            raise serving.gateway.failure
        world = World(serving.url, serving.gateway, serving.loop, serving.clock)
        world.police, world.mosaic, world.mosaic_essex = force, blackpool, essex
        world.liquidlogic, world.health = councils, provider
        try:
            yield world
        finally:
            world.client.close()
            serving.server.should_exit = True
            thread.join(STARTS)
