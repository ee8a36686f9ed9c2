"""Tables that take several blocks and parts."""

import pytest
from streamed_tables import mixture


@pytest.fixture(scope="session")
def flat():
    """Two columns, two parts and three blocks."""
    return mixture(1_300_000, 2)


@pytest.fixture(scope="session")
def deep():
    """Six columns, three blocks."""
    return mixture(280_000, 6)
