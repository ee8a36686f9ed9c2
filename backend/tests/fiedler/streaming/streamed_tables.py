"""Tables with clusters that are known, and the same as Parquet parts."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


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


def write_parts(points, folder, n_parts=3):
    folder.mkdir()
    table = as_table(points)
    edges = np.linspace(0, len(points), n_parts + 1).astype(int)
    for number, (start, stop) in enumerate(itertools.pairwise(edges)):
        part = table.slice(start, stop - start)
        pq.write_table(part, folder / f"part-{number}.parquet", row_group_size=70_001)
