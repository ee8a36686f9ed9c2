"""Gaussian mixtures of four shapes and a radial one, fitted by EM from a given partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

MixtureKind = Literal["radial", "spherical", "diagonal", "tied", "full", "shells"]

N_RADII = 5
MAX_ITERATIONS = 100
TOLERANCE = 1e-3
"""EM stops when the mean log-likelihood of a row rises by less (nats)."""
RIDGE = 1e-3
"""Of the mean column variance, added to every variance."""
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class MixtureFit:
    """A fitted mixture.

    Attributes
    ----------
    kind : str
    labels : (m,) int64
        The most probable component of each row fitted.
    log_likelihood : float
        Mean over rows, in nats.
    n_parameters : int
    criterion : float
        Half the BIC of a row, larger is better: log-likelihood less ``n_parameters ln(n) / 2n``.
    """

    kind: MixtureKind
    labels: NDArray[np.int64]
    log_likelihood: float
    n_parameters: int
    criterion: float


def fit_mixture(
    points: NDArray[np.float64],
    labels: NDArray[np.integer],
    kind: MixtureKind,
    n_rows: int | None = None,
    *,
    max_iterations: int = MAX_ITERATIONS,
) -> MixtureFit:
    """Fit a mixture with one component for each label, starting from the partition.

    ``radial`` gives every component its own centre but one shared profile of density by distance, a mixture
    of five spherical normals: it fits clusters with heavy tails or sharp peaks, in any number of columns, and
    cannot degenerate into one component around another. The other kinds are the usual covariance shapes.

    Parameters
    ----------
    points : (m, d) float64
    labels : (m,) integers
        Every number from 0 to the largest in use.
    kind : {"radial", "spherical", "diagonal", "tied", "full"}
    n_rows : int, optional
        Rows of the data that ``points`` were sampled from, which the criterion counts parameters against.
    max_iterations : int

    References
    ----------
    Dempster, Laird and Rubin (1977), "Maximum likelihood from incomplete data via the EM algorithm"; Celeux
    and Govaert (1995), "Gaussian parsimonious clustering models".
    """
    n_samples, n_features = points.shape
    n_components = int(labels.max()) + 1
    if kind == "radial":
        log_densities, mean = _fit_radial(points, labels, n_components, max_iterations)
    else:
        log_densities, mean = _fit_gaussian(points, labels, n_components, kind, max_iterations)
    n_parameters = _n_parameters(kind, n_components, n_features)
    n_rows = n_samples if n_rows is None else n_rows
    criterion = mean - n_parameters * np.log(n_rows) / (2 * n_rows)
    return MixtureFit(kind, log_densities.argmax(axis=1), mean, n_parameters, float(criterion))


def responsibilities(logs: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Write each row's (m, k) component probabilities to ``weights``; return the mean log-likelihood (nats).

    ``logs`` (m, k) are joint log densities.
    """
    peaks = logs.max(axis=1)
    np.exp(logs - peaks[:, None], out=weights)
    totals = weights @ np.ones(weights.shape[1])
    weights /= totals[:, None]
    return float((np.log(totals) + peaks).mean())


def _n_parameters(kind: MixtureKind, n_components: int, n_features: int) -> int:
    shape = {
        "radial": 2 * N_RADII - 1,
        "spherical": n_components,
        "diagonal": n_components * n_features,
        "tied": n_features * (n_features + 1) // 2,
        "full": n_components * n_features * (n_features + 1) // 2,
    }
    return n_components * n_features + n_components - 1 + shape[kind]


def _square_distances(points: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = np.einsum("ij,ij->i", points, points)[:, None] - 2.0 * (points @ centers.T)
    return np.asarray(np.maximum(squares + np.einsum("ij,ij->i", centers, centers), 0.0))


def _fit_radial(
    points: NDArray[np.float64], labels: NDArray[np.integer], n_components: int, max_iterations: int
) -> tuple[NDArray[np.float64], float]:
    n_samples, n_features = points.shape
    centers = np.array([points[labels == j].mean(axis=0) for j in range(n_components)])
    shares = np.bincount(labels, minlength=n_components) / n_samples
    squares = _square_distances(points, centers)
    own = squares[np.arange(n_samples), labels] / n_features
    floor = max(1e-6 * own.mean(), _TINY)
    variances = np.maximum(np.quantile(own, (np.arange(N_RADII) + 0.5) / N_RADII), floor)
    profile = np.full(N_RADII, 1.0 / N_RADII)
    last = -np.inf
    # (m, k) densities for each of the radii: five matrices are faster than one with a short last axis.
    for _ in range(max_iterations):
        constants = -0.5 * n_features * np.log(2 * np.pi * variances) + np.log(profile)
        logs = np.stack([c - squares / (2 * v) for c, v in zip(constants, variances, strict=True)])
        logs += np.log(shares)
        peak = logs.max(axis=(0, 2))
        joint = np.exp(logs - peak[:, None])
        total = joint.sum(axis=(0, 2))
        mean = float((np.log(total) + peak).mean())
        if mean - last < TOLERANCE:
            break
        last = mean
        joint /= total[:, None]
        masses = joint.sum(axis=(1, 2))
        shares = joint.sum(axis=(0, 1)) / n_samples + _TINY
        profile = masses / n_samples + _TINY
        moments = np.einsum("lmk,mk->l", joint, squares)
        variances = np.maximum(moments / (n_features * np.maximum(masses, _TINY)), floor)
        pull = np.einsum("lmk,l->mk", joint, 1.0 / variances)
        centers = (pull.T @ points) / np.maximum(pull.sum(axis=0), _TINY)[:, None]
        squares = _square_distances(points, centers)
    return np.asarray(joint.sum(axis=0)), mean


def _fit_gaussian(
    points: NDArray[np.float64],
    labels: NDArray[np.integer],
    n_components: int,
    kind: MixtureKind,
    max_iterations: int,
) -> tuple[NDArray[np.float64], float]:
    ridge = RIDGE * float(points.var(axis=0).mean())
    weights = np.zeros((len(points), n_components))
    weights[np.arange(len(points)), labels] = 1.0
    last = -np.inf
    for _ in range(max_iterations):
        logs = _log_densities(points, weights, kind, ridge)
        mean = responsibilities(logs, weights)
        if mean - last < TOLERANCE:
            break
        last = mean
    return logs, mean


def _log_densities(
    points: NDArray[np.float64], weights: NDArray[np.float64], kind: MixtureKind, ridge: float
) -> NDArray[np.float64]:
    """Return (m, k) joint log densities after one maximisation step on the (m, k) ``weights``."""
    n_samples, n_features = points.shape
    masses = weights.sum(axis=0) + _TINY
    centers = (weights.T @ points) / masses[:, None]
    logs = np.empty_like(weights)
    if kind == "spherical":
        squares = _square_distances(points, centers)
        variances = np.einsum("ij,ij->j", weights, squares) / (n_features * masses) + ridge
        logs[:] = -0.5 * (squares / variances + n_features * np.log(variances))
    elif kind == "diagonal":
        spreads = np.maximum(weights.T @ points**2 / masses[:, None] - centers**2, 0.0) + ridge
        for component, (center, spread) in enumerate(zip(centers, spreads, strict=True)):
            squares = ((points - center) ** 2 / spread).sum(axis=1)
            logs[:, component] = -0.5 * (squares + np.log(spread).sum())
    else:
        gaps = [points - center for center in centers]
        moments = [(weights[:, j, None] * gap).T @ gap for j, gap in enumerate(gaps)]
        pooled = sum(moments) / n_samples
        for component, gap in enumerate(gaps):
            covariance = pooled if kind == "tied" else moments[component] / masses[component]
            factor = np.linalg.cholesky(covariance + ridge * np.eye(n_features))
            whitened = solve_triangular(factor, gap.T, lower=True, check_finite=False)
            squares = np.einsum("ij,ij->j", whitened, whitened)
            logs[:, component] = -0.5 * squares - np.log(np.diag(factor)).sum()
    result: NDArray[np.float64] = logs + np.log(masses / n_samples) - 0.5 * n_features * np.log(2 * np.pi)
    return result
