"""``fiedler cluster``: cluster the rows of a table."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.cli import options
from fiedler.cli.terminal import errors_shown, progress_bar, read_n_clusters, say, show
from fiedler.dense_blocks import Device
from fiedler.forecasting import free_memory
from fiedler.labelled_table import check_destination, write_labelled
from fiedler.parameters import (
    AffinityKernel,
    ClusteringParameters,
    Imputation,
    Method,
    Metric,
    Preset,
    Scaling,
    Symmetrization,
)
from fiedler.report import report_lines
from fiedler.streamed_table import (
    check_folder,
    cluster_parts,
    forecast_parts,
    parts_to_stream,
    write_labelled_parts,
)
from fiedler.summaries import FitSummary
from fiedler.table_forecast import forecast_table
from fiedler.tables import import_table

# Reading comes before the stages of a fit and takes about this share of the whole.
_READING_SHARE = 0.3
# What takes longer is said before.
_LONG_SECONDS = 10


def cluster(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV, TSV, Parquet, Excel or JSON file, or a folder of Parquet parts.",
            exists=True,
            show_default=False,
        ),
    ],
    n_clusters: options.NClusters = "auto",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write the table with a cluster column: .csv or .parquet; of parts, a new folder.",
        ),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns to cluster on, separated by commas. Default: all features.")
    ] = None,
    scaling: Annotated[Scaling, typer.Option(help="How columns are made comparable.")] = "auto",
    imputation: Annotated[Imputation, typer.Option(help="What stands in for missing values.")] = "median",
    preset: Annotated[Preset, typer.Option(help="Many views, or one graph.")] = "balanced",
    method: Annotated[Method, typer.Option(help="Exact graph of all rows, or landmarks.")] = "auto",
    n_neighbors: Annotated[int, typer.Option("--neighbors", help="Links of a row in the exact graph.")] = 10,
    affinity: Annotated[AffinityKernel, typer.Option(help="How distance becomes affinity.")] = "local",
    metric: Annotated[Metric, typer.Option(help="How far rows are apart.")] = "euclidean",
    bandwidth: Annotated[
        float | None,
        typer.Option(help="Of the affinities global and rbf, and of landmarks. Default: by the rows."),
    ] = None,
    radius: Annotated[
        float | None, typer.Option(help="Of the affinity epsilon. Default: by the neighbours.")
    ] = None,
    symmetrization: Annotated[
        Symmetrization, typer.Option("--links", help="Links either row chose, their mean, or mutual ones.")
    ] = "union",
    laplacian: options.LaplacianOption = "symmetric_normalized",
    eigen_solver: options.EigenSolverOption = "auto",
    rounding: options.Rounding = "kmeans",
    n_components: Annotated[
        int | None, typer.Option("--components", help="Eigenvectors used. Default: one a cluster.")
    ] = None,
    max_clusters: options.MaxClusters = 20,
    device: Annotated[Device, typer.Option(help="Where many rows are compared with landmarks.")] = "cpu",
    seed: options.Seed = 0,
    memory: Annotated[
        float | None,
        typer.Option(
            metavar="GB",
            help="Stream a Parquet table, through landmarks, that would take more memory than this. "
            "Default: half of this machine's.",
            show_default=False,
        ),
    ] = None,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Only say what time and memory it would take.")
    ] = False,
    force: options.Force = False,
) -> None:
    """Cluster the rows of a table and report what was found."""
    with errors_shown():
        wanted = read_n_clusters(n_clusters)
        parameters = ClusteringParameters(
            columns=_names(columns),
            scaling=scaling,
            imputation=imputation,
            preset=preset,
            method=method,
            n_neighbors=n_neighbors,
            affinity=affinity,
            metric=metric,
            bandwidth=bandwidth,
            radius=radius,
            symmetrization=symmetrization,
            laplacian=laplacian,
            eigen_solver=eigen_solver,
            rounding=rounding,
            n_components=n_components,
            max_clusters=max(max_clusters, wanted or 0),
            n_clusters=wanted,
            random_state=seed,
        )
        memory_bytes = None if memory is None else int(memory * 1e9)
        parts = parts_to_stream(table, memory_bytes)
        if output is not None and table.is_dir():
            check_folder(output, parts or ())
        elif output is not None:
            check_destination(output, overwrite=force)
        if parts is None:
            _run(table, parameters, output, device, only_forecast=forecast)
        elif forecast:
            show([str(forecast_parts(parts, parameters, memory_bytes))])
        else:
            _run_streamed(table, parts, parameters, output, memory_bytes)


def _run(
    table: Path,
    parameters: ClusteringParameters,
    output: Path | None,
    device: Device,
    *,
    only_forecast: bool,
) -> None:
    with tempfile.TemporaryDirectory(prefix="fiedler-") as folder, progress_bar() as tell:
        imported = Path(folder) / "table.parquet"
        tell("reading", 0.0, f"Reading {table.name}")
        result = import_table(
            table,
            table.name,
            imported,
            progress=lambda stage, done, text: tell(stage, _READING_SHARE * done, text),
        )
        expected = forecast_table(imported, parameters)
        if only_forecast:
            show([str(expected)])
            return
        if expected.seconds > _LONG_SECONDS:
            say(str(expected))
        store = ArtifactStore(Path(folder) / "artifacts")
        summary = pipeline.fit(
            imported,
            hashlib.blake2b(str(table.resolve()).encode(), digest_size=16).hexdigest(),
            parameters,
            store,
            lambda stage, done, text: tell(stage, _READING_SHARE + (1 - _READING_SHARE) * done, text),
            device,
            free_memory(),
        )
        written = None
        if output is not None:
            labels = np.load(store.path("partition", summary.partition.key) / "labels.npy", mmap_mode="r")
            written = write_labelled(imported, labels, output)
    _tell(summary, [note["message"] for note in result.notes], output, written)


def _run_streamed(
    table: Path,
    parts: Sequence[Path],
    parameters: ClusteringParameters,
    output: Path | None,
    memory_bytes: int | None,
) -> None:
    with tempfile.TemporaryDirectory(prefix="fiedler-") as folder, progress_bar() as tell:
        path = Path(folder) / "labels.npy"
        summary = cluster_parts(
            parts, parameters, path, memory_bytes, lambda done, text: tell("streaming", done, text)
        )
        written = None
        if output is not None:
            labels = np.load(path, mmap_mode="r")
            written = write_labelled_parts(parts, labels, output, into_folder=table.is_dir())
    _tell(summary, [], output, written)


def _tell(summary: FitSummary, messages: Sequence[str], output: Path | None, written: str | None) -> None:
    show([*report_lines(summary), *(f"  · {message}" for message in messages)])
    if written is not None:
        show(["", f"Wrote {output} with the column {written!r}."])


def _names(columns: str | None) -> tuple[str, ...] | None:
    if columns is None:
        return None
    return tuple(name.strip() for name in columns.split(",") if name.strip())
