"""Spectral coordinates of rows, for steps of a pipeline that come after."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from fiedler.estimator.fitted import FittedClustering

_BLOCK_ROWS = 65_536


class TransformingMixin(
    ClassNamePrefixFeaturesOutMixin,  # type: ignore[misc]  # scikit-learn is untyped
    TransformerMixin,  # type: ignore[misc]
    FittedClustering,
):
    """The embedding as features: the coordinates that a cut into ``n_clusters`` rounds.

    They are eigenvectors of the graph or of the landmarks, as many as there are clusters (or
    ``n_components``), each row at unit length. Columns are called ``spectralclustering0`` and so on.
    """

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn needs to know: coordinates are float32 whatever ``X`` is."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Return the (m, k) float32 spectral coordinates of new rows, by the Nyström extension.

        A row that was fitted gets the coordinates it has.

        Raises
        ------
        InvalidGraphError
            The estimator was fitted on a precomputed matrix: new rows have no features to place them by.

        Examples
        --------
        >>> from sklearn.datasets import make_circles
        >>> from sklearn.linear_model import LogisticRegression
        >>> from sklearn.pipeline import make_pipeline
        >>> from fiedler import SpectralClustering
        >>> X, y = make_circles(400, noise=0.05, factor=0.4, random_state=0)
        >>> steps = make_pipeline(SpectralClustering(2), LogisticRegression())
        >>> steps.fit(X[:300], y[:300]).score(X[300:], y[300:])
        1.0
        """
        check_is_fitted(self)
        self._fitted_features("placing new rows")
        values: Any = validate_data(self, X, reset=False, dtype=np.float64)
        features = self._frame.features(values)
        coordinates = np.empty((len(features), self._n_features_out), dtype=np.float32)
        for start in range(0, len(features), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            coordinates[block] = self._coordinates(self._embedding.extend(features[block]))
        return coordinates

    def fit_transform(self, X: ArrayLike, y: object = None, **constraints: Any) -> NDArray[np.float32]:
        """Fit and return the (n, k) float32 spectral coordinates of the rows; see `fit`."""
        self.fit(X, y, **constraints)
        return self._coordinates(self._embedding.rows(np.arange(len(self.labels_))))

    def _coordinates(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._options.points(vectors, self._n_features_out)

    @property
    def _n_features_out(self) -> int:
        """Columns of `transform`; scikit-learn's name for it."""
        wanted = self._options.n_columns(self._history.cut.n_clusters)
        return min(wanted, len(self.eigenvalues_))
