"""Which numbers of clusters one spectrum and its embedding speak for, where there is nothing else to ask."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.progress import Fraction
from fiedler.rounding import find_centroids, normalize_rows, sample_rows
from fiedler.row_blocks import single_blas_thread
from fiedler.suggestions.steps import step_after, step_in_words
from fiedler.suggestions.suggestion import Suggestion

# Rows the candidates are compared on: enough for 60 clusters, few enough for 60 cuts in a second.
_SAMPLE_ROWS = 1_500
# Separations that nearly all structureless clouds stay below (uniform, Gaussian; 100 to 1,200 rows, 1 to 10
# columns), for k = 2, 3, ...; the last holds from there on. Less is no evidence of clusters.
_SEPARATION_WITHOUT_CLUSTERS = (0.83, 0.77, 0.75, 0.75, 0.74)
_N_SUGGESTIONS = 8
# Two clusters of two rows.
_FEWEST_ROWS = 4
# A cluster of less than 1 % of the rows, or 5 % of an average one, is a handful of outliers; where average
# ones are small themselves, less than a quarter of one is.
_HANDFUL_OF_ROWS = 0.01
_HANDFUL_OF_AVERAGE = 0.05
_HANDFUL_AT_MOST = 0.25
# Cuts with some handfuls beside true clusters, or with nothing but the bulk and handfuls, are marked down.
_SOME_HANDFULS = 0.8
_ONLY_HANDFULS = 0.5
# From this separation on the spectrum decides.
_SEPARATED = 0.95


def suggest_n_clusters(
    eigenvalues: NDArray[np.float64],
    sample_vectors: NDArray[np.float32],
    largest: int,
    random_state: int,
    progress: Fraction | None = None,
) -> list[Suggestion]:
    """Return candidates for the number of clusters, best first; never empty.

    Parameters
    ----------
    eigenvalues : (q,) float64
        Of the symmetric normalized Laplacian, ascending.
    sample_vectors : (m, q) float32
        Embedding of a sample of rows.
    largest : int
        Largest number to consider.
    random_state : int
        Seed of the trial cuts.
    progress : callable, optional
        Told the fraction done; what it raises ends the work.

    Notes
    -----
    For each k the sample is cut by k-means on its row-normalised first k vectors. The separation is the mean
    of ``1 - a / b``, with a and b the distances to the own and to the next centroid: a silhouette with
    centroids. Eigenvectors beyond the clusters vary inside them and fewer cannot tell clusters apart, so it
    peaks at the right k. A cut with clusters of a few rows splits off outliers and is marked down. One
    cluster comes first when no k exceeds what structureless data reach.
    """
    vectors = sample_vectors[sample_rows(len(sample_vectors), _SAMPLE_ROWS, random_state)]
    # Below two rows a cluster on average, every row is its own centroid and separation says nothing.
    largest = min(largest, len(eigenvalues), len(vectors) // 2)
    with single_blas_thread():
        cuts = []
        for k in range(2, largest + 1):
            cuts.append(_trial_cut(vectors, k, random_state))
            if progress is not None:
                progress((k - 1) / (largest - 1))
    candidates = [_suggestion(eigenvalues, cut) for cut in cuts]
    candidates.sort(key=lambda candidate: (-candidate.score, candidate.n_clusters))
    if any(_shows_clusters(cut) for cut in cuts):
        return candidates[:_N_SUGGESTIONS]
    return [_single_cluster(eigenvalues, candidates, len(vectors)), *candidates[: _N_SUGGESTIONS - 1]]


@dataclass(frozen=True, slots=True)
class _TrialCut:
    n_clusters: int
    separation: float
    # Clusters of a handful of rows.
    n_handfuls: int


def _trial_cut(vectors: NDArray[np.float32], n_clusters: int, random_state: int) -> _TrialCut:
    centroids = find_centroids(vectors, n_clusters, random_state)
    if len(centroids) < n_clusters:
        # Some cluster stayed empty: the rows do not come apart that often.
        return _TrialCut(n_clusters, 0.0, 0)
    points = normalize_rows(vectors, n_clusters).astype(np.float64)
    squares = np.einsum("ij,ij->i", points, points)[:, None] + np.einsum("ij,ij->i", centroids, centroids)
    distances = np.sqrt(np.maximum(squares - 2 * points @ centroids.T, 0))
    nearest = np.partition(distances, 1, axis=1)
    separation = np.mean(1 - nearest[:, 0] / np.maximum(nearest[:, 1], np.finfo(np.float64).tiny))
    sizes = np.bincount(distances.argmin(axis=1), minlength=n_clusters)
    average = len(points) / n_clusters
    few = max(_HANDFUL_OF_AVERAGE * average, min(_HANDFUL_OF_ROWS * len(points), _HANDFUL_AT_MOST * average))
    n_handfuls = np.count_nonzero(sizes < few)
    return _TrialCut(n_clusters, float(separation), int(n_handfuls))


def _suggestion(eigenvalues: NDArray[np.float64], cut: _TrialCut) -> Suggestion:
    ratio, eigengap = step_after(eigenvalues, cut.n_clusters)
    return Suggestion(cut.n_clusters, _score(eigenvalues, cut), ratio, eigengap, _reasons(eigenvalues, cut))


def _score(eigenvalues: NDArray[np.float64], cut: _TrialCut) -> float:
    score = cut.separation
    if score >= _SEPARATED:
        growth = math.log(max(step_after(eigenvalues, cut.n_clusters)[0], 1.0))
        score = _SEPARATED + (1 - _SEPARATED) * growth / (1 + growth)
    if cut.n_handfuls == 0:
        return score
    return score * (_SOME_HANDFULS if cut.n_clusters - cut.n_handfuls > 1 else _ONLY_HANDFULS)


def _shows_clusters(cut: _TrialCut) -> bool:
    n_true = cut.n_clusters - cut.n_handfuls
    return n_true > 1 and cut.separation > _without_clusters(n_true)


def _without_clusters(n_clusters: int) -> float:
    index = min(n_clusters - 2, len(_SEPARATION_WITHOUT_CLUSTERS) - 1)
    return _SEPARATION_WITHOUT_CLUSTERS[index]


def _reasons(eigenvalues: NDArray[np.float64], cut: _TrialCut) -> list[str]:
    reasons = []
    k = cut.n_clusters
    if step := step_in_words(eigenvalues, k):
        reasons.append(step)
    if cut.n_handfuls:
        reasons.append("It splits off a few outlying rows")
    if cut.separation > _without_clusters(k):
        word = "far apart" if cut.separation > _SEPARATED else "apart"
        reasons.append(f"Clusters lie {word}: separation {cut.separation:.2f}")
    else:
        reasons.append(f"Clusters touch: separation {cut.separation:.2f}, as low as in data without clusters")
    return reasons


def _single_cluster(
    eigenvalues: NDArray[np.float64], candidates: list[Suggestion], n_rows: int
) -> Suggestion:
    if candidates:
        best = candidates[0]
        reason = (
            f"No clear clusters: even the best cut, into {best.n_clusters}, scores {best.score:.2f}, what a "
            f"cut through structureless data or a few outliers would"
        )
    elif n_rows < _FEWEST_ROWS:
        reason = "Too few rows to tell clusters apart"
    else:
        reason = "All rows are alike: no column tells any of them apart"
    ratio, eigengap = step_after(eigenvalues, 1)
    return Suggestion(1, 1.0, ratio, eigengap, [reason])
