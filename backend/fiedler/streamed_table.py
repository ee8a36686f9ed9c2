"""A Parquet table or a folder of parts, clustered without being held: what the command runs on big ones."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import fiedler
from fiedler.errors import TableError
from fiedler.forecasting import Forecast
from fiedler.labelled_table import write_labelled
from fiedler.parameters import ClusteringParameters, ParameterError
from fiedler.policy import default_n_landmarks
from fiedler.progress import Report
from fiedler.row_blocks import available_threads
from fiedler.silhouette import pairwise_distances, silhouette
from fiedler.sources.arrow_columns import ROLES_METADATA_KEY, is_numeric
from fiedler.sources.parquet import ParquetSource, parquet_parts, parquet_source
from fiedler.streaming.clustering import fit_stream
from fiedler.streaming.cutting import StreamedClustering
from fiedler.streaming.embedding import silhouette_positions
from fiedler.streaming.executors import ThreadExecutor
from fiedler.streaming.forecast import source_forecast
from fiedler.streaming.memory import fitting_threads
from fiedler.streaming.outputs import LabelOutput
from fiedler.summaries import FitSummary, PartitionSummary
from fiedler.tables import import_table

# A table read whole takes about this many times its values in memory (measured with 2 and 20 columns).
_TIMES_ITS_VALUES = 4
# Rows that tell which columns are features: some from each of several places.
_PLACES = 8
_ROWS_OF_A_PLACE = 1 << 14


def parts_to_stream(table: Path, memory_bytes: int | None) -> tuple[Path, ...] | None:
    """Return the parts of a Parquet table too big to be held, and of every folder; None for all others.

    Parameters
    ----------
    table : Path
        A file of any kind, or a folder of Parquet parts.
    memory_bytes : int or None
        What holding the table may take; None: half of this machine's memory.

    Raises
    ------
    SourceError
        It is a folder without Parquet files, or a part cannot be read.
    InvalidFeaturesError
        It holds no numbers.
    """
    if table.is_dir():
        return tuple(parquet_parts(table))
    with table.open("rb") as file:
        if file.read(4) != b"PAR1":
            return None
    source = parquet_source([table], None)
    held_bytes = _TIMES_ITS_VALUES * 8 * source.n_rows * len(source.names)
    bound = physical_memory_bytes() // 2 if memory_bytes is None else memory_bytes
    return (table,) if held_bytes > bound else None


def physical_memory_bytes() -> int:
    """Return the memory of this machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def cluster_parts(
    parts: Sequence[Path],
    parameters: ClusteringParameters,
    labels: Path,
    memory_bytes: int | None,
    report: Report,
) -> FitSummary:
    """Cluster the rows of Parquet parts through landmarks and write their labels.

    Parameters
    ----------
    parts : sequence of Path
        In the order of their rows.
    parameters : ClusteringParameters
        Without columns, those that would be features of an imported table are used, judged by some rows.
    labels : Path
        A new ``.npy`` file.
    memory_bytes : int or None
        Bound on the memory worked in.
    report : callable
        ``report(fraction, message)``; an exception it raises ends the fit.

    Raises
    ------
    ParameterError
        The parameters ask for what a stream cannot do, such as a graph of all rows.
    SourceError, InvalidFeaturesError, TooFewRowsError
        See `fiedler.cluster_stream`.
    """
    source = _source(parts, parameters)
    n_features = len(source.names)
    n_landmarks = parameters.n_landmarks or default_n_landmarks(source.n_rows, n_features, 1)
    threads = fitting_threads(source.n_rows, n_features, n_landmarks, available_threads(), memory_bytes)
    found = fit_stream(
        source, parameters, parameters.imputation, ThreadExecutor(threads), LabelOutput(labels), report
    )
    return _summary(found, np.load(labels, mmap_mode="r"), parameters)


def forecast_parts(
    parts: Sequence[Path], parameters: ClusteringParameters, memory_bytes: int | None
) -> Forecast:
    """Return what `cluster_parts` will take; some rows are read, which tell the features.

    Raises
    ------
    ParameterError, SourceError, InvalidFeaturesError
        As `cluster_parts`.
    """
    return source_forecast(_source(parts, parameters), parameters, memory_bytes=memory_bytes)


def write_labelled_parts(
    parts: Sequence[Path], labels: NDArray[np.uint16], destination: Path, *, into_folder: bool
) -> str:
    """Write the parts with a column of labels and return that column's name.

    One file is written to ``destination``; with ``into_folder`` each part goes into that new folder, under
    its own name.
    """
    if not into_folder:
        return write_labelled(parts[0], labels, destination)
    destination.mkdir()
    rows = [pq.read_metadata(part).num_rows for part in parts]
    ends = list(itertools.accumulate(rows))
    names = [
        write_labelled(part, labels[end - n_rows : end], destination / part.name)
        for part, n_rows, end in zip(parts, rows, ends, strict=True)
    ]
    return names[0]


def check_folder(destination: Path, parts: Sequence[Path]) -> None:
    """Refuse a folder that is there already, or into which parts of one name would go.

    Raises
    ------
    TableError
        With the code ``file_exists``, ``no_such_folder`` or ``names_twice``.
    """
    if destination.exists():
        raise TableError("file_exists", f"{destination} exists already.", "Name a new folder for the parts.")
    if not destination.parent.is_dir():
        raise TableError(
            "no_such_folder", f"The folder {destination.parent} does not exist.", "Make it first."
        )
    names = [part.name for part in parts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise TableError(
            "names_twice", f"Two parts are called {twice}; their copies would be one.", "Rename one of them."
        )


def _source(parts: Sequence[Path], parameters: ClusteringParameters) -> ParquetSource:
    _check_choices(parameters)
    return parquet_source(parts, parameters.columns or _feature_names(parts))


def _check_choices(parameters: ClusteringParameters) -> None:
    """Refuse what needs all rows at once, or is not done block by block."""
    defaults = ClusteringParameters()
    asked = [
        *(["method"] if parameters.method == "exact" else []),
        *parameters.exact_only,
        *(
            name
            for name in ("rounding", "n_components", "laplacian", "bandwidth")
            if getattr(parameters, name) != getattr(defaults, name)
        ),
    ]
    if asked:
        raise ParameterError(
            f"{asked[0]} is {getattr(parameters, asked[0])!r}; a table that is streamed is clustered through "
            f"landmarks of the usual bandwidth, by the symmetric normalized Laplacian and k-means. Leave "
            f"{asked[0]} out, or allow more memory."
        )


def _feature_names(parts: Sequence[Path]) -> tuple[str, ...] | None:
    """Return the columns that importing would make features, judged by rows of several places."""
    schema = pq.read_schema(parts[0])
    if ROLES_METADATA_KEY in (schema.metadata or {}):
        return None
    names = [field.name for field in schema if is_numeric(field.type)]
    if not names:
        return None
    with tempfile.TemporaryDirectory(prefix="fiedler-") as folder:
        some = Path(folder) / "some.parquet"
        pq.write_table(_some_rows(parquet_source(parts, names)), some)
        columns = import_table(some, some.name, Path(folder) / "imported.parquet").columns
    return tuple(column.name for column in columns if column.role == "feature") or tuple(names)


def _some_rows(source: ParquetSource) -> pa.Table:
    """Return rows of a few row groups, spread evenly, with the types that the parts have."""
    groups = [
        (path, group)
        for path, sizes in zip(source.paths, source.row_groups, strict=True)
        for group in range(len(sizes))
    ]
    chosen = sorted({int(place) for place in np.linspace(0, len(groups) - 1, _PLACES)})
    batches: list[pa.RecordBatch] = []
    for path, group in (groups[place] for place in chosen):
        with pq.ParquetFile(path, pre_buffer=False) as file:
            columns = list(source.names)
            batches += itertools.islice(
                file.iter_batches(_ROWS_OF_A_PLACE, row_groups=[group], columns=columns), 1
            )
    return pa.Table.from_batches([batch.cast(batches[0].schema) for batch in batches])


def _summary(
    found: StreamedClustering, labels: NDArray[np.uint16], parameters: ClusteringParameters
) -> FitSummary:
    embedding = found.embedding
    facts = embedding.measured.facts
    positions = silhouette_positions(embedding.n_samples)
    apart = silhouette(
        pairwise_distances(embedding.measured.at(positions)), labels[positions], found.n_clusters
    )
    partition = PartitionSummary(
        n_clusters=found.n_clusters,
        key="",
        silhouette=apart.overall,
        silhouette_sample_size=apart.sample_size,
        clusters=apart.of_clusters(found.sizes),
    )
    return FitSummary(
        n_samples=embedding.n_samples,
        n_features=len(facts.columns),
        columns=facts.names,
        method="landmark",
        method_reason="Landmarks, streamed: rows were read in passes and never held.",
        random_state=parameters.random_state,
        max_clusters=embedding.largest,
        artifacts={},
        eigenvalues=found.eigenvalues.tolist(),
        residual_norms=found.residual_norms.tolist(),
        suggestions=[suggestion.to_dict() for suggestion in found.suggestions],
        notes=list(found.notes),
        stage_seconds={},
        partition=partition,
        engine_version=fiedler.__version__,
    )
