"""Compiling the kernels of explanations by one tiny question of each kind."""

from __future__ import annotations

import numpy as np

from fiedler.explanation.clusters import explain_cluster
from fiedler.explanation.codes import code_features
from fiedler.explanation.members import cluster_members
from fiedler.explanation.rows import explain_row
from fiedler.feature_columns import FeatureColumn


def warm_explanations() -> None:
    """Run every kernel on a few rows, so that the first question does not wait for a compiler."""
    features = np.random.default_rng(0).standard_normal((40, 2), dtype=np.float32)
    labels = (features[:, 0] * features[:, 1] > 0).astype(np.uint16)
    columns = [FeatureColumn(name, 0, 0, 0.0, 0.0, 1.0) for name in ("x", "y")]
    coded = code_features(features, columns, n_threads=1)
    members = cluster_members(labels)
    explain_cluster(coded, members, 0)
    explain_row(coded, members, 0)
