"""After warming, no job waits for a compiler."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numba.core.dispatcher import Dispatcher

from fiedler.artifacts import ArtifactStore
from fiedler.explained import ExplainedPartition, explanation
from fiedler.parameters import ClusteringParameters
from fiedler.pipeline import fit, recut
from fiedler.warm import warm

QUESTIONS = (
    {"kind": "cluster", "cluster": 0},
    {"kind": "row", "row": 1},
    {"kind": "comparison", "first": {"cluster": 0}, "second": {"cluster": 1}},
    {"kind": "graph"},
)


def compiled():
    """Return the signatures of every kernel of the engine that is loaded."""
    modules = {name: module for name, module in sys.modules.items() if name.startswith("fiedler.")}
    return {
        (module_name, name): tuple(map(str, value.signatures))
        for module_name, module in modules.items()
        for name, value in vars(module).items()
        if isinstance(value, Dispatcher)
    }


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "method"),
    [
        (3_000, 2, "exact"),
        (3_000, 6, "exact"),
        (32_000, 4, "exact"),
        (12_000, 3, "landmark"),
        (12_000, 7, "landmark"),
    ],
)
def test_a_fit_after_warming_compiles_nothing(tmp_path, n_rows, n_columns, method):
    warm()
    before = compiled()
    points = np.random.default_rng(0).normal(size=(n_rows, n_columns))
    pq.write_table(pa.table({f"x{i}": points[:, i] for i in range(n_columns)}), tmp_path / "table.parquet")
    store = ArtifactStore(tmp_path / "artifacts")
    parameters = ClusteringParameters(method=method, max_clusters=5)
    summary = fit(tmp_path / "table.parquet", "k", parameters, store)
    cut = recut(summary, 4, store)
    source = ExplainedPartition(summary, cut.key, cut.n_clusters, tmp_path / "table.parquet", "k", parameters)
    of_two_cuts = {"kind": "partition", "partition_key": summary.partition.key}
    for question in (*QUESTIONS, of_two_cuts):
        explanation(source, question, store)
    assert compiled() == before
    assert len(before) > 20
