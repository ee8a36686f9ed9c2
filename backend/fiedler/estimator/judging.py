"""How far a partition can be relied on: its stability when rows are left out, and the graph behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from fiedler.diagnosis import GraphDiagnosis, diagnose_graph
from fiedler.diagnosis.fits import diagnose_fit
from fiedler.estimator.fitted import FittedClustering
from fiedler.estimator.inputs import PRECOMPUTED
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
        >>> model = SpectralClustering(3, method="exact").fit(X)
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

    def diagnose(self) -> GraphDiagnosis:
        """Return what is conspicuous about the affinity graph, in numbers and words, and what to change.

        Separate parts, rows apart, links that alone hold parts together, hubs, rows that hang by a thread,
        copies, and how the clusters are cut from it. It is the graph that ``eigenvalues_`` are of: of the
        rows fitted, of their landmarks, or the one given. Clusters that are a consensus were not made by it
        alone. The graph of rows is built again, at what it cost in the fit without the eigenvectors.

        Examples
        --------
        >>> import numpy as np
        >>> from fiedler import SpectralClustering
        >>> rng = np.random.default_rng(0)
        >>> X = np.concatenate([rng.normal(size=(200, 2)), rng.normal(size=(100, 2)) + 30])
        >>> found = SpectralClustering(2).fit(X).diagnose()
        >>> found.part_sizes
        (200, 100)
        >>> print(found.findings[0])
        The graph falls into 2 parts of 200, 100 rows. There are as many clusters: each part can be one.
        """
        check_is_fitted(self)
        labels = self.labels_[: self._n_fitted]
        if self._features is None:
            return diagnose_graph(self._affinity, labels)
        return diagnose_fit(self._embedding, self._features[: self._n_fitted], self._parameters, labels)

    def _fresh(self, seed: int) -> Any:
        """Return an unfitted estimator that takes the path this one took, whatever the number of rows."""
        changes: dict[str, Any] = {"n_clusters": self.n_clusters_, "random_state": seed}
        if self._features is None:
            # Distances were made affinities when they were fitted.
            changes |= {"affinity": PRECOMPUTED, "metric": "euclidean"}
        elif self.consensus_ is None:
            changes["method"] = self.method_
        return clone(self).set_params(**changes)
