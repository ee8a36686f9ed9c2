"""Side by side with what people use today: CPU seconds, peak memory over the data, NMI, all in one run.

python benchmarks/compare.py
python benchmarks/compare.py --only moons digits      (data whose names begin so)

Every method gets the true k, one thread and a process of its own, in which it has clustered a few rows before
the clock starts; compiling and importing are not timed. Ratios are against fiedler's cut of one graph
or landmarks. Peers that are not installed (pyamg, genieclust) are left out and named.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import os
import re
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sklearn.cluster
from numpy.typing import NDArray
from sklearn.datasets import load_digits, make_blobs, make_circles, make_moons
from sklearn.metrics import normalized_mutual_info_score

from fiedler.policy import choose_method

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
Method = Callable[[Points, int], Labels]

# The dense kernel holds n x n numbers, twice.
_MOST_ROWS = {"scikit-learn rbf": 10_000, "fiedler balanced": 10_000}
_LEAST_ROWS = {"U-SPEC in numpy": 10_000}
_NEEDS = {"scikit-learn amg": "pyamg", "Genie": "genieclust"}
_MOST_SECONDS = 180.0
_MEBIBYTE = 2**20


def fiedler_one_graph(points: Points, n_clusters: int) -> Labels:
    from fiedler import SpectralClustering

    return SpectralClustering(
        n_clusters, method=choose_method("auto", *points.shape).method, random_state=0
    ).fit_predict(points)


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
    "fiedler balanced": fiedler_balanced,
    "scikit-learn rbf": sklearn_spectral("rbf"),
    "scikit-learn neighbors": sklearn_spectral("nearest_neighbors"),
    "scikit-learn amg": sklearn_spectral("nearest_neighbors", "amg"),
    "k-means": kmeans,
    "Genie": genie,
    "U-SPEC in numpy": uspec,
}
DATA: dict[str, Callable[[], tuple[Points, Labels]]] = {
    "moons 5,000 x 2": lambda: make_moons(5_000, noise=0.06, random_state=0),
    "circles 5,000 x 2": lambda: make_circles(5_000, noise=0.05, factor=0.5, random_state=0),
    "digits 1,797 x 64": lambda: load_digits(return_X_y=True),
    "blobs 10,000 x 50": lambda: make_blobs(10_000, 50, centers=10, cluster_std=4.0, random_state=0),
    "moons 100,000 x 2": lambda: make_moons(100_000, noise=0.1, random_state=0),
    "blobs 100,000 x 10": lambda: make_blobs(100_000, 10, centers=8, cluster_std=2.5, random_state=0),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds, peak resident memory over what was there before, in MiB, and NMI with the truth."""

    seconds: float
    mebibytes: float
    nmi: float


def measured(data: str, method: str) -> Measured:
    """Run one method on one set; called in a process of its own."""
    cluster = METHODS[method]
    points, truth = DATA[data]()
    n_clusters = int(np.unique(truth).size)
    with warnings.catch_warnings():
        # A graph that is not connected makes scikit-learn warn; the result is compared all the same.
        warnings.simplefilter("ignore")
        cluster(points[:: max(1, len(points) // 500)], n_clusters)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, started = _resident("VmRSS"), time.process_time()
        labels = cluster(points, n_clusters)
        seconds = time.process_time() - started
    peak = _resident("VmHWM") - before
    return Measured(seconds, max(peak, 0.0), float(normalized_mutual_info_score(truth, labels)))


def _resident(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / _MEBIBYTE


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[""], help="data whose names begin so")
    arguments = parser.parse_args()
    missing = {name for name, module in _NEEDS.items() if importlib.util.find_spec(module) is None}
    if missing:
        print(f"not installed, left out: {', '.join(sorted(missing))}")
    # Children import numpy anew, and see this then.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    spawning = multiprocessing.get_context("spawn")
    print(f"{'data':<20}{'method':<24}{'CPU s':>8}{'MiB':>8}{'NMI':>8}{'CPU ratio':>11}{'memory ratio':>14}")
    for data in DATA:
        if not any(data.startswith(name) for name in arguments.only):
            continue
        n_rows = len(DATA[data]()[0])
        ours: Measured | None = None
        for method in METHODS:
            fits = _LEAST_ROWS.get(method, 0) <= n_rows <= _MOST_ROWS.get(method, n_rows)
            if method in missing or not fits:
                continue
            with spawning.Pool(1) as pool:
                try:
                    found = pool.apply_async(measured, (data, method)).get(_MOST_SECONDS)
                except multiprocessing.TimeoutError:
                    print(f"{data:<20}{method:<24}  stopped after {_MOST_SECONDS:.0f} s", flush=True)
                    continue
            ours = ours or found
            memory = found.mebibytes / max(ours.mebibytes, 1.0)
            print(
                f"{data:<20}{method:<24}{found.seconds:8.2f}{found.mebibytes:8.0f}{found.nmi:8.3f}"
                f"{found.seconds / ours.seconds:10.1f}x{memory:13.1f}x",
                flush=True,
            )


if __name__ == "__main__":
    main()
