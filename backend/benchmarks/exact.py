"""Stage times of the exact path, and the whole beside scikit-learn's spectral clustering in the same process.

python benchmarks/exact.py --rows 20000 --columns 20 --clusters 10
python benchmarks/exact.py --digits
python benchmarks/exact.py --moons --rows 5000

CPU seconds of all threads; BLAS is kept to one thread and every kernel is called once before it is timed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.datasets import load_digits, make_blobs, make_moons
from sklearn.metrics import normalized_mutual_info_score

from fiedler.affinity.graph import neighbor_affinity
from fiedler.components import connected_components, smallest_kept_size
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding
from fiedler.neighbors.distinct import distinct_rows
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.row_blocks import single_blas_thread

Result = TypeVar("Result")


def timed(call: Callable[[], Result]) -> tuple[Result, float, float]:
    """Return what the call returned, its CPU seconds and its wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = call()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def rounded(embedding: ExactEmbedding, k: int) -> NDArray[np.uint16]:
    sample = np.random.default_rng(0).permutation(embedding.n_samples)[:10_000]
    rows = embedding.rows(sample)[:, :k]
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30)
    centers = KMeans(k, n_init=3, random_state=0).fit(rows).cluster_centers_
    return embedding.nearest_centroid(centers.astype(np.float64))


def stages(features: NDArray[np.float32], k: int, n_components: int, threads: int) -> ExactEmbedding:
    """Print the time of each stage and return the embedding of the whole call."""

    def show(name: str, cpu: float, wall: float, note: str = "") -> None:
        print(f"  {name:<28} {cpu:8.3f} CPU s {wall:8.3f} s  {note}", flush=True)

    distinct, cpu, wall = timed(lambda: distinct_rows(features))
    show("distinct rows", cpu, wall, f"{len(distinct.first):,} of {len(features):,}")
    rows = features[distinct.first]
    neighbors, cpu, wall = timed(lambda: nearest_neighbors(rows, 10, n_threads=threads))
    show("10 nearest neighbours", cpu, wall)
    graph, cpu, wall = timed(lambda: neighbor_affinity(neighbors, "local", "union"))
    show("affinity", cpu, wall, f"{graph.nnz:,} links")
    found, cpu, wall = timed(lambda: connected_components(graph, smallest_kept_size(len(features))))
    show("components", cpu, wall, f"{found.n_found} found, {len(found.sizes)} kept")
    embedding, cpu, wall = timed(
        lambda: exact_embedding(features, n_components, n_threads=threads, neighbors=neighbors)
    )
    facts = embedding.facts
    show("embedding, neighbours given", cpu, wall, f"{facts.solver}, {facts.status}")
    print(f"  largest residual {embedding.residual_norms.max():.1e}")
    print(f"  first eigenvalues {embedding.eigenvalues[:5]}")
    _, cpu, wall = timed(lambda: rounded(embedding, k))
    show("k-means and labels", cpu, wall)
    _, cpu, wall = timed(lambda: embedding.nearest_centroid(np.eye(k)))
    show("labels from centroids", cpu, wall)
    _, cpu, wall = timed(lambda: embedding.extend(features[:1000] + np.float32(1e-3)))
    show("1,000 new rows", cpu, wall)
    return embedding


def side_by_side(features: NDArray[np.float32], labels: NDArray[np.int64], k: int, threads: int) -> None:
    """Print both fits at the true k and their ratio, each the median of three runs taken in turn.

    Where the graph has k components, as moons do, no eigenproblem is left to solve: the ratio then says
    nothing about solvers, and a line says so.
    """

    def ours() -> NDArray[np.uint16]:
        return rounded(exact_embedding(features, k, n_threads=threads), k)

    def theirs() -> NDArray[np.int32]:
        with warnings.catch_warnings():
            # "Graph is not fully connected": what components of our own are for.
            warnings.simplefilter("ignore", UserWarning)
            model = SpectralClustering(k, affinity="nearest_neighbors", random_state=0, n_jobs=threads)
            return np.asarray(model.fit_predict(features))

    seconds: dict[str, list[float]] = {"fiedler": [], "scikit-learn": []}
    scores: dict[str, float] = {}
    for _ in range(3):
        for name, call in (("fiedler", ours), ("scikit-learn", theirs)):
            found, cpu, _ = timed(call)
            seconds[name].append(cpu)
            scores[name] = float(normalized_mutual_info_score(labels, found))
    middle = {name: float(np.median(values)) for name, values in seconds.items()}
    for name, value in middle.items():
        print(f"  {name:<28} {value:8.3f} CPU s  NMI {scores[name]:.3f}")
    if exact_embedding(features, k, n_threads=threads).facts.n_components >= k:
        print("  (the graph has at least k components: no eigenvector had to be sought)")
    print(f"  ratio {middle['scikit-learn'] / middle['fiedler']:.1f}")


def main() -> None:
    """Read the command line, make the data and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--clusters", type=int, default=10)
    parser.add_argument("--components", type=int, default=21, help="eigenpairs of the stage table")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--digits", action="store_true")
    parser.add_argument("--moons", action="store_true")
    parser.add_argument("--without-peer", action="store_true")
    options = parser.parse_args()
    k = options.clusters
    if options.digits:
        features, labels = load_digits(return_X_y=True)
        k = 10
    elif options.moons:
        features, labels = make_moons(options.rows, noise=0.05, random_state=0)
        k = 2
    else:
        features, labels = make_blobs(options.rows, options.columns, centers=k, cluster_std=5, random_state=0)
    features = features.astype(np.float32)
    warm = partial(exact_embedding, features[:1000], 5, n_threads=1)
    warm().nearest_centroid(np.eye(2))
    nearest_neighbors(features[:1000], 3, n_threads=1)
    with single_blas_thread(), np.printoptions(precision=5, suppress=True):
        print(f"{features.shape[0]:,} x {features.shape[1]}, k = {k}, {options.threads} thread(s)")
        stages(features, k, options.components, options.threads)
        if not options.without_peer:
            side_by_side(features, labels, k, options.threads)


if __name__ == "__main__":
    main()
