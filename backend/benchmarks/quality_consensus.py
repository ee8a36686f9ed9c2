"""What the presets find beside one plain exact fit: adjusted Rand index and CPU seconds, true k given.

python benchmarks/quality_consensus.py
python benchmarks/quality_consensus.py --folder SUITE     (BATTERY/NAME.data.gz with NAME.labels0.gz ..., the
                                                           layout of clustering-benchmarks.gagolewski.com)

One thread each; kernels are compiled before anything is timed. A set with several references is cut for each
of their numbers of clusters and scored by the best; rows that a reference calls noise (0) are left out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_circles, make_moons
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from fiedler.consensus import ConsensusResult, consensus_partition
from fiedler.estimator import SpectralClustering
from fiedler.parameters import Preset

Labels = NDArray[np.int64]
PRESETS: tuple[Preset, ...] = ("fast", "balanced")
CORE = {"fcps", "graves", "other", "sipu", "uci", "wut"}
"""Batteries that the quality of the default is stated on."""
BenchmarkSet = tuple[str, str, NDArray[np.float64], list[Labels]]


def crossing_rings(n_rings: int, n_rows: int = 400) -> tuple[NDArray[np.float64], Labels]:
    generator = np.random.default_rng(3)
    truth = np.repeat(np.arange(n_rings), n_rows)
    angle = generator.random(len(truth)) * 2 * np.pi
    radius = 1 + generator.normal(0, 0.02, len(truth))
    return np.c_[1.2 * truth + radius * np.cos(angle), radius * np.sin(angle)], truth


def overlapping(n_features: int, *, peaked: bool) -> tuple[NDArray[np.float64], Labels]:
    """Two clouds whose centres are 2.8 deviations apart; the reference is the nearer centre."""
    generator = np.random.default_rng(n_features)
    truth = np.repeat([0, 1], 1000)
    points = generator.standard_normal((2000, n_features))
    if peaked:
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        points *= 2 * np.sqrt(n_features) * np.abs(generator.standard_normal((2000, 1)))
    points += 2.8 / np.sqrt(n_features) * truth[:, None]
    return points, (points.mean(axis=1) > 1.4 / np.sqrt(n_features)).astype(np.int64)


def generated_sets() -> Iterator[BenchmarkSet]:
    for name, (points, truth) in {
        "moons": make_moons(1000, noise=0.08, random_state=0),
        "circles": make_circles(1000, noise=0.06, factor=0.5, random_state=0),
        "two crossing rings": crossing_rings(2),
        "three crossing rings": crossing_rings(3),
    }.items():
        yield "shapes", name, points, [truth]
    for n_features in (2, 8, 32, 128):
        for peaked in (False, True):
            points, truth = overlapping(n_features, peaked=peaked)
            yield "overlap", f"{'peaked' if peaked else 'normal'}, {n_features} columns", points, [truth]
    for name, load in {
        "iris": load_iris,
        "wine": load_wine,
        "breast cancer": load_breast_cancer,
        "digits": load_digits,
    }.items():
        points, truth = load(return_X_y=True)
        yield "real", name, points, [truth]


def suite_sets(folder: Path) -> Iterator[BenchmarkSet]:
    for path in sorted(folder.glob("*/*.data.gz")):
        name = path.name.removesuffix(".data.gz")
        references = sorted(path.parent.glob(f"{name}.labels*.gz"))
        labels = [np.loadtxt(reference, dtype=np.int64, ndmin=1) for reference in references]
        # Noise is 0 in a reference, as -1 here.
        yield path.parent.name, name, np.loadtxt(path, ndmin=2), [reference - 1 for reference in labels]


def best_index(references: list[Labels], found: Labels) -> float:
    return max(adjusted_rand_score(truth[truth >= 0], found[truth >= 0]) for truth in references)


def plain_labels(points: NDArray[np.float64], n_clusters: int) -> tuple[Labels, float]:
    started = time.process_time()
    estimator = SpectralClustering(
        n_clusters, method="exact", max_clusters=max(2, n_clusters), random_state=0
    )
    with threadpool_limits(1):
        labels = estimator.fit_predict(points)
    return labels, time.process_time() - started


def consensus(points: NDArray[np.float64], n_clusters: int, preset: Preset) -> tuple[ConsensusResult, float]:
    started = time.process_time()
    result = consensus_partition(points, n_clusters, preset=preset, n_threads=1)
    return result, time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--max-rows", type=int, default=10_000)
    arguments = parser.parse_args()
    sets = generated_sets() if arguments.folder is None else suite_sets(arguments.folder)
    for warming in (crossing_rings(2), overlapping(8, peaked=False)):
        plain_labels(warming[0], 2)
        for preset in PRESETS:
            consensus(warming[0], 2, preset)
    rows: list[tuple[str, list[float], list[float]]] = []
    for battery, name, points, references in sets:
        if len(points) > arguments.max_rows:
            continue
        best, seconds, chosen = np.full(1 + len(PRESETS), -1.0), np.zeros(1 + len(PRESETS)), ""
        for n_clusters in sorted({int(truth.max()) + 1 for truth in references}):
            alike = [truth for truth in references if int(truth.max()) + 1 == n_clusters]
            labels, spent = plain_labels(points, n_clusters)
            best[0], seconds[0] = max(best[0], best_index(alike, labels)), seconds[0] + spent
            for place, preset in enumerate(PRESETS, start=1):
                result, spent = consensus(points, n_clusters, preset)
                index, seconds[place] = best_index(alike, result.labels), seconds[place] + spent
                if index > best[place]:
                    best[place] = index
                    chosen = result.views[result.chosen].name
        rows.append((battery, best.tolist(), seconds.tolist()))
        figures = f"plain {best[0]:.3f}, fast {best[1]:.3f}, balanced {best[2]:.3f}, {seconds[2]:5.2f} s"
        print(f"{battery:8} {name:22} {len(points):6} x {points.shape[1]:<4} {figures}  {chosen}", flush=True)
    found = {row[0] for row in rows}
    groups = {battery: {battery} for battery in sorted(found)} | {"core": found & CORE, "all": found}
    for group, batteries in groups.items():
        if members := [row for row in rows if row[0] in batteries]:
            indices = np.mean([row[1] for row in members], axis=0)
            seconds = np.sum([row[2] for row in members], axis=0)
            quality = f"plain {indices[0]:.3f}, fast {indices[1]:.3f}, balanced {indices[2]:.3f}"
            cost = f"fast {seconds[1] / seconds[0]:.1f} x, balanced {seconds[2] / seconds[0]:.1f} x the CPU"
            print(f"{group:8} {len(members):3} sets: {quality}; {cost} of plain ({seconds[0]:.1f} s)")


if __name__ == "__main__":
    main()
