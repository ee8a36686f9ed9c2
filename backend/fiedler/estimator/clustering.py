"""`SpectralClustering`: fitting, cutting anew and placing new rows, as scikit-learn's users expect it."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from fiedler.computation import ComputedEmbedding, compute_embedding
from fiedler.consensus import ConsensusResult, consensus_partition
from fiedler.errors import InvalidGraphError, TooFewRowsError
from fiedler.estimator.inputs import PRECOMPUTED, FeatureFrame, checked_affinity, read_parameters
from fiedler.estimator.prediction import rounded_labels, voted_labels
from fiedler.exact.embedding import graph_embedding
from fiedler.parameters import (
    AffinityKernel,
    Method,
    ParameterError,
    Preset,
    RoundingMethod,
    Symmetrization,
)
from fiedler.policy import choose_path
from fiedler.rounding import SAMPLE_ROWS, RoundingOptions, round_embedding, sample_rows
from fiedler.suggestions import Suggestion, suggest_n_clusters


class SpectralClustering(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Spectral clustering by the agreement of many views, by one neighbour graph, or by landmarks.

    One graph and landmarks see the rows as given. When columns have different units, put
    `sklearn.preprocessing.StandardScaler` before; the views of the preset "balanced" include standardised
    columns.

    Parameters
    ----------
    n_clusters : int or None, default None
        Number of clusters. None: the first of ``suggestions_``.
    preset : {"balanced", "fast"}, default "balanced"
        "balanced": up to 10,000 rows (6,324 in 50 columns and more), the clusters that several graphs and
        spanning trees agree on; one graph or landmarks beyond, or when ``affinity``, ``method``,
        ``n_neighbors``, ``symmetrization``, ``rounding`` or ``n_components`` is set.
        "fast": always one graph or landmarks.
    affinity : {"local", "global", "binary", "precomputed"}, default "local"
        How distances become affinities in the exact graph: Gaussian with a local scale, with one global
        bandwidth, or 1 for every neighbour. "precomputed": ``X`` is the symmetric matrix of affinities,
        dense or sparse.
    method : {"auto", "exact", "landmark"}, default "auto"
        Graph of all rows, or landmarks that stand for them; "auto" goes by the shape of ``X``.
    n_neighbors : int, default 10
        Neighbours each row is linked to in the exact graph.
    symmetrization : {"union", "mean", "mutual"}, default "union"
        Which links stay: those either row chose, their mean, or only those both chose.
    n_landmarks : int or None, default None
        Number of landmarks; None: by the shape of ``X``.
    landmark_neighbors : int, default 5
        Landmarks each row is described by.
    max_clusters : int, default 20
        Eigenvectors are kept for up to this many clusters, for `recut`; raised to ``n_clusters``.
    rounding : {"kmeans", "cluster_qr", "discretize", "tree"}, default "kmeans"
        How eigenvectors become labels: k-means on row-normalised vectors; pivoted QR (Damle, Minden and Ying
        2019); the rotation nearest to indicators (Yu and Shi 2003); or the Genie linkage of a spanning tree
        of the vectors, for clusters that are not round. Only k-means has random starts.
    n_components : int or None, default None
        Eigenvectors that "kmeans" or "tree" sees; None, or fewer than clusters: as many as clusters.
    random_state : int, RandomState instance or None, default None
        Seed. None means 0: the same data always give the same labels.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), int32
        From 0, by descending cluster size.
    n_clusters_ : int
        Clusters found; fewer than asked for when there are fewer distinct rows.
    eigenvalues_ : ndarray of shape (q,), float64
        Of the symmetric normalized Laplacian, ascending.
    residual_norms_ : ndarray of shape (q,), float64
        2-norms of ``L v - lambda v``.
    suggestions_ : list of Suggestion
        Numbers of clusters, best first, with the reasons.
    method_ : {"exact", "landmark", "precomputed"}
        The path taken to the spectrum, and to the clusters unless they are a consensus.
    consensus_ : ConsensusResult or None
        The views, how far they agree, and the one chosen; None when there was one graph.
    n_features_in_ : int
        Columns of ``X``.
    feature_names_in_ : ndarray of str
        Names of the columns, when ``X`` had them.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from fiedler import SpectralClustering
    >>> X, _ = make_moons(500, noise=0.05, random_state=0)
    >>> model = SpectralClustering(n_clusters=2).fit(X)
    >>> sorted(map(int, np.bincount(model.labels_)))
    [250, 250]
    >>> model.recut(4).n_clusters_
    4
    """

    def __init__(
        self,
        n_clusters: int | None = None,
        *,
        preset: Preset = "balanced",
        affinity: AffinityKernel | str = "local",
        method: Method = "auto",
        n_neighbors: int = 10,
        symmetrization: Symmetrization = "union",
        n_landmarks: int | None = None,
        landmark_neighbors: int = 5,
        max_clusters: int = 20,
        rounding: RoundingMethod = "kmeans",
        n_components: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.preset = preset
        self.affinity = affinity
        self.method = method
        self.n_neighbors = n_neighbors
        self.symmetrization = symmetrization
        self.n_landmarks = n_landmarks
        self.landmark_neighbors = landmark_neighbors
        self.max_clusters = max_clusters
        self.rounding = rounding
        self.n_components = n_components
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn needs to know: a precomputed matrix is pairwise and may be sparse."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.affinity == PRECOMPUTED
        tags.input_tags.sparse = self.affinity == PRECOMPUTED
        return tags

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Cluster the rows of ``X``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or (n_samples, n_samples) when precomputed
            Finite numbers.
        y : ignored

        Raises
        ------
        InvalidFeaturesError, InvalidGraphError, ParameterError
            All of them are `ValueError`.
        """
        precomputed = self.affinity == PRECOMPUTED
        self._points: NDArray[np.float64] | None = None
        values: Any = validate_data(
            self, X, accept_sparse="csr" if precomputed else False, dtype=np.float64, ensure_min_samples=1
        )
        parameters = read_parameters(self.get_params(deep=False))
        self._seed = parameters.random_state
        self._options = RoundingOptions.of(parameters)
        n_samples = values.shape[0]
        if parameters.n_clusters is not None and parameters.n_clusters > n_samples:
            raise TooFewRowsError(
                f"{parameters.n_clusters} clusters were asked for, but n_samples={n_samples}; each cluster "
                f"needs at least one row; ask for fewer clusters."
            )
        if precomputed:
            self.method_ = PRECOMPUTED
            self._embedding: ComputedEmbedding = graph_embedding(
                checked_affinity(values),
                min(parameters.n_eigenpairs, n_samples),
                random_state=parameters.random_state,
            )
        else:
            self._frame = FeatureFrame.fitted(values)
            features = self._frame.features(values)
            choice = choose_path(parameters, *features.shape)
            self.method_ = choice.method
            self._embedding = compute_embedding(features, self.method_, parameters)
            if choice.consensus:
                self._points = self._frame.points(values)
        self.eigenvalues_ = np.asarray(self._embedding.eigenvalues)
        self.residual_norms_ = np.asarray(self._embedding.residual_norms)
        self._sample_vectors = self._embedding.rows(sample_rows(n_samples, SAMPLE_ROWS, self._seed))
        self._largest = min(parameters.max_clusters, n_samples)
        self._suggestions: list[Suggestion] | None = None
        return self._cut(parameters.n_clusters or self.suggestions_[0].n_clusters)

    @property
    def suggestions_(self) -> list[Suggestion]:
        """Numbers of clusters, best first, with the reasons; computed when first asked for."""
        check_is_fitted(self)
        if self._suggestions is None:
            self._suggestions = suggest_n_clusters(
                self.eigenvalues_, self._sample_vectors, self._largest, self._seed
            )
        return self._suggestions

    def recut(self, n_clusters: int) -> Self:
        """Cut the fitted embedding into another number of clusters, without solving again.

        Where clusters are a consensus, the views are asked again for this number.

        Raises
        ------
        ParameterError
            ``n_clusters`` exceeds what eigenvectors were kept for.
        """
        check_is_fitted(self)
        largest = min(len(self.eigenvalues_), self._embedding.n_samples)
        if not 1 <= n_clusters <= largest:
            raise ParameterError(
                f"n_clusters is {n_clusters}; it must lie between 1 and {largest}, the eigenvectors kept; "
                f"fit again with a larger max_clusters."
            )
        return self._cut(n_clusters)

    def predict(self, X: ArrayLike) -> NDArray[np.int32]:
        """Return the (m,) cluster of each new row.

        By the Nyström extension of the embedding; where clusters are a consensus, by the vote of the five
        nearest fitted rows, weighted by their inverse distance.

        Raises
        ------
        InvalidGraphError
            The estimator was fitted on a precomputed matrix: new rows have no features to place them by.
        """
        check_is_fitted(self)
        if self.method_ == PRECOMPUTED:
            raise InvalidGraphError(
                "this estimator was fitted on a precomputed affinity; predicting needs the features of new "
                "rows; fit on features, or use labels_."
            )
        values: Any = validate_data(self, X, reset=False, dtype=np.float64)
        features = self._frame.features(values)
        if self._points is not None:
            return voted_labels(self._points, self.labels_, self._frame.points(values))
        return rounded_labels(self._embedding, self._rounding, features)

    def _cut(self, n_clusters: int) -> Self:
        self.consensus_: ConsensusResult | None = None
        if self._points is not None:
            self.consensus_ = consensus_partition(self._points, n_clusters, random_state=self._seed)
            self.labels_ = self.consensus_.labels
            self.n_clusters_ = int(self.labels_.max()) + 1
            return self
        self._rounding = round_embedding(
            self._embedding, self._sample_vectors, n_clusters, self._seed, self._options
        )
        self.labels_ = self._rounding.labels.astype(np.int32)
        self.n_clusters_ = self._rounding.n_clusters
        return self
