"""`ClusterAffinity`: rows of a fit compared with its landmarks by the workers of a Dask cluster."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from distributed import Client, KilledWorker
from distributed.client import FuturesCancelledError
from distributed.comm import CommClosedError
from distributed.scheduler import NoValidWorkerError, NoWorkerError
from numpy.typing import NDArray

from fiedler.distributed.executor import ClusterError, DaskExecutor
from fiedler.landmarks.accumulate import Comparison, fixed_point_unit, symmetric_affinity, threaded_affinity
from fiedler.landmarks.index import LandmarkIndex
from fiedler.progress import Fraction
from fiedler.row_blocks import available_threads
from fiedler.scaling import ColumnScale
from fiedler.sources.arrays import ArrayFileSource, array_source
from fiedler.streaming.affinity import AccumulateAffinity, PartialAffinity, affinity_block_rows
from fiedler.streaming.executors import Tick
from fiedler.streaming.features import StreamedFeatures
from fiedler.streaming.ranges import RowRange, split_rows

_AS_IT_IS = ColumnScale(n_missing=0, n_infinite=0, fill=0.0, center=0.0, scale=1.0, is_constant=False)
# Of the cluster, not of the rows: what happens to them here would happen there too.
_CLUSTER_FAILURES = (
    ClusterError,
    CommClosedError,
    FileNotFoundError,
    # Also what a scheduler of another version answers, which cannot read the work.
    FuturesCancelledError,
    KilledWorker,
    NoValidWorkerError,
    NoWorkerError,
    PermissionError,
    TimeoutError,
)
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class ClusterAffinity:
    """Compares rows with landmarks over a Dask cluster, and here when the cluster cannot.

    A `fiedler.landmarks.accumulate.AffinityPass`, with the bits of the comparison in one process.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://dask-scheduler:8786``.
    folder : Path
        Where workers leave the landmarks of rows in more than three columns until they are gathered; a path
        that leads every worker to it, as the path of the features must.
    connect_seconds : float
        How long to wait for the scheduler, and for a first worker.

    Attributes
    ----------
    reason : str or None
        In words, why the last comparison ran here instead.
    """

    address: str
    folder: Path
    connect_seconds: float = 10.0
    reason: str | None = field(default=None, init=False)

    def __call__(self, features: NDArray[np.float32], index: LandmarkIndex, passed: Fraction) -> Comparison:
        """Return affinity, landmarks and squared distances of features in a ``.npy`` file.

        Raises
        ------
        InvalidFeaturesError
            A feature is not finite.
        """
        self.reason = None
        try:
            client = Client(self.address, timeout=self.connect_seconds, set_as_default=False)
        except OSError as error:
            return self._compare_here(error, features, index, passed)
        with client:
            try:
                client.wait_for_workers(1, timeout=self.connect_seconds)
                return self._compare_there(client, features, index, passed)
            except _CLUSTER_FAILURES as error:
                failure = error
        return self._compare_here(failure, features, index, passed)

    def _compare_here(
        self, error: Exception, features: NDArray[np.float32], index: LandmarkIndex, passed: Fraction
    ) -> Comparison:
        self.reason = f"The Dask cluster at {self.address} did not do its part ({_in_words(error)})."
        logger.warning("%s This process compares the rows instead.", self.reason)
        return threaded_affinity(available_threads(None))(features, index, passed)

    def _compare_there(
        self, client: Client, features: NDArray[np.float32], index: LandmarkIndex, passed: Fraction
    ) -> Comparison:
        source = array_source(features, None)
        if not isinstance(source, ArrayFileSource):
            raise ClusterError("the features are in memory, and workers read rows from files")
        n_rows, n_features = source.shape
        streamed = StreamedFeatures(source, tuple(range(n_features)), (_AS_IT_IS,) * n_features)
        executor = DaskExecutor(client)
        ranges = split_rows(n_rows, affinity_block_rows(index, n_rows), executor.n_ranges)
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="landmarks-") as folder:
            task = _StoreLandmarks(AccumulateAffinity(streamed, index, None), Path(folder))
            found = executor.run(task, ranges, passed)
            affinity = symmetric_affinity(found.total[None], fixed_point_unit(n_rows))
            return affinity, *_gathered(Path(folder), n_rows, index)


@dataclass(frozen=True, eq=False)
class _StoreLandmarks:
    """Adds up a range's affinity and leaves the landmarks of its rows in files instead of sending them."""

    accumulate: AccumulateAffinity
    folder: Path

    def __call__(self, rows: RowRange, tick: Tick) -> PartialAffinity:
        found = self.accumulate(rows, tick)
        for first, (indices, distances) in found.neighbors.items():
            # Another worker may have been at it before it died: whole or not at all.
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as draft:
                np.savez(draft, indices=indices, distances=distances)
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(self.folder / f"{first}.npz")
        return PartialAffinity(found.total, {})


def _gathered(
    folder: Path, n_rows: int, index: LandmarkIndex
) -> tuple[NDArray[np.uint16] | None, NDArray[np.float32] | None]:
    """Return landmarks (n, K) and squared distances that workers left, None where a grid finds them."""
    blocks = sorted(folder.glob("*.npz"), key=lambda path: int(path.stem))
    if not blocks:
        return None, None
    indices = np.empty((n_rows, index.search.n_neighbors), np.uint16)
    distances = np.empty((n_rows, index.search.n_neighbors), np.float32)
    for path in blocks:
        first = int(path.stem)
        with np.load(path) as block:
            stop = first + len(block["indices"])
            indices[first:stop], distances[first:stop] = block["indices"], block["distances"]
    return indices, distances


def _in_words(error: BaseException) -> str:
    text = str(error).split("\n")[0] or "it did not answer"
    return f"{type(error).__name__}: {text}"
