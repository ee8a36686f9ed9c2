"""Side by side with scikit-learn's spectral clustering: CPU seconds and NMI, both in this process.

python benchmarks/against_sklearn.py
python benchmarks/against_sklearn.py --rbf        (its default kernel too: n x n in memory)

One thread each; kernels are compiled before anything is timed; the true k is given to both.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import sklearn.cluster
from numpy.typing import NDArray
from sklearn.base import ClusterMixin
from sklearn.datasets import load_digits, make_blobs, make_circles, make_moons
from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

import fiedler
from fiedler.warm import warm


def timed(estimator: ClusterMixin, points: NDArray[np.float64]) -> tuple[NDArray[np.int32], float]:
    started = time.process_time()
    labels = estimator.fit_predict(points)
    return labels, time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rbf", action="store_true")
    arguments = parser.parse_args()
    affinities = ["nearest_neighbors", *(["rbf"] if arguments.rbf else [])]
    warm()
    data = [
        ("moons 5,000", *make_moons(5_000, noise=0.06, random_state=0)),
        ("circles 5,000", *make_circles(5_000, noise=0.05, factor=0.5, random_state=0)),
        ("blobs 5,000 x 8", *make_blobs(5_000, 8, centers=8, random_state=0)),
        ("digits", *load_digits(return_X_y=True)),
        ("moons 50,000", *make_moons(50_000, noise=0.06, random_state=0)),
    ]
    print(
        f"{'data':<18}{'scikit-learn kernel':<24}{'CPU s':>8}{'NMI':>7}{'fiedler':>9}{'NMI':>7}{'faster':>8}"
    )
    for name, points, truth in data:
        k = np.unique(truth).size
        for affinity in affinities:
            if affinity == "rbf" and len(points) > 10_000:
                continue
            theirs = sklearn.cluster.SpectralClustering(k, affinity=affinity, random_state=0, n_jobs=1)
            ours = fiedler.SpectralClustering(k, random_state=0)
            with threadpool_limits(1), warnings.catch_warnings():
                # A graph that is not connected makes scikit-learn warn; the result is compared all the same.
                warnings.simplefilter("ignore")
                their_labels, their_seconds = timed(theirs, points)
                labels, seconds = timed(ours, points)
            print(
                f"{name:<18}{affinity:<24}{their_seconds:8.2f}"
                f"{normalized_mutual_info_score(truth, their_labels):7.3f}{seconds:9.2f}"
                f"{normalized_mutual_info_score(truth, labels):7.3f}{their_seconds / seconds:7.1f}x"
            )


if __name__ == "__main__":
    main()
