"""Time the landmark path stage by stage, in processor seconds, on data made here.

python benchmarks/landmarks.py --rows 1000000 --columns 2
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from resident import PeakMemory
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.fitting import landmark_embedding


def half_rings(n_samples: int, n_columns: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Two interleaved half rings; columns beyond the second are noise of the same size."""
    generator = np.random.default_rng(0)
    label = np.arange(n_samples) % 2
    angle = generator.uniform(0, np.pi, n_samples)
    points = 0.1 * generator.standard_normal((n_samples, n_columns), dtype=np.float32)
    points[:, 0] += np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
    if n_columns > 1:
        points[:, 1] += np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
    return points, label


def mixture(n_samples: int, n_columns: int, n_clusters: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Gaussians of unit variance whose centres have a standard deviation of 1.2 in each column."""
    generator = np.random.default_rng(0)
    centres = 1.2 * generator.standard_normal((n_clusters, n_columns), dtype=np.float32)
    label = generator.integers(0, n_clusters, n_samples)
    points = generator.standard_normal((n_samples, n_columns), dtype=np.float32)
    points += centres[label]
    return points, label


def skewed(n_samples: int, n_columns: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Log-normal columns, deviation 1.5: a dense corner and a long tail."""
    generator = np.random.default_rng(0)
    points = np.exp(1.5 * generator.standard_normal((n_samples, n_columns), dtype=np.float32))
    return points, np.zeros(n_samples, np.int64)


def centroids(embedding: LandmarkEmbedding, n_clusters: int) -> NDArray[np.float64]:
    """k-means on 10,000 normalised rows: the rounding a change of k runs."""
    chosen = np.linspace(0, embedding.n_samples - 1, min(10_000, embedding.n_samples)).astype(np.int64)
    rows = embedding.rows(chosen)[:, :n_clusters]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-30
    with threadpool_limits(limits=1):
        found = KMeans(n_clusters, n_init=3, max_iter=50, random_state=0).fit(rows)
    return found.cluster_centers_.astype(np.float64)


def timed(name: str, work: Callable[[], object], repeats: int) -> object:
    """Print the median processor and wall seconds of ``work`` after one call that compiles."""
    result = work()
    processor, wall = [], []
    for _ in range(repeats):
        before, wall_before = time.process_time(), time.perf_counter()
        result = work()
        processor.append(time.process_time() - before)
        wall.append(time.perf_counter() - wall_before)
    print(f"{name:42s} {np.median(processor):8.3f} s CPU {np.median(wall):8.3f} s wall", flush=True)
    return result


def stages(fit: Callable[[Callable[[float, str], None]], object]) -> None:
    """Print what one fit spends between the messages it reports."""
    last: list[tuple[float, str]] = []
    spent: dict[str, float] = {}

    def progress(fraction: float, message: str) -> None:
        now = time.process_time()
        if last:
            before, name = last[-1]
            spent[name] = spent.get(name, 0.0) + now - before
        last.append((now, message))

    fit(progress)
    for name, seconds in spent.items():
        print(f"  {name:40s} {seconds:8.3f} s CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1_000_000)
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--clusters", type=int, default=None)
    parser.add_argument("--landmarks", type=int, default=1_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data", choices=["rings", "mixture", "skewed"], default=None)
    arguments = parser.parse_args()
    rows, columns = int(arguments.rows), arguments.columns
    kind = arguments.data or ("rings" if columns <= 3 else "mixture")
    n_clusters = arguments.clusters or (2 if kind == "rings" else 10)
    if kind == "rings":
        points, label = half_rings(rows, columns)
    elif kind == "mixture":
        points, label = mixture(rows, columns, n_clusters)
    else:
        points, label = skewed(rows, columns)
    print(f"{kind}, {rows:,} x {columns}, {arguments.landmarks} landmarks, {arguments.threads} thread(s)")

    def fit(progress: Callable[[float, str], None] | None = None) -> LandmarkEmbedding:
        return landmark_embedding(
            points,
            21,
            n_landmarks=arguments.landmarks,
            n_threads=arguments.threads,
            progress=progress,
        )

    few = landmark_embedding(points[:20_000], 21, n_landmarks=arguments.landmarks)
    few.nearest_centroid(centroids(few, n_clusters))
    memory = PeakMemory()
    fit().nearest_centroid(np.eye(n_clusters))
    peak = memory.mebibytes()
    embedding = timed("fit", fit, arguments.repeats)
    assert isinstance(embedding, LandmarkEmbedding)
    stages(fit)
    centres = timed("k-means on a sample", lambda: centroids(embedding, n_clusters), arguments.repeats)
    assert isinstance(centres, np.ndarray)
    labels = timed("labels of all rows", lambda: embedding.nearest_centroid(centres), arguments.repeats)
    assert isinstance(labels, np.ndarray)
    print(f"NMI {normalized_mutual_info_score(label, labels):.4f}")
    print(f"peak memory of a fit with its labels, over the rows: {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
