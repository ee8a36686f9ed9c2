"""Compiling every kernel by tiny runs along every path: at install, and when a worker starts.

``python -m fiedler.warm`` fills numba's cache; with a full cache it takes about a second, without half a
minute. A job then never waits for a compiler.
"""

from __future__ import annotations

import logging
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.consensus import consensus_partition
from fiedler.eigensolvers.chebyshev import ROWS_WITHOUT_COARSE_START
from fiedler.exact.fitting import exact_embedding, graph_embedding
from fiedler.explained import ExplainedPartition, explanation
from fiedler.explanation.warm import warm_explanations
from fiedler.neighbors.pruned import pruned_neighbors
from fiedler.neighbors.self_join import self_join_neighbors
from fiedler.parameters import ClusteringParameters
from fiedler.session import open_session

_ROWS = 400
# On both sides of three columns, where the searches change, and above 64, where columns are projected.
_LANDMARK_COLUMNS = (2, 3, 5, 70)
_EXACT_COLUMNS = (2, 5)
_logger = logging.getLogger(__name__)


def warm() -> float:
    """Run every path on a few rows and return the seconds it took."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fiedler-warm-") as folder:
        for n_columns in _EXACT_COLUMNS:
            _run_pipeline(Path(folder), n_columns, ClusteringParameters(method="exact", max_clusters=4))
        for n_columns in _LANDMARK_COLUMNS:
            parameters = ClusteringParameters(method="landmark", n_landmarks=40, max_clusters=4)
            _run_pipeline(Path(folder), n_columns, parameters)
    _run_large_graph_kernels()
    _run_consensus()
    warm_explanations()
    seconds = time.perf_counter() - started
    _logger.info("kernels ready in %.1f s", seconds)
    return seconds


def _rows(n_columns: int, n_rows: int = _ROWS) -> NDArray[np.float32]:
    generator = np.random.default_rng(0)
    rows = generator.standard_normal((n_rows, n_columns), dtype=np.float32)
    rows[: n_rows // 2, 0] += 6
    return rows


def _run_pipeline(folder: Path, n_columns: int, parameters: ClusteringParameters) -> None:
    rows = _rows(n_columns)
    table = folder / f"{parameters.method}-{n_columns}.parquet"
    pq.write_table(pa.table({f"x{column}": rows[:, column] for column in range(n_columns)}), table)
    store = ArtifactStore(folder / "artifacts")
    summary = pipeline.fit(table, table.name, parameters, store)
    cut = pipeline.recut(summary, 3, store)
    source = ExplainedPartition(summary, cut.key, cut.n_clusters, table, table.name, parameters)
    explanation(source, {"kind": "graph"}, store)
    explanation(source, {"kind": "partition", "partition_key": summary.partition.key}, store)
    session = open_session(store, summary.artifacts["features"], summary.artifacts["embedding"])
    session.embedding.extend(rows[:10])


def _run_large_graph_kernels() -> None:
    """Run what only graphs of many rows use: their searches, and the filter that starts from vectors."""
    rows = _rows(5)
    pruned_neighbors(rows, 5, 1)
    self_join_neighbors(rows, 5, 1)
    vectors = exact_embedding(rows, 4).vectors
    exact_embedding(rows, 4, start=vectors)
    # Enough rows for a start from the graph of their aggregates.
    exact_embedding(_rows(5, ROWS_WITHOUT_COARSE_START + 1), 6, eigen_solver="chebyshev")
    # Three groups that next to nothing joins: their eigengaps are too small for float32.
    joined = np.kron(np.eye(3), np.ones((40, 40))) + 1e-7
    graph_embedding(joined, 3, eigen_solver="chebyshev")


def _run_consensus() -> None:
    """Ask all views of rows that they do not agree on, in few columns and in many."""
    for n_columns in (2, 5):
        consensus_partition(np.random.default_rng(0).standard_normal((_ROWS, n_columns)), 3)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    warm()
