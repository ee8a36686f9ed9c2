"""From evidence to a ranked list of readings: few clusters, many, and as many as density has peaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.progress import Fraction
from fiedler.suggestions.evidence import STEP_WEIGHT, Evidence, gather_evidence
from fiedler.suggestions.peaks import LARGEST_PEAK_RATIO
from fiedler.suggestions.reasons import no_clusters, reasons_for
from fiedler.suggestions.spectrum import suggest_n_clusters
from fiedler.suggestions.steps import step_after
from fiedler.suggestions.suggestion import Suggestion

N_SUGGESTIONS = 8
FEW_CLUSTERS = 4
"""Up to here a list of clusters is an overview; beyond, it tells details."""
STABILITY_WEIGHT = 0.1
AGREEMENT_WEIGHT = 0.1
"""Beside the separation."""
PEAK_WEIGHT = 0.1
"""Of the logarithm of the ratio of prominences."""
FEW_ROWS = 0.05
"""Of a mean cluster's rows: a cut with a smaller one sets a few odd rows apart, such as filled cells."""
FEW_ROWS_FACTOR = 0.8
"""By which such a cut is marked down."""
LARGEST_STEP = float(np.log(30))
"""A larger ratio of eigenvalues says no more."""


def suggest_from_rows(
    features: NDArray[np.floating],
    eigenvalues: NDArray[np.float64],
    sample_vectors: NDArray[np.float32],
    largest: int,
    random_state: int,
    *,
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> list[Suggestion]:
    """Return candidates for the number of clusters, in the order of advice; never empty.

    Several graphs, spanning trees and resamples of the rows are cut into every number. The best supported
    comes first, the best of the other reading (2 to 4 clusters, or more) second, the number of peaks that the
    rows' density has third, unless it is one of them, and then the others by support. Rows that show no more
    than clouds without clusters are one cluster first.

    Parameters
    ----------
    features : (n, d) float32 or float64
        Finite.
    eigenvalues : (q,) float64
        The fit's, of the symmetric normalized Laplacian, ascending: for the steps told in words.
    sample_vectors : (m, q) float32
        The fit's embedding of a sample of rows, used where rows are too few for graphs of their own.
    largest : int
        Largest number to consider.
    random_state : int
        Seed of samples, graphs and trial cuts.
    n_threads : int or None
        For neighbour searches; None uses every core.
    progress : callable, optional
        Told the fraction done; what it raises ends the work.
    """
    evidence = None
    if largest >= 2:
        evidence = gather_evidence(features, largest, random_state, n_threads=n_threads, progress=progress)
    if evidence is None:
        return suggest_n_clusters(eigenvalues, sample_vectors, largest, random_state)
    scores = _scores(evidence)
    order = _order(scores, evidence.n_peaks)
    ranked = [_suggestion(evidence, scores, eigenvalues, k, order) for k in order[:N_SUGGESTIONS]]
    if evidence.shows_clusters:
        return ranked
    ratio, eigengap = step_after(eigenvalues, 1)
    single = Suggestion(1, 1.0, ratio, eigengap, [no_clusters(evidence, order[0])])
    return [single, *ranked[: N_SUGGESTIONS - 1]]


def _scores(evidence: Evidence) -> NDArray[np.float64]:
    """Return (c,) scores in [0, 1] for 2 clusters and more."""
    weighed = (
        evidence.separations
        + STEP_WEIGHT * np.minimum(evidence.steps, LARGEST_STEP)
        + STABILITY_WEIGHT * np.maximum(evidence.stabilities, 0.0)
        + AGREEMENT_WEIGHT * np.maximum(evidence.agreements, 0.0)
        + PEAK_WEIGHT * np.log(evidence.peak_ratios)
    )
    largest = (
        1
        + STEP_WEIGHT * LARGEST_STEP
        + STABILITY_WEIGHT
        + AGREEMENT_WEIGHT
        + PEAK_WEIGHT * float(np.log(LARGEST_PEAK_RATIO))
    )
    scores = weighed / largest
    return np.where(evidence.smallest < FEW_ROWS, FEW_ROWS_FACTOR * scores, scores)


def _order(scores: NDArray[np.float64], n_peaks: int) -> list[int]:
    """Return the numbers of clusters by score, but the best of the other reading second, then the peaks'."""
    by_score = [int(place) + 2 for place in np.argsort(-scores, kind="stable")]
    best = by_score[0]
    other = [k for k in by_score if (k <= FEW_CLUSTERS) != (best <= FEW_CLUSTERS)][:1]
    listed = list(dict.fromkeys([best, *other, n_peaks]))
    return [*listed, *(k for k in by_score if k not in listed)]


def _suggestion(
    evidence: Evidence,
    scores: NDArray[np.float64],
    eigenvalues: NDArray[np.float64],
    n_clusters: int,
    order: list[int],
) -> Suggestion:
    ratio, eigengap = step_after(eigenvalues, n_clusters)
    place = n_clusters - 2
    return Suggestion(
        n_clusters,
        float(scores[place]),
        ratio,
        eigengap,
        reasons_for(evidence, eigenvalues, n_clusters, _reading(n_clusters, order, evidence.largest)),
        separation=float(evidence.separations[place]),
        stability=float(evidence.stabilities[place]),
        agreement=float(evidence.agreements[place]),
        conductance=float(evidence.conductances[place]),
    )


def _reading(n_clusters: int, order: list[int], largest: int) -> str | None:
    """Return in words which reading a number is the best of, if it is."""
    if largest <= FEW_CLUSTERS:
        return None
    few = n_clusters <= FEW_CLUSTERS
    if n_clusters != next(k for k in order if (k <= FEW_CLUSTERS) == few):
        return None
    return (
        f"The best overview, 2 to {FEW_CLUSTERS}"
        if few
        else f"The best in detail, {FEW_CLUSTERS + 1} or more"
    )
