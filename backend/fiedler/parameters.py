"""The parameters of a clustering, declared once for the engine, the API's JSON schema and the page's form.

Plain declarations: this module imports neither numpy nor numba, so that the API process may import it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

Scaling = Literal["auto", "standard", "robust", "minmax", "none"]
Imputation = Literal["median", "mean", "zero"]
Preset = Literal["balanced", "fast"]
Method = Literal["auto", "exact", "landmark"]
Metric = Literal["euclidean", "cosine"]
AffinityKernel = Literal["local", "global", "binary", "epsilon", "rbf"]
Symmetrization = Literal["union", "mean", "mutual"]
Laplacian = Literal["symmetric_normalized", "random_walk", "unnormalized"]
EigenSolver = Literal["auto", "dense", "arpack", "shift_invert", "chebyshev"]
RoundingMethod = Literal["kmeans", "cluster_qr", "discretize", "tree"]

GROUPS = ("Features", "Graph", "Solver", "Clusters")


class ParameterError(ValueError):
    """A parameter is unknown, of the wrong type or outside its range."""


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
        help="Of Gaussian affinities, in the unit of the scaled columns. Empty: the mean distance of rows to "
        "their neighbours.",
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
        hints = get_type_hints(type(self))
        for field in dataclasses.fields(self):
            _check(field, hints[field.name], getattr(self, field.name))
        if self.n_clusters is not None and self.n_clusters > self.max_clusters:
            raise ParameterError(
                f"n_clusters is {self.n_clusters}, above max_clusters = {self.max_clusters}; "
                f"raise max_clusters or ask for fewer clusters."
            )
        self._check_components()
        self._check_affinity()
        if self.method == "landmark" and self.exact_only:
            name = self.exact_only[0]
            raise ParameterError(
                f"{name} is {getattr(self, name)!r} with method 'landmark', which has no such choice: "
                f"landmarks are solved by a method of their own; leave {name} out, or set method to 'exact'."
            )

    def _check_components(self) -> None:
        if self.n_components is not None and self.rounding in ("cluster_qr", "discretize"):
            raise ParameterError(
                f"n_components is {self.n_components} with rounding {self.rounding!r}, which uses one "
                f"eigenvector a cluster; leave n_components out, or round by 'kmeans' or 'tree'."
            )

    def _check_affinity(self) -> None:
        if self.bandwidth is not None and self.affinity not in ("global", "rbf"):
            raise ParameterError(
                f"bandwidth is {self.bandwidth:g} with affinity {self.affinity!r}, which has none; leave it "
                f"out, or set affinity to 'global' or 'rbf'."
            )
        if self.radius is not None and self.affinity != "epsilon":
            raise ParameterError(
                f"radius is {self.radius:g} with affinity {self.affinity!r}, which has none; leave it out, "
                f"or set affinity to 'epsilon'."
            )
        if self.symmetrization != "union" and self.affinity in ("epsilon", "rbf"):
            raise ParameterError(
                f"symmetrization is {self.symmetrization!r} with affinity {self.affinity!r}, where every "
                f"link is mutual already; leave symmetrization out."
            )

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


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of `ClusteringParameters`, in declaration order.

    ``x-group`` names the section of the form a property belongs to, ``x-labels`` the texts of its choices.
    """
    hints = get_type_hints(ClusteringParameters)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spectral clustering",
        "type": "object",
        "additionalProperties": False,
        "x-groups": list(GROUPS),
        "properties": {
            field.name: _property(field, hints[field.name])
            for field in dataclasses.fields(ClusteringParameters)
        },
    }


def _property(field: dataclasses.Field[Any], hint: Any) -> dict[str, Any]:
    declared = field.metadata
    default = field.default
    schema: dict[str, Any] = {
        "title": declared["title"],
        "description": declared["help"],
        "default": default,
        "x-group": declared["group"],
    }
    optional = type(None) in get_args(hint)
    if get_origin(hint) is Literal:
        schema |= {"type": "string", "enum": list(get_args(hint)), "x-labels": declared["labels"]}
    elif field.name == "columns":
        schema |= {"type": ["array", "null"], "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
    else:
        kind = "number" if float in get_args(hint) else "integer"
        schema["type"] = [kind, "null"] if optional else kind
        schema |= {bound: declared[bound] for bound in ("minimum", "maximum") if declared[bound] is not None}
    return schema


def _check(field: dataclasses.Field[Any], hint: Any, value: object) -> None:
    optional = type(None) in get_args(hint)
    if value is None and optional:
        return
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(map(repr, get_args(hint)))
            raise ParameterError(f"{field.name} is {value!r}; it must be one of {choices}.")
    elif field.name == "columns":
        _check_columns(value)
    elif float in get_args(hint):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParameterError(f"{field.name} is {value!r}; it must be a number.")
        _check_range(field, value)
    elif isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{field.name} is {value!r}; it must be a whole number.")
    else:
        _check_range(field, value)


def _check_columns(value: object) -> None:
    if not isinstance(value, tuple) or not all(isinstance(name, str) for name in value):
        raise ParameterError(f"columns is {value!r}; it must be a list of column names.")
    if not value:
        raise ParameterError("columns is empty; name at least one, or leave it out to use every feature.")
    if len(set(value)) != len(value):
        twice = next(name for name in value if value.count(name) > 1)
        raise ParameterError(f"columns names {twice!r} twice; name each column once.")


def _check_range(field: dataclasses.Field[Any], value: float) -> None:
    minimum, maximum = field.metadata["minimum"], field.metadata["maximum"]
    if not minimum <= value <= maximum:
        raise ParameterError(f"{field.name} is {value}; it must lie between {minimum} and {maximum}.")
