"""Placing rows in the clusters of a fit: labels, and how surely each row belongs to each cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from fiedler.consensus.row_agreement import row_agreement
from fiedler.estimator.fitted import OUTSIDE, FittedClustering
from fiedler.estimator.prediction import (
    Voters,
    extended_memberships,
    memberships,
    merged_rounding,
    rounded_memberships,
)
from fiedler.explanation.margins import embedded_clusters
from fiedler.explanation.members import cluster_members
from fiedler.rounding import Rounding, normalize_rows

_BLOCK_ROWS = 65_536


class PlacingMixin(FittedClustering):
    """Clusters of new rows, and how surely rows belong to them."""

    def predict(self, X: ArrayLike) -> NDArray[np.int32]:
        """Return the (m,) cluster of each new row, the one `predict_proba` gives the most.

        By the Nyström extension of the embedding; where clusters are a consensus, or were corrected by more
        than merges, by the vote of the five nearest fitted rows, weighted by their inverse distance.

        Raises
        ------
        InvalidGraphError
            The estimator was fitted on a precomputed matrix: new rows have no features to place them by.
        """
        labels: NDArray[np.int32] = self.predict_proba(X).argmax(axis=1).astype(np.int32)
        return labels

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the (m, n_clusters_) memberships of new rows; each row adds up to 1.

        Where clusters are cut from one graph or landmarks, and at most merged since: inverse squared
        distances to the centroids of the embedding, as in fuzzy c-means. Where they are a consensus or were
        corrected otherwise: the share of the votes of the five nearest fitted rows, weighted by inverse
        distance. They say how clearly a row lies in a cluster of this partition, not how likely the partition
        is to be right.

        Raises
        ------
        InvalidGraphError
            The estimator was fitted on a precomputed matrix: new rows have no features to place them by.

        Examples
        --------
        >>> from sklearn.datasets import make_blobs
        >>> from fiedler import SpectralClustering
        >>> X, _ = make_blobs(300, centers=[[0, 0], [6, 0]], random_state=0)
        >>> model = SpectralClustering(2, method="exact").fit(X)
        >>> memberships = model.predict_proba([[0, 0], [6, 0]])
        >>> memberships.shape, bool((memberships.max(axis=1) > 0.9).all())
        ((2, 2), True)
        """
        check_is_fitted(self)
        fitted = self._fitted_features("placing new rows")
        values: Any = validate_data(self, X, reset=False, dtype=np.float64)
        features = self._frame.features(values)
        rounding = self._rounding_now()
        if rounding is not None:
            return extended_memberships(self._embedding, rounding, features)
        inside = np.flatnonzero(self.labels_ != OUTSIDE)
        voters = Voters.nearest(fitted[inside], features)
        return voters.shares(self.labels_[inside], self.n_clusters_)

    @property
    def confidence_(self) -> NDArray[np.float64]:
        """(n_samples,) how surely each fitted row belongs to its cluster, from 0 to 1; NaN outside of all.

        Where clusters are a consensus of all rows: the share of the views, weighted by their support, that
        put the row in the counterpart of its cluster, and the share of the vote for rows added since. Else
        its membership in the embedding, as in `predict_proba`; by the means of the clusters as they are now,
        when they are of no rounding. Computed at each call.
        """
        check_is_fitted(self)
        if self.consensus_ is None or self.consensus_.rows is not None or self.corrections_:
            return self._membership_in_own()
        agreement = row_agreement(self.consensus_)
        n_viewed = len(agreement)
        if n_viewed == len(self.labels_):
            return agreement
        features = self._fitted_features("placing rows")
        voters = Voters.nearest(features[:n_viewed], features[n_viewed:])
        shares = voters.shares(self.labels_[:n_viewed], self.n_clusters_)
        return np.concatenate([agreement, shares.max(axis=1)])

    def _rounding_now(self) -> Rounding | None:
        """Return the rounding that the labels are of, merges done; None when they are of no rounding."""
        numbers = self._history.merged() if self._points is None else None
        return None if numbers is None else merged_rounding(self._rounding, numbers)

    def _membership_in_own(self) -> NDArray[np.float64]:
        n_samples = len(self.labels_)
        rounding = self._rounding_now()
        centers = np.empty((0, 0))
        if rounding is None:
            centers = embedded_clusters(self._embedding, cluster_members(self._history.labels)).centers
        confidence = np.full(n_samples, np.nan)
        for start in range(0, n_samples, _BLOCK_ROWS):
            rows = np.arange(start, min(start + _BLOCK_ROWS, n_samples))
            rows = rows[self.labels_[rows] != OUTSIDE]
            vectors = self._embedding.rows(rows)
            if rounding is not None:
                found = rounded_memberships(rounding, vectors)
            else:
                points = normalize_rows(vectors, centers.shape[1])
                found = memberships(points, centers, np.arange(len(centers)))
            confidence[rows] = found[np.arange(len(rows)), self.labels_[rows]]
        return confidence
