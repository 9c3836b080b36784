"""Every system that the contract family finds, to be fed what real systems have been seen to send."""

import importlib
from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.simulation import Staged
from gateway.http import PooledHttp
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
