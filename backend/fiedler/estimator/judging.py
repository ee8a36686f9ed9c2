"""How far a partition can be relied on: its stability when rows are left out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from fiedler.estimator.fitted import FittedClustering
from fiedler.progress import Report
from fiedler.stability import Stability, subset_stability


class JudgingMixin(FittedClustering):
    """Judgement of the partition as it is now."""

    def stability(
        self, n_rounds: int = 20, *, share: float = 0.5, progress: Report | None = None
    ) -> Stability:
        """Return how far clusters and rows come back when only part of the rows is clustered.

        Each round fits ``share`` of the rows from nothing, by the same path and parameters and with a seed
        of its own, into as many clusters as there are now; corrections are not applied to them. It costs
        ``n_rounds`` fits of that many rows, said in ``cpu_seconds``. Clusters that fall apart are not there;
        those that come back need not be groups: a square without any is cut into the same quarters each time.

        Parameters
        ----------
        n_rounds : int
        share : float
            Of the rows that a round has. Half, as Hennig (2007) proposes, is a hard test: neighbour graphs of
            half the rows are coarser.
        progress : callable, optional
            Told (fraction, message) before each round; an exception it raises ends the work.

        Raises
        ------
        ParameterError, TooFewRowsError
            A value is out of range, or a round would have too few rows.

        Examples
        --------
        >>> from sklearn.datasets import make_blobs
        >>> from fiedler import SpectralClustering
        >>> X, _ = make_blobs(200, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
        >>> model = SpectralClustering(3, preset="fast").fit(X)
        >>> model.stability(10).clusters.round(2).tolist()
        [1.0, 1.0, 1.0]
        >>> bool(model.recut(5).stability(10).clusters.min() < 0.75)
        True
        """
        check_is_fitted(self)
        rows = self._points if self._points is not None else self._features

        def recluster(chosen: NDArray[np.int64], seed: int) -> NDArray[np.uint16]:
            part: Any = self._affinity[chosen][:, chosen] if rows is None else rows[chosen]
            labels: NDArray[np.int32] = self._fresh(seed).fit_predict(part)
            return labels.astype(np.uint16)

        return subset_stability(
            self._history.labels,
            recluster,
            n_rounds=n_rounds,
            share=share,
            random_state=self._seed,
            progress=progress,
        )

    def _fresh(self, seed: int) -> Any:
        """Return an unfitted estimator that takes the path this one took, whatever the number of rows."""
        changes: dict[str, Any] = {"n_clusters": self.n_clusters_, "random_state": seed}
        if self._points is None and self._features is not None:
            changes["method"] = self.method_
        return clone(self).set_params(**changes)
