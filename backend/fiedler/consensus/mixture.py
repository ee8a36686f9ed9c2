"""The gate of the mixture: a model takes the view's place only where the data look like its clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from fiedler.consensus.kmeans import halved
from fiedler.consensus.mixture_models import MixtureFit, MixtureKind, fit_mixture
from fiedler.consensus.results import MixtureVerdict
from fiedler.neighbors.nearest import nearest_neighbors, search_neighbors
from fiedler.progress import Fraction
from fiedler.row_blocks import single_blas_thread

SHAPED_COLUMNS = 16
"""Beyond this many columns covariances and kernel densities say nothing at ten thousand rows."""
ROWS_PER_COLUMN = 5
"""A cluster needs this many rows for each column before it is given a full covariance."""
FEWEST_ROWS = 10
"""Rows a cluster needs on average before any model is tried."""
MODEL_ROWS = 3_000
DISADVANTAGE = -0.075
"""Nats of a row and column that a model may fall short of the kernel density."""
SPLIT_GAIN = 0.001
"""Nats of a row and column: halving every cluster must not gain more."""
DENSITY_ROWS = 1_500
DENSITY_NEIGHBORS = 59
BANDWIDTHS = (0.3, 0.45, 0.7, 1.0, 1.4)
"""Of each row's distance to its tenth neighbour."""


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
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> GatedMixture:
    """Fit mixtures of several shapes from several partitions and judge the best of them.

    The best by BIC is accepted when it explains the rows nearly as well as a kernel density, which knows no
    clusters, and when starting again from every cluster's halves does not explain them better: then the
    clusters are the model's own, not pieces of something else. No label is used.

    Parameters
    ----------
    points : (m, d) float64
    starts : list of (m,) int32
        Partitions into ``n_clusters`` clusters; others are passed over.
    n_clusters : int
    random_state : int
    progress : callable, optional
        Told the fraction done after each model; an exception it raises ends the work.
    """
    starts = [labels for labels in starts if int(labels.max()) + 1 == n_clusters]
    n_samples, n_features = points.shape
    if n_clusters < 2 or not starts or n_samples < FEWEST_ROWS * n_clusters:
        return _refused("", f"A model needs {FEWEST_ROWS} rows a cluster.")
    rows = _model_rows(n_samples, n_clusters, random_state)
    few = points[rows]
    with single_blas_thread():
        best = _best_fit(few, [labels[rows] for labels in starts], n_clusters, n_samples, progress)
        if best is None:
            return _refused("", "Some clusters have no row among those that models are fitted on.")
        kind = best.kind
        advantage = np.nan
        if n_features <= SHAPED_COLUMNS:
            density = _kernel_log_density(few, random_state, n_threads)
            penalised = best.log_likelihood - best.n_parameters / n_samples
            advantage = (penalised - density) / n_features
            if advantage < DISADVANTAGE:
                return _refused(
                    kind, "The rows' density does not look like that of such clusters.", advantage
                )
        halves = halved(few, best.labels, random_state)
        split = fit_mixture(few, halves, kind, n_samples)
        gain = (split.criterion - best.criterion) / n_features
        if gain > SPLIT_GAIN:
            return _refused(kind, "Halves of the clusters would explain the rows better.", advantage, gain)
        labels = best.labels
        if len(rows) < n_samples:
            labels = fit_mixture(points, _nearest_label(points, few, best.labels), kind).labels
    if len(np.unique(labels)) < n_clusters:
        return _refused(kind, "A cluster of the model holds no row.", advantage, gain)
    reason = f"The rows look like {n_clusters} overlapping clusters of one shape ({kind})."
    return GatedMixture(MixtureVerdict(kind, True, float(advantage), float(gain), reason), labels)


def _refused(kind: str, reason: str, advantage: float = np.nan, gain: float = np.nan) -> GatedMixture:
    return GatedMixture(MixtureVerdict(kind, False, float(advantage), float(gain), reason), None)


def _model_rows(n_samples: int, n_clusters: int, random_state: int) -> NDArray[np.int64]:
    size = max(MODEL_ROWS, 100 * n_clusters)
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
    progress: Fraction | None,
) -> MixtureFit | None:
    best: MixtureFit | None = None
    kinds = _kinds(n_rows, points.shape[1], n_clusters)
    for place, labels in enumerate(starts):
        if len(np.unique(labels)) < n_clusters:
            continue
        for number, kind in enumerate(kinds, start=1):
            fit = fit_mixture(points, labels, kind, n_rows)
            if progress is not None:
                # Not quite all: the judging is still to come.
                progress((place * len(kinds) + number) / (len(starts) * len(kinds) + 2))
            whole = len(np.unique(fit.labels)) == n_clusters
            if whole and (best is None or fit.criterion > best.criterion):
                best = fit
    return best


def _nearest_label(
    points: NDArray[np.float64], few: NDArray[np.float64], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    nearest = search_neighbors(few.astype(np.float32), points.astype(np.float32), 1).indices[:, 0]
    return labels[nearest]


def _kernel_log_density(points: NDArray[np.float64], random_state: int, n_threads: int | None) -> float:
    """Return the mean leave-one-out log density (nats) of the best adaptive Gaussian kernel density.

    Each row's kernel is as wide as a multiple of the distance to its tenth neighbour; the best multiple is
    taken. Evaluated on a sample, over the nearest rows alone: the rest adds nothing.

    References
    ----------
    Breiman, Meisel and Purcell (1977), "Variable kernel estimates of multivariate densities".
    """
    n_samples, n_features = points.shape
    rows = np.arange(n_samples)
    if n_samples > DENSITY_ROWS:
        generator = np.random.default_rng(random_state)
        rows = np.sort(generator.choice(n_samples, DENSITY_ROWS, replace=False, shuffle=False))
    matrix = points.astype(np.float32)
    near = nearest_neighbors(matrix, min(10, n_samples - 1), n_threads=n_threads)
    widths = near.distances[:, -1].astype(np.float64)
    found = search_neighbors(matrix, matrix[rows], min(DENSITY_NEIGHBORS + 1, n_samples), n_threads=n_threads)
    squares = found.distances.astype(np.float64) ** 2
    itself = found.indices == rows[:, None]
    best = -np.inf
    for share in BANDWIDTHS:
        bandwidths = np.maximum(share * widths, 1e-9)[found.indices]
        logs = -squares / (2 * bandwidths**2) - n_features * np.log(bandwidths)
        best = max(best, float(logsumexp(np.where(itself, -np.inf, logs), axis=1).mean()))
    return float(best - 0.5 * n_features * np.log(2 * np.pi) - np.log(n_samples - 1))
