"""How processor time and memory of a streamed fit grow with the rows, each size in a process of its own.

python benchmarks/growth.py --rows 1e5 1e6 1e7 --columns 2 --folder /some/empty/folder
python benchmarks/growth.py --rows 2e7 --source memory --scaling none
python benchmarks/growth.py --rows 1e7 --workers 2      (over a Dask cluster of processes here)

The data, half rings, are made in the folder (the system's for temporary files by default) and removed. Memory
more is the peak over that of the process when it had imported everything and clustered a few rows; of several
processes, the largest.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

_CHUNK_ROWS = 1 << 20
_ROWS_PER_PART = 4 * _CHUNK_ROWS


def chunks(n_rows: int, n_columns: int) -> Iterator[NDArray[np.float32]]:
    """Two interleaved half rings in the first columns, noise of the same size in the others."""
    for number, start in enumerate(range(0, n_rows, _CHUNK_ROWS)):
        size = min(_CHUNK_ROWS, n_rows - start)
        generator = np.random.default_rng(number)
        points = 0.1 * generator.standard_normal((size, n_columns), dtype=np.float32)
        upper = np.arange(size) % 2 == 0
        angle = generator.uniform(0, np.pi, size)
        points[:, 0] += np.where(upper, np.cos(angle), 1 - np.cos(angle))
        if n_columns > 1:
            points[:, 1] += np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
        yield points


def write_array(path: Path, n_rows: int, n_columns: int) -> None:
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (n_rows, n_columns)}
        np.lib.format.write_array_header_1_0(file, header)
        for points in chunks(n_rows, n_columns):
            file.write(points.data)


def write_parts(folder: Path, n_rows: int, n_columns: int) -> None:
    folder.mkdir()
    schema = pa.schema([(f"x{column}", pa.float32()) for column in range(n_columns)])
    writer = None
    for number, points in enumerate(chunks(n_rows, n_columns)):
        if number % (_ROWS_PER_PART // _CHUNK_ROWS) == 0:
            if writer is not None:
                writer.close()
            writer = pq.ParquetWriter(folder / f"part-{number:05d}.parquet", schema)
        columns = [pa.array(np.ascontiguousarray(column)) for column in points.T]
        writer.write_batch(pa.record_batch(columns, schema=schema))
    writer.close()


class Stages:
    """Processor seconds between the messages that a fit reports."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = ("", time.process_time())

    def __call__(self, fraction: float, message: str) -> None:
        """Take what `fiedler.cluster_stream` reports."""
        now = time.process_time()
        name, before = self._last
        if name:
            self.seconds[name] = self.seconds.get(name, 0.0) + now - before
        self._last = (message.split(" ")[0].lower(), now)


def made(arguments: argparse.Namespace, n_rows: int, folder: Path) -> Any:
    """Return the rows or the path of the rows, in a process that then ends."""
    path = folder / ("parts" if arguments.source == "parquet" else "rows.npy")
    (write_parts if arguments.source == "parquet" else write_array)(path, n_rows, arguments.columns)
    return path


def measured(arguments: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Cluster the rows at ``path`` after a few of their kind: compiling and importing do not count."""
    from fiedler import cluster_stream

    options = {
        "scaling": arguments.scaling,
        "n_landmarks": arguments.landmarks,
        "n_threads": arguments.threads,
    }
    data = np.load(path) if arguments.source == "memory" else path
    cluster_stream(next(chunks(20_000, arguments.columns)), 2, **options)
    peak_before = _peak_bytes()
    stages, processor, wall = Stages(), time.process_time(), time.perf_counter()
    found = cluster_stream(data, 2, labels=_ignored, progress=stages, **options)
    return {
        "processor": time.process_time() - processor,
        "wall": time.perf_counter() - wall,
        "over": _peak_bytes() - peak_before,
        "peak": _peak_bytes(),
        "stages": stages.seconds,
        "balance": found.sizes[-1] / found.sizes.sum(),
    }


def distributed(arguments: argparse.Namespace, path: Path) -> dict[str, Any]:
    """Cluster the parts at ``path`` over worker processes; seconds and peak are those of all processes."""
    from distributed import Client, LocalCluster

    from fiedler import cluster_stream
    from fiedler.distributed import cluster_distributed

    options = {"scaling": arguments.scaling, "n_landmarks": arguments.landmarks}
    few = path.parent / "few"
    write_parts(few, 20_000, arguments.columns)
    with (
        LocalCluster(
            n_workers=arguments.workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        for worker in client.nthreads():
            # Imports and compiled kernels, in every process.
            client.submit(cluster_stream, few, 2, workers=[worker], pure=False, **options).result()
        cluster_distributed(few, 2, scheduler=client, labels=path.parent / "few-labels", **options)
        peaks_before = [_peak_bytes(), *client.run(_peak_bytes).values()]
        before = time.process_time() + sum(client.run(time.process_time).values())
        stages, wall = Stages(), time.perf_counter()
        found = cluster_distributed(
            path, 2, scheduler=client, labels=path.parent / "labels", progress=stages, **options
        )
        wall = time.perf_counter() - wall
        processor = time.process_time() + sum(client.run(time.process_time).values()) - before
        peaks = [_peak_bytes(), *client.run(_peak_bytes).values()]
    return {
        "processor": processor,
        "wall": wall,
        "over": max(np.subtract(peaks, peaks_before)),
        "peak": max(peaks),
        "stages": {"client": sum(stages.seconds.values())},
        "balance": found.sizes[-1] / found.sizes.sum(),
    }


def _ignored(first: int, labels: NDArray[np.uint16]) -> None:
    """Keep no label."""


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, nargs="+", default=[1e5, 1e6, 1e7])
    parser.add_argument("--columns", type=int, default=2)
    parser.add_argument("--landmarks", type=int, default=1_000)
    parser.add_argument("--scaling", default="auto")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--source", choices=["memory", "array", "parquet"], default="parquet")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    print(
        f"{arguments.columns} columns, {arguments.landmarks} landmarks, "
        f"{f'{arguments.workers} workers' if arguments.workers else f'{arguments.threads} thread(s)'}, from "
        f"{arguments.source}, scaling {arguments.scaling}"
    )
    print(
        f"{'rows':>13} {'CPU s':>8} {'wall s':>8} {'µs/row':>8} {'MB more':>8} {'MB all':>8}  stages, CPU s"
    )
    # A process forked from one that has computed would count that one's memory as its own.
    context = multiprocessing.get_context("spawn")
    for n_rows in map(int, arguments.rows):
        with tempfile.TemporaryDirectory(prefix="fiedler-growth-", dir=arguments.folder) as folder:
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                path = pool.submit(made, arguments, n_rows, Path(folder)).result()
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                result = pool.submit(distributed if arguments.workers else measured, arguments, path).result()
        stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in result["stages"].items())
        print(
            f"{n_rows:>13,} {result['processor']:>8.2f} {result['wall']:>8.2f} "
            f"{1e6 * result['processor'] / n_rows:>8.3f} {result['over'] / 1e6:>8.0f} "
            f"{result['peak'] / 1e6:>8.0f}  {stages}",
            flush=True,
        )


if __name__ == "__main__":
    main()
