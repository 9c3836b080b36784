"""Every system that the contract family finds, to be fed what real systems have been seen to send."""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from adapters.caredirector.simulator import CareDirectorSimulator
from adapters.health.simulator import PdsSimulator, ProviderSimulator
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.mosaic.simulator import MosaicSimulator
from adapters.police.simulator import CompactSimulator, NicheSimulator, PoliceSimulator
from adapters.simulation import Staged
from gateway.http import PooledHttp
from tests.badinput.holders import (
    CONNECT,
    NICHE,
    CareDirector,
    Compact,
    Holder,
    Liquidlogic,
    Mosaic,
    Pds,
    Police,
    Provider,
)
from tests.contract.conftest import System, stagings


@pytest.fixture(scope="session", params=stagings(), ids="-".join)
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, Staged]]:
    """One staged simulator, running for the whole family."""
    folder, staging = request.param
    staged = importlib.import_module(f"adapters.{folder}.simulator").STAGINGS[staging]()
    staged.simulator.start()
    yield folder, staged
    staged.simulator.stop()


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


@pytest.fixture
def system(running: tuple[str, Staged], http: PooledHttp) -> Iterator[System]:
    """The system, well and with an empty log."""
    folder, staged = running
    staged.simulator.recovers()
    staged.simulator.forgets_what_it_was_asked()
    yield System(folder, staged, http)
    staged.simulator.recovers()


@pytest.fixture(scope="session")
def holders() -> Iterator[dict[str, Holder]]:
    """Every system, running, by its adapter's name or its dialect's."""
    with ExitStack() as running:
        start = running.enter_context
        yield {
            "liquidlogic": Liquidlogic(start(LiquidlogicSimulator())),
            "mosaic": Mosaic(start(MosaicSimulator())),
            "caredirector": CareDirector(start(CareDirectorSimulator())),
            "connect": Police(start(PoliceSimulator()), CONNECT),
            "niche": Police(start(NicheSimulator()), NICHE),
            "compact": Compact(start(CompactSimulator())),
            "provider": Provider(start(ProviderSimulator())),
            "pds": Pds(start(PdsSimulator())),
        }


@pytest.fixture
def holder(request: pytest.FixtureRequest, holders: dict[str, Holder]) -> Holder:
    """The system that a test names as its parameter, holding nothing."""
    found = holders[request.param]
    found.begins_anew()
    return found
