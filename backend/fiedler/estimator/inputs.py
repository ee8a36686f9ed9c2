"""What an estimator is given, made ready for the engine: its parameters, feature matrices and affinities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, get_args

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from fiedler.errors import InvalidFeaturesError, InvalidGraphError
from fiedler.parameters import AffinityKernel, ClusteringParameters, Metric, ParameterError

# float32 squares overflow beyond, and vanish below, magnitudes like these.
_LARGEST_MAGNITUDE, _SMALLEST_MAGNITUDE = 1e15, 1e-15
PRECOMPUTED = "precomputed"


@dataclass(frozen=True, slots=True, eq=False)
class FeatureFrame:
    """What is subtracted from rows and what they are divided by before float32: neither changes the clusters.

    Attributes
    ----------
    offset : (d,) float64
        Means of the fitted columns; zeros for the cosine, which a shift would change.
    unit : float
        1, unless the values are too large or too small for squares in float32.
    """

    offset: NDArray[np.float64]
    unit: float

    @classmethod
    def fitted(cls, X: NDArray[np.float64], metric: Metric = "euclidean") -> Self:
        """Return the frame of the (n, d) rows that are to be clustered."""
        offset = np.zeros(X.shape[1]) if metric == "cosine" else X.mean(axis=0)
        magnitude = float(np.abs(X - offset).max(initial=0.0))
        usual = _SMALLEST_MAGNITUDE < magnitude < _LARGEST_MAGNITUDE
        return cls(offset, 1.0 if usual or magnitude == 0 else magnitude)

    def points(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (m, d) rows in this frame."""
        return (X - self.offset) / self.unit

    def features(self, X: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return (m, d) rows in this frame as float32, in C order.

        Raises
        ------
        InvalidFeaturesError
            A value is too far from the fitted ones for float32.
        """
        with np.errstate(over="ignore"):
            features = np.ascontiguousarray(self.points(X), dtype=np.float32)
        if not np.isfinite(features).all():
            raise InvalidFeaturesError(
                "a value of X lies more than 1e38 times outside the range of the fitted rows; values must be "
                "comparable; check the units."
            )
        return features


def read_parameters(values: Mapping[str, Any]) -> ClusteringParameters:
    """Return an estimator's constructor arguments as checked parameters; ``device`` is none of them.

    ``max_clusters`` is raised to ``n_clusters``; ``random_state`` may be None (0) or a RandomState.

    Raises
    ------
    ParameterError
        A value is not one of those allowed.
    """
    plain = {name: _plain(value) for name, value in values.items() if name != "device"}
    if isinstance(plain["n_clusters"], int) and isinstance(plain["max_clusters"], int):
        most = ClusteringParameters.__dataclass_fields__["max_clusters"].metadata["maximum"]
        # One that no fit allows is refused by its own name.
        plain["max_clusters"] = max(plain["max_clusters"], min(plain["n_clusters"], most))
    for name, allowed in (("affinity", AffinityKernel), ("metric", Metric)):
        if plain[name] not in (*get_args(allowed), PRECOMPUTED):
            choices = ", ".join(map(repr, (*get_args(allowed), PRECOMPUTED)))
            raise ParameterError(f"{name} is {plain[name]!r}; it must be one of {choices}.")
    if PRECOMPUTED in (plain["affinity"], plain["metric"]):
        _check_precomputed(plain)
    if plain["affinity"] == PRECOMPUTED:
        plain["affinity"] = "local"
    if plain["metric"] == PRECOMPUTED:
        plain["metric"] = "euclidean"
    plain["random_state"] = _seed(values["random_state"])
    return ClusteringParameters.from_dict(plain)


def _check_precomputed(values: Mapping[str, Any]) -> None:
    """Refuse what contradicts a matrix of affinities or distances."""
    if values["affinity"] == PRECOMPUTED and values["metric"] != "euclidean":
        raise ParameterError(
            f"affinity is 'precomputed' and metric {values['metric']!r}; X cannot hold affinities and have a "
            f"metric; leave metric at its default, or for distances set affinity to 'local'."
        )
    if values["method"] == "landmark":
        raise ParameterError(
            "method is 'landmark' with a precomputed matrix, which has a row for every sample already; leave "
            "method out."
        )


def checked_affinity(affinity: Any) -> scipy.sparse.csr_array:
    """Return the affinity as a symmetric, non-negative sparse matrix.

    Raises
    ------
    InvalidGraphError
        It is not square, not symmetric, or has a negative entry.
    """
    graph = scipy.sparse.csr_array(affinity)
    if graph.shape[0] != graph.shape[1]:
        raise InvalidGraphError(
            f"the affinity has the shape {graph.shape}; it must be square, one row and column a sample; with "
            f"features, leave affinity at its default."
        )
    if graph.nnz and graph.data.min() < 0:
        raise InvalidGraphError(
            f"an affinity is {graph.data.min():g}; all must be at least 0, larger meaning more alike; turn "
            f"distances into affinities first."
        )
    asymmetry = abs(graph - graph.T)
    largest = float(asymmetry.data.max()) if asymmetry.nnz else 0.0
    if largest > 1e-8 * max(float(abs(graph.data).max(initial=0.0)), 1e-300):
        raise InvalidGraphError(
            f"the affinity differs from its transpose by up to {largest:g}; it must be symmetric; use "
            f"(A + A.T) / 2."
        )
    return graph


def _plain(value: object) -> Any:
    """Return numpy whole numbers as int, for the parameters' type check; anything else as it is."""
    return int(value) if isinstance(value, np.integer) else value


def _seed(random_state: Any) -> int:
    if random_state is None:
        return 0
    if isinstance(random_state, int):
        return random_state
    return int(check_random_state(random_state).randint(2**31 - 1))
