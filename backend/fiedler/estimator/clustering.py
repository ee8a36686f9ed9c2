"""`SpectralClustering`: its parameters and its fit, as scikit-learn's users expect them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClusterMixin
from sklearn.utils.validation import validate_data

from fiedler.computation import compute_embedding, deferred_embedding
from fiedler.consensus import PreparedTable
from fiedler.dense_blocks import Device, find_device
from fiedler.edges import EdgeGraph
from fiedler.errors import TooFewRowsError
from fiedler.estimator.correcting import CorrectingMixin
from fiedler.estimator.cutting import CuttingMixin
from fiedler.estimator.explaining import ExplainingMixin
from fiedler.estimator.inputs import PRECOMPUTED, FeatureFrame, read_parameters
from fiedler.estimator.judging import JudgingMixin
from fiedler.estimator.matrices import embed_affinity, embed_distances
from fiedler.estimator.placing import PlacingMixin
from fiedler.estimator.row_inputs import read_constraints
from fiedler.estimator.spectrum import FittedSpectrum
from fiedler.estimator.transforming import TransformingMixin
from fiedler.estimator.updating import UpdatingMixin
from fiedler.exact.deferred import DeferredEmbedding
from fiedler.parameters import (
    AffinityKernel,
    EigenSolver,
    Laplacian,
    Method,
    Metric,
    Preset,
    RoundingMethod,
    Symmetrization,
)
from fiedler.policy import choose_path
from fiedler.progress import Report, portion
from fiedler.rounding import RoundingOptions
from fiedler.suggestions import Suggestion

# Of the time of a fit, for the progress bar: until vectors are there, until numbers of clusters are compared.
_EMBEDDED = 0.5
_COMPARED = 0.7


class SpectralClustering(
    TransformingMixin,
    ClusterMixin,  # type: ignore[misc]  # scikit-learn is untyped
    CorrectingMixin,
    CuttingMixin,
    ExplainingMixin,
    JudgingMixin,
    PlacingMixin,
    UpdatingMixin,
):
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
        spanning trees agree on; beyond, in up to three columns, those that they agree on in a sample of
        the rows; else one graph, its vectors cut along a tree, or landmarks. Setting ``affinity``,
        ``metric``, ``method``, ``n_neighbors``, ``symmetrization``, ``laplacian``, ``rounding`` or
        ``n_components`` gives one graph, or landmarks, cut as ``rounding`` says.
        "fast": up to as many rows the better of two cuts of one graph, beyond one cut of one graph or
        landmarks.
    affinity : {"local", "global", "binary", "epsilon", "rbf", "precomputed"}, default "local"
        How distances become affinities in the exact graph. Between nearest neighbours: Gaussian with a local
        scale (Zelnik-Manor and Perona 2004), with one bandwidth, or 1. "epsilon": 1 for every two rows within
        ``radius``. "rbf": Gaussian of all pairs, of up to 5,000 distinct rows. "precomputed": ``X`` is the
        symmetric matrix of affinities, dense or sparse; `fiedler.graph_from_edges` makes it of a list of
        edges.
    metric : {"euclidean", "cosine", "precomputed"}, default "euclidean"
        How far rows are apart. "cosine": the distance of rows at unit length, ``sqrt(2 - 2 cos)``.
        "precomputed": ``X`` is the symmetric, dense matrix of distances. Only the exact graph has the last
        two.
    bandwidth : float or None, default None
        Of "global", "rbf" and landmarks, in the unit of the distances; None: the mean distance of rows to
        their ``n_neighbors`` nearest, or to their landmarks.
    radius : float or None, default None
        Of "epsilon"; None: within which nine rows of ten have ``n_neighbors`` others.
    method : {"auto", "exact", "landmark"}, default "auto"
        Graph of all rows, or landmarks that stand for them; "auto" goes by the shape of ``X``.
    n_neighbors : int, default 10
        Neighbours each row is linked to in the exact graph.
    symmetrization : {"union", "mean", "mutual"}, default "union"
        Which links of nearest neighbours stay: those either row chose, their mean, or only those both chose
        (the mutual neighbour graph).
    n_landmarks : int or None, default None
        Number of landmarks; None: by the shape of ``X``.
    landmark_neighbors : int, default 5
        Landmarks each row is described by.
    laplacian : {"symmetric_normalized", "random_walk", "unnormalized"}, default "symmetric_normalized"
        The first two have the same eigenvalues and relax the normalized cut: "symmetric_normalized" rounds
        vectors brought to unit length (Ng, Jordan and Weiss 2001), "random_walk" vectors as they are (Shi
        and Malik 2000). "unnormalized" relaxes the ratio cut, for the exact graph only.
    eigen_solver : {"auto", "dense", "arpack", "shift_invert", "chebyshev"}, default "auto"
        Of the exact graph. "auto" goes by its size and the columns of ``X``, and tries another when one does
        not converge; another value names the one to use. Tolerances follow the eigengaps found.
    max_clusters : int, default 20
        Eigenvectors are kept for up to this many clusters, for `recut`; raised to ``n_clusters``.
    rounding : {"kmeans", "cluster_qr", "discretize", "tree"}, default "kmeans"
        How eigenvectors become labels: k-means on row-normalised vectors; pivoted QR (Damle, Minden and Ying
        2019); the rotation nearest to indicators (Yu and Shi 2003); or the Genie linkage of a spanning tree
        of the vectors, for clusters that are not round. Only k-means has random starts.
    n_components : int or None, default None
        Eigenvectors that "kmeans" or "tree" sees; None, or fewer than clusters: as many as clusters.
    device : {"cpu", "cuda"}, default "cpu"
        Where rows are compared with landmarks: by compiled kernels, or on a GPU through PyTorch (the extra
        ``gpu``). Labels agree, bits need not. Without a GPU the processor does it, with a warning.
    random_state : int, RandomState instance or None, default None
        Seed. None means 0: the same data always give the same labels.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), int32
        From 0, by descending cluster size.
    n_clusters_ : int
        Clusters found; fewer than asked for when there are fewer distinct rows.
    eigenvalues_ : ndarray of shape (q,), float64
        Of the Laplacian, ascending; where clusters are a consensus they are solved for when first asked for.
    residual_norms_ : ndarray of shape (q,), float64
        2-norms of ``L v - lambda v`` of each eigenpair (of the symmetric normalized Laplacian for
        "random_walk"). A cut after an eigenvalue can be trusted when they are far below the gap after it.
    eigen_solver_ : str
        The solver that found them, of the largest part of the graph; "landmarks" for their own small problem.
    suggestions_ : list of Suggestion
        Numbers of clusters, with the reasons: the best supported, the best of the other reading (up to four
        clusters, or more), as many as the density of rows has peaks, then by support; 1 first where rows
        show no clusters. From several graphs, spanning trees and resamples, or from ``eigenvalues_`` alone
        where ``consensus_`` is None by choice.
    method_ : {"exact", "landmark", "precomputed"}
        The path taken to the spectrum, and to the clusters unless they are a consensus.
    consensus_ : ConsensusResult or None
        The views, how far they agree, and the one chosen; None when there was one graph.
    corrections_ : tuple of Correction
        What was changed since the cut, see `merge`, `split`, `constrain` and their like.
    constraints_ : ConstraintFacts or None
        How what is known about rows is met.
    confidence_ : ndarray of shape (n_samples,), float64
        How surely each row belongs to its cluster.
    updates_ : tuple of Drift
        Rows added by `update`.
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
        metric: Metric | str = "euclidean",
        bandwidth: float | None = None,
        radius: float | None = None,
        method: Method = "auto",
        n_neighbors: int = 10,
        symmetrization: Symmetrization = "union",
        n_landmarks: int | None = None,
        landmark_neighbors: int = 5,
        laplacian: Laplacian = "symmetric_normalized",
        eigen_solver: EigenSolver = "auto",
        max_clusters: int = 20,
        rounding: RoundingMethod = "kmeans",
        n_components: int | None = None,
        device: Device = "cpu",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.preset = preset
        self.affinity = affinity
        self.metric = metric
        self.bandwidth = bandwidth
        self.radius = radius
        self.method = method
        self.n_neighbors = n_neighbors
        self.symmetrization = symmetrization
        self.n_landmarks = n_landmarks
        self.landmark_neighbors = landmark_neighbors
        self.laplacian = laplacian
        self.eigen_solver = eigen_solver
        self.max_clusters = max_clusters
        self.rounding = rounding
        self.n_components = n_components
        self.device = device
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn needs to know: a precomputed matrix is pairwise and may be sparse."""
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = PRECOMPUTED in (self.affinity, self.metric)
        tags.input_tags.sparse = self.affinity == PRECOMPUTED
        return tags

    def fit(
        self,
        X: ArrayLike | EdgeGraph,
        y: object = None,
        *,
        must_link: Iterable[Any] | None = None,
        cannot_link: Iterable[Any] | None = None,
        labels: ArrayLike | None = None,
        progress: Report | None = None,
    ) -> Self:
        """Cluster the rows of ``X``, so that what is known about rows holds.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or (n_samples, n_samples) when precomputed
            Finite numbers. For the affinity "precomputed" also what `fiedler.graph_from_edges` returns.
        y : ignored
        must_link, cannot_link, labels : optional
            What is known about rows, see `constrain`; how it is met is in ``constraints_``. With
            ``n_clusters=None`` there are at least as many clusters as classes.
        progress : callable, optional
            Told (fraction of the fit, what is done now) from the calling thread, often while it takes long.
            An exception it raises ends the fit and reaches the caller; the estimator is then not fitted.

        Raises
        ------
        InvalidFeaturesError, InvalidGraphError, ParameterError, ConstraintError
            All of them are `ValueError`.
        """
        precomputed = PRECOMPUTED in (self.affinity, self.metric)
        # Should this fit be ended, what an earlier one found must not pass for its result.
        self.__dict__.pop("labels_", None)
        self._points = self._features = self._coded = self._prepared = None
        sparse_form = "csr" if self.affinity == PRECOMPUTED else False
        if isinstance(X, EdgeGraph) and self.affinity == PRECOMPUTED:
            X = X.affinity
        values: Any = validate_data(
            self, X, accept_sparse=sparse_form, dtype=np.float64, ensure_min_samples=1
        )
        parameters = self._parameters = read_parameters(self.get_params(deep=False))
        self._seed = parameters.random_state
        self._options = RoundingOptions.of(parameters)
        n_samples = self._n_fitted = values.shape[0]
        self._reach, self.updates_ = None, ()
        if parameters.n_clusters is not None and parameters.n_clusters > n_samples:
            raise TooFewRowsError(
                f"{parameters.n_clusters} clusters were asked for, but n_samples={n_samples}; each cluster "
                f"needs at least one row; ask for fewer clusters."
            )
        constraints = read_constraints(must_link, cannot_link, labels, n_samples)
        embedding = portion(progress, 0.0, _EMBEDDED)
        self._one_graph = precomputed
        if precomputed:
            self.method_ = PRECOMPUTED
            embed = embed_affinity if self.affinity == PRECOMPUTED else embed_distances
            self._affinity, self._embedding = embed(values, parameters, embedding)
        else:
            self._frame = FeatureFrame.fitted(values, parameters.metric)
            features = self._features = self._frame.features(values)
            choice = choose_path(parameters, *features.shape)
            self.method_ = choice.method
            self._options = RoundingOptions.of(parameters, choice.rounding)
            self._one_graph = choice.one_graph
            found = find_device(self.device, of_use=choice.method == "landmark")
            if found.reason is not None:
                warnings.warn(found.reason, stacklevel=2)
            if choice.consensus and choice.method == "exact":
                self._points = self._frame.points(values)
                self._embedding = deferred_embedding(features, parameters)
            else:
                self._embedding = compute_embedding(
                    features, choice.method, parameters, embedding, found.device
                )
            if choice.consensus and choice.method == "landmark":
                self._prepared = PreparedTable.sampled(features)
        self._spectrum = FittedSpectrum(self._embedding, self._seed)
        self._largest = min(parameters.max_clusters, n_samples)
        self._suggestions: list[Suggestion] | None = None
        deferred = self._embedding if isinstance(self._embedding, DeferredEmbedding) else None
        if parameters.n_clusters is not None:
            cutting = portion(progress, _EMBEDDED if deferred is None else 0.0, 1.0)
            return self._cut_into(parameters.n_clusters, constraints, cutting)
        if deferred is not None:
            deferred.compute(embedding)
        self._suggestions = self._ranked(portion(progress, _EMBEDDED, _COMPARED))
        n_classes = len({name for _, name in constraints.labelled_rows})
        return self._cut_into(
            max(self._suggestions[0].n_clusters, n_classes), constraints, portion(progress, _COMPARED, 1.0)
        )

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether a fit came to its end."""
        return hasattr(self, "labels_")
