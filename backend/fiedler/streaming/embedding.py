"""The spectral embedding of a stream: landmarks and their eigenvectors, in two passes over the rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from fiedler.landmarks.accumulate import fixed_point_unit, symmetric_affinity
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.index import LandmarkIndex, check_n_landmarks, landmark_index
from fiedler.landmarks.label_kernels import embed_neighbors
from fiedler.landmarks.sample import sample_positions, sample_size
from fiedler.landmarks.spectrum import LandmarkSpectrum, landmark_spectrum
from fiedler.parameters import ClusteringParameters
from fiedler.policy import default_n_landmarks
from fiedler.progress import Report
from fiedler.rounding import SAMPLE_ROWS, sample_rows
from fiedler.silhouette import SAMPLE_ROWS as SILHOUETTE_ROWS
from fiedler.sources.protocol import RowSource
from fiedler.streaming.affinity import (
    AccumulateAffinity,
    Neighbors,
    affinity_block_rows,
    joined_neighbors,
    neighbors_at,
)
from fiedler.streaming.columns import MeasuredFeatures, StreamImputation, measured_features
from fiedler.streaming.executors import Executor
from fiedler.streaming.features import StreamedFeatures
from fiedler.streaming.ranges import split_rows
from fiedler.suggestions import Suggestion, suggest_n_clusters

_SILHOUETTE_SEED = 0


@dataclass(frozen=True, eq=False)
class StreamedEmbedding:
    """Eigenvectors of the landmark graph of a stream; nothing of a row is kept but a sample.

    Attributes
    ----------
    measured : MeasuredFeatures
        The features and the sampled rows.
    index : LandmarkIndex
    spectrum : LandmarkSpectrum
        Eigenvalues (q,), residual norms and vectors (p, q).
    sample_vectors : ndarray of shape (m, q), float32
        Embedding of the rows that decide centroids.
    neighbors : Neighbors or None
        Landmarks of all rows, where there are more than three columns and the executor has room for them:
        labelling then reads no row.
    """

    measured: MeasuredFeatures
    index: LandmarkIndex
    spectrum: LandmarkSpectrum
    sample_vectors: NDArray[np.float32]
    neighbors: Neighbors | None
    parameters: ClusteringParameters

    @property
    def features(self) -> StreamedFeatures:
        """The features of the stream."""
        return self.measured.features

    @property
    def n_samples(self) -> int:
        """Rows embedded."""
        return self.features.shape[0]

    @property
    def largest(self) -> int:
        """Largest number of clusters it can be cut into."""
        return min(self.parameters.max_clusters, self.n_samples, len(self.spectrum.eigenvalues))

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """Numbers of clusters, best first, with the reasons."""
        return suggest_n_clusters(
            self.spectrum.eigenvalues, self.sample_vectors, self.largest, self.parameters.random_state
        )

    def extend(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of (m, d) features of rows, seen or new."""
        with threadpool_limits(limits=1, user_api="blas"):
            indices, distances, _ = self.index.search.nearest(
                self.index.projection(features), self.index.exponent_scale
            )
        return _embedded(self.index, self.spectrum, indices, distances)


def streamed_embedding(
    source: RowSource,
    parameters: ClusteringParameters,
    imputation: StreamImputation,
    executor: Executor,
    report: Report,
) -> StreamedEmbedding:
    """Return the embedding of all rows of a source.

    Parameters
    ----------
    source : RowSource
    parameters : ClusteringParameters
        Its scaling, landmarks, largest number of clusters and seed.
    imputation : {"refuse", "median", "mean", "zero"}
    executor : Executor
        Who runs the passes. The result is the same, bit for bit, whoever does.
    report : callable
        ``report(fraction, message)``; an exception it raises ends the fit.

    Raises
    ------
    TooFewRowsError
        There are not more rows than landmarks.
    InvalidFeaturesError
        A value or a column is refused.
    SourceError
        A part cannot be read.
    """
    n_samples, seed = source.n_rows, parameters.random_state
    report(0.0, f"Measuring {len(source.names)} columns of {n_samples:,} rows")
    of_centroids = sample_rows(n_samples, SAMPLE_ROWS, seed)
    n_features = len(source.names)
    while True:
        n_landmarks = parameters.n_landmarks or default_n_landmarks(n_samples, n_features, 1)
        check_n_landmarks(n_samples, n_landmarks)
        generator = np.random.default_rng(seed)
        of_landmarks = sample_positions(n_samples, sample_size(n_samples, n_landmarks), generator)
        measured = measured_features(
            source,
            np.unique(np.concatenate([of_landmarks, of_centroids, silhouette_positions(n_samples)])),
            scaling=parameters.scaling,
            imputation=imputation,
            executor=executor,
            passed=lambda fraction: report(0.4 * fraction, f"Measuring {len(source.names)} columns"),
        )
        fewer = measured.features.shape[1]
        # Constant columns are found by measuring; without them the table may need other landmarks.
        if (parameters.n_landmarks or default_n_landmarks(n_samples, fewer, 1)) == n_landmarks:
            break
        n_features = fewer
    report(0.4, f"Choosing {n_landmarks:,} landmarks")
    sample = measured.at(of_landmarks)[generator.permutation(of_landmarks.size)]
    with threadpool_limits(limits=1, user_api="blas"):
        index = landmark_index(
            sample,
            n_samples,
            n_landmarks,
            parameters.landmark_neighbors,
            generator,
            seed,
            lambda fraction, message: report(0.4 + 0.25 * fraction, message),
        )
    message = f"Comparing {n_samples:,} rows with {len(index.landmarks):,} landmarks"
    block_rows = affinity_block_rows(index, n_samples)
    keeps = _kept_bytes(index, n_samples) <= executor.bytes_to_keep
    affinity = executor.run(
        AccumulateAffinity(measured.features, index, None if keeps else of_centroids),
        split_rows(n_samples, block_rows, executor.n_ranges if source.is_seekable else 1),
        lambda fraction: report(0.45 + 0.5 * fraction, message),
    )
    solving = f"Solving for {parameters.max_clusters + 1} eigenvectors"
    with threadpool_limits(limits=1, user_api="blas"):
        spectrum = landmark_spectrum(
            symmetric_affinity(affinity.total[None], fixed_point_unit(n_samples)),
            index.landmarks,
            min(parameters.max_clusters + 1, n_samples),
            lambda fraction: report(0.95 + 0.05 * fraction, solving),
        )
    if isinstance(index.search, CandidateGrid):
        nearest = index.search.nearest(index.projection(measured.at(of_centroids)), index.exponent_scale)[:2]
    elif keeps:
        nearest = neighbors_at(affinity.neighbors, of_centroids)
    else:
        # From the search of their own blocks: a matrix product over other rows may round otherwise.
        nearest = joined_neighbors(affinity.neighbors[first] for first in sorted(affinity.neighbors))
    neighbors = affinity.neighbors if keeps and affinity.neighbors else None
    report(1.0, "Embedded")
    return StreamedEmbedding(
        measured, index, spectrum, _embedded(index, spectrum, *nearest), neighbors, parameters
    )


def _kept_bytes(index: LandmarkIndex, n_samples: int) -> int:
    """Return the bytes of the landmarks of all rows; a grid keeps nothing of a row."""
    if isinstance(index.search, CandidateGrid):
        return 0
    return n_samples * index.search.n_neighbors * (2 + 4)


def silhouette_positions(n_samples: int) -> NDArray[np.int64]:
    """Return the rows that silhouettes are measured on, ascending."""
    return sample_rows(n_samples, SILHOUETTE_ROWS, _SILHOUETTE_SEED)


def _embedded(
    index: LandmarkIndex,
    spectrum: LandmarkSpectrum,
    indices: NDArray[np.uint16],
    distances: NDArray[np.float32],
) -> NDArray[np.float32]:
    embedding = np.empty((indices.shape[0], spectrum.vectors.shape[1]), np.float32)
    vectors = spectrum.vectors.astype(np.float32)
    embed_neighbors(indices, distances, np.float32(index.exponent_scale), vectors, embedding)
    return embedding
