"""Systems that are polled, put beside those of the world; a test says when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

import adapters.mosaic.simulator as council_mosaic
import adapters.police.simulator as force_system
from adapters.caredirector.simulator import CareDirectorSimulator
from adapters.health.simulator import ProviderSimulator
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.mosaic.simulator import MosaicSimulator
from adapters.police.simulator.compact import CompactSimulator
from adapters.police.simulator.connect import PoliceSimulator
from adapters.police.simulator.niche import NicheSimulator
from adapters.simulation import Simulator
from gateway.polling.look import Looked
from gateway.settings import InboundSettings, PollSettings, Settings, SourceSettings
from linking.enrolment import link
from linking.tables import How
from records.identifiers import LocalId
from tests.notifications_http.town import Town, settings_with_senders
from tests.places import AUTHORITIES
from tests.world import Child, running_world

LEEDS: Final = "E08000035"
LIQUIDLOGIC: Final = {
    "somerset": "Somerset",
    "stoke": "Stoke-on-Trent",
    "grimsby": "North East Lincolnshire",
}
"""Councils whose protocol names Liquidlogic, each with a system of its own."""
NAMES: Final = (
    "leeds",
    "essex",
    "blackpool",
    "compact",
    "county",
    "humberside",
    "lancashire",
    "nurses",
    *LIQUIDLOGIC,
)
NEVER: Final = 86_400.0
"""By itself nobody looks in the time of a test: each test says when."""


@dataclass
class Polled:
    """The town, and its systems that are polled."""

    town: Town
    leeds: LiquidlogicSimulator
    essex: MosaicSimulator
    blackpool: MosaicSimulator
    compact: CompactSimulator
    county: CareDirectorSimulator
    humberside: NicheSimulator
    lancashire: PoliceSimulator
    nurses: ProviderSimulator
    councils: Mapping[str, LiquidlogicSimulator]

    @property
    def simulators(self) -> tuple[Simulator, ...]:
        """Every system that is polled."""
        return tuple(self.of(name) for name in NAMES)

    def of(self, source: str) -> Simulator:
        """The simulator behind a source that is polled."""
        found: Simulator = self.councils.get(source) or getattr(self, source)
        return found

    def looks(self, source: str) -> Looked:
        """Look at a source now, whatever the time."""
        watch = self.town.world.parts.polling.watches[source]
        looked = self.town.world.does(watch.look())
        assert looked is not None, "Somebody else has it in hand."
        return looked

    def knows(self, source: str, local_id: str, child: Child) -> None:
        """That system's id of a child is linked already."""
        index = self.town.world.parts.services.index
        linking = link(
            index,
            child.ref,
            LocalId(source, local_id),
            how=How.LOCAL_ID,
            by="test",
            now=self.town.world.clock() - timedelta(days=30),
        )
        self.town.world.does(linking)

    def events(self, child: Child) -> Sequence[Mapping[str, object]]:
        """Every event of a child, in the order in which it was learnt."""
        return self.town.rows(
            "SELECT * FROM event WHERE child = :c ORDER BY child_seq", c=child.ref
        )

    def kinds(self, child: Child) -> list[str]:
        """The types of a child's events that a system told of."""
        return [str(e["type"]) for e in self.events(child) if e["source"] != "homeward"]


@contextmanager
def running_polled(evening: datetime) -> Iterator[Polled]:
    """The town with its polled systems, for as long as the block lasts; its clock stands at ``evening``."""
    with ExitStack() as running:
        town: list[Town] = []

        def clock() -> datetime:
            return town[0].world.clock() if town else evening

        leeds = running.enter_context(LiquidlogicSimulator(lag=timedelta(0), clock=clock))
        essex = running.enter_context(MosaicSimulator())
        blackpool = running.enter_context(MosaicSimulator())
        compact = running.enter_context(CompactSimulator(clock))
        county = running.enter_context(CareDirectorSimulator(clock=clock))
        poll = PollSettings(every_seconds=NEVER, looks_back_hours=72.0, late_after_seconds=900.0)
        placed = {"SC999101": "E10000017", "LA1": "E10000017"}
        nurses = running.enter_context(ProviderSimulator())
        humberside = running.enter_context(NicheSimulator(clock))
        lancashire = running.enter_context(PoliceSimulator(clock))
        councils = {
            name: running.enter_context(LiquidlogicSimulator(lag=timedelta(0), clock=clock))
            for name in LIQUIDLOGIC
        }
        sections = {
            "leeds": ("liquidlogic", leeds.config(authority=LEEDS, placed_in=placed)),
            "essex": ("mosaic", council_mosaic.settings_for(essex, "essex")),
            "blackpool": ("mosaic", council_mosaic.settings_for(blackpool, "blackpool")),
            "compact": ("police", force_system.settings_for(compact)),
            "county": ("caredirector", county.config()),
            "nurses": ("health", nurses.config()),
            "humberside": ("police", force_system.settings_for(humberside)),
            "lancashire": ("police", force_system.settings_for(lancashire)),
            **{
                name: (
                    "liquidlogic",
                    councils[name].config(authority=AUTHORITIES[area].code, early_help=True),
                )
                for name, area in LIQUIDLOGIC.items()
            },
        }

        def adjust(settings: Settings, folder: Path) -> Settings:
            more = {
                name: SourceSettings(adapter=kind, deadline_seconds=1.5, config=config, poll=poll)
                for name, (kind, config) in sections.items()
            }
            pushed = settings_with_senders(settings, folder)
            # COMPACT's reports come as e-mails too, from whoever takes the force's mail in.
            inbound = InboundSettings(client_id="force", secret_files=(folder / "new",))
            for force in ("compact", "humberside"):
                more[force] = msgspec.structs.replace(more[force], inbound=inbound)
            return msgspec.structs.replace(pushed, sources={**pushed.sources, **more})

        world = running.enter_context(running_world(adjust=adjust))
        town.append(Town(world))
        town[0].is_now(evening)
        yield Polled(
            town[0],
            leeds,
            essex,
            blackpool,
            compact,
            county,
            humberside,
            lancashire,
            nurses,
            councils,
        )
