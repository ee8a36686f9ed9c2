"""Rows that come after the fit: placed at once, their drift measured, nothing fitted again."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from fiedler.drift import Drift, fitted_reach, measure_drift
from fiedler.edits.apply import EXCLUDED
from fiedler.estimator.fitted import FittedClustering
from fiedler.estimator.history import History
from fiedler.estimator.prediction import Voters


class UpdatingMixin(FittedClustering):
    """Rows added to a fit."""

    def update(self, X: ArrayLike) -> Drift:
        """Add new rows after the fitted ones and return how far they lie from those.

        They are placed as by `predict`, at once; the graph, its eigenvectors and ``suggestions_`` stay those
        of the rows fitted, and no row that was there changes its label. ``labels_`` grows, and everything
        that works on rows (`recut`, corrections, explanations) sees the new ones. Corrections can still be
        undone: new rows are placed in each partition of the history.

        Parameters
        ----------
        X : array-like of shape (m, n_features)
            In the columns of the fit.

        Returns
        -------
        Drift
            Also the last of ``updates_``. ``refit_due`` says whether to fit all rows anew, and ``reasons``
            why: more than 5 % (and at least 5) of the rows added since the fit lie further from all fitted
            rows than 99 % of those lie from each other, or the rows added are more than half of those fitted.

        Raises
        ------
        InvalidGraphError
            The estimator was fitted on a precomputed matrix: new rows have no features to place them by.

        Examples
        --------
        >>> from sklearn.datasets import make_blobs
        >>> from fiedler import SpectralClustering
        >>> X, _ = make_blobs(460, centers=[[0, 0], [9, 0]], random_state=0)
        >>> model = SpectralClustering(2).fit(X[:400])
        >>> drift = model.update(X[400:])
        >>> len(model.labels_), drift.refit_due
        (460, False)
        >>> model.update(X[400:] + [0, 30]).refit_due
        True
        """
        check_is_fitted(self)
        fitted = self._fitted_features("adding rows")
        values: Any = validate_data(self, X, reset=False, dtype=np.float64)
        features = self._frame.features(values)
        if self._reach is None:
            self._reach = fitted_reach(fitted[: self._n_fitted])
        before = self.labels_
        grown = np.concatenate([fitted, features])
        history = self._placed(grown, features)
        if self._points is not None:
            self._points = np.concatenate([self._points, self._frame.points(values)])
        self._features, self._coded = grown, None
        self._embedding = history.cut.embedding
        self._show(history)
        last = self.updates_[-1] if self.updates_ else None
        drift = measure_drift(
            self._reach,
            features,
            self.labels_[len(before) :],
            before,
            n_fitted=self._n_fitted,
            n_added_before=last.n_added if last else 0,
            n_poorly_held_before=last.n_poorly_held if last else 0,
        )
        self.updates_ = (*self.updates_, drift)
        return drift

    def _placed(self, grown: NDArray[np.float32], features: NDArray[np.float32]) -> History:
        """Return the history with new rows, the last of the grown features, in each partition."""
        cut = self._history.cut
        embedding = cut.embedding.append(features)
        vote = _Vote(grown[: len(cut.labels)], features)
        by_rounding = self._points is None
        if by_rounding:
            vectors = embedding.rows(np.arange(len(cut.labels), embedding.n_samples))
            labels = np.concatenate([cut.labels, self._rounding.labels_of(vectors)])
        else:
            labels = vote.appended(cut.labels)
        cut = dataclasses.replace(cut, embedding=embedding, features=grown, labels=labels)
        return self._history.grown(cut, vote.appended, merges_follow_cut=by_rounding)


class _Vote:
    """The vote of the rows there are about new ones, in any partition."""

    def __init__(self, features: NDArray[np.float32], new: NDArray[np.float32]) -> None:
        self._features = features
        self._new = new

    @functools.cached_property
    def _voters(self) -> Voters:
        return Voters.nearest(self._features, self._new)

    def appended(self, labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Return (n,) labels with those of the new rows after them; rows in no cluster do not vote."""
        inside = np.flatnonzero(labels != EXCLUDED)
        all_vote = len(inside) == len(labels)
        voters = self._voters if all_vote else Voters.nearest(self._features[inside], self._new)
        shares = voters.shares(labels[inside], int(labels[inside].max()) + 1)
        return np.concatenate([labels, shares.argmax(axis=1).astype(np.uint16)])
