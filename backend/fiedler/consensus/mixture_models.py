"""Gaussian mixtures of four shapes and a radial one, fitted by EM from a given partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.gaussian_mixture import fit_gaussian
from fiedler.consensus.radial_mixture import N_RADII, fit_radial

MixtureKind = Literal["radial", "spherical", "diagonal", "tied", "full", "shells"]

MAX_ITERATIONS = 100
TOLERANCE = 1e-3
"""EM stops when the mean log-likelihood of a row rises by less (nats)."""


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
        weights, mean = fit_radial(points, labels, max_iterations, TOLERANCE)
    else:
        weights, mean = fit_gaussian(points, labels, kind, max_iterations, TOLERANCE)
    n_parameters = _n_parameters(kind, n_components, n_features)
    n_rows = n_samples if n_rows is None else n_rows
    criterion = mean - n_parameters * np.log(n_rows) / (2 * n_rows)
    return MixtureFit(kind, weights.argmax(axis=1), mean, n_parameters, float(criterion))


def _n_parameters(kind: MixtureKind, n_components: int, n_features: int) -> int:
    shape = {
        "radial": 2 * N_RADII - 1,
        "spherical": n_components,
        "diagonal": n_components * n_features,
        "tied": n_features * (n_features + 1) // 2,
        "full": n_components * n_features * (n_features + 1) // 2,
    }
    return n_components * n_features + n_components - 1 + shape[kind]
