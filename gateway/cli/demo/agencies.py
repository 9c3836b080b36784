"""The simulated agencies of the demo: five systems, each speaking its own interface on loopback."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

import adapters.mosaic.simulator as mosaic
import adapters.police.simulator as police
from adapters.health.simulator import PdsSimulator, ProviderSimulator
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.simulation import Simulator
from gateway.cli.demo.people import BLACKPOOL, LANCASHIRE, LANCASHIRE_CONSTABULARY, NURSE_TEAM
from gateway.settings import PollSettings, SourceSettings

DEADLINE_SECONDS: Final = 3.0
_WHOSE: Final = {
    "police": (LANCASHIRE_CONSTABULARY,),
    "mosaic": (BLACKPOOL.code,),
    "liquidlogic": (LANCASHIRE.code,),
    "health": (NURSE_TEAM.code,),
}

POLLED: Final = frozenset({"mosaic", "liquidlogic"})
"""The councils' systems, which push nothing."""


class Agencies:
    """Police, two councils, a nurse team's provider and PDS, running while the block lasts."""

    def __init__(self) -> None:
        self.police = police.PoliceSimulator()
        self.mosaic = mosaic.MosaicSimulator()
        self.liquidlogic = LiquidlogicSimulator()
        self.health = ProviderSimulator()
        self.pds = PdsSimulator()
        self._running = ExitStack()

    @property
    def by_name(self) -> dict[str, Simulator]:
        """Each system by the name that the deployment gives it."""
        return {
            "police": self.police,
            "mosaic": self.mosaic,
            "liquidlogic": self.liquidlogic,
            "health": self.health,
            "pds": self.pds,
        }

    def sources(self) -> dict[str, SourceSettings]:
        """The ``[sources.<name>]`` sections with which a gateway reaches them."""
        sections: dict[str, tuple[str, dict[str, object]]] = {
            "police": ("police", police.settings_for(self.police)),
            "mosaic": ("mosaic", mosaic.settings_for(self.mosaic, "blackpool")),
            "liquidlogic": ("liquidlogic", self.liquidlogic.config(authority=LANCASHIRE.code)),
            "health": ("health", self.health.config(system="Community health record (simulated)")),
            "pds": ("health", self.pds.config()),
        }
        return {
            name: SourceSettings(
                adapter=adapter,
                deadline_seconds=DEADLINE_SECONDS,
                organisations=_WHOSE.get(name, ()),
                poll=PollSettings() if name in POLLED else None,
                config=config,
            )
            for name, (adapter, config) in sections.items()
        }

    def forget_what_was_asked(self) -> None:
        """Begin every system's log of questions anew."""
        for simulator in self.by_name.values():
            simulator.forgets_what_it_was_asked()

    def were_asked(self) -> frozenset[str]:
        """The systems that have been asked anything since the log was begun, by their own count."""
        return frozenset(name for name, simulator in self.by_name.items() if simulator.asked)

    def __enter__(self) -> Self:
        for simulator in self.by_name.values():
            self._running.enter_context(simulator)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.close()
