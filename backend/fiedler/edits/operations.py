"""What a user can do to a partition: frozen records, which in a list are its provenance.

Clusters go by the numbers they have when the operation is applied, rows by their place in the table.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from fiedler.edits.errors import EditError

SplitMethod = Literal["auto", "embedding", "exact"]


@dataclass(frozen=True, slots=True)
class MergeClusters:
    """Make one of two or more clusters; it keeps the lowest of their numbers."""

    kind: ClassVar[str] = "merge"
    clusters: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(set(self.clusters)) < 2:
            raise EditError(f"merge names {list(self.clusters)}; name at least two different clusters.")


@dataclass(frozen=True, slots=True)
class SplitCluster:
    """Divide one cluster; its largest part keeps the number, the others get new ones at the end.

    ``method`` "embedding" cuts by the eigenvectors kept, "exact" by the eigenvectors of the cluster's own
    neighbour graph, "auto" chooses (see `subset`).
    """

    kind: ClassVar[str] = "split"
    cluster: int
    n_parts: int = 2
    method: SplitMethod = "auto"
    random_state: int = 0

    def __post_init__(self) -> None:
        _check_split(self.kind, self.n_parts, 2, self.method)


@dataclass(frozen=True, slots=True)
class ReclusterClusters:
    """Cluster the rows of some clusters anew, in place; parts keep the number they overlap most."""

    kind: ClassVar[str] = "recluster"
    clusters: tuple[int, ...]
    n_clusters: int
    method: SplitMethod = "auto"
    random_state: int = 0

    def __post_init__(self) -> None:
        if not self.clusters:
            raise EditError("recluster names no cluster; name at least one.")
        _check_split(self.kind, self.n_clusters, 1, self.method)


@dataclass(frozen=True, slots=True)
class ReclusterRows:
    """Cluster some rows anew, apart from all others; parts get new numbers unless they empty a cluster."""

    kind: ClassVar[str] = "recluster_rows"
    rows: tuple[int, ...]
    n_clusters: int
    method: SplitMethod = "auto"
    random_state: int = 0

    def __post_init__(self) -> None:
        _check_rows(self.kind, self.rows)
        _check_split(self.kind, self.n_clusters, 1, self.method)


@dataclass(frozen=True, slots=True)
class MoveRows:
    """Put rows in a cluster by hand, excluded ones too; in a new cluster when ``cluster`` is None."""

    kind: ClassVar[str] = "move"
    rows: tuple[int, ...]
    cluster: int | None = None

    def __post_init__(self) -> None:
        _check_rows(self.kind, self.rows)


@dataclass(frozen=True, slots=True)
class ExcludeRows:
    """Take rows out of all clusters; they get the label `apply.EXCLUDED`."""

    kind: ClassVar[str] = "exclude"
    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_rows(self.kind, self.rows)


Operation = MergeClusters | SplitCluster | ReclusterClusters | ReclusterRows | MoveRows | ExcludeRows

_KINDS = {operation.kind: operation for operation in get_args(Operation)}


def operation_to_dict(operation: Operation) -> dict[str, Any]:
    """Return a JSON-safe dictionary that `operation_from_dict` reads back."""
    values: dict[str, Any] = {"kind": operation.kind}
    for field in dataclasses.fields(operation):
        value = getattr(operation, field.name)
        values[field.name] = list(value) if isinstance(value, tuple) else value
    return values


def operation_from_dict(values: Mapping[str, Any]) -> Operation:
    """Return the operation of a dictionary, its values checked.

    Raises
    ------
    EditError
        The kind or a field is unknown, a field is missing, or a value has the wrong type.
    """
    fields = dict(values)
    kind = fields.pop("kind", None)
    if kind not in _KINDS:
        raise EditError(f"the edit has the kind {kind!r}; known are {', '.join(_KINDS)}.")
    checked = {name: _checked(kind, name, value) for name, value in fields.items()}
    try:
        operation: Operation = _KINDS[kind](**checked)
    except TypeError as error:
        names = ", ".join(field.name for field in dataclasses.fields(_KINDS[kind]))
        raise EditError(f"the edit {kind!r} cannot be read ({error}); its fields are {names}.") from error
    return operation


def _checked(kind: str, name: str, value: Any) -> Any:
    if name in ("rows", "clusters"):
        whole = isinstance(value, list | tuple) and all(_is_whole(entry) for entry in value)
        if not whole:
            raise EditError(f"{kind} has {name}={value!r}; required is a list of whole numbers.")
        return tuple(value)
    if name == "method" or (kind == MoveRows.kind and name == "cluster" and value is None):
        return value
    if not _is_whole(value):
        raise EditError(f"{kind} has {name}={value!r}; required is a whole number.")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_rows(kind: str, rows: tuple[int, ...]) -> None:
    if not rows:
        raise EditError(f"{kind} names no row; select at least one.")


def _check_split(kind: str, n_parts: int, least: int, method: str) -> None:
    if n_parts < least:
        raise EditError(f"{kind} asks for {n_parts} parts; at least {least} are required.")
    if method not in get_args(SplitMethod):
        raise EditError(f"{kind} has the method {method!r}; known are {', '.join(get_args(SplitMethod))}.")
