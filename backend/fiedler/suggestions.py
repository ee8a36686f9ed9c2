"""Which numbers of clusters the spectrum and the embedding speak for, ranked, with the reasons in words.

No rule finds k alone, so this offers candidates and says why, and says plainly when nothing stands out.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.rounding import find_centroids, normalize_rows, sample_rows

# Rows the candidates are compared on: enough for 60 clusters, few enough for 60 cuts in a second.
_SAMPLE_ROWS = 1_500
# The largest separation that uniform and Gaussian point clouds of 1 to 10 columns reached for k = 2, 3, ...
# (the last holds from there on): less than this is no evidence of clusters.
_SEPARATION_WITHOUT_CLUSTERS = (0.81, 0.73, 0.70, 0.72, 0.70, 0.70, 0.68)
# Eigenvalues below this are zero up to rounding or to the weak links that join separate parts.
_ZERO = 1e-6
# A step of the spectrum worth naming.
_CLEAR_RATIO = 1.5
_N_SUGGESTIONS = 8
# From this separation on the spectrum decides.
_SEPARATED = 0.95


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate for the number of clusters.

    Attributes
    ----------
    n_clusters : int
    score : float
        In [0, 1]; how much nearer rows lie to their own cluster's centre than to the next one's. Above .95
        clusters are apart whatever the number, and the last .05 go by the step of the spectrum.
    ratio : float
        Eigenvalue after the ``n_clusters``-th over that one (capped at 1e6), 0 when it was not computed.
    eigengap : float
        The same two, subtracted.
    reasons : list of str
        In words, most important first.
    """

    n_clusters: int
    score: float
    ratio: float
    eigengap: float
    reasons: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


def suggest_n_clusters(
    eigenvalues: NDArray[np.float64],
    sample_vectors: NDArray[np.float32],
    largest: int,
    random_state: int,
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

    Notes
    -----
    For each k the sample is cut by k-means on its row-normalised first k vectors. The separation is the mean
    of ``1 - a / b``, with a and b the distances to the own and to the next centroid: a silhouette with
    centroids. Eigenvectors beyond the clusters vary inside them and fewer cannot tell clusters apart, so it
    peaks at the right k. One cluster comes first when no k exceeds what structureless data reach.
    """
    vectors = sample_vectors[sample_rows(len(sample_vectors), _SAMPLE_ROWS, random_state)]
    # Below two rows a cluster on average, every row is its own centroid and separation says nothing.
    largest = min(largest, len(eigenvalues), len(vectors) // 2)
    separations = {k: _separation(vectors, k, random_state) for k in range(2, largest + 1)}
    candidates = [
        Suggestion(
            k,
            _score(eigenvalues, k, separation),
            *_step(eigenvalues, k),
            _reasons(eigenvalues, k, separation),
        )
        for k, separation in separations.items()
    ]
    candidates.sort(key=lambda candidate: (-candidate.score, candidate.n_clusters))
    if any(separation > _without_clusters(k) for k, separation in separations.items()):
        return candidates[:_N_SUGGESTIONS]
    return [_single_cluster(eigenvalues, candidates), *candidates[: _N_SUGGESTIONS - 1]]


def _separation(vectors: NDArray[np.float32], n_clusters: int, random_state: int) -> float:
    centroids = find_centroids(vectors, n_clusters, random_state)
    if len(centroids) < n_clusters:
        # Some cluster stayed empty: the rows do not come apart that often.
        return 0.0
    points = normalize_rows(vectors, n_clusters).astype(np.float64)
    squares = np.einsum("ij,ij->i", points, points)[:, None] + np.einsum("ij,ij->i", centroids, centroids)
    distances = np.sqrt(np.maximum(squares - 2 * points @ centroids.T, 0))
    nearest = np.partition(distances, 1, axis=1)
    return float(np.mean(1 - nearest[:, 0] / np.maximum(nearest[:, 1], np.finfo(np.float64).tiny)))


def _score(eigenvalues: NDArray[np.float64], n_clusters: int, separation: float) -> float:
    if separation < _SEPARATED:
        return separation
    growth = math.log(max(_step(eigenvalues, n_clusters)[0], 1.0))
    return _SEPARATED + (1 - _SEPARATED) * growth / (1 + growth)


def _without_clusters(n_clusters: int) -> float:
    index = min(n_clusters - 2, len(_SEPARATION_WITHOUT_CLUSTERS) - 1)
    return _SEPARATION_WITHOUT_CLUSTERS[index]


def _step(eigenvalues: NDArray[np.float64], n_clusters: int) -> tuple[float, float]:
    """Return ratio and difference of the eigenvalues after and at ``n_clusters``."""
    if n_clusters >= len(eigenvalues):
        return 0.0, 0.0
    before, after = float(eigenvalues[n_clusters - 1]), float(eigenvalues[n_clusters])
    return min(after / max(before, _ZERO), 1e6), after - before


def _reasons(eigenvalues: NDArray[np.float64], n_clusters: int, separation: float) -> list[str]:
    reasons = []
    ratio, _ = _step(eigenvalues, n_clusters)
    if eigenvalues[n_clusters - 1] < _ZERO and ratio > _CLEAR_RATIO:
        reasons.append(f"The graph falls into {n_clusters} separate parts")
    elif ratio >= _CLEAR_RATIO:
        reasons.append(f"The spectrum steps up {ratio:.1f}-fold after eigenvalue {n_clusters}")
    if separation > _without_clusters(n_clusters):
        word = "far apart" if separation > 0.9 else "apart"
        reasons.append(f"Clusters lie {word}: separation {separation:.2f}")
    else:
        reasons.append(f"Clusters touch: separation {separation:.2f}, no more than without structure")
    return reasons


def _single_cluster(eigenvalues: NDArray[np.float64], candidates: list[Suggestion]) -> Suggestion:
    if candidates:
        best = candidates[0]
        reason = (
            f"No clear clusters: the best cut, into {best.n_clusters}, separates no better "
            f"({best.score:.2f}) than a cut through structureless data does"
        )
    else:
        reason = "Too few rows to tell clusters apart"
    ratio, eigengap = _step(eigenvalues, 1)
    return Suggestion(1, 1.0, ratio, eigengap, [reason])
