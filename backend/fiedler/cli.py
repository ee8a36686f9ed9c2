"""The ``fiedler`` command: cluster a table without a server."""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

import fiedler
from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.dense_blocks import Device
from fiedler.errors import FiedlerError
from fiedler.labelled_table import check_destination, write_labelled
from fiedler.parameters import ClusteringParameters, Imputation, Method, ParameterError, Preset, Scaling
from fiedler.report import report_lines
from fiedler.tables import import_table

_BAD_INPUT = 2
# Reading comes before the stages of a fit and takes about this share of the whole.
_READING_SHARE = 0.3

_LARGEST_K: int = next(
    field.metadata["maximum"]
    for field in dataclasses.fields(ClusteringParameters)
    if field.name == "max_clusters"
)

app = typer.Typer(
    name="fiedler", help="Interactive spectral clustering.", no_args_is_help=True, add_completion=False
)
_messages = Console(stderr=True)


@app.command()
def version() -> None:
    """Print the version."""
    Console().print(fiedler.__version__, highlight=False)


@app.command()
def cluster(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV, TSV, Parquet, Excel or JSON file.", exists=True, dir_okay=False, show_default=False
        ),
    ],
    n_clusters: Annotated[
        str, typer.Option("-k", "--clusters", help="Number of clusters, or auto.", metavar="K")
    ] = "auto",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the table with a cluster column: .csv or .parquet."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns to cluster on, separated by commas. Default: all features.")
    ] = None,
    scaling: Annotated[Scaling, typer.Option(help="How columns are made comparable.")] = "auto",
    imputation: Annotated[Imputation, typer.Option(help="What stands in for missing values.")] = "median",
    preset: Annotated[Preset, typer.Option(help="Many views, or one graph.")] = "balanced",
    method: Annotated[Method, typer.Option(help="Exact graph of all rows, or landmarks.")] = "auto",
    n_neighbors: Annotated[int, typer.Option("--neighbors", help="Links of a row in the exact graph.")] = 10,
    max_clusters: Annotated[int, typer.Option(help="Largest number of clusters considered.")] = 20,
    device: Annotated[Device, typer.Option(help="Where many rows are compared with landmarks.")] = "cpu",
    seed: Annotated[int, typer.Option(help="Same seed, same labels.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing output file.")] = False,
) -> None:
    """Cluster the rows of a table and report what was found."""
    with _errors_shown():
        wanted = _n_clusters(n_clusters)
        parameters = ClusteringParameters(
            columns=_names(columns),
            scaling=scaling,
            imputation=imputation,
            preset=preset,
            method=method,
            n_neighbors=n_neighbors,
            max_clusters=max(max_clusters, wanted or 0),
            n_clusters=wanted,
            random_state=seed,
        )
        if output is not None:
            check_destination(output, overwrite=force)
        _run(table, parameters, output, device)


def main() -> None:
    """Run the command line."""
    app()


def _run(table: Path, parameters: ClusteringParameters, output: Path | None, device: Device) -> None:
    with tempfile.TemporaryDirectory(prefix="fiedler-") as folder, _progress_bar() as show:
        imported = Path(folder) / "table.parquet"
        show("reading", 0.0, f"Reading {table.name}")
        result = import_table(
            table,
            table.name,
            imported,
            progress=lambda stage, done, text: show(stage, _READING_SHARE * done, text),
        )
        store = ArtifactStore(Path(folder) / "artifacts")
        summary = pipeline.fit(
            imported,
            hashlib.blake2b(str(table.resolve()).encode(), digest_size=16).hexdigest(),
            parameters,
            store,
            lambda stage, done, text: show(stage, _READING_SHARE + (1 - _READING_SHARE) * done, text),
            device,
        )
        written = None
        if output is not None:
            labels = np.load(store.path("partition", summary.partition.key) / "labels.npy", mmap_mode="r")
            written = write_labelled(imported, labels, output)
    console = Console(highlight=False, soft_wrap=True)
    for line in report_lines(summary):
        console.print(line, markup=False)
    for note in result.notes:
        console.print(f"  · {note['message']}", markup=False)
    if written is not None:
        console.print(f"\nWrote {output} with the column {written!r}.", markup=False)


def _n_clusters(text: str) -> int | None:
    if text == "auto":
        return None
    try:
        wanted = int(text)
    except ValueError:
        raise ParameterError(f"-k is {text!r}; it must be a whole number or auto.") from None
    if not 1 <= wanted <= _LARGEST_K:
        raise ParameterError(f"-k is {wanted}; it must lie between 1 and {_LARGEST_K}, or be auto.")
    return wanted


def _names(columns: str | None) -> tuple[str, ...] | None:
    if columns is None:
        return None
    return tuple(name.strip() for name in columns.split(",") if name.strip())


@contextmanager
def _errors_shown() -> Iterator[None]:
    """Turn what a user can mend into one message and exit code 2."""
    try:
        yield
    except (FiedlerError, ParameterError, OSError) as error:
        _messages.print(f"Error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(_BAD_INPUT) from error


@contextmanager
def _progress_bar() -> Iterator[pipeline.Progress]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=_messages,
        transient=True,
    )
    with bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda stage, done, text: bar.update(task, completed=done, description=text)


if __name__ == "__main__":
    main()
