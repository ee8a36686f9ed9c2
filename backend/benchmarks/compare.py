"""Side by side with what people use today: CPU seconds, peak memory over the data, NMI, all in one run.

python benchmarks/compare.py
python benchmarks/compare.py --only moons digits      (data whose names begin so)
python benchmarks/compare.py --folder SUITE           (and real data: BATTERY/NAME.data.gz, NAME.labels0.gz)

Every method gets the true k and one thread. Seconds are medians of runs in turn with fiedler's cut of one
graph or landmarks, in one process, and the ratio is the median of theirs: what else the machine does meets
both. Everything has clustered a few rows before: compiling and importing are not timed. Memory is the peak of
one run. Peers not installed (pyamg, genieclust) are left out and named. The table goes to standard output,
what is being run to standard error. Once ``--minutes`` are over, what is still to come is named as left out.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from peers import METHODS, REFERENCE, Labels, Points, fits, missing
from resident import PeakMemory
from sklearn.datasets import load_digits, make_blobs, make_circles, make_moons
from sklearn.decomposition import PCA
from sklearn.metrics import normalized_mutual_info_score

Data = Callable[[], tuple[Points, Labels]]

_MOST_SECONDS = 150.0
# Runs longer than this together are noise enough averaged out.
_LONG_SECONDS = 6.0


def two_bananas(n_rows: int) -> tuple[Points, Labels]:
    """Two arcs that reach into each other and touch."""
    return make_moons(n_rows, noise=0.1, random_state=0)


MADE: dict[str, Data] = {
    "moons 5,000 x 2": lambda: make_moons(5_000, noise=0.06, random_state=0),
    "circles 5,000 x 2": lambda: make_circles(5_000, noise=0.05, factor=0.5, random_state=0),
    "digits 1,797 x 64": lambda: load_digits(return_X_y=True),
    "blobs 10,000 x 50": lambda: make_blobs(10_000, 50, centers=10, cluster_std=4.0, random_state=0),
    "bananas 100,000 x 2": lambda: two_bananas(100_000),
    "blobs 100,000 x 10": lambda: make_blobs(100_000, 10, centers=8, cluster_std=2.5, random_state=0),
}
# Name, battery and name in the suite, principal components kept.
_FOUND = {
    "pen digits": ("real/penbased", None),
    "satellite image": ("real/satimage", None),
    "MNIST 5,000, PCA": ("real/mnist5k", 50),
    "MNIST 5,000": ("real/mnist5k", None),
}


def read_set(path: Path, n_principal: int | None) -> tuple[Points, Labels]:
    """Return the rows and labels of a set of a suite, or their principal components."""
    points = np.loadtxt(path.with_name(f"{path.name}.data.gz"), ndmin=2)
    labels = np.loadtxt(path.with_name(f"{path.name}.labels0.gz"), dtype=np.int64)
    if n_principal is not None:
        points = PCA(n_principal, random_state=0).fit_transform(points)
    return points, labels


def sets(folder: Path | None) -> dict[str, Data]:
    """Return all data by name, those of the folder's that are there among them."""
    found = {
        name: functools.partial(read_set, folder / place, n_principal)
        for name, (place, n_principal) in _FOUND.items()
        if folder is not None and (folder / f"{place}.data.gz").exists()
    }
    return MADE | found


@dataclass(frozen=True, slots=True)
class Timed:
    """Median CPU seconds, median ratio to the reference's run beside each, and NMI with the truth."""

    seconds: float
    ratio: float
    nmi: float


def measured(folder: Path | None, data: str, method: str, n_runs: int) -> tuple[float, Timed]:
    """Return the peak mebibytes and the times of a method; called in a process of its own."""
    # Libraries that count cores start one thread then.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    points, truth = sets(folder)[data]()
    # Memory first: a later run may use what an earlier one has left.
    return peak_mebibytes(method, points, truth), timed(method, points, truth, n_runs)


def timed(method: str, points: Points, truth: Labels, n_runs: int) -> Timed:
    """Run a method and the reference in turn."""
    n_clusters = int(np.unique(truth).size)
    seconds, ratios = [], []
    for _ in range(n_runs):
        ours, _ = _clocked(REFERENCE, points, n_clusters)
        taken, labels = _clocked(method, points, n_clusters)
        seconds.append(taken)
        ratios.append(taken / ours)
        if sum(seconds) > _LONG_SECONDS:
            break
    nmi = float(normalized_mutual_info_score(truth, labels))
    return Timed(float(np.median(seconds)), float(np.median(ratios)), nmi)


def peak_mebibytes(method: str, points: Points, truth: Labels) -> float:
    """Return the peak of resident memory over what the data take."""
    n_clusters = int(np.unique(truth).size)
    _warm_up(method, points, n_clusters)
    memory = PeakMemory()
    METHODS[method](points, n_clusters)
    return memory.mebibytes()


def _clocked(method: str, points: Points, n_clusters: int) -> tuple[float, Labels]:
    _warm_up(method, points, n_clusters)
    started = time.process_time()
    labels = METHODS[method](points, n_clusters)
    return time.process_time() - started, labels


@functools.cache
def _warmed() -> set[str]:
    # A graph that is not connected makes scikit-learn warn; the result is compared all the same.
    warnings.simplefilter("ignore")
    return set()


def _warm_up(method: str, points: Points, n_clusters: int) -> None:
    if method not in _warmed():
        METHODS[method](points[:: max(1, len(points) // 2_000)], n_clusters)
        _warmed().add(method)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[""], help="data whose names begin so")
    parser.add_argument("--folder", type=Path, help="a suite of benchmark sets")
    parser.add_argument("--minutes", type=float, default=12.0, help="after which nothing more is begun")
    parser.add_argument("--runs", type=int, default=5, help="of each method, where runs are short")
    arguments = parser.parse_args()
    left_out = missing()
    if left_out:
        print(f"not installed, left out: {', '.join(sorted(left_out))}")
    # Children import numpy anew, and see this then.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    spawning = multiprocessing.get_context("spawn")
    started = time.perf_counter()
    print(f"{'data':<21}{'method':<24}{'CPU s':>8}{'ratio':>9}{'NMI':>7}{'MiB':>8}{'ratio':>8}")
    for data, load in sets(arguments.folder).items():
        if not any(data.startswith(name) for name in arguments.only):
            continue
        n_rows = len(load()[0])
        reference_memory: float | None = None
        for method in METHODS:
            if method in left_out or not fits(method, n_rows):
                continue
            minutes = (time.perf_counter() - started) / 60
            if minutes > arguments.minutes:
                print(f"{data:<21}{method:<24}  left out after {arguments.minutes:.0f} minutes", flush=True)
                continue
            print(f"[{minutes:4.1f} min] {data}: {method}", file=sys.stderr, flush=True)
            with spawning.Pool(1) as pool:
                try:
                    found = pool.apply_async(measured, (arguments.folder, data, method, arguments.runs))
                    mebibytes, seconds = found.get(_MOST_SECONDS)
                except multiprocessing.TimeoutError:
                    print(f"{data:<21}{method:<24}  stopped after {_MOST_SECONDS:.0f} s", flush=True)
                    continue
            reference_memory = mebibytes if reference_memory is None else reference_memory
            print(
                f"{data:<21}{method:<24}{seconds.seconds:8.3f}{seconds.ratio:8.1f}x{seconds.nmi:7.3f}"
                f"{mebibytes:8.0f}{mebibytes / max(reference_memory, 1.0):7.1f}x",
                flush=True,
            )


if __name__ == "__main__":
    main()
