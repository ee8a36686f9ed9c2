"""A real cluster of two worker processes, and a table in parts that takes several ranges."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def write_parts(folder, n_rows, n_columns, n_parts=5):
    """Four Gaussians on a circle of radius 8, in parts of unequal length."""
    generator = np.random.default_rng(0)
    angles = np.pi / 2 * generator.integers(0, 4, n_rows)
    points = generator.standard_normal((n_rows, n_columns))
    points[:, 0] += 8 * np.cos(angles)
    points[:, 1] += 8 * np.sin(angles)
    table = pa.table({f"column {column}": points[:, column] for column in range(n_columns)})
    folder.mkdir()
    edges = np.unique((n_rows * np.linspace(0, 1, n_parts + 1) ** 1.3).astype(int))
    for number, (start, stop) in enumerate(itertools.pairwise(edges)):
        part = table.slice(start, stop - start)
        pq.write_table(part, folder / f"part-{number}.parquet", row_group_size=100_001)
    return folder


@pytest.fixture(scope="session")
def flat_parts(tmp_path_factory):
    """Two columns: four parts of labels, seven blocks."""
    return write_parts(tmp_path_factory.mktemp("flat") / "parts", 3_400_000, 2)


@pytest.fixture(scope="session")
def deep_parts(tmp_path_factory):
    """Five columns: three blocks."""
    return write_parts(tmp_path_factory.mktemp("deep") / "parts", 280_000, 5)
