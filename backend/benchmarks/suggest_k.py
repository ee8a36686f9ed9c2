"""How often the right number of clusters is first, or among the first three, beside the usual criteria.

python benchmarks/suggest_k.py
python benchmarks/suggest_k.py --folder SUITE     (BATTERY/NAME.data.gz with NAME.labels0.gz ..., the layout
                                                   of clustering-benchmarks.gagolewski.com)

A set counts as right when the number of any of its references is listed. Beside the suggestions: the ranking
by one graph's spectrum and embedding; its largest eigengap; silhouette and Calinski-Harabasz of k-means and
the gap statistic on up to 1,000 standardised rows; and the constant list 2, 3, 4, which tells how much of a
figure the numbers in the references give away. With --labels also the adjusted Rand index of the clusters
for the first suggestion of each of our two rankings.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
from counted_sets import counted_sets
from counting_criteria import Lists, criteria_lists
from numpy.typing import NDArray
from quality_consensus import BenchmarkSet, best_index, generated_sets, suite_sets
from sklearn.exceptions import ConvergenceWarning

from fiedler import SpectralClustering

OURS, SPECTRUM = "suggestions", "one spectrum"


def our_lists(points: NDArray[np.float64], largest: int) -> tuple[Lists, SpectralClustering, float, float]:
    """Return the lists, the model, and the CPU seconds of its fit for two clusters and of its suggestions."""
    started = time.process_time()
    model = SpectralClustering(2, max_clusters=largest).fit(points)
    fitted = time.process_time()
    lists = {OURS: [each.n_clusters for each in model.suggestions_]}
    suggested = time.process_time()
    plain = SpectralClustering(2, max_clusters=largest, preset="fast").fit(points)
    lists[SPECTRUM] = [each.n_clusters for each in plain.suggestions_]
    lists["eigengap"] = [int(k) for k in np.argsort(-np.diff(plain.eigenvalues_), kind="stable") + 1]
    lists["2, 3, 4"] = [2, 3, 4]
    return lists, model, fitted - started, suggested - fitted


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--max-rows", type=int, default=10_000)
    parser.add_argument("--largest", type=int, default=60)
    parser.add_argument("--peers", action="store_true", help="criteria on k-means too; slow")
    parser.add_argument("--kept", type=Path, help="folder in which the lists of those criteria are kept")
    parser.add_argument("--labels", action="store_true", help="cut by each first suggestion too; slow")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    sets = [*generated_sets(), *counted_sets()] if arguments.folder is None else suite_sets(arguments.folder)
    rows: list[tuple[str, set[int], Lists]] = []
    indices: dict[str, list[float]] = {OURS: [], SPECTRUM: []}
    seconds = np.zeros(2)
    for each in sets:
        battery, name, points, references = each
        if len(points) > arguments.max_rows:
            continue
        right = {int(truth.max()) + 1 for truth in references}
        lists, model, *spent = our_lists(points, arguments.largest)
        seconds += spent
        if arguments.peers:
            lists |= criteria_lists(points, arguments.largest, arguments.kept)
        rows.append((battery, right, lists))
        if arguments.labels:
            add_indices(indices, each, model, lists)
        mark = "" if right & set(lists[OURS][:3]) else "  <- not among the first three"
        shown = f"{sorted(right)!s:12} {lists[OURS][:5]!s:22} by spectrum {lists[SPECTRUM][:4]}{mark}"
        print(f"{battery:8} {name:22} {len(points):6} x {points.shape[1]:<4} {shown}", flush=True)
    tell_hits(rows)
    print(f"CPU: fits into two clusters {seconds[0]:.1f} s, suggestions {seconds[1]:.1f} s")
    for method, found in indices.items():
        if found:
            print(f"mean adjusted Rand index for the first of {method}: {np.mean(found):.3f}")


def add_indices(
    indices: dict[str, list[float]], each: BenchmarkSet, model: SpectralClustering, lists: Lists
) -> None:
    for method, found in indices.items():
        found.append(best_index(each[3], model.recut(lists[method][0]).labels_))


def tell_hits(rows: list[tuple[str, set[int], Lists]]) -> None:
    """Print how many are right: by battery, of the sets with more than 4 clusters, and of all."""
    batteries = sorted({battery for battery, _, _ in rows})
    groups = {battery: [row for row in rows if row[0] == battery] for battery in batteries}
    groups |= {"beyond 4": [row for row in rows if min(row[1]) > 4], "all": rows}
    print(f"\n{'first / first three of':24}", *(f"{name[:9]:>10}" for name in groups))
    print(f"{'sets':24}", *(f"{len(group):>10}" for group in groups.values()))
    for method in rows[0][2]:
        cells = []
        for group in groups.values():
            first, three = (
                sum(bool(right & set(lists[method][:n])) for _, right, lists in group) for n in (1, 3)
            )
            cells.append(f"{f'{first} / {three}':>10}")
        print(f"{method:24}", *cells)


if __name__ == "__main__":
    main()
