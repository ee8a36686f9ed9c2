"""``fiedler graph``: cluster the vertices of a graph given as a file of edges."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import typer
from numpy.typing import NDArray

from fiedler.cli import options
from fiedler.cli.terminal import errors_shown, read_n_clusters, show
from fiedler.conductance import conductances
from fiedler.edges import SOURCE, TARGET, WEIGHT, EdgeGraph, graph_from_edges
from fiedler.errors import InvalidGraphError
from fiedler.estimator import SpectralClustering
from fiedler.labelled_table import check_destination
from fiedler.report import cluster_lines, spectrum_lines, suggestion_lines
from fiedler.tables import import_table


def graph(
    edges: Annotated[
        Path,
        typer.Argument(
            help="CSV, TSV, Parquet, Excel or JSON file of edges: columns source, target and weight, or the "
            "first two and the third.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ],
    n_clusters: options.NClusters = "auto",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write vertices and their clusters: .csv or .parquet."),
    ] = None,
    laplacian: options.LaplacianOption = "symmetric_normalized",
    eigen_solver: options.EigenSolverOption = "auto",
    rounding: options.Rounding = "kmeans",
    max_clusters: options.MaxClusters = 20,
    seed: options.Seed = 0,
    force: options.Force = False,
) -> None:
    """Cluster the vertices of a graph, given by its edges, and report what was found."""
    with errors_shown():
        wanted = read_n_clusters(n_clusters)
        if output is not None:
            check_destination(output, overwrite=force)
        found = graph_from_edges(_read(edges))
        model = SpectralClustering(
            wanted,
            affinity="precomputed",
            laplacian=laplacian,
            eigen_solver=eigen_solver,
            rounding=rounding,
            max_clusters=max_clusters,
            random_state=seed,
        ).fit(found.affinity)
        if output is not None:
            _write(found, model.labels_, output)
    show(_report(found, model))
    if output is not None:
        show(["", f"Wrote {output}."])


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return the columns of a file of edges.

    Raises
    ------
    InvalidGraphError
        It has fewer than two columns.
    """
    with tempfile.TemporaryDirectory(prefix="fiedler-") as folder:
        imported = Path(folder) / "edges.parquet"
        import_table(path, path.name, imported)
        table = pq.read_table(imported)
    names = {name.lower(): name for name in table.column_names}
    if SOURCE in names and TARGET in names:
        chosen = {role: names[role] for role in (SOURCE, TARGET, WEIGHT) if role in names}
    elif len(table.column_names) in (2, 3):
        chosen = dict(zip((SOURCE, TARGET, WEIGHT), table.column_names, strict=False))
    else:
        raise InvalidGraphError(
            f"{path.name} has the columns {', '.join(table.column_names)}; required are columns called "
            f"source, target and, where edges have one, weight, or two or three columns in that order; "
            f"rename them."
        )
    return {role: table[name].to_numpy() for role, name in chosen.items()}


def _report(found: EdgeGraph, model: SpectralClustering) -> list[str]:
    clusters = f"{model.n_clusters_} cluster{'s' if model.n_clusters_ > 1 else ''}"
    measured = conductances(found.affinity, model.labels_).tolist()
    sizes = np.bincount(model.labels_).tolist()
    rows = [(size, f"{value:.3f}") for size, value in zip(sizes, measured, strict=True)]
    return [
        f"{clusters} in {len(found.vertices):,} vertices and {found.n_edges:,} edges",
        "",
        *cluster_lines(rows, "vertices", "conductance"),
        "",
        *spectrum_lines(
            model.eigenvalues_.tolist(),
            model.residual_norms_.tolist(),
            model.n_clusters_,
            model.laplacian,
            model.eigen_solver_,
        ),
        "",
        *suggestion_lines([suggestion.to_dict() for suggestion in model.suggestions_]),
    ]


def _write(found: EdgeGraph, labels: NDArray[np.int32], destination: Path) -> None:
    table = pa.table({"vertex": found.vertices, "cluster": labels})
    if destination.suffix.lower() == ".csv":
        pyarrow.csv.write_csv(table, destination)
    else:
        pq.write_table(table, destination)
