"""The ``fiedler`` command: cluster a table or a graph without a server."""

from __future__ import annotations

import typer
from rich.console import Console

import fiedler
from fiedler.cli.cluster import cluster
from fiedler.cli.graph import graph

app = typer.Typer(
    name="fiedler", help="Interactive spectral clustering.", no_args_is_help=True, add_completion=False
)
app.command()(cluster)
app.command()(graph)


@app.command()
def version() -> None:
    """Print the version."""
    Console().print(fiedler.__version__, highlight=False)


def main() -> None:
    """Run the command line."""
    app()
