"""Mixtures of shells: clusters that are rings or balls, which may cross, touch or enclose each other.

Rows of a shell lie at normally distributed distances around a radius; a ball is the shell of radius 0. No
graph tells broad rings that cross from one network, and the direction of a row's curve is lost in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from fiedler.consensus.gaussian_mixture import responsibilities
from fiedler.consensus.mixture_models import MAX_ITERATIONS, TOLERANCE, MixtureFit

SHELL_COLUMNS = (2, 3)
ROUGH_ROWS = 1_000
ROUGH_ITERATIONS = 15
"""Starts compete on so many rows for so many iterations; the best goes on."""
WIDTHS = (0.03, 0.06, 0.12)
"""Half widths of the shells that starts are searched with, of half the widest range."""
SEARCH_ROWS = 500
SEARCH_DRAWS = 1_500
CENTER_STEPS = 3
SMALLEST_WIDTH = 3e-3
"""In the unit of the points: thinner shells would be found in any few rows."""
RADII_PER_WIDTH = np.concatenate([[0.0], np.geomspace(0.3, 300.0, 60)])
_TINY = 1e-300


@dataclass(slots=True)
class _Shells:
    """k shells: ``centers`` (k, d), ``radii``, ``widths`` and ``shares`` (k,)."""

    centers: NDArray[np.float64]
    radii: NDArray[np.float64]
    widths: NDArray[np.float64]
    shares: NDArray[np.float64]


def fit_shells(
    points: NDArray[np.float64],
    labels: NDArray[np.integer],
    random_state: int,
    n_rows: int | None = None,
    *,
    search: bool = True,
) -> MixtureFit:
    """Fit a mixture of shells, as many as there are labels, by EM from the best of several starts.

    Starts are the partition given and, for each of three widths, shells found one after the other: the sphere
    through a few random rows that has most rows near it, without those that shells before it explain.

    Parameters
    ----------
    points : (m, d) float64
        d is 2 or 3; columns of unit variance on average.
    labels : (m,) integers
        Every number from 0 to the largest in use.
    random_state : int
        Seed of the search.
    n_rows : int, optional
        Rows of the data that ``points`` were sampled from, which the criterion counts parameters against.
    search : bool
        Whether to look for shells besides the partition given.

    References
    ----------
    Dave (1990), "Fuzzy shell-clustering and applications to circle detection in digital images", made a
    mixture model; Fischler and Bolles (1981), "Random sample consensus", for the starts.
    """
    n_samples, n_features = points.shape
    n_clusters = int(labels.max()) + 1
    guesses = [_from_partition(points, labels, n_clusters)]
    if search:
        guesses += _found_shells(points, n_clusters, random_state)
    # Rows come in lexicographic order: every so many of them are a fair sample.
    few = points[:: max(1, n_samples // ROUGH_ROWS)]
    rough = [_expectation_maximisation(few, guess, ROUGH_ITERATIONS)[1] for guess in guesses]
    best = guesses[int(np.argmax(rough))]
    logs, mean = _expectation_maximisation(points, best, MAX_ITERATIONS)
    n_parameters = n_clusters * (n_features + 2) + n_clusters - 1
    n_rows = n_samples if n_rows is None else n_rows
    criterion = mean - n_parameters * np.log(n_rows) / (2 * n_rows)
    return MixtureFit("shells", logs.argmax(axis=1), mean, n_parameters, float(criterion))


def _from_partition(points: NDArray[np.float64], labels: NDArray[np.integer], n_clusters: int) -> _Shells:
    centers = np.array([points[labels == j].mean(axis=0) for j in range(n_clusters)])
    weights = np.eye(n_clusters)[labels]
    radii, widths = _radii_and_widths(_distances(points, centers), weights, points.shape[1])
    return _Shells(centers, radii, widths, weights.mean(axis=0))


def _found_shells(points: NDArray[np.float64], n_clusters: int, random_state: int) -> Iterator[_Shells]:
    generator = np.random.default_rng(random_state)
    few = points
    if len(points) > SEARCH_ROWS:
        few = points[np.sort(generator.choice(len(points), SEARCH_ROWS, replace=False, shuffle=False))]
    largest = float(np.ptp(points, axis=0).max()) / 2
    for share in WIDTHS:
        width = share * largest
        unexplained = np.ones(len(few))
        found = []
        for _ in range(n_clusters):
            center, radius = _crowded_sphere(few, unexplained, width, largest, generator)
            found.append((center, radius))
            gaps = (np.linalg.norm(few - center, axis=1) - radius) / width
            unexplained = unexplained * (1 - np.exp(-0.5 * gaps**2)) + 1e-6
        yield _Shells(
            np.array([center for center, _ in found]),
            np.array([radius for _, radius in found]),
            np.full(n_clusters, width),
            np.full(n_clusters, 1.0 / n_clusters),
        )


def _crowded_sphere(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    width: float,
    largest: float,
    generator: np.random.Generator,
) -> tuple[NDArray[np.float64], float]:
    """Return centre and radius of the sphere through d + 1 random rows with most weight near its surface."""
    n_features = points.shape[1]
    cumulative = np.cumsum(weights)
    draws = generator.random((SEARCH_DRAWS, n_features + 1)) * cumulative[-1]
    corners = points[np.minimum(np.searchsorted(cumulative, draws), len(points) - 1)]
    # The centre c is as far from every corner p_i as from p_0: 2 (p_i - p_0) c = |p_i|^2 - |p_0|^2.
    edges = corners[:, 1:] - corners[:, :1]
    flat = np.abs(np.linalg.det(edges)) < 1e-9 * largest**n_features
    edges[flat] = np.eye(n_features)
    sides = 0.5 * np.einsum("tij,tij->ti", edges, edges)
    centers = corners[:, 0] + np.linalg.solve(edges, sides[..., None])[..., 0]
    radii = np.linalg.norm(corners[:, 0] - centers, axis=1)
    gaps = (_distances(points, centers) - radii) / width
    crowds = weights @ np.exp(-0.5 * gaps**2)
    crowds[flat | (radii > largest) | (radii < 2 * width)] = 0.0
    best = int(np.argmax(crowds))
    return centers[best], float(radii[best])


def _expectation_maximisation(
    points: NDArray[np.float64], shells: _Shells, max_iterations: int
) -> tuple[NDArray[np.float64], float]:
    """Improve ``shells`` in place; return (m, k) joint log densities and the mean log-likelihood (nats)."""
    n_features = points.shape[1]
    weights = np.empty((len(points), len(shells.centers)))
    last = -np.inf
    for _ in range(max_iterations):
        distances = _distances(points, shells.centers)
        logs = _log_densities(distances, shells, n_features)
        mean = responsibilities(logs, weights)
        if mean - last < TOLERANCE:
            break
        last = mean
        masses = weights.sum(axis=0) + _TINY
        for _ in range(CENTER_STEPS):
            # Each step brings every row to the radius along its own direction from the centre.
            pulls = weights / np.maximum(distances, _TINY)
            outwards = pulls.T @ points - pulls.sum(axis=0)[:, None] * shells.centers
            shells.centers = (weights.T @ points - shells.radii[:, None] * outwards) / masses[:, None]
            distances = _distances(points, shells.centers)
        shells.radii, shells.widths = _radii_and_widths(distances, weights, n_features)
        shells.shares = masses / len(points)
    return logs, mean


def _distances(points: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (m, k) Euclidean distances, summed column by column: there are two or three."""
    squares = np.zeros((len(points), len(centers)))
    for column in range(points.shape[1]):
        squares += (points[:, column, None] - centers[:, column]) ** 2
    return np.sqrt(squares)


def _log_densities(distances: NDArray[np.float64], shells: _Shells, n_features: int) -> NDArray[np.float64]:
    gaps = (distances - shells.radii) / shells.widths
    constants = _log_volume(shells.radii / shells.widths, n_features) + n_features * np.log(shells.widths)
    return np.asarray(np.log(shells.shares + _TINY) - constants - 0.5 * gaps**2)


def _log_volume(ratios: NDArray[np.float64], n_features: int) -> NDArray[np.float64]:
    """Return the log of the integral of ``exp(-(|x| - t)^2 / 2)`` in d = 2 or 3 columns for each radius t."""
    bell = np.exp(-0.5 * ratios**2)
    side = np.sqrt(np.pi / 2) * (1 + erf(ratios / np.sqrt(2)))
    if n_features == 2:
        return np.asarray(np.log(2 * np.pi * (bell + ratios * side)))
    return np.asarray(np.log(4 * np.pi * (ratios * bell + (ratios**2 + 1) * side)))


def _radii_and_widths(
    distances: NDArray[np.float64], weights: NDArray[np.float64], n_features: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the most likely (k,) radii and widths given the centres.

    For a fixed ratio t of radius to width the likelihood depends on the width's inverse u alone and on the
    first two moments of the distances: ``d log u - log Z(t) - (m2 u^2 - 2 t m1 u + t^2) / 2`` is largest at
    the positive root of a quadratic. The best of a grid of ratios is taken.
    """
    masses = weights.sum(axis=0) + _TINY
    first = np.einsum("mk,mk->k", weights, distances) / masses
    second = np.maximum(np.einsum("mk,mk->k", weights, distances**2) / masses, SMALLEST_WIDTH**2)
    pull = RADII_PER_WIDTH * first[:, None]
    inverse = (pull + np.sqrt(pull**2 + 4 * n_features * second[:, None])) / (2 * second[:, None])
    likelihood = (
        n_features * np.log(inverse)
        - _log_volume(RADII_PER_WIDTH, n_features)
        - 0.5 * (second[:, None] * inverse**2 - 2 * pull * inverse + RADII_PER_WIDTH**2)
    )
    best = likelihood.argmax(axis=1)
    inverse_widths = inverse[np.arange(len(best)), best]
    return RADII_PER_WIDTH[best] / inverse_widths, np.hypot(1 / inverse_widths, SMALLEST_WIDTH)
