"""`cluster_distributed`: a streamed fit whose passes are run by a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fiedler.errors import SourceError
from fiedler.parameters import Scaling
from fiedler.progress import Report
from fiedler.sources import RowSource, open_source
from fiedler.sources.arrays import ArrayFileSource
from fiedler.streaming.clustering import fit_stream, stream_parameters
from fiedler.streaming.columns import StreamImputation
from fiedler.streaming.cutting import StreamedClustering
from fiedler.streaming.outputs import OutputError, label_output

if TYPE_CHECKING:
    from distributed import Client


def cluster_distributed(
    data: Any,
    n_clusters: int | None = None,
    *,
    scheduler: Client | str,
    labels: Path | str,
    columns: Sequence[str] | None = None,
    scaling: Scaling = "auto",
    imputation: StreamImputation = "refuse",
    n_landmarks: int | None = None,
    landmark_neighbors: int = 5,
    max_clusters: int = 20,
    random_state: int = 0,
    progress: Report | None = None,
) -> StreamedClustering:
    """Cluster rows over a Dask cluster, with the labels of `fiedler.cluster_stream`, bit for bit.

    The workers measure the columns, add up the landmark affinity of ranges of rows, joined in a tree, and
    write the labels as parts; the landmarks and the eigenproblem, whose size does not depend on the rows,
    stay here. A worker that dies is replaced by another; only the ranges it had are done again.

    Parameters
    ----------
    data : path or list of paths
        A Parquet file, a folder of parts or a ``.npy`` file, by a path that leads every worker to it.
    n_clusters : int or None
        None: the first of the suggestions.
    scheduler : Client or str
        A client of the cluster, or the scheduler's address, such as ``tcp://host:8786``.
    labels : path
        A new folder for Parquet parts, which every worker can write to; or a ``.npy`` file in such a folder.
    columns, scaling, imputation, n_landmarks, landmark_neighbors, max_clusters, random_state, progress
        See `fiedler.cluster_stream`.

    Raises
    ------
    ImportError
        Dask is not installed.
    SourceError
        The rows are not in files, or a worker cannot read them.
    ClusterError
        The cluster has no worker.
    InvalidFeaturesError, TooFewRowsError, ParameterError, OutputError
        See `fiedler.cluster_stream`.

    Notes
    -----
    Processors of one kind give the same bits; matrix products in more than three columns may round otherwise
    on another kind.
    """
    try:
        from fiedler.distributed.executor import DaskExecutor
    except ImportError as error:
        raise ImportError(
            f"clustering over a cluster needs Dask, which is not installed ({error}); install "
            f"fiedler[distributed], or use fiedler.cluster_stream on this machine."
        ) from error
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
    _check_files(source)
    if not isinstance(labels, (str, Path)):
        raise OutputError(
            f"labels is a {type(labels).__name__}; the workers write labels to a path: name a new folder "
            f"that all of them can write to."
        )
    with _client(scheduler) as client:
        return fit_stream(
            source, parameters, imputation, DaskExecutor(client), label_output(labels), progress
        )


def _check_files(source: RowSource) -> None:
    from fiedler.sources.parquet import ParquetSource

    if not isinstance(source, (ParquetSource, ArrayFileSource)):
        raise SourceError(
            f"rows of a {type(source).__name__} are in this process; workers read rows from files. Write "
            f"them to Parquet parts or a .npy file, or use fiedler.cluster_stream."
        )


@contextmanager
def _client(scheduler: Client | str) -> Iterator[Client]:
    """Yield the client given, or one of the scheduler at an address, closed at the end."""
    from distributed import Client

    if isinstance(scheduler, Client):
        yield scheduler
        return
    with Client(scheduler, set_as_default=False) as client:
        yield client
