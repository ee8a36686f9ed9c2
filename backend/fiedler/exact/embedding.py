"""The spectral embedding of a neighbour graph's vertices, or of those of a graph that is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.exact.assignment import assign_nearest
from fiedler.exact.extension import ExtensionModel
from fiedler.exact.facts import ExactFacts
from fiedler.exact.storage import StoredParts, read_parts, write_parts
from fiedler.progress import Fraction
from fiedler.row_blocks import available_threads


class ExactEmbedding:
    """Random-walk eigenvectors of the whole neighbour graph, a `fiedler.embedding.SpectralEmbedding`.

    ``vectors`` holds ``sqrt(volume) D^(-1/2) v`` for the unit eigenvectors v of the symmetric normalized
    Laplacian: rounding normalises each row, so the factor per row does not matter there, and for display
    these coordinates do not depend on a row's degree. On a connected graph the first column is 1. Of the
    unnormalized Laplacian they are ``sqrt(n) v``.

    With c components the first c eigenvalues are 0 and their columns are constant on components; see
    `bridges` for the basis. Eigenvalues above are those of all components, merged.

    Attributes
    ----------
    vectors : (n, q) float32
    eigenvalues, residual_norms : (q,) float64
    facts : ExactFacts
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        eigenvalues: NDArray[np.float64],
        residual_norms: NDArray[np.float64],
        facts: ExactFacts,
        model: ExtensionModel | None,
        n_threads: int = 1,
    ) -> None:
        self.vectors = vectors
        self.facts = facts
        self.n_threads = n_threads
        self._eigenvalues = eigenvalues
        self._residual_norms = residual_norms
        self._model = model

    @property
    def n_samples(self) -> int:
        """Number of rows embedded."""
        return int(self.vectors.shape[0])

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """(q,) eigenvalues of the Laplacian in ``facts``, ascending; in [0, 2] unless it is unnormalized."""
        return self._eigenvalues

    @property
    def residual_norms(self) -> NDArray[np.float64]:
        """(q,) 2-norms of ``L v - lambda v`` for unit ``v``, dimensionless."""
        return self._residual_norms

    def rows(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of the rows named, in the order named."""
        return np.asarray(self.vectors[indices])

    def nearest_centroid(
        self, centroids: NDArray[np.float64], progress: Fraction | None = None
    ) -> NDArray[np.uint16]:
        """Return (n_samples,) the nearest of the (c, k) centroids to each row normalised over k columns.

        Distances are Euclidean; a tie goes to the lower centroid. ``progress`` is told the fraction of rows
        done; an exception it raises ends the work.
        """
        return assign_nearest(self.vectors, centroids, self.n_threads, progress)

    def extend(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of new rows from their (m, d) features (Nyström extension).

        A row equal to a training row gets that row's vector.

        Raises
        ------
        InvalidFeaturesError
            The features are not finite, have another number of columns than in training, or the embedding was
            computed from a graph alone.
        """
        model = self._model
        if model is None:
            raise InvalidFeaturesError(
                "The embedding was computed from a precomputed matrix; placing new rows needs the features "
                "of the training rows. Fit on features, or cluster the new rows together with the old."
            )
        eigenvalues = self._eigenvalues
        if self.facts.laplacian == "unnormalized":
            # (d - lambda) v = W v, and a new row's degree is not known: lambda is taken to be far below it.
            eigenvalues = np.zeros_like(eigenvalues)
        return model.extend(features, self.vectors, eigenvalues, self.n_threads)

    def append(self, features: NDArray[np.float32]) -> ExactEmbedding:
        """Return the embedding with (m, d) new rows after the old ones, placed by `extend`.

        Eigenvalues, residuals and facts stay those of the rows that were solved.

        Raises
        ------
        InvalidFeaturesError
            As `extend`.
        """
        return ExactEmbedding(
            np.concatenate([self.vectors, self.extend(features)]),
            self._eigenvalues,
            self._residual_norms,
            self.facts,
            self._model,
            self.n_threads,
        )

    def save(self, folder: Path) -> None:
        """Write the embedding as memory-mappable arrays; the features are the caller's to keep."""
        write_parts(
            folder,
            StoredParts(self.vectors, self._eigenvalues, self._residual_norms, self.facts, self._model),
        )

    @classmethod
    def load(cls, folder: Path, features: NDArray[np.float32] | None = None) -> ExactEmbedding:
        """Return the embedding saved in ``folder``, its vectors memory-mapped.

        Parameters
        ----------
        folder : Path
        features : (n, d) float32, optional
            The features it was computed from, needed by `extend` only.

        Raises
        ------
        ArtifactError
            A file is missing, or written in another format.
        """
        parts = read_parts(folder, features)
        return cls(
            vectors=parts.vectors,
            eigenvalues=parts.eigenvalues,
            residual_norms=parts.residual_norms,
            facts=parts.facts,
            model=parts.model,
            n_threads=available_threads(),
        )
