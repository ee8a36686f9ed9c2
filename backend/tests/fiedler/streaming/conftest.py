"""Tables that take several blocks and parts, with clusters that are known."""

import numpy as np
import pyarrow as pa
import pytest


def mixture(n_rows, n_columns, n_clusters=4, seed=0):
    """Gaussians of deviation 1 on a circle of radius 8 in the first two columns."""
    generator = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(n_clusters) / n_clusters
    centres = np.zeros((n_clusters, n_columns))
    centres[:, :2] = 8 * np.column_stack([np.cos(angles), np.sin(angles)])
    label = generator.integers(0, n_clusters, n_rows)
    return centres[label] + generator.standard_normal((n_rows, n_columns)), label


def as_table(points):
    return pa.table({f"column {column}": points[:, column] for column in range(points.shape[1])})


@pytest.fixture(scope="session")
def flat():
    """Two columns, two parts and three blocks."""
    return mixture(1_300_000, 2)


@pytest.fixture(scope="session")
def deep():
    """Six columns, three blocks."""
    return mixture(280_000, 6)
