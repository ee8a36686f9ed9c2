"""What fits of made tables were forecast to take, beside what they took: processor seconds and peak memory.

python benchmarks/forecast.py
python benchmarks/forecast.py --rows 1e5 --columns 10 --method exact
python benchmarks/forecast.py --streamed

Each fit runs in a process of its own, after a small one that loads the compiled kernels. The last lines say
how many forecasts lay within a factor of two.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fiedler import cluster_stream, forecast, forecast_stream, pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.parameters import ClusteringParameters
from fiedler.policy import choose_path
from fiedler.tables.importing import ROW_GROUP_ROWS

# (rows, columns, parameters): exact graphs, landmarks, consensus and tables that are streamed.
STREAMED = {"streamed": "yes"}
CASES: list[tuple[int, int, dict[str, str]]] = [
    *((rows, columns, {}) for rows, columns in ((1_000, 2), (1_000, 20), (3_000, 5), (10_000, 2))),
    *((rows, columns, {}) for rows, columns in ((10_000, 20), (6_000, 60))),
    *((rows, columns, {"preset": "fast"}) for rows, columns in ((1_000, 5), (10_000, 2), (10_000, 10))),
    *((rows, columns, {"method": "exact"}) for rows, columns in ((10_000, 100), (50_000, 5), (50_000, 30))),
    *((4_000, columns, {"affinity": affinity}) for columns in (2, 20) for affinity in ("rbf", "epsilon")),
    *((rows, columns, {}) for rows, columns in ((50_000, 2), (100_000, 10), (100_000, 100), (300_000, 50))),
    *((rows, columns, {}) for rows, columns in ((1_000_000, 2), (1_000_000, 3), (1_000_000, 10))),
    *((rows, columns, STREAMED) for rows, columns in ((1_000_000, 2), (4_000_000, 3), (1_000_000, 50))),
    *((rows, columns, STREAMED) for rows, columns in ((3_000_000, 10), (10_000_000, 2))),
]
SPREADS = {"apart": 6.0, "overlapping": 1.5}


def write_table(path: Path, n_rows: int, n_columns: int, spread: float) -> None:
    generator = np.random.default_rng(0)
    centers = generator.normal(0, spread, (8, n_columns))
    groups = generator.integers(8, size=n_rows)
    columns = {f"x{j}": centers[groups, j] + generator.normal(size=n_rows) for j in range(n_columns)}
    pq.write_table(pa.table(columns), path, row_group_size=ROW_GROUP_ROWS)


def status_bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


class Stages:
    """CPU seconds of each stage, told as a progress callback is: a stage lasts until the next is named."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = ("", time.process_time())

    def __call__(self, stage: str) -> None:
        """End the stage before and begin this one; the empty name ends the last."""
        name, started = self._last
        self._last = (stage, time.process_time())
        self.seconds[name] = self.seconds.get(name, 0.0) + self._last[1] - started


def measure(n_rows: int, n_columns: int, spread: float, values: dict[str, str]) -> dict[str, object]:
    """Return the seconds of each stage and the bytes above those before, of one fit in this process."""
    with tempfile.TemporaryDirectory() as folder:
        small, table = Path(folder) / "small.parquet", Path(folder) / "table.parquet"
        write_table(small, min(n_rows, 20_000 if values == STREAMED else 3_000), n_columns, spread)
        run = run_streamed if values == STREAMED else run_in_memory
        # A small fit loads the kernels; it takes the path of the large one.
        run(small, of_same_path(n_rows, n_columns, values), Stages())
        write_table(table, n_rows, n_columns, spread)
        stages = Stages()
        Path("/proc/self/clear_refs").write_text("5")
        before = status_bytes("VmRSS")
        run(table, values, stages)
        stages("")
        del stages.seconds[""]
        return {"stages": stages.seconds, "bytes": status_bytes("VmHWM") - before}


def of_same_path(n_rows: int, n_columns: int, values: dict[str, str]) -> dict[str, str]:
    """Return the parameters by which fewer rows take the path of these."""
    if values == STREAMED or choose_path(ClusteringParameters(**values), n_rows, n_columns).method == "exact":
        return values
    return values | {"method": "landmark"}


def run_in_memory(table: Path, values: dict[str, str], stages: Stages) -> None:
    store = ArtifactStore(table.with_suffix(""))
    parameters = ClusteringParameters(**values)
    pipeline.fit(table, table.name, parameters, store, lambda stage, fraction, message: stages(stage))


# First words of what a streamed fit tells, by its passes.
PASSES = {"Measuring": "measuring", "Labelling": "labelling", "Embedded": "suggestions"}


def run_streamed(table: Path, _: dict[str, str], stages: Stages) -> None:
    cluster_stream(
        table,
        labels=lambda first, labels: None,
        progress=lambda fraction, message: stages(PASSES.get(message.split()[0], "affinity")),
    )


def compare(n_rows: int, n_columns: int, spread: str, values: dict[str, str]) -> tuple[float, float]:
    """Print one line and return forecast over measured, of seconds and bytes."""
    order = json.dumps([n_rows, n_columns, SPREADS[spread], values])
    answer = subprocess.run(
        [sys.executable, __file__, "--one", order], capture_output=True, text=True, check=True
    )
    measured = json.loads(answer.stdout)
    if values == STREAMED:
        expected = forecast_stream(np.broadcast_to(np.float64(0), (n_rows, n_columns)))
    else:
        expected = forecast(n_rows, n_columns, ClusteringParameters(**values))
    seconds, expected_seconds = sum(measured["stages"].values()), sum(expected.cpu_seconds.values())
    path = "streamed" if values == STREAMED else "consensus" if expected.consensus else expected.method
    stages = "  ".join(
        f"{stage[:5]} {expected.cpu_seconds[stage]:.2f}/{measured['stages'].get(stage, 0.0):.2f}"
        for stage in expected.cpu_seconds
    )
    print(
        f"{n_rows:>10,} × {n_columns:<4}{spread:<12}{path:<10}{values.get('affinity', ''):<8}"
        f"{expected_seconds:7.2f} /{seconds:7.2f} s "
        f"{expected.memory_bytes / 1e6:6.0f} /{measured['bytes'] / 1e6:6.0f} MB   {stages}",
        flush=True,
    )
    return expected_seconds / seconds, expected.memory_bytes / measured["bytes"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--method", choices=["auto", "exact", "landmark"], default="auto")
    parser.add_argument("--streamed", action="store_true", help="only, or with --rows, what is streamed")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(measure(*json.loads(arguments.one))))
        return
    cases = [case for case in CASES if case[2] == STREAMED] if arguments.streamed else CASES
    if arguments.rows is not None:
        values = STREAMED if arguments.streamed else {"method": arguments.method}
        cases = [(int(arguments.rows), arguments.columns, values)]
    print("forecast / measured, of the whole fit and of each stage")
    ratios = np.array([compare(*case[:2], spread, case[2]) for spread in SPREADS for case in cases])
    within = (ratios > 0.5) & (ratios < 2.0)
    for name, column, good in zip(("seconds", "memory"), ratios.T, within.T, strict=True):
        print(
            f"{name}: {good.sum()} of {len(good)} within a factor of two; forecast over measured from "
            f"{column.min():.2f} to {column.max():.2f}"
        )


if __name__ == "__main__":
    main()
