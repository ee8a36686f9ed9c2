"""The consensus of a small table: candidates, agreement, choice, gated mixture, each kept to be shown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.agreement import pairwise_agreement, separation, separation_weights
from fiedler.consensus.candidates import (
    CURVES,
    EARLY,
    LATE,
    Candidate,
    PreparedSpace,
    Schedule,
    candidates,
    prepare_space,
)
from fiedler.consensus.choice import Choice, choose, other_reading
from fiedler.consensus.curves import curve_lift
from fiedler.consensus.kmeans import kmeans_labels
from fiedler.consensus.mixture import gated_mixture
from fiedler.consensus.numbering import numbered_by_size
from fiedler.consensus.results import ConsensusResult, MixtureVerdict, Stage, View
from fiedler.consensus.shells import SHELL_COLUMNS
from fiedler.consensus.spaces import Space, Spaces, prepared_spaces
from fiedler.progress import Report
from fiedler.trees.spanning import SpanningTree

AGREED = 0.95
"""Support at which the early views settle the matter."""
BEYOND_DOUBT = 0.99
"""Support at which no mixture is tried either."""
CURVE_COLUMNS = 3
FEWEST_CURVE_ROWS = 60
SEPARATION_NEIGHBORS = 5
MIXTURE_STARTS = 6
SAME_START = 0.9
"""Views with a larger index lead a mixture to the same end."""


def consensus_partition(
    features: NDArray[np.floating],
    n_clusters: int,
    *,
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
) -> ConsensusResult:
    """Partition the rows of a table of up to about 10,000 rows as its views agree, without labels.

    Views from several neighbour graphs and spanning trees, in one or two scalings, are compared pairwise; the
    best supported is chosen. If the first few agree no more are made. Rows that lie on curves are also viewed
    by position and direction together, so that curves may cross. A mixture model takes the chosen view's
    place where the rows look like its clusters. Nothing depends on the order of rows or the number of
    threads; copies of a row share its label.

    Parameters
    ----------
    features : (n, d) float32 or float64
        Finite; any scale.
    n_clusters : int
        From 1 to n. Fewer are found when there are fewer distinct rows.
    random_state : int
        Seed of every random start.
    n_threads : int or None
        For neighbour searches; None uses every core.
    progress : callable, optional
        Told (fraction from 0 to 1, message).

    Raises
    ------
    InvalidFeaturesError
        Not a numeric matrix, without columns, or with a value that is not finite.
    TooFewRowsError
        There are fewer rows than clusters, or ``n_clusters`` is below 1.
    """
    return _Consensus(n_clusters, random_state, n_threads, progress).run(features)


class _Consensus:
    """One run: the settings, and the stages as they end."""

    def __init__(
        self, n_clusters: int, random_state: int, n_threads: int | None, progress: Report | None
    ) -> None:
        self._n_clusters = n_clusters
        self._random_state = random_state
        self._n_threads = n_threads
        self._progress = progress
        self._stages: list[Stage] = []

    def run(self, features: NDArray[np.floating]) -> ConsensusResult:
        """Return the consensus of (n, d) features."""
        with self._stage("spaces", 0.0) as words:
            spaces = prepared_spaces(features, self._n_clusters)
            n_distinct = len(spaces.mixture.points)
            words.append(f"{n_distinct:,} distinct rows, " + " and ".join(s.name for s in spaces.graphs))
        if self._n_clusters == 1 or n_distinct <= self._n_clusters:
            return self._trivial(spaces)
        found, prepared, tree = self._early(spaces)
        separations = [separation(tree, view.labels) for view in found]
        choice, agreement = self._judge(found, separations)
        if choice.supports[choice.chosen] < AGREED:
            found += self._late(spaces, prepared)
            separations += [separation(tree, view.labels) for view in found[len(separations) :]]
            with self._stage("choice", 0.7) as words:
                choice, agreement = self._judge(found, separations)
                words.append(f"{found[choice.chosen].name} has the strongest support of {len(found)} views")
        return self._finish(spaces, found, np.array(separations), choice, agreement)

    def _early(self, spaces: Spaces) -> tuple[list[Candidate], list[PreparedSpace], SpanningTree]:
        with self._stage("first views", 0.05) as words:
            prepared = [prepare_space(space, "features", self._n_threads) for space in spaces.graphs]
            found = self._views(prepared, EARLY, 0.1, 0.3)
            of_separation = next(place for place, s in enumerate(spaces.graphs) if s is spaces.separation)
            tree = prepared[of_separation].reachability_tree(SEPARATION_NEIGHBORS)
            words.append(f"{len(found)} views")
        return found, prepared, tree

    def _late(self, spaces: Spaces, prepared: list[PreparedSpace]) -> list[Candidate]:
        found: list[Candidate] = []
        with self._stage("more views", 0.3) as words:
            found += self._views(prepared, LATE, 0.3, 0.55)
            words.append(f"{len(found)} more views, as the first did not agree")
        with self._stage("curves", 0.55) as words:
            lifted = [space for graph in spaces.graphs if (space := self._lifted(graph)) is not None]
            curved = self._views(lifted, CURVES, 0.6, 0.7)
            found += curved
            words.append(f"{len(curved)} views by direction" if curved else "rows do not lie on curves")
        return found

    def _views(
        self, spaces: list[PreparedSpace], schedule: Schedule, start: float, stop: float
    ) -> list[Candidate]:
        """Return the views of a schedule in every space, telling of each when it is made."""
        found: list[Candidate] = []
        for space in spaces:
            for view in candidates(space, schedule, self._n_clusters, self._random_state, self._n_threads):
                found.append(view)
                done = len(found) / (len(spaces) * schedule.n_views)
                self._report(start + (stop - start) * done, f"View by {view.name}")
        return found

    def _lifted(self, space: Space) -> PreparedSpace | None:
        """Return the space with the directions of the curves its rows lie on; None where there are none."""
        n_samples, n_features = space.points.shape
        if n_features > CURVE_COLUMNS or n_samples < FEWEST_CURVE_ROWS:
            return None
        lift = curve_lift(space.points, self._n_clusters, n_threads=self._n_threads)
        if lift is None:
            return None
        return prepare_space(Space(f"{space.name} with directions", lift.points), "curves", self._n_threads)

    def _judge(self, found: list[Candidate], separations: list[float]) -> tuple[Choice, NDArray[np.float64]]:
        agreement = pairwise_agreement([view.labels for view in found])
        families = [view.family for view in found]
        weights = np.ones(len(found))
        plain = np.array([family == "features" for family in families])
        # Curves that cross are not separated by any gap: their views weigh the same.
        weights[plain] = separation_weights(np.array(separations)[plain])
        n_found = np.array([int(view.labels.max()) + 1 for view in found])
        return choose(agreement, families, weights, n_found == n_found.max()), agreement

    def _finish(
        self,
        spaces: Spaces,
        found: list[Candidate],
        separations: NDArray[np.float64],
        choice: Choice,
        agreement: NDArray[np.float64],
    ) -> ConsensusResult:
        verdict = MixtureVerdict("", False, np.nan, np.nan, "The views agree beyond doubt.")
        supports, chosen, alternative = choice.supports, choice.chosen, choice.alternative
        if supports[chosen] < BEYOND_DOUBT:
            with self._stage("mixture", 0.75) as words:
                gated = gated_mixture(
                    spaces.mixture.points,
                    self._mixture_starts(spaces, found, chosen, agreement),
                    self._n_clusters,
                    self._random_state,
                    as_is=self._rings(spaces, supports[chosen], separations[chosen]),
                    n_threads=self._n_threads,
                    progress=lambda fraction: self._report(0.75 + 0.25 * fraction, "Models of the clusters"),
                )
                verdict = gated.verdict
                words.append(verdict.reason)
            if gated.labels is not None:
                labels = numbered_by_size(gated.labels)
                found = [*found, Candidate(f"mixture model ({verdict.kind})", "mixture", labels)]
                agreement = pairwise_agreement([view.labels for view in found])
                own = float(np.mean(np.maximum(agreement[-1, :-1], 0.0) ** 2))
                supports, separations = np.append(supports, own), np.append(separations, np.nan)
                # Compared with the view it replaces: its own support is of another kind.
                alternative = other_reading(
                    agreement,
                    np.append(supports[:-1], supports[chosen]),
                    np.ones(len(found), bool),
                    len(found) - 1,
                )
                chosen = len(found) - 1
        views = [
            View(c.name, c.family, numbered_by_size(c.labels[spaces.inverse]), float(s), float(g))
            for c, s, g in zip(found, supports, separations, strict=True)
        ]
        self._report(1.0, "done")
        return ConsensusResult(
            views[chosen].labels, views, chosen, alternative, agreement, verdict, self._stages
        )

    def _mixture_starts(
        self, spaces: Spaces, found: list[Candidate], chosen: int, agreement: NDArray[np.float64]
    ) -> list[NDArray[np.int32]]:
        """Return the chosen view, k-means in the columns, and the views that differ most from each other."""
        starts = [found[chosen].labels]
        starts.append(
            numbered_by_size(kmeans_labels(spaces.graphs[-1].points, self._n_clusters, self._random_state))
        )
        nearest = agreement[chosen].copy()
        while len(starts) < MIXTURE_STARTS and nearest.min() < SAME_START:
            other = int(np.argmin(nearest))
            nearest = np.maximum(nearest, agreement[other])
            if found[other].labels.max() + 1 == self._n_clusters:
                starts.append(found[other].labels)
        return starts

    def _rings(self, spaces: Spaces, support: float, separation: float) -> NDArray[np.float64] | None:
        """Return the rows to look for rings in: where views disagree, and gaps do not part the clusters."""
        points = spaces.graphs[0].points
        worthwhile = points.shape[1] in SHELL_COLUMNS and support < AGREED and separation < 0
        return points if worthwhile else None

    def _trivial(self, spaces: Spaces) -> ConsensusResult:
        """Return the only partition there is: one cluster, or one for each distinct row."""
        one = self._n_clusters == 1
        labels = numbered_by_size(np.zeros(len(spaces.inverse), np.int64) if one else spaces.inverse)
        name = "one cluster" if one else "every distinct row"
        verdict = MixtureVerdict("", False, np.nan, np.nan, "There is only one partition.")
        self._report(1.0, "done")
        view = View(name, "features", labels, 1.0, np.nan)
        return ConsensusResult(labels, [view], 0, None, np.ones((1, 1)), verdict, self._stages)

    def _report(self, fraction: float, message: str) -> None:
        if self._progress is not None:
            self._progress(fraction, message)

    @contextmanager
    def _stage(self, name: str, fraction: float) -> Iterator[list[str]]:
        """Time the block as a stage; what it found is said by appending to the list yielded."""
        self._report(fraction, name)
        words: list[str] = []
        started = time.process_time()
        yield words
        self._stages.append(Stage(name, "; ".join(words), time.process_time() - started))
