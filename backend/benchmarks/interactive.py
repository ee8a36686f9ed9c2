"""What a click costs on many rows, from what a fit keeps: merge, assign, re-cut, re-weight and solve again.

python benchmarks/interactive.py                        (1,000,000 rows of 2 and of 50 columns)
python benchmarks/interactive.py --rows 100000 --columns 10

Processor and wall seconds, medians of five runs after one that compiles. Landmarks are 1,000, five a row,
with 21 eigenvectors, as a fit keeps them for up to 20 clusters. Weights of neighbour lists are of 10
neighbours a row in two columns, the exact path's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from landmarks import half_rings, mixture

from fiedler.affinity.graph import link_weights
from fiedler.edits.apply import apply
from fiedler.edits.operations import MergeClusters
from fiedler.exact.assignment import assign_nearest
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.landmarks.reweighting import reweighted
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.rounding import SAMPLE_ROWS, round_embedding, sample_rows
from fiedler.row_blocks import single_blas_thread

_RUNS = 5
_N_COMPONENTS = 21
_N_CLUSTERS = 10


def shown(name: str, work: Callable[[], object]) -> None:
    """Print the median seconds of ``work``."""
    work()
    processor, wall = [], []
    for _ in range(_RUNS):
        before, wall_before = time.process_time(), time.perf_counter()
        work()
        processor.append(time.process_time() - before)
        wall.append(time.perf_counter() - wall_before)
    print(f"  {name:<44}{np.median(processor):8.4f} CPU s{np.median(wall):8.4f} s", flush=True)


def of_landmarks(n_rows: int, n_columns: int, n_threads: int) -> None:
    """Time what is done with a landmark fit."""
    made = half_rings(n_rows, n_columns) if n_columns <= 3 else mixture(n_rows, n_columns, _N_CLUSTERS)
    embedding = landmark_embedding(made[0], _N_COMPONENTS, n_landmarks=1_000, n_threads=n_threads)
    vectors = embedding.rows(sample_rows(n_rows, SAMPLE_ROWS, 0))
    cut = round_embedding(embedding, vectors, _N_CLUSTERS, 0)
    print(f"{n_rows:,} x {n_columns}, through landmarks, {n_threads} thread(s)")
    shown("merge two clusters", lambda: apply(cut.labels, embedding, made[0], MergeClusters((0, 1))))
    shown("labels for given centroids", lambda: embedding.nearest_centroid(cut.centroids))
    for n_clusters in (_N_CLUSTERS, 2 * _N_CLUSTERS):
        # k-means on the sample of rows included.
        shown(f"another k, {n_clusters}", lambda k=n_clusters: round_embedding(embedding, vectors, k, 0))
    shown("re-weight, solve", lambda: reweighted(embedding, bandwidth=0.7 * embedding.bandwidth))
    shown("re-weight by fewer landmarks, solve", lambda: reweighted(embedding, n_neighbors=3))


def of_the_exact_graph(n_rows: int, n_threads: int) -> None:
    """Time what is done with kept vectors, and with kept neighbours."""
    points, _ = half_rings(n_rows, 2)
    generator = np.random.default_rng(0)
    vectors = generator.standard_normal((n_rows, _N_COMPONENTS), dtype=np.float32)
    centroids = generator.standard_normal((_N_CLUSTERS, _N_CLUSTERS))
    neighbors = nearest_neighbors(points, 10, n_threads=n_threads)
    print(f"{n_rows:,} rows, of the exact graph, {n_threads} thread(s)")
    shown("labels for given centroids", lambda: assign_nearest(vectors, centroids, n_threads))
    shown("weights of 10 neighbours, self-tuning", lambda: link_weights(neighbors, "local"))
    shown("weights of 10 neighbours, one bandwidth", lambda: link_weights(neighbors, "global"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--columns", type=int, nargs="+", default=[2, 50])
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    n_rows = int(arguments.rows)
    with single_blas_thread():
        for n_columns in arguments.columns:
            of_landmarks(n_rows, n_columns, arguments.threads)
        of_the_exact_graph(n_rows, arguments.threads)


if __name__ == "__main__":
    main()
