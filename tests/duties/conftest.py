"""The bundle that is shipped, read once."""

import pytest

from protocols.bundle import Bundle
from protocols.load import load_bundle


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return load_bundle()
