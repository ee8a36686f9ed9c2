"""Quality at fixed seeds on data whose right answer is known, as the estimator and the pipeline give it.

python benchmarks/quality.py
python benchmarks/quality.py --floors --folder SUITE     (BATTERY/NAME.data.gz with NAME.labels0.gz)

For each set: NMI with the true k, the ranked suggestions, and whether the true k is among the first three.
With --floors the least NMI aimed for beside what is reached, up to a million rows, and of PenDigits, USPS,
Letters and MNIST where the folder has them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_circles, make_moons
from sklearn.metrics import normalized_mutual_info_score
from sklearn.preprocessing import StandardScaler

from fiedler import SpectralClustering

Data = tuple[str, NDArray[np.float64], NDArray[np.int64]]


def blobs(n_clusters: int, n_columns: int, n_samples: int = 2_000) -> Data:
    generator = np.random.default_rng(n_clusters)
    labels = generator.integers(n_clusters, size=n_samples)
    corners = np.zeros((n_clusters, n_columns))
    corners[:, 0], corners[:, 1] = 8 * (np.arange(n_clusters) % 4), 8 * (np.arange(n_clusters) // 4)
    points = corners[labels] + generator.normal(size=(n_samples, n_columns))
    return f"blobs {n_clusters} in {n_columns}-D", points, labels


def data_sets() -> list[Data]:
    sets: list[Data] = []
    for n_samples in (300, 5_000, 20_000, 200_000):
        sets.append((f"moons {n_samples:,}", *make_moons(n_samples, noise=0.06, random_state=1)))
        circles = make_circles(n_samples, noise=0.05, factor=0.5, random_state=1)
        sets.append((f"circles {n_samples:,}", *circles))
    sets += [blobs(k, d) for k in (3, 5, 8, 12) for d in (2, 6)]
    sets.append(("digits, as they are", *load_digits(return_X_y=True)))
    for name, load in (
        ("digits", load_digits),
        ("iris", load_iris),
        ("wine", load_wine),
        ("breast cancer", load_breast_cancer),
    ):
        points, labels = load(return_X_y=True)
        sets.append((f"{name}, standardised", StandardScaler().fit_transform(points), labels))
    generator = np.random.default_rng(0)
    for n_columns in (1, 2, 5):
        cloud = generator.normal(size=(1_500, n_columns))
        sets.append((f"one Gaussian in {n_columns}-D", cloud, np.zeros(1_500, dtype=np.int64)))
    return sets


def bananas(n_samples: int) -> Data:
    """Return two half rings, each thickened by a normal deviate, that reach into each other."""
    generator = np.random.default_rng(0)
    labels = generator.integers(2, size=n_samples)
    angle = np.pi * generator.random(n_samples)
    side = 1 - 2 * labels
    arcs = np.c_[side * np.cos(angle) + labels, side * np.sin(angle) + 0.35 * labels]
    return f"two bananas {n_samples:,}", arcs + generator.normal(0, 0.115, (n_samples, 2)), labels


# Names in folders of benchmark sets, and the least mutual information aimed for.
FLOORS_OF_FILES = {"penbased": 0.86, "pendigits": 0.86, "usps": 0.83, "letter*": 0.54, "mnist70k": 0.83}


def with_floors(folder: Path | None) -> Iterator[tuple[Data, float]]:
    """Yield sets with the least mutual information aimed for."""
    for n_samples in (5_000, 1_000_000):
        circles = make_circles(n_samples, noise=0.05, factor=0.5, random_state=1)
        yield (f"moons {n_samples:,}", *make_moons(n_samples, noise=0.06, random_state=1)), 0.99
        yield (f"circles {n_samples:,}", *circles), 0.99
        yield blobs(8, 2, n_samples), 0.99
    yield bananas(1_000_000), 0.99
    yield ("digits", *load_digits(return_X_y=True)), 0.89
    for name, floor in FLOORS_OF_FILES.items() if folder is not None else ():
        for path in folder.glob(f"*/{name}.data.gz"):
            labels = np.loadtxt(path.with_name(path.name.replace(".data.", ".labels0.")), dtype=np.int64)
            yield (path.name.removesuffix(".data.gz"), np.loadtxt(path, ndmin=2), labels), floor


def tell_floors(folder: Path | None) -> None:
    print(f"{'data':<28}{'rows':>10}{'columns':>9}  {'path':<10}{'NMI':>6}  {'floor':>5}  {'CPU s':>6}")
    for (name, points, labels), floor in with_floors(folder):
        started = time.process_time()
        model = SpectralClustering(np.unique(labels).size).fit(points)
        seconds = time.process_time() - started
        quality = normalized_mutual_info_score(labels, model.labels_)
        mark = "" if quality >= floor else "  <- below"
        shape = f"{len(points):>10,}{points.shape[1]:>9}"
        print(
            f"{name:<28}{shape}  {model.method_:<10}{quality:6.3f}  {floor:5.2f}  {seconds:6.2f}{mark}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--floors", action="store_true")
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.floors:
        tell_floors(arguments.folder)
        return
    print(f"{'data':<28}{'k':>4}  {'path':<9}{'NMI':>6}  {'CPU s':>6}  suggestions")
    for name, points, labels in data_sets():
        n_clusters = np.unique(labels).size
        started = time.process_time()
        model = SpectralClustering(n_clusters).fit(points)
        seconds = time.process_time() - started
        quality = normalized_mutual_info_score(labels, model.labels_)
        ranked = [suggestion.n_clusters for suggestion in model.suggestions_[:5]]
        mark = "" if n_clusters in ranked[:3] else "  <- true k is not among the first three"
        print(f"{name:<28}{n_clusters:>4}  {model.method_:<9}{quality:6.3f}  {seconds:6.2f}  {ranked}{mark}")


if __name__ == "__main__":
    main()
