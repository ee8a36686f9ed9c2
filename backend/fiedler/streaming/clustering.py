"""`cluster_stream`: tables larger than memory, from any source to labels, in three passes over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fiedler.errors import InvalidFeaturesError, TooFewRowsError
from fiedler.landmarks.labels import centroid_table
from fiedler.parameters import ClusteringParameters, ParameterError, Scaling
from fiedler.policy import default_n_landmarks
from fiedler.progress import Report
from fiedler.rounding import find_centroids, normalize_rows
from fiedler.row_blocks import available_threads
from fiedler.sources import RowSource, open_source
from fiedler.streaming.columns import StreamImputation
from fiedler.streaming.embedding import StreamedEmbedding, streamed_embedding
from fiedler.streaming.executors import Executor, ThreadExecutor
from fiedler.streaming.labelling import PART_ROWS, LabelNeighbors, LabelRows
from fiedler.streaming.memory import fitting_threads
from fiedler.streaming.outputs import LabelOutput, LabelSink
from fiedler.streaming.ranges import split_rows
from fiedler.suggestions import Suggestion

_EMBEDDING_SHARE = 0.75
_PREDICTED_ROWS = 1 << 16


@dataclass(frozen=True, eq=False)
class StreamedClustering:
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
        return cut_stream(
            self.embedding, n_clusters, label_output(labels), self.executor, progress or _silent
        )


def cluster_stream(
    data: Any,
    n_clusters: int | None = None,
    *,
    labels: Path | str | LabelSink | None = None,
    columns: Sequence[str] | None = None,
    scaling: Scaling = "auto",
    imputation: StreamImputation = "refuse",
    n_landmarks: int | None = None,
    landmark_neighbors: int = 5,
    max_clusters: int = 20,
    random_state: int = 0,
    n_threads: int | None = None,
    memory_bytes: int | None = None,
    progress: Report | None = None,
) -> StreamedClustering:
    """Cluster rows that need not fit in memory, through landmarks, in three passes over them.

    The first pass measures the columns and draws a sample, the second adds up the landmark graph, the third
    labels the rows. The labels are those of the landmark path on the same table in memory, bit for bit, with
    any number of threads.

    Parameters
    ----------
    data : array, path, list of paths, Arrow table or dataset, data frame, or callable
        See `fiedler.sources.open_source`: arrays and memory maps, ``.npy`` and Parquet files, folders of
        Parquet parts, Arrow tables, datasets, and functions that make Arrow record batches.
    n_clusters : int or None
        None: the first of the suggestions.
    labels : path, callable or None
        A new folder gets Parquet parts of 1,048,576 rows, each with a column ``cluster``; a path that ends in
        ``.npy`` an array; a callable is called with the first row and the labels of each part, in order.
        None: an array of two bytes a row.
    columns : sequence of str, optional
        Columns to cluster on; None: all numeric ones.
    scaling : {"auto", "standard", "robust", "minmax", "none"}
        How columns are made comparable. "robust" takes four passes more a column.
    imputation : {"refuse", "median", "mean", "zero"}
        What stands in for missing and infinite values; "refuse": nothing, the first ends the fit. "median"
        takes four passes more for each column that lacks values.
    n_landmarks : int or None
        None: by the shape of the table.
    landmark_neighbors : int
        Landmarks each row is described by.
    max_clusters : int
        Eigenvectors are kept for up to this many clusters.
    random_state : int
        Seed.
    n_threads : int or None
        None: the processors available.
    memory_bytes : int or None
        Bound on the memory worked in, besides the interpreter, the source and a labels array; fewer threads
        are used to keep to it. None: no bound; about 150 MB a thread.
    progress : callable, optional
        ``progress(fraction, message)`` from the calling thread; an exception it raises ends the fit.

    Raises
    ------
    SourceError
        The rows cannot be read.
    InvalidFeaturesError
        A column or a value is refused; row and column are named.
    TooFewRowsError
        There are fewer rows than landmarks or clusters need.
    ParameterError
        A parameter is out of range, or ``memory_bytes`` too small.
    OutputError
        Labels cannot be written where they were asked for.

    References
    ----------
    Huang, Wang, Wu, Lai and Kwoh (2020), "Ultra-scalable spectral clustering and ensemble clustering".

    Examples
    --------
    >>> import numpy as np
    >>> from fiedler import cluster_stream
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(3000, 2)) + np.repeat([[0, 0], [9, 9]], 1500, axis=0)
    >>> found = cluster_stream(X, 2)
    >>> found.sizes.tolist(), found.predict([[0, 0], [9, 9]]).tolist() == found.labels[[0, -1]].tolist()
    ([1500, 1500], True)
    """
    parameters = stream_parameters(
        columns=columns,
        scaling=scaling,
        n_landmarks=n_landmarks,
        landmark_neighbors=landmark_neighbors,
        n_clusters=n_clusters,
        max_clusters=max_clusters,
        random_state=random_state,
    )
    source = open_source(data, columns)
    n_features = len(source.names)
    p = n_landmarks or default_n_landmarks(source.n_rows, n_features, 1)
    threads = fitting_threads(source.n_rows, n_features, p, available_threads(n_threads), memory_bytes)
    return fit_stream(source, parameters, imputation, ThreadExecutor(threads), label_output(labels), progress)


def fit_stream(
    source: RowSource,
    parameters: ClusteringParameters,
    imputation: StreamImputation,
    executor: Executor,
    output: LabelOutput,
    progress: Report | None,
) -> StreamedClustering:
    """Return the clusters of a source, whoever runs the passes; raises what `cluster_stream` does."""
    output.check()
    if source.n_rows == 0:
        raise TooFewRowsError(
            "there are 0 rows; at least two are needed. "
            "Check that the file or folder is the one you mean, and that its parts are not empty."
        )
    report = progress or _silent
    embedding = streamed_embedding(
        source,
        parameters,
        imputation,
        executor,
        lambda fraction, message: report(_EMBEDDING_SHARE * fraction, message),
    )
    return cut_stream(
        embedding,
        parameters.n_clusters or embedding.suggestions[0].n_clusters,
        output,
        executor,
        lambda fraction, message: report(_EMBEDDING_SHARE + (1 - _EMBEDDING_SHARE) * fraction, message),
    )


def stream_parameters(
    columns: Sequence[str] | None, n_clusters: int | None, max_clusters: int, **values: object
) -> ClusteringParameters:
    """Return the parameters of a streamed fit, checked; room is made for ``n_clusters``.

    Raises
    ------
    ParameterError
        One is of the wrong type or out of range.
    """
    return ClusteringParameters.from_dict(
        {
            "method": "landmark",
            "columns": None if columns is None else tuple(columns),
            "n_clusters": n_clusters,
            "max_clusters": max(max_clusters, n_clusters or 0),
            **values,
        }
    )


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


def label_output(labels: Path | str | LabelSink | None) -> LabelOutput:
    """Return the destination that an argument named ``labels`` means."""
    return LabelOutput(Path(labels) if isinstance(labels, str) else labels)


def _silent(fraction: float, message: str) -> None:
    """Report to nobody."""
