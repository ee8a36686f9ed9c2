"""How well memberships tell right rows from wrong ones, on data whose classes overlap.

For new rows: the share put in the right class, and the log loss (nats) and the area under the ROC curve of
"the largest membership is right". Inverse squared distances are what `predict_proba` gives; Gaussians around
the centroids, as wide as the rows scatter, are what it might give instead (decision 0008).

    OMP_NUM_THREADS=1 python benchmarks/memberships.py
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.datasets import load_digits, make_blobs, make_moons
from sklearn.metrics import roc_auc_score

from fiedler import SpectralClustering

N_ROWS = 3_000
SMALLEST = 1e-3
Data = tuple[NDArray[np.float64], NDArray[np.int64]]


def digits(seed: int) -> Data:
    points, truth = load_digits(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(points))
    rows = rows[:1_200] if seed == 0 else rows[1_200:]
    return points[rows], truth[rows]


def blobs(centers: NDArray[np.float64]) -> Callable[[int], Data]:
    return lambda seed: make_blobs(N_ROWS, centers=centers, random_state=seed)


SETS: dict[str, tuple[int, Callable[[int], Data]]] = {
    "3 blobs": (3, blobs(np.array([[0, 0], [3, 0], [0, 3]]))),
    "2 blobs": (2, blobs(np.array([[0, 0], [2.5, 0]]))),
    "moons": (2, lambda seed: make_moons(N_ROWS, noise=0.2, random_state=seed)),
    "5 blobs, 10 columns": (5, blobs(np.eye(5, 10) * 3.2)),
    "12 blobs, 3 columns": (12, blobs(np.random.default_rng(5).normal(size=(12, 3)) * 4)),
    "digits": (10, digits),
}


def gaussian(squares: NDArray[np.float64], n_dimensions: int) -> NDArray[np.float64]:
    """Return the posterior of Gaussians as wide as rows scatter around their centroid."""
    nearest = squares.min(axis=1, keepdims=True)
    variance = max(float(nearest.mean()) / n_dimensions, 1e-9)
    weights = np.exp(-(squares - nearest) / (2 * variance))
    return weights / weights.sum(axis=1, keepdims=True)


def judged(memberships: NDArray[np.float64], right: NDArray[np.bool_]) -> str:
    largest = memberships.max(axis=1)
    given = np.clip(np.where(right, largest, 1 - largest), SMALLEST, 1)
    return f"{largest.mean():5.2f} {-np.log(given).mean():9.3f} {roc_auc_score(right, largest):6.3f}"


def main() -> None:
    print(f"{'':32s} right | inverse squares: mean, log loss, AUC | Gaussian: mean, log loss, AUC")
    for name, (n_clusters, draw) in SETS.items():
        (fitted, truth), (new, new_truth) = draw(0), draw(1)
        for method in ("exact", "landmark"):
            model = SpectralClustering(n_clusters, method=method).fit(fitted)
            shared = np.zeros((n_clusters, n_clusters))
            np.add.at(shared, (model.labels_, truth), 1)
            classes = linear_sum_assignment(shared, maximize=True)[1]
            found = model.predict_proba(new)
            right = classes[found.argmax(axis=1)] == new_truth
            # Coordinates and centroids give back the squares that the memberships were made of.
            coordinates = model.transform(new).astype(np.float64)
            centroids = np.array(
                [model.transform(fitted)[model.labels_ == c].mean(axis=0) for c in range(n_clusters)]
            )
            squares = ((coordinates[:, None] - centroids) ** 2).sum(axis=2)
            other = gaussian(squares, max(1, n_clusters - 1))
            figures = f"{judged(found, right)} | {judged(other, right)}"
            print(f"{f'{name}, {method}':32s} {right.mean():.3f} | {figures}")


if __name__ == "__main__":
    main()
