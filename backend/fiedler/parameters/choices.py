"""The values that named choices may take, and the error for any other."""

from __future__ import annotations

from typing import Literal

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


class ParameterError(ValueError):
    """A parameter is unknown, of the wrong type or outside its range."""
