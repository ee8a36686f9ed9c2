"""Stage times of a whole fit from a Parquet table, and of re-cuts from its artifacts.

python benchmarks/pipeline.py --rows 1000000 --columns 2
python benchmarks/pipeline.py --rows 100000 --columns 10 --method exact

Everything runs twice, each time in an empty store; the second run is shown, when kernels are compiled.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.parameters import ClusteringParameters


def write_table(path: Path, n_rows: int, n_columns: int, n_clusters: int) -> None:
    generator = np.random.default_rng(0)
    centers = generator.normal(0, 6, (n_clusters, n_columns))
    labels = generator.integers(n_clusters, size=n_rows)
    columns = {
        f"x{column}": centers[labels, column] + generator.normal(size=n_rows) for column in range(n_columns)
    }
    pq.write_table(pa.table(columns), path)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, default=1e5)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--clusters", type=int, default=8)
    parser.add_argument("--method", choices=["auto", "exact", "landmark"], default="auto")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.parquet"
        write_table(table, int(arguments.rows), arguments.columns, arguments.clusters)
        parameters = ClusteringParameters(method=arguments.method)
        for attempt in ("first", "second"):
            store = ArtifactStore(Path(folder) / attempt)
            cpu, wall = time.process_time(), time.perf_counter()
            summary = pipeline.fit(table, "benchmark", parameters, store)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(summary.method_reason)
        print(f"fit      {cpu:7.3f} CPU s {wall:7.3f} s")
        for stage, seconds in summary.stage_seconds.items():
            print(f"  {stage:<12}{seconds:7.3f} s")
        for n_clusters in (2, 5, 10, 20):
            if n_clusters == summary.partition.n_clusters:
                continue
            cpu, wall = time.process_time(), time.perf_counter()
            pipeline.recut(summary, n_clusters, store)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            print(f"k = {n_clusters:<4} {cpu:7.3f} CPU s {wall:7.3f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
