"""`cluster_stream`: tables larger than memory, from any source to labels, in three passes over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fiedler.errors import TooFewRowsError
from fiedler.parameters import ClusteringParameters, Scaling
from fiedler.policy import default_n_landmarks
from fiedler.progress import Report, silent
from fiedler.row_blocks import available_threads
from fiedler.sources import RowSource, open_source
from fiedler.streaming.columns import StreamImputation
from fiedler.streaming.cutting import StreamedClustering, cut_stream
from fiedler.streaming.embedding import streamed_embedding
from fiedler.streaming.executors import Executor, ThreadExecutor
from fiedler.streaming.memory import fitting_threads
from fiedler.streaming.outputs import LabelOutput, LabelSink, label_output

_EMBEDDING_SHARE = 0.75


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
    report = progress or silent
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
