"""What a fit leaves behind: the state that every part of the estimator reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from fiedler.computation import ComputedEmbedding
from fiedler.consensus import ConsensusResult, PreparedTable
from fiedler.drift import Drift, FittedReach
from fiedler.edits.apply import EXCLUDED
from fiedler.errors import InvalidGraphError
from fiedler.estimator.history import History
from fiedler.estimator.inputs import PRECOMPUTED, FeatureFrame
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.margins import EmbeddedClusters
from fiedler.explanation.members import ClusterMembers
from fiedler.parameters import ClusteringParameters
from fiedler.rounding import Rounding, RoundingOptions

OUTSIDE = -1
"""Label of rows that were taken out of all clusters."""


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedLabels:
    """What explanations of one partition are made from: codes of features, rows and centres of clusters."""

    coded: CodedFeatures
    members: ClusterMembers
    embedded: EmbeddedClusters


class FittedClustering(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Attributes that `SpectralClustering.fit` sets, and how a partition becomes the one shown.

    ``_features`` (n, d) float32 and ``_points`` (n, d) float64 are the rows in ``_frame``; features are
    None for a precomputed affinity (then ``_affinity`` is kept), points unless the clusters are a
    consensus; ``_prepared`` holds them, or a sample of many rows, ready for views. ``_rounding`` is not
    set for a consensus. ``_reach`` says how near the rows fitted, the first ``_n_fitted``, lie to each
    other; None until it is needed.
    """

    labels_: NDArray[np.int32]
    n_clusters_: int
    method_: str
    n_features_in_: int
    consensus_: ConsensusResult | None
    _parameters: ClusteringParameters
    _frame: FeatureFrame
    _features: NDArray[np.float32] | None
    _points: NDArray[np.float64] | None
    _affinity: Any
    _embedding: ComputedEmbedding
    _rounding: Rounding
    _options: RoundingOptions
    _history: History
    _seed: int
    updates_: tuple[Drift, ...]
    _n_fitted: int
    _reach: FittedReach | None
    _coded: CodedFeatures | None = None
    _prepared: PreparedTable | None = None
    _labels_explained: ExplainedLabels | None = None

    def _show(self, history: History) -> None:
        """Make the last partition of a history the one that labels tell of."""
        self._history = history
        self._labels_explained = None
        labels = history.labels.astype(np.int32)
        labels[history.labels == EXCLUDED] = OUTSIDE
        self.labels_ = labels
        self.n_clusters_ = int(labels.max()) + 1

    def _fitted_features(self, purpose: str) -> NDArray[np.float32]:
        """Return the (n, d) features; refuse when only their affinity was given."""
        if self._features is None:
            raise InvalidGraphError(
                f"this estimator was fitted on a {PRECOMPUTED} affinity; {purpose} needs the features of the "
                f"rows; fit on features."
            )
        return self._features

    def _feature_names(self) -> list[str]:
        """Return the names of the columns: the frame's, or x0, x1, ..."""
        names = getattr(self, "feature_names_in_", None)
        return [f"x{i}" for i in range(self.n_features_in_)] if names is None else [str(n) for n in names]
