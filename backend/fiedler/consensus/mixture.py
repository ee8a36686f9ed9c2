"""The gate of the mixture: a model takes the view's place only where the data look like its clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.kernel_density import kernel_log_density
from fiedler.consensus.kmeans import halved
from fiedler.consensus.mixture_models import MixtureFit, MixtureKind, fit_mixture
from fiedler.consensus.results import MixtureVerdict
from fiedler.consensus.shells import fit_shells
from fiedler.neighbors.nearest import search_neighbors
from fiedler.progress import Fraction, portion
from fiedler.row_blocks import single_blas_thread

SHAPED_COLUMNS = 16
"""Beyond this many columns covariances and kernel densities say nothing at ten thousand rows."""
ROWS_PER_COLUMN = 5
"""A cluster needs this many rows for each column before it is given a full covariance."""
FEWEST_ROWS = 32
"""Rows a cluster needs on average before any model is tried."""
MODEL_ROWS = 3_000
ROUGH_ROWS = 1_000
ROUGH_ROWS_EACH = 33
ROUGH_ITERATIONS = 10
"""Starts of each kind compete on so many rows, and so many a cluster, for so many iterations."""
KINDS_FINISHED = 2
"""Kinds that go on from there to the end."""
DISADVANTAGE = -0.075
"""Nats of a row and column that a model may fall short of the kernel density."""
SPLIT_GAIN = 0.001
"""Nats of a row and column: halving every cluster must not gain more."""

Refit = Callable[[NDArray[np.float64], NDArray[np.integer]], MixtureFit]
"""From points and a partition to the model fitted from there."""


@dataclass(frozen=True, slots=True)
class GatedMixture:
    """The verdict and, where accepted, (m,) labels of all rows."""

    verdict: MixtureVerdict
    labels: NDArray[np.int64] | None


def gated_mixture(
    points: NDArray[np.float64],
    starts: list[NDArray[np.int32]],
    n_clusters: int,
    random_state: int,
    *,
    as_is: NDArray[np.float64] | None = None,
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> GatedMixture:
    """Fit mixtures of several shapes from several partitions and judge the best of them.

    The best by BIC is accepted when it explains the rows nearly as well as a kernel density, which knows no
    clusters, and when starting again from every cluster's halves does not explain them better: then the
    clusters are the model's own, not pieces of something else. Where that is refused, rings that may cross
    are tried and judged alike. No label is used.

    Parameters
    ----------
    points : (m, d) float64
    starts : list of (m,) int32
        Partitions into ``n_clusters`` clusters; others are passed over.
    n_clusters : int
    random_state : int
    as_is : (m, 2) or (m, 3) float64, optional
        The rows with the proportions of their columns kept, so that rings are round; None: no rings.
    n_threads : int or None
    progress : callable, optional
        Told the fraction done as models are fitted; an exception it raises ends the work.
    """
    n_samples = len(points)
    if points.shape[1] == 0:
        return _refused("", "Columns of few values have no density for a model to explain.")
    if n_clusters < 2 or n_samples < FEWEST_ROWS * n_clusters:
        return _refused("", f"A model needs {FEWEST_ROWS} rows a cluster.")
    rows = _model_rows(n_samples, n_clusters, random_state)
    starts = [labels for labels in starts if _n_labels(labels) == _n_labels(labels[rows]) == n_clusters]
    if not starts:
        return _refused("", "Some clusters have no row among those that models are fitted on.")
    few_starts = [labels[rows] for labels in starts]
    with single_blas_thread():
        fit = _best_fit(
            points[rows], few_starts, n_clusters, n_samples, random_state, portion(progress, 0, 0.7)
        )
        if fit is None:
            return _refused("", "Every model left a cluster without rows.")
        kind = fit.kind
        gated = _judged(
            points,
            rows,
            fit,
            lambda some, labels: fit_mixture(some, labels, kind, n_samples),
            random_state,
            n_threads,
        )
        if gated.labels is None and as_is is not None:
            shells = fit_shells(as_is[rows], few_starts[0], random_state, n_samples)
            of_shells = _judged(
                as_is,
                rows,
                shells,
                lambda some, labels: fit_shells(some, labels, random_state, n_samples, search=False),
                random_state,
                n_threads,
            )
            gated = gated if of_shells.labels is None else of_shells
    return gated


def _judged(
    points: NDArray[np.float64],
    rows: NDArray[np.int64],
    fit: MixtureFit,
    refit: Refit,
    random_state: int,
    n_threads: int | None,
) -> GatedMixture:
    """Judge a model of the rows numbered ``rows``; if it is accepted, label all rows."""
    few, n_features, n_clusters = points[rows], points.shape[1], _n_labels(fit.labels)
    advantage = np.nan
    if n_features <= SHAPED_COLUMNS:
        density = kernel_log_density(few, random_state, n_threads)
        advantage = (fit.log_likelihood - fit.n_parameters / len(points) - density) / n_features
        if advantage < DISADVANTAGE:
            reason = "The rows' density does not look like that of such clusters."
            return _refused(fit.kind, reason, advantage)
    split = refit(few, halved(few, fit.labels, random_state))
    gain = (split.criterion - fit.criterion) / n_features
    if gain > SPLIT_GAIN:
        return _refused(fit.kind, "Halves of the clusters would explain the rows better.", advantage, gain)
    labels = fit.labels
    if len(rows) < len(points):
        labels = refit(points, _nearest_label(points, few, labels)).labels
    if _n_labels(labels) < n_clusters:
        return _refused(fit.kind, "A cluster of the model holds no row.", advantage, gain)
    shape = "rings or balls, which may cross" if fit.kind == "shells" else f"one shape ({fit.kind})"
    reason = f"The rows look like {n_clusters} overlapping clusters of {shape}."
    verdict = MixtureVerdict(fit.kind, True, float(advantage), float(gain), reason)
    return GatedMixture(verdict, labels)


def _refused(kind: str, reason: str, advantage: float = np.nan, gain: float = np.nan) -> GatedMixture:
    return GatedMixture(MixtureVerdict(kind, False, float(advantage), float(gain), reason), None)


def _n_labels(labels: NDArray[np.integer]) -> int:
    return int(np.count_nonzero(np.bincount(labels)))


def _model_rows(n_samples: int, n_clusters: int, random_state: int) -> NDArray[np.int64]:
    return _sampled(n_samples, max(MODEL_ROWS, 100 * n_clusters), random_state)


def _sampled(n_samples: int, size: int, random_state: int) -> NDArray[np.int64]:
    if n_samples <= size:
        return np.arange(n_samples)
    generator = np.random.default_rng(random_state)
    return np.sort(generator.choice(n_samples, size, replace=False, shuffle=False))


def _kinds(n_samples: int, n_features: int, n_clusters: int) -> list[MixtureKind]:
    kinds: list[MixtureKind] = ["radial", "spherical"]
    if n_features <= SHAPED_COLUMNS:
        kinds += ["diagonal", "tied"]
        if n_samples >= ROWS_PER_COLUMN * n_features * n_clusters:
            kinds.append("full")
    return kinds


def _best_fit(
    points: NDArray[np.float64],
    starts: list[NDArray[np.int32]],
    n_clusters: int,
    n_rows: int,
    random_state: int,
    progress: Fraction | None,
) -> MixtureFit | None:
    """Return the best model by BIC that gives every cluster a row.

    Starts compete on fewer rows and iterations; for each kind the best goes on, if its kind is promising.
    """
    rows = _sampled(len(points), max(ROUGH_ROWS, ROUGH_ROWS_EACH * n_clusters), random_state)
    kinds = _kinds(n_rows, points.shape[1], n_clusters)
    n_steps = len(kinds) + KINDS_FINISHED
    promising: list[tuple[MixtureFit, NDArray[np.int32]]] = []
    for step, kind in enumerate(kinds, start=1):
        rough = [
            (fit_mixture(points[rows], labels[rows], kind, n_rows, max_iterations=ROUGH_ITERATIONS), labels)
            for labels in starts
            if _n_labels(labels[rows]) == n_clusters
        ]
        rough = [entry for entry in rough if _n_labels(entry[0].labels) == n_clusters]
        if rough:
            promising.append(max(rough, key=lambda entry: entry[0].criterion))
        if progress is not None:
            progress(step / n_steps)
    promising.sort(key=lambda entry: -entry[0].criterion)
    fits: list[MixtureFit] = []
    for start, labels in promising[:KINDS_FINISHED]:
        fits.append(fit_mixture(points, labels, start.kind, n_rows))
        if progress is not None:
            progress((len(kinds) + len(fits)) / n_steps)
    whole = [fit for fit in fits if _n_labels(fit.labels) == n_clusters]
    return max(whole, key=lambda fit: fit.criterion, default=None)


def _nearest_label(
    points: NDArray[np.float64], few: NDArray[np.float64], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    nearest = search_neighbors(few.astype(np.float32), points.astype(np.float32), 1).indices[:, 0]
    return labels[nearest]
