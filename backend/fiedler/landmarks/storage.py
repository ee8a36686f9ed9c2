"""A landmark embedding as a folder of .npy files, written once and mapped into memory by its readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import ArtifactError
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.projection import Projection

FORMAT = 1
_PARAMETERS = "landmarks.json"


def write_parameters(folder: Path, parameters: dict[str, Any]) -> None:
    """Write the scalars beside the arrays, with the format's number."""
    text = json.dumps({"format": FORMAT, **parameters}, indent=1, sort_keys=True)
    (folder / _PARAMETERS).write_text(text, encoding="utf-8")


def read_parameters(folder: Path, features: NDArray[np.float32]) -> dict[str, Any]:
    """Return what `write_parameters` wrote, checked against the features.

    Raises
    ------
    ArtifactError
        The folder holds no landmark embedding, one of another format, or one of other features.
    """
    path = folder / _PARAMETERS
    try:
        parameters: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"{path} is missing, so this is no landmark embedding; fit it again.") from None
    if parameters.get("format") != FORMAT:
        raise ArtifactError(
            f"{path} has format {parameters.get('format')}; this engine reads format {FORMAT}. Fit it again."
        )
    fitted = (parameters["n_samples"], parameters["n_features"])
    if features.shape != fitted:
        raise ArtifactError(
            f"the embedding in {folder} is of {fitted[0]} x {fitted[1]} features, not of "
            f"{' x '.join(map(str, features.shape))}; load it with the features it was fitted on."
        )
    return parameters


def write_projection(folder: Path, projection: Projection) -> None:
    """Write the arrays the projection has, none for the identity."""
    if projection.centre is not None:
        np.save(folder / "projection_centre.npy", projection.centre)
    if projection.axes is not None:
        np.save(folder / "projection_axes.npy", projection.axes)


def read_projection(folder: Path, n_features: int, scale: float) -> Projection:
    """Return what `write_projection` wrote."""
    return Projection(
        n_features,
        _optional(folder / "projection_centre.npy"),
        scale,
        _optional(folder / "projection_axes.npy"),
    )


def write_grid(folder: Path, grid: CandidateGrid) -> None:
    """Write the candidate grid, all but its landmarks."""
    np.save(folder / "grid_origin.npy", grid.origin)
    np.save(folder / "grid_bins_per_unit.npy", grid.bins_per_unit)
    np.save(folder / "grid_n_bins.npy", grid.n_bins)
    np.save(folder / "grid_offsets.npy", grid.offsets)
    np.save(folder / "grid_starts.npy", grid.starts)
    np.save(folder / "grid_candidates.npy", grid.candidates)


def read_grid(folder: Path, landmarks: NDArray[np.float32], n_neighbors: int) -> CandidateGrid:
    """Return what `write_grid` wrote."""
    return CandidateGrid(
        landmarks,
        np.load(folder / "grid_origin.npy"),
        np.load(folder / "grid_bins_per_unit.npy"),
        np.load(folder / "grid_n_bins.npy"),
        np.load(folder / "grid_offsets.npy"),
        np.load(folder / "grid_starts.npy"),
        np.load(folder / "grid_candidates.npy"),
        n_neighbors,
    )


def _optional(path: Path) -> Any:
    return np.load(path) if path.exists() else None
