"""The cut of a streamed embedding: labels in a pass over the rows, and the cluster of further rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fiedler.errors import InvalidFeaturesError, TooFewRowsError
from fiedler.in_words import ToldInWords
from fiedler.landmarks.labels import centroid_table
from fiedler.parameters import ParameterError
from fiedler.progress import Report, silent
from fiedler.rounding import find_centroids, normalize_rows
from fiedler.streaming.embedding import StreamedEmbedding
from fiedler.streaming.executors import Executor
from fiedler.streaming.labelling import PART_ROWS, LabelNeighbors, LabelRows
from fiedler.streaming.outputs import LabelOutput, LabelSink, label_output
from fiedler.streaming.ranges import split_rows
from fiedler.suggestions import Suggestion

_PREDICTED_ROWS = 1 << 16


@dataclass(frozen=True, eq=False, repr=False)
class StreamedClustering(ToldInWords):
    """Clusters of a stream, and what tells the cluster of further rows.

    Attributes
    ----------
    embedding : StreamedEmbedding
        Landmarks, eigenvectors and the sampled rows; cut again by `recut`.
    centroids : ndarray of shape (c, k), float64
        Of row-normalised eigenvectors, in the order of the labels.
    sizes : ndarray of shape (c,), int64
        Rows of each cluster, descending.
    labels : ndarray of shape (n,), uint16, or None
        From 0 by descending size; None when they were written elsewhere.
    """

    embedding: StreamedEmbedding
    centroids: NDArray[np.float64]
    sizes: NDArray[np.int64]
    labels: NDArray[np.uint16] | None
    executor: Executor

    @property
    def n_clusters(self) -> int:
        """Clusters found; fewer than asked for when some stayed empty."""
        return len(self.sizes)

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """(q,) eigenvalues of the landmark graph's symmetric normalized Laplacian, ascending."""
        return self.embedding.spectrum.eigenvalues

    @property
    def residual_norms(self) -> NDArray[np.float64]:
        """(q,) 2-norms of ``L v - lambda v``."""
        return self.embedding.spectrum.residual_norms

    @property
    def suggestions(self) -> list[Suggestion]:
        """Numbers of clusters, best first, with the reasons."""
        return self.embedding.suggestions

    @property
    def notes(self) -> tuple[dict[str, str], ...]:
        """What a reader of the result must know about the columns: ``code`` and ``message``."""
        return self.embedding.measured.facts.notes

    def __str__(self) -> str:
        """Return how many rows lie in which clusters, in words."""
        sizes = ", ".join(f"{size:,}" for size in self.sizes)
        return f"{self.embedding.n_samples:,} rows in {self.n_clusters} clusters: {sizes}."

    def predict(self, X: ArrayLike) -> NDArray[np.uint16]:
        """Return the (m,) cluster of each new row.

        Parameters
        ----------
        X : array-like of shape (m, d)
            Values of the columns that were read, ``embedding.features.source.names``, in that order and in
            the units of the source.

        Raises
        ------
        InvalidFeaturesError
            Another number of columns; a value that is missing, where none was, or beyond all comparison.
        """
        values = np.asarray(X, dtype=np.float64)
        names = self.embedding.features.source.names
        if values.ndim != 2 or values.shape[1] != len(names):
            raise InvalidFeaturesError(
                f"new rows have the shape {values.shape}; required is (m, {len(names)}), the columns "
                f"{', '.join(names[:8])}{' …' if len(names) > 8 else ''}."
            )
        labels = np.empty(len(values), np.uint16)
        half_norms = 0.5 * np.einsum("ij,ij->i", self.centroids, self.centroids)
        for start in range(0, len(values), _PREDICTED_ROWS):
            block = self.embedding.features.of(values[start : start + _PREDICTED_ROWS])
            vectors = normalize_rows(self.embedding.extend(block), self.centroids.shape[1])
            nearness = vectors.astype(np.float64) @ self.centroids.T - half_norms
            labels[start : start + _PREDICTED_ROWS] = nearness.argmax(axis=1)
        return labels

    def recut(
        self,
        n_clusters: int,
        *,
        labels: Path | str | LabelSink | None = None,
        progress: Report | None = None,
    ) -> StreamedClustering:
        """Return another cut of the same embedding, in one pass over the rows.

        Raises
        ------
        ParameterError
            ``n_clusters`` exceeds what eigenvectors were kept for.
        OutputError
            Labels cannot be written where they were asked for.
        """
        return cut_stream(self.embedding, n_clusters, label_output(labels), self.executor, progress or silent)


def cut_stream(
    embedding: StreamedEmbedding, n_clusters: int, output: LabelOutput, executor: Executor, report: Report
) -> StreamedClustering:
    """Return the cut of an embedding into at most ``n_clusters``, with the labels where they are wanted.

    Raises
    ------
    TooFewRowsError
        There are fewer rows than clusters.
    ParameterError
        ``n_clusters`` exceeds what eigenvectors were kept for.
    OutputError
        Labels cannot be written where they were asked for.
    """
    n_samples = embedding.n_samples
    if n_clusters > n_samples:
        raise TooFewRowsError(
            f"{n_clusters} clusters were asked for, but there are {n_samples} rows; ask for fewer clusters."
        )
    if not 1 <= n_clusters <= embedding.largest:
        raise ParameterError(
            f"n_clusters is {n_clusters}; it must lie between 1 and {embedding.largest}, the number "
            f"eigenvectors were kept for; fit again with a larger max_clusters or more landmarks."
        )
    output.check()
    features, index = embedding.features, embedding.index
    centroids = find_centroids(embedding.sample_vectors, n_clusters, embedding.parameters.random_state)
    message = f"Labelling {n_samples:,} rows"
    ranges = split_rows(n_samples, PART_ROWS, executor.n_ranges if features.source.is_seekable else 1)
    table = centroid_table(embedding.spectrum.vectors, centroids)
    with output.scratch() as scratch:
        task: LabelRows | LabelNeighbors = LabelRows(features, index, table, scratch)
        if embedding.neighbors is not None:
            task = LabelNeighbors(embedding.neighbors, index.exponent_scale, table, scratch)
        counts = executor.run(
            task,
            ranges,
            lambda fraction: report(0.9 * fraction, message),
        )
        order = counts.order()
        labels = output.write(
            scratch, n_samples, order, executor, lambda fraction: report(0.9 + 0.1 * fraction, message)
        )
    report(1.0, "Labelled")
    return StreamedClustering(embedding, centroids[order], counts.sizes[order], labels, executor)
