"""What speaks for each number of clusters: graphs, spanning trees and resamples of a sample of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.agreement import pairwise_agreement
from fiedler.consensus.graphs import Neighborhood, neighborhood
from fiedler.consensus.prepared import PreparedSpace, PreparedTable
from fiedler.progress import Fraction, portion
from fiedler.rounding import sample_rows
from fiedler.row_blocks import single_blas_thread
from fiedler.suggestions.peaks import NO_PROMINENCE, peak_prominences, peak_ratios
from fiedler.suggestions.reference import N_CLOUDS, reference_clouds
from fiedler.suggestions.trials import Trial, largest_conductance, run_trial
from fiedler.suggestions.valley import valley_depth
from fiedler.trees.genie import genie_labels

SAMPLE_ROWS = 4_000
"""Enough for shapes that two thousand rows leave ragged."""
NEIGHBORS = 10
SMOOTHER_NEIGHBORS = 20
TREE_NEIGHBORS = (1, 5)
N_RESAMPLES = 3
RESAMPLED_SHARE = 0.7
RESAMPLE_ROWS = 1_200
FEWEST_ROWS = 20
ROWS_PER_CLUSTER = 4
SEPARATED = 0.95
"""Clusters this far apart need no comparison with clouds that have none."""
STEP_WEIGHT = 0.15
"""Of the logarithm of the eigenvalues' ratio, beside the separation."""
CLEAR_EXCESS = 0.085
"""By which separation and weighted step exceed those of clouds without clusters, plus chance."""
CHANCE_EXCESS = 1.0
"""Over the root of the number of rows."""
HANDFUL = 0.15
"""Of a mean cluster's rows: a cut with a smaller cluster only splits off outliers."""
CLEAR_VALLEY = 3.0
"""Over the root of the number of rows: by which a valley is deeper than in such clouds."""
PEAK_CLOUDS_OF_A_KIND = 4
CLEAR_PEAK = 1.2
"""Times the most prominent second peak of such clouds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured for k = 2, 3, ...; arrays of the same length c.

    Attributes
    ----------
    separations, steps : (c,) float64
        See `Trial`; means over graphs and, for the separation, resamples.
    stabilities : (c,) float64
        Mean adjusted Rand index of the cut with those of resamples, on the rows they share.
    agreements : (c,) float64
        Mean adjusted Rand index among the cuts of the graph and of two spanning trees.
    conductances : (c,) float64
        The largest of a cluster, in [0, 1].
    smallest : (c,) float64
        Rows of the smallest cluster over those of a mean one.
    peak_ratios : (c,) float64
        How many times as far the k-th peak of the rows' density stands out as the next, from 1.
    shows_clusters : bool
        Whether rows are further apart, at some number of clusters, than those of clouds without clusters, or
        a deeper valley divides them, or a second peak stands out further.
    """

    separations: NDArray[np.float64]
    steps: NDArray[np.float64]
    stabilities: NDArray[np.float64]
    agreements: NDArray[np.float64]
    conductances: NDArray[np.float64]
    smallest: NDArray[np.float64]
    peak_ratios: NDArray[np.float64]
    shows_clusters: bool

    @property
    def largest(self) -> int:
        """Largest number of clusters looked at."""
        return len(self.separations) + 1

    @property
    def n_peaks(self) -> int:
        """The number of peaks, at least 2, that stand out furthest from the next."""
        return int(self.peak_ratios.argmax()) + 2


def gather_evidence(
    features: NDArray[np.floating],
    largest: int,
    random_state: int,
    *,
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> Evidence | None:
    """Return the evidence for 2 to ``largest`` clusters, fewer for few rows; None for too few distinct rows.

    In each space that the consensus would look at (columns as they are, standardised) a sample of the rows
    is cut in two graphs and two spanning trees, and resamples of it in one; of the spaces the better figure
    counts, number by number.

    Parameters
    ----------
    features : (n, d) float32 or float64
        Finite.
    largest : int
        At least 2.
    random_state : int
        Seed of the sample and of every random start.
    n_threads : int or None
        For neighbour searches; None uses every core.
    progress : callable, optional
        Told the fraction done; what it raises ends the work.
    """
    rows = sample_rows(len(features), SAMPLE_ROWS, random_state)
    table = PreparedTable(features[rows], n_threads)
    n_distinct = len(table.spaces.mixture.points)
    largest = min(largest, n_distinct // ROWS_PER_CLUSTER)
    if n_distinct < FEWEST_ROWS or largest < 2:
        return None
    with single_blas_thread():
        found = []
        for number, space in enumerate(table.prepared):
            part = portion(progress, number / len(table.prepared), (number + 1) / len(table.prepared))
            found.append(_Looking(space, largest, random_state, part).evidence())
    return Evidence(
        np.max([each.separations for each in found], axis=0),
        np.max([each.steps for each in found], axis=0),
        np.max([each.stabilities for each in found], axis=0),
        np.max([each.agreements for each in found], axis=0),
        np.min([each.conductances for each in found], axis=0),
        np.max([each.smallest for each in found], axis=0),
        np.max([each.peak_ratios for each in found], axis=0),
        any(each.shows_clusters for each in found),
    )


class _Looking:
    """The trials in one space."""

    def __init__(
        self,
        space: PreparedSpace,
        largest: int,
        random_state: int,
        progress: Fraction | None,
    ) -> None:
        self._space = space
        self._largest = largest
        self._random_state = random_state
        self._progress = progress
        self._n_done = 0

    def evidence(self) -> Evidence:
        """Return what was measured in the space."""
        points = self._space.near.points
        graph = self._trial(self._space.near, NEIGHBORS)
        smoother = self._trial(self._space.near, SMOOTHER_NEIGHBORS)
        generator = np.random.default_rng(self._random_state)
        size = min(int(RESAMPLED_SHARE * len(points)), RESAMPLE_ROWS)
        resampled, stabilities = [], []
        for _ in range(N_RESAMPLES):
            rows = np.sort(generator.choice(len(points), size, replace=False, shuffle=False))
            trial = self._trial_of(points[rows])
            pairs = zip(trial.labels, graph.labels[:, rows], strict=True)
            stabilities.append([pairwise_agreement([one, other])[0, 1] for one, other in pairs])
            resampled.append(trial)
        separations = np.mean([trial.separations for trial in (graph, smoother, *resampled)], axis=0)
        peaks = peak_prominences(points, self._space.n_threads)
        clear = np.any(separations[graph.smallest >= HANDFUL] >= SEPARATED)
        return Evidence(
            separations,
            (graph.steps + smoother.steps) / 2,
            np.mean(stabilities, axis=0),
            _agreements(self._space, graph),
            np.array([largest_conductance(graph.affinity, labels) for labels in graph.labels]),
            graph.smallest,
            peak_ratios(peaks, self._largest),
            bool(clear) or self._exceeds_chance(resampled) or self._second_peak_stands_out(peaks),
        )

    def _exceeds_chance(self, resampled: list[Trial]) -> bool:
        """Return whether resamples show more than every cloud of as many rows without clusters."""
        n_rows = len(resampled[0].points)
        clouds = reference_clouds(self._space.near.points, n_rows, self._random_state)
        by_chance = [self._trial_of(cloud) for cloud in clouds]
        clarity = np.mean(
            [np.where(trial.smallest >= HANDFUL, _clarity(trial), 0.0) for trial in resampled], axis=0
        )
        chance = np.max([_clarity(trial) for trial in by_chance], axis=0)
        excess = np.max(clarity - chance)
        valley = np.mean([valley_depth(trial.points, trial.labels[0]) for trial in resampled])
        chance_valley = max(valley_depth(trial.points, trial.labels[0]) for trial in by_chance)
        root = np.sqrt(n_rows)
        return bool(
            excess > CLEAR_EXCESS + CHANCE_EXCESS / root or valley - chance_valley > CLEAR_VALLEY / root
        )

    def _second_peak_stands_out(self, peaks: NDArray[np.float64]) -> bool:
        """Return whether a second peak is more prominent than in every cloud of as many rows."""
        points = self._space.near.points
        clouds = reference_clouds(points, len(points), self._random_state, PEAK_CLOUDS_OF_A_KIND)
        self._tell((2 + N_RESAMPLES + N_CLOUDS) / (3 + N_RESAMPLES + N_CLOUDS))
        by_chance = max(_second(peak_prominences(cloud, self._space.n_threads)) for cloud in clouds)
        return _second(peaks) > CLEAR_PEAK * by_chance + NO_PROMINENCE

    def _trial_of(self, points: NDArray[np.float64]) -> Trial:
        near = neighborhood(np.ascontiguousarray(points), NEIGHBORS, self._space.n_threads)
        return self._trial(near, NEIGHBORS)

    def _trial(self, near: Neighborhood, n_neighbors: int) -> Trial:
        trial = run_trial(near, n_neighbors, self._largest, self._random_state)
        self._n_done += 1
        self._tell(self._n_done / (3 + N_RESAMPLES + N_CLOUDS))
        return trial

    def _tell(self, fraction: float) -> None:
        if self._progress is not None:
            self._progress(fraction)


def _agreements(space: PreparedSpace, graph: Trial) -> NDArray[np.float64]:
    trees = [space.reachability_tree(n_neighbors) for n_neighbors in TREE_NEIGHBORS]
    means = []
    for n_clusters, labels in enumerate(graph.labels, start=2):
        cuts = [labels, *(genie_labels(tree, n_clusters).astype(np.int32) for tree in trees)]
        means.append(pairwise_agreement(cuts)[np.triu_indices(len(cuts), 1)].mean())
    return np.array(means)


def _second(prominences: NDArray[np.float64]) -> float:
    return float(prominences[1]) if len(prominences) > 1 else 0.0


def _clarity(trial: Trial) -> NDArray[np.float64]:
    return trial.separations + STEP_WEIGHT * trial.steps
