"""The spectrum of a fit: solved with it, or where labels are a consensus when it is first asked for."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from fiedler.computation import ComputedEmbedding, solver_used
from fiedler.estimator.convergence import warn_unless_converged
from fiedler.estimator.fitted import FittedClustering
from fiedler.rounding import SAMPLE_ROWS, sample_rows


class FittedSpectrum:
    """The embedding of a fit, and what is read from it; an object of its own, as reading may compute it.

    Parameters
    ----------
    embedding : ExactEmbedding or LandmarkEmbedding
        Of the rows fitted; may be deferred.
    random_state : int
        Seed of the sample.
    """

    def __init__(self, embedding: ComputedEmbedding, random_state: int) -> None:
        self.embedding = embedding
        self._random_state = random_state

    @functools.cached_property
    def solved(self) -> ComputedEmbedding:
        """The embedding, warned of when first asked for if its eigensolver missed its tolerance."""
        warn_unless_converged(self.embedding)
        return self.embedding

    @functools.cached_property
    def sample_vectors(self) -> NDArray[np.float32]:
        """(m, q) embedding of the rows that decide centroids."""
        return self.solved.rows(sample_rows(self.embedding.n_samples, SAMPLE_ROWS, self._random_state))


class SpectrumMixin(FittedClustering):
    """What `SpectralClustering` tells of its graph's eigenpairs."""

    _spectrum: FittedSpectrum

    @property
    def eigenvalues_(self) -> NDArray[np.float64]:
        """(q,) eigenvalues of the Laplacian, ascending."""
        check_is_fitted(self)
        return np.asarray(self._spectrum.solved.eigenvalues)

    @property
    def residual_norms_(self) -> NDArray[np.float64]:
        """(q,) 2-norms of ``L v - lambda v`` of each eigenpair."""
        check_is_fitted(self)
        return np.asarray(self._spectrum.solved.residual_norms)

    @property
    def eigen_solver_(self) -> str:
        """The solver that found them."""
        check_is_fitted(self)
        return solver_used(self._spectrum.solved)
