"""What people cluster with today, each as a function of rows and the true k: what `compare.py` measures."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import numpy as np
import sklearn.cluster
from numpy.typing import NDArray

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Method = Callable[[Points, int], Labels]

# The dense kernel holds n x n numbers, twice; of more than 10,000 rows both presets cut one graph.
MOST_ROWS = {"scikit-learn rbf": 10_000, "fiedler fast": 10_000, "fiedler balanced": 10_000}
LEAST_ROWS = {"U-SPEC in numpy": 10_000}
_NEEDS = {"scikit-learn amg": "pyamg", "Genie": "genieclust"}


def fiedler_one_graph(points: Points, n_clusters: int) -> Labels:
    from fiedler import SpectralClustering
    from fiedler.policy import choose_method

    path = choose_method("auto", *points.shape).method
    # Eigenvectors for k clusters, as scikit-learn's; by default they are kept for up to 20.
    return SpectralClustering(n_clusters, method=path, max_clusters=n_clusters, random_state=0).fit_predict(
        points
    )


def fiedler_fast(points: Points, n_clusters: int) -> Labels:
    from fiedler import SpectralClustering

    return SpectralClustering(n_clusters, preset="fast", random_state=0).fit_predict(points)


def fiedler_balanced(points: Points, n_clusters: int) -> Labels:
    from fiedler import SpectralClustering

    return SpectralClustering(n_clusters, random_state=0).fit_predict(points)


def sklearn_spectral(affinity: str, solver: str | None = None) -> Method:
    def cluster(points: Points, n_clusters: int) -> Labels:
        # The default of 1 suits no data but standardised ones of one column: as `sklearn.svm.SVC` has it.
        gamma = 1 / (points.shape[1] * points.var())
        return sklearn.cluster.SpectralClustering(
            n_clusters, affinity=affinity, gamma=gamma, eigen_solver=solver, random_state=0, n_jobs=1
        ).fit_predict(points)

    return cluster


def kmeans(points: Points, n_clusters: int) -> Labels:
    return sklearn.cluster.KMeans(n_clusters, n_init=10, random_state=0).fit_predict(points)


def genie(points: Points, n_clusters: int) -> Labels:
    import genieclust

    return genieclust.Genie(n_clusters=n_clusters).fit_predict(points)


def uspec(points: Points, n_clusters: int) -> Labels:
    from uspec import uspec as step_by_step

    return step_by_step(points, n_clusters, n_representatives=min(1_000, len(points) // 20))


METHODS: dict[str, Method] = {
    "fiedler one graph": fiedler_one_graph,
    "fiedler fast": fiedler_fast,
    "fiedler balanced": fiedler_balanced,
    "scikit-learn rbf": sklearn_spectral("rbf"),
    "scikit-learn neighbors": sklearn_spectral("nearest_neighbors"),
    "scikit-learn amg": sklearn_spectral("nearest_neighbors", "amg"),
    "k-means": kmeans,
    "Genie": genie,
    "U-SPEC in numpy": uspec,
}
REFERENCE = "fiedler one graph"


def missing() -> set[str]:
    """Return the methods whose package is not installed."""
    return {name for name, module in _NEEDS.items() if importlib.util.find_spec(module) is None}


def fits(method: str, n_rows: int) -> bool:
    """Return whether the method is for as many rows as that."""
    return LEAST_ROWS.get(method, 0) <= n_rows <= MOST_ROWS.get(method, n_rows)
