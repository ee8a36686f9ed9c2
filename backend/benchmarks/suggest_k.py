"""How often the right number of clusters is first, or among the first three, beside the usual criteria.

python benchmarks/suggest_k.py
python benchmarks/suggest_k.py --folder SUITE     (BATTERY/NAME.data.gz with NAME.labels0.gz ..., the layout
                                                   of clustering-benchmarks.gagolewski.com)

A set counts as right when the number of any of its references is listed. Beside the suggestions: the ranking
by one graph's spectrum and embedding; its largest eigengap; silhouette and Calinski-Harabasz of k-means and
the gap statistic on up to 1,000 standardised rows; and the constant list 2, 3, 4, which tells how much of a
figure the numbers in the references give away. With --labels also the adjusted Rand index of the clusters
for the first suggestion of each of our two rankings. A long run that was stopped goes on with --resume FILE:
each set's answers are added to that file, and those found there are not sought again.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from counted_sets import counted_sets
from counting_criteria import Lists, criteria_lists
from quality_consensus import BenchmarkSet, best_index, generated_sets, suite_sets
from sklearn.exceptions import ConvergenceWarning

from fiedler import SpectralClustering

OURS, SPECTRUM = "suggestions", "one spectrum"


@dataclass(frozen=True)
class Answers:
    """What is suggested for one set: numbers by each method, and what of it took how many CPU seconds.

    ``fit_seconds`` are those of a consensus of two clusters, which needs no suggestion; ``indices`` the
    adjusted Rand index of the cut by the first of a ranking.
    """

    battery: str
    name: str
    shape: tuple[int, int]
    right: list[int]
    lists: Lists
    fit_seconds: float
    suggestion_seconds: float
    indices: dict[str, float]

    def hits(self, method: str, n_first: int) -> bool:
        """Return whether a right number is among the first of a method."""
        return not set(self.right).isdisjoint(self.lists[method][:n_first])

    def __str__(self) -> str:
        """Return a line about ours."""
        ours = self.lists[OURS]
        mark = "" if self.hits(OURS, 3) else "  <- not among the first three"
        return (
            f"{self.battery:8} {self.name:22} {self.shape[0]:6} x {self.shape[1]:<4} {self.right!s:12} "
            f"{ours[:5]!s:22} by spectrum {self.lists[SPECTRUM][:4]}{mark}"
        )


def answers(each: BenchmarkSet, largest: int, *, peers: bool, labels: bool) -> Answers:
    battery, name, points, references = each
    started = time.process_time()
    model = SpectralClustering(2, max_clusters=largest).fit(points)
    fitted = time.process_time()
    lists = {OURS: [each.n_clusters for each in model.suggestions_]}
    suggested = time.process_time()
    plain = SpectralClustering(2, max_clusters=largest, preset="fast").fit(points)
    lists[SPECTRUM] = [each.n_clusters for each in plain.suggestions_]
    lists["eigengap"] = [int(k) for k in np.argsort(-np.diff(plain.eigenvalues_), kind="stable") + 1]
    lists["2, 3, 4"] = [2, 3, 4]
    if peers:
        lists |= criteria_lists(points, largest)
    indices = {}
    for method in (OURS, SPECTRUM) if labels else ():
        indices[method] = best_index(references, model.recut(lists[method][0]).labels_)
    return Answers(
        battery=battery,
        name=name,
        shape=points.shape,
        right=sorted({int(truth.max()) + 1 for truth in references}),
        lists=lists,
        fit_seconds=fitted - started,
        suggestion_seconds=suggested - fitted,
        indices=indices,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--max-rows", type=int, default=10_000)
    parser.add_argument("--largest", type=int, default=60)
    parser.add_argument("--peers", action="store_true", help="criteria on k-means too; slow")
    parser.add_argument("--labels", action="store_true", help="cut by each first suggestion too; slow")
    parser.add_argument("--resume", type=Path, metavar="FILE", help="go on from what a stopped run has found")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    sets = [*generated_sets(), *counted_sets()] if arguments.folder is None else suite_sets(arguments.folder)
    asked = [arguments.largest, arguments.peers, arguments.labels]
    found = {} if arguments.resume is None else answers_kept(arguments.resume, asked)
    rows: list[Answers] = []
    # Kernels are loaded before anything is timed.
    answers(next(generated_sets()), 2, peers=False, labels=False)
    for each in sets:
        battery, name, points, _ = each
        if len(points) > arguments.max_rows:
            continue
        row = found.get((battery, name))
        if row is None:
            row = answers(each, arguments.largest, peers=arguments.peers, labels=arguments.labels)
            if arguments.resume is not None:
                with arguments.resume.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"asked": asked, "answers": asdict(row)}) + "\n")
        rows.append(row)
        print(row, flush=True)
    tell_hits(rows)
    seconds = [sum(getattr(row, part) for row in rows) for part in ("fit_seconds", "suggestion_seconds")]
    print(f"CPU: fits into two clusters {seconds[0]:.1f} s, suggestions {seconds[1]:.1f} s")
    for method in rows[0].indices:
        mean = np.mean([row.indices[method] for row in rows])
        print(f"mean adjusted Rand index for the first of {method}: {mean:.3f}")


def answers_kept(file: Path, asked: list[object]) -> dict[tuple[str, str], Answers]:
    """Return by battery and name what a run with the same options wrote."""
    if not file.exists():
        return {}
    kept = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = [Answers(**each["answers"]) for each in kept if each["asked"] == asked]
    return {(row.battery, row.name): row for row in found}


def tell_hits(rows: list[Answers]) -> None:
    """Print how many are right: by battery, of the sets with more than 4 clusters, and of all."""
    batteries = sorted({row.battery for row in rows})
    groups = {battery: [row for row in rows if row.battery == battery] for battery in batteries}
    groups |= {"beyond 4": [row for row in rows if min(row.right) > 4], "all": rows}
    print(f"\n{'first / first three of':24}", *(f"{name[:9]:>10}" for name in groups))
    print(f"{'sets':24}", *(f"{len(group):>10}" for group in groups.values()))
    for method in rows[0].lists:
        cells = []
        for group in groups.values():
            first, three = (sum(row.hits(method, n_first) for row in group) for n_first in (1, 3))
            cells.append(f"{f'{first} / {three}':>10}")
        print(f"{method:24}", *cells)


if __name__ == "__main__":
    main()
