"""The parameters of a clustering, each declared once with its range and its help text."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from fiedler.parameters.checks import check_combination, check_value
from fiedler.parameters.choices import (
    AffinityKernel,
    EigenSolver,
    Imputation,
    Laplacian,
    Method,
    Metric,
    ParameterError,
    Preset,
    RoundingMethod,
    Scaling,
    Symmetrization,
)

GROUPS = ("Features", "Graph", "Solver", "Clusters")


def _parameter(
    default: object,
    *,
    group: str,
    title: str,
    help: str,  # noqa: A002 - the word a form shows
    minimum: float | None = None,
    maximum: float | None = None,
    labels: Mapping[str, str] | None = None,
) -> Any:
    """Return a dataclass field that carries its range and its help text."""
    return dataclasses.field(
        default=default,
        metadata={
            "group": group,
            "title": title,
            "help": help,
            "minimum": minimum,
            "maximum": maximum,
            "labels": dict(labels or {}),
        },
    )


@dataclass(frozen=True, slots=True)
class ClusteringParameters:
    """Everything a run depends on besides its data.

    Raises
    ------
    ParameterError
        A value has the wrong type or lies outside its range.
    """

    columns: tuple[str, ...] | None = _parameter(
        None,
        group="Features",
        title="Columns",
        help="The numeric columns to cluster on. Empty: every column whose role is feature.",
    )
    scaling: Scaling = _parameter(
        "auto",
        group="Features",
        title="Scaling",
        help="How columns are made comparable before distances are taken. Automatic gives each column mean 0 "
        "and deviation 1, but keeps the proportions of columns that share a unit, such as pixels or answers "
        "from 1 to 5.",
        labels={
            "auto": "Automatic",
            "standard": "Mean 0, deviation 1",
            "robust": "Median and quartiles",
            "minmax": "Range 0 to 1",
            "none": "As they are",
        },
    )
    imputation: Imputation = _parameter(
        "median",
        group="Features",
        title="Missing values",
        help="What stands in for a missing value. Filled cells are counted and reported.",
        labels={"median": "Column median", "mean": "Column mean", "zero": "Zero"},
    )
    preset: Preset = _parameter(
        "balanced",
        group="Graph",
        title="Views",
        help="Several graphs and spanning trees of up to 10,000 rows are compared, and the clusters kept "
        "that they agree on. Fast cuts one graph in two ways and keeps the one with wider gaps. Setting the "
        "graph below by hand gives that graph alone.",
        labels={"balanced": "Many, balanced", "fast": "Two, fast"},
    )
    method: Method = _parameter(
        "auto",
        group="Graph",
        title="Method",
        help="Exact builds a neighbour graph of all rows; landmarks compare every row with a "
        "representative sample. Automatic chooses by the number of rows and columns.",
        labels={"auto": "Automatic", "exact": "Exact graph", "landmark": "Landmarks"},
    )
    n_neighbors: int = _parameter(
        10,
        group="Graph",
        title="Neighbours",
        help="Nearest neighbours each row is linked to in the exact graph. Few keep fine detail, "
        "many smooth it.",
        minimum=2,
        maximum=100,
    )
    affinity: AffinityKernel = _parameter(
        "local",
        group="Graph",
        title="Affinity",
        help="How distance becomes affinity. Between nearest neighbours: self-tuning by the local scale, "
        "Gaussian of one bandwidth, or 1 for every link. Or 1 within a radius, or Gaussian of all pairs, for "
        "up to 5,000 rows.",
        labels={
            "local": "Self-tuning",
            "global": "Gaussian",
            "binary": "Unweighted",
            "epsilon": "Within a radius",
            "rbf": "Gaussian, all pairs",
        },
    )
    metric: Metric = _parameter(
        "euclidean",
        group="Graph",
        title="Distance",
        help="Euclidean, or by the angle between rows seen from the zero of the scaled columns.",
        labels={"euclidean": "Euclidean", "cosine": "Cosine"},
    )
    bandwidth: float | None = _parameter(
        None,
        group="Graph",
        title="Bandwidth",
        help="Of Gaussian affinities and of landmarks' weights, in the unit of the scaled columns. Empty: "
        "the mean distance of rows to their neighbours or landmarks.",
        minimum=1e-30,
        maximum=1e30,
    )
    radius: float | None = _parameter(
        None,
        group="Graph",
        title="Radius",
        help="Within which rows are linked, in the unit of the scaled columns. Empty: so that nine rows of "
        "ten reach as many neighbours as asked for.",
        minimum=1e-30,
        maximum=1e30,
    )
    symmetrization: Symmetrization = _parameter(
        "union",
        group="Graph",
        title="Links",
        help="Which links stay: those either row chose, their mean, or only those both rows chose.",
        labels={"union": "Either", "mean": "Mean", "mutual": "Mutual"},
    )
    n_landmarks: int | None = _parameter(
        None,
        group="Graph",
        title="Landmarks",
        help="Representatives that stand for all rows in the landmark method. Empty: 1,000 or 3,000 "
        "by the data's dimension and the number of clusters.",
        minimum=10,
        maximum=20_000,
    )
    landmark_neighbors: int = _parameter(
        5,
        group="Graph",
        title="Landmarks per row",
        help="Nearest landmarks each row is described by.",
        minimum=2,
        maximum=20,
    )
    laplacian: Laplacian = _parameter(
        "symmetric_normalized",
        group="Solver",
        title="Laplacian",
        help="Symmetric normalized and random walk weigh clusters by their links, and differ in whether rows "
        "are brought to unit length; unnormalized weighs them by their rows, for graphs of even degrees.",
        labels={
            "symmetric_normalized": "Symmetric normalized",
            "random_walk": "Random walk",
            "unnormalized": "Unnormalized",
        },
    )
    eigen_solver: EigenSolver = _parameter(
        "auto",
        group="Solver",
        title="Eigensolver",
        help="How eigenvectors of the exact graph are found. Automatic goes by rows and columns, and tries "
        "another when one does not converge.",
        labels={
            "auto": "Automatic",
            "dense": "Dense",
            "arpack": "Lanczos",
            "shift_invert": "Lanczos on the inverse",
            "chebyshev": "Chebyshev filter",
        },
    )
    max_clusters: int = _parameter(
        20,
        group="Solver",
        title="Largest k",
        help="Eigenvectors kept; k can be changed up to this number without solving again.",
        minimum=2,
        maximum=60,
    )
    random_state: int = _parameter(
        0,
        group="Solver",
        title="Seed",
        help="Same data, parameters and seed give the same labels.",
        minimum=0,
        maximum=2**31 - 1,
    )
    n_clusters: int | None = _parameter(
        None,
        group="Clusters",
        title="Clusters",
        help="Number of clusters. Empty: the first suggestion.",
        minimum=1,
        maximum=60,
    )
    rounding: RoundingMethod = _parameter(
        "kmeans",
        group="Clusters",
        title="Rounding",
        help="How eigenvectors become clusters: k-means around centres; pivoted QR or a rotation to "
        "indicators, both without chance; or a spanning tree, for clusters that are not round.",
        labels={
            "kmeans": "k-means",
            "cluster_qr": "Pivoted QR",
            "discretize": "Rotation to indicators",
            "tree": "Spanning tree",
        },
    )
    n_components: int | None = _parameter(
        None,
        group="Clusters",
        title="Eigenvectors used",
        help="Eigenvectors that k-means or the spanning tree sees. Empty, or fewer: as many as clusters. "
        "More can help in many columns and hurt in two.",
        minimum=1,
        maximum=60,
    )

    def __post_init__(self) -> None:
        """Check every value against its declaration."""
        hints = _resolved_types()
        for field in dataclasses.fields(self):
            check_value(field, hints[field.name], getattr(self, field.name))
        check_combination(self)

    @property
    def exact_only(self) -> tuple[str, ...]:
        """Names of the settings that ask for the exact graph, since landmarks have no counterpart."""
        asked = {
            "affinity": self.affinity in ("epsilon", "rbf"),
            "metric": self.metric != "euclidean",
            "laplacian": self.laplacian == "unnormalized",
            "eigen_solver": self.eigen_solver != "auto",
        }
        return tuple(name for name, is_asked in asked.items() if is_asked)

    @property
    def n_eigenpairs(self) -> int:
        """Eigenpairs that a fit solves for: one more than the largest k, to show the gap after it."""
        return max(self.max_clusters, self.n_components or 0) + 1

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> ClusteringParameters:
        """Return the parameters named in ``values``; the others keep their defaults.

        Raises
        ------
        ParameterError
            A name is unknown, or a value is refused by its declaration.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ParameterError(f"unknown parameter {unknown[0]!r}; known are {', '.join(sorted(known))}.")
        arguments: dict[str, Any] = dict(values)
        if isinstance(arguments.get("columns"), list):
            arguments["columns"] = tuple(arguments["columns"])
        return cls(**arguments)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        values = dataclasses.asdict(self)
        if self.columns is not None:
            values["columns"] = list(self.columns)
        return values


@functools.cache
def _resolved_types() -> dict[str, Any]:
    # Resolving them anew takes milliseconds, as much as the neighbours of a small table.
    return get_type_hints(ClusteringParameters)
