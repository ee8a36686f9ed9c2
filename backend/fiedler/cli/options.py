"""Options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from fiedler.parameters import EigenSolver, Laplacian, RoundingMethod

NClusters = Annotated[str, typer.Option("-k", "--clusters", help="Number of clusters, or auto.", metavar="K")]
MaxClusters = Annotated[int, typer.Option(help="Largest number of clusters considered.")]
LaplacianOption = Annotated[
    Laplacian, typer.Option(help="Normalized ones weigh clusters by links, unnormalized by rows.")
]
EigenSolverOption = Annotated[EigenSolver, typer.Option(help="How eigenvectors are found.")]
Rounding = Annotated[RoundingMethod, typer.Option(help="How eigenvectors become clusters.")]
Seed = Annotated[int, typer.Option(help="Same seed, same labels.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing output file.")]
