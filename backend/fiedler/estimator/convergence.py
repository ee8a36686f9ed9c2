"""Telling a caller of the estimator that eigenvectors are less exact than they should be."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from fiedler.computation import ComputedEmbedding
from fiedler.exact.embedding import ExactEmbedding


def warn_unless_converged(embedding: ComputedEmbedding) -> None:
    """Warn, with scikit-learn's `ConvergenceWarning`, when the eigensolver missed its tolerance."""
    if isinstance(embedding, ExactEmbedding) and embedding.facts.status != "converged":
        warnings.warn(
            f"the eigensolver {embedding.facts.solver!r} ended with {embedding.facts.status!r}: a residual "
            f"is {embedding.residual_norms.max():.2g}, above a tenth of the eigengap beside it; compare "
            f"residual_norms_ with the gaps of eigenvalues_, or set eigen_solver to 'auto'.",
            ConvergenceWarning,
            stacklevel=3,
        )
