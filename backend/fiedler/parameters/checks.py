"""What single values and combinations of them are refused, each with the way out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from fiedler.parameters.choices import ParameterError

if TYPE_CHECKING:
    from fiedler.parameters.declaration import ClusteringParameters


def check_value(field: dataclasses.Field[Any], hint: Any, value: object) -> None:
    """Refuse a value that its declaration does not allow.

    Parameters
    ----------
    field : Field
        Of the declaration; its metadata hold the range.
    hint : type
        Its resolved type.
    value : object

    Raises
    ------
    ParameterError
    """
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


def check_combination(parameters: ClusteringParameters) -> None:
    """Refuse values that contradict each other.

    Raises
    ------
    ParameterError
    """
    if parameters.n_clusters is not None and parameters.n_clusters > parameters.max_clusters:
        raise ParameterError(
            f"n_clusters is {parameters.n_clusters}, above max_clusters = {parameters.max_clusters}; "
            f"raise max_clusters or ask for fewer clusters."
        )
    _check_components(parameters)
    _check_affinity(parameters)
    if parameters.method == "landmark" and parameters.exact_only:
        name = parameters.exact_only[0]
        raise ParameterError(
            f"{name} is {getattr(parameters, name)!r} with method 'landmark', which has no such choice: "
            f"landmarks are solved by a method of their own; leave {name} out, or set method to 'exact'."
        )


def _check_components(parameters: ClusteringParameters) -> None:
    if parameters.n_components is not None and parameters.rounding in ("cluster_qr", "discretize"):
        raise ParameterError(
            f"n_components is {parameters.n_components} with rounding {parameters.rounding!r}, which uses "
            f"one eigenvector a cluster; leave n_components out, or round by 'kmeans' or 'tree'."
        )


def _check_affinity(parameters: ClusteringParameters) -> None:
    affinity = parameters.affinity
    has_bandwidth = affinity in ("global", "rbf") or parameters.method == "landmark"
    if parameters.bandwidth is not None and not has_bandwidth:
        raise ParameterError(
            f"bandwidth is {parameters.bandwidth:g} with affinity {affinity!r}, which has none; leave it "
            f"out, set affinity to 'global' or 'rbf', or method to 'landmark'."
        )
    if parameters.radius is not None and affinity != "epsilon":
        raise ParameterError(
            f"radius is {parameters.radius:g} with affinity {affinity!r}, which has none; leave it out, or "
            f"set affinity to 'epsilon'."
        )
    if parameters.symmetrization != "union" and affinity in ("epsilon", "rbf"):
        raise ParameterError(
            f"symmetrization is {parameters.symmetrization!r} with affinity {affinity!r}, where every link "
            f"is mutual already; leave symmetrization out."
        )
