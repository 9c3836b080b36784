"""One small edge for all tests that do not change its settings."""

from collections.abc import Iterator

import pytest

from tests.gateway.edges import Served, serving


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A running edge with default limits, in development."""
    with serving() as one:
        yield one
