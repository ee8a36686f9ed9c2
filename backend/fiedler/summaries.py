"""What a fit and a partition tell besides their arrays: small, frozen, JSON-safe."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fiedler.parameters import Preset


@dataclass(frozen=True, slots=True)
class PartitionSummary:
    """One partition of all rows.

    Attributes
    ----------
    n_clusters : int
        Clusters found; fewer than asked for when some would be empty.
    key : str
        Of the ``partition`` artifact that holds the labels.
    silhouette : float or None
        Mean over the sample, in [-1, 1]; None for one cluster.
    silhouette_sample_size : int
        Rows the silhouettes were computed on.
    clusters : list of dict
        ``label`` (0 to n_clusters - 1), ``size`` in rows, ``silhouette`` (None: no row in the sample).
    consensus : dict or None
        What `fiedler.consensus.ConsensusResult.to_dict` tells of the views; None for the cut of one graph.
    """

    n_clusters: int
    key: str
    silhouette: float | None
    silhouette_sample_size: int
    clusters: list[dict[str, Any]]
    consensus: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> PartitionSummary:
        """Return the summary that `to_dict` wrote."""
        return cls(**values)


@dataclass(frozen=True, slots=True)
class FitSummary:
    """One fit: what it read, how it was computed, what the spectrum says, its first partition.

    Attributes
    ----------
    n_samples, n_features : int
        Shape of the feature matrix.
    columns : list of str
        Its columns.
    method : {"exact", "landmark"}
        The path taken; ``method_reason`` says why.
    random_state : int
        Seed of the fit and of every re-cut.
    max_clusters : int
        Largest number of clusters it can be cut into.
    artifacts : dict
        Key of each stage's artifact.
    eigenvalues, residual_norms : list of float
        Of the Laplacian, ascending, and the 2-norm of ``L v - lambda v`` of each: the largest k and one more.
    suggestions : list of dict
        Ranked, best first: ``n_clusters``, ``score`` in [0, 1], ``ratio``, ``eigengap``, ``reasons``.
    notes : list of dict
        ``code`` and ``message``: what a reader of the result must know.
    stage_seconds : dict
        Wall time of each stage of this call; near zero where a stored artifact was used.
    partition : PartitionSummary
        The first one, for the number of clusters asked for or the first suggestion.
    engine_version : str
        Version that computed it.
    consensus : bool
        Whether its partitions are those of views, not the cut of the embedding.
    preset : {"balanced", "fast"}
        How many views.
    rounding : dict
        Arguments of `fiedler.rounding.RoundingOptions` for every cut; empty in fits kept before there were
        any: its defaults.
    laplacian : {"symmetric_normalized", "random_walk", "unnormalized"}
        Whose eigenvalues these are; the first two have the same.
    solver : str
        The eigensolver that found them, of the largest part of the graph; empty in fits kept before it was
        recorded.
    """

    n_samples: int
    n_features: int
    columns: list[str]
    method: str
    method_reason: str
    random_state: int
    max_clusters: int
    artifacts: dict[str, str]
    eigenvalues: list[float]
    residual_norms: list[float]
    suggestions: list[dict[str, Any]]
    notes: list[dict[str, str]]
    stage_seconds: dict[str, float]
    partition: PartitionSummary
    engine_version: str
    consensus: bool = False
    preset: Preset = "balanced"
    rounding: dict[str, Any] = dataclasses.field(default_factory=dict)
    laplacian: str = "symmetric_normalized"
    solver: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FitSummary:
        """Return the summary that `to_dict` wrote."""
        return cls(**{**values, "partition": PartitionSummary.from_dict(values["partition"])})
