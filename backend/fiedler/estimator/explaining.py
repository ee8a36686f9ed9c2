"""Why clusters are what they are, and why rows are in them, from the features that were clustered."""

from __future__ import annotations

from sklearn.utils.validation import check_is_fitted

from fiedler.estimator.fitted import ExplainedLabels, FittedClustering
from fiedler.explanation.clusters import ClusterExplanation, explain_cluster
from fiedler.explanation.codes import code_features
from fiedler.explanation.comparison import Comparison, compare_rows
from fiedler.explanation.margins import embedded_clusters
from fiedler.explanation.members import cluster_members
from fiedler.explanation.rows import RowExplanation, explain_row
from fiedler.feature_columns import FeatureColumn


class ExplainingMixin(FittedClustering):
    """Explanations of the partition as it is now, corrections included.

    What is returned prints as text, keeps every figure as an attribute and gives JSON-safe data by
    ``to_dict``. Values are in the units of ``X``; columns go by ``feature_names_in_``, or x0, x1, and so on.
    Nothing is fitted.
    """

    def explain(self) -> tuple[ClusterExplanation, ...]:
        """Return why each cluster is one, in the order of their numbers; see `explain_cluster`."""
        check_is_fitted(self)
        return tuple(self.explain_cluster(cluster) for cluster in range(self.n_clusters_))

    def explain_cluster(self, cluster: int) -> ClusterExplanation:
        """Return what makes one cluster a cluster.

        Its columns against those of all other rows, ranked by effect; the best short rule with precision and
        recall over all rows; its nearest cluster; and its borderline rows.

        Raises
        ------
        ExplanationError
            There is no such cluster.
        InvalidGraphError
            The estimator was fitted on a precomputed affinity.

        Examples
        --------
        >>> import numpy as np
        >>> from fiedler import SpectralClustering
        >>> centers = np.repeat([[0, 0], [0, 9], [9, 9]], 30, axis=0)
        >>> X = centers + np.random.default_rng(0).normal(size=(90, 2))
        >>> model = SpectralClustering(3).fit(X)
        >>> found = model.explain_cluster(model.labels_[0])
        >>> found.contrast.rule.precision, found.contrast.rule.recall
        (1.0, 1.0)
        >>> print(found)
        Cluster 0: 30 of 90 rows (33 %).
        Lower x1 (0.22 against 9.05 for the rest) and lower x0 (-0.159 against 1.82).
        x1 ≤ 4 (precision 100 %, recall 100 %).
        Nearest is cluster 1; 0 % of the rows here sit nearer to it.
        """
        prepared = self._explained()
        return explain_cluster(prepared.coded, prepared.members, int(cluster), prepared.embedded)

    def explain_row(self, row: int) -> RowExplanation:
        """Return why one row is in its cluster: the rows nearest to it, its silhouette, what pulls at it.

        Raises
        ------
        ExplanationError
            There is no such row, or it is in no cluster.
        InvalidGraphError
            The estimator was fitted on a precomputed affinity.
        """
        prepared = self._explained()
        return explain_row(prepared.coded, prepared.members, int(row), prepared.embedded)

    def compare(self, first: int, second: int) -> Comparison:
        """Return what one cluster has that another has not, in the same terms as `explain_cluster`.

        Raises
        ------
        ExplanationError
            There is no such cluster, or both are the same.
        InvalidGraphError
            The estimator was fitted on a precomputed affinity.
        """
        prepared = self._explained()
        rows = (prepared.members.rows(int(cluster)) for cluster in (first, second))
        return compare_rows(prepared.coded, *rows, others=f"cluster {int(second)}")

    def _explained(self) -> ExplainedLabels:
        """Return what explanations are made from; kept until the partition changes."""
        check_is_fitted(self)
        features = self._fitted_features("explaining clusters")
        if self._coded is None:
            offset = self._frame.offset.tolist()
            columns = [
                FeatureColumn(
                    name, n_missing=0, n_infinite=0, fill=0.0, center=center, scale=self._frame.unit
                )
                for name, center in zip(self._feature_names(), offset, strict=True)
            ]
            self._coded = code_features(features, columns)
        if self._labels_explained is None:
            members = cluster_members(self._history.labels)
            embedded = embedded_clusters(self._embedding, members)
            self._labels_explained = ExplainedLabels(self._coded, members, embedded)
        return self._labels_explained
