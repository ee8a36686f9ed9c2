"""Quality at fixed seeds on data whose right answer is known, as the estimator and the pipeline give it.

python benchmarks/quality.py

For each set: NMI with the true k, the ranked suggestions, and whether the true k is among the first three.
"""

from __future__ import annotations

import time

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


def main() -> None:
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
