"""Where each row is drawn: the features (or their principal components) and the spectral embedding.

Last stage of the pipeline. Positions are whole numbers 0..65535 on one scale common to all axes, in a fixed
shuffled order, so that any leading part of the file is a fair sample of the picture.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.embedding import SpectralEmbedding
from fiedler.feature_columns import FeatureColumn
from fiedler.mapped_arrays import new_mapped_array
from fiedler.progress import Fraction, Report, portion
from fiedler.rounding import normalize_rows, sample_rows
from fiedler.row_blocks import single_blas_thread

LEVELS = 65_535
_BLOCK_ROWS = 262_144
_SAMPLE_ROWS = 20_000
_ORDER_SEED = 0
# Rows further outside the bulk than this many times its extent are drawn at the border.
_BORDER_FACTOR = 4.0
_BULK = (0.001, 0.999)
# Of the time of one layout, for the progress bar: places first, then their quantised levels.
_PLACES_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class _Projection:
    """An affine map of rows to at most three axes: ``(row - center) @ components``."""

    center: NDArray[np.float32]
    components: NDArray[np.float32]
    explained: list[float]


def write_layouts(
    folder: Path,
    features: NDArray[np.float32],
    columns: Sequence[FeatureColumn],
    embedding: SpectralEmbedding,
    sample_vectors: NDArray[np.float32],
    n_vectors: int,
    report: Report | None = None,
) -> dict[str, Any]:
    """Write ``rows.npy``, ``features.npy``, ``embedding.npy`` and ``meta.json`` into ``folder``.

    Parameters
    ----------
    folder : Path
        Of the artifact.
    features : (n, d) float32
        The feature matrix, maybe memory-mapped.
    columns : sequence of FeatureColumn
        What its columns are, for axis titles and units.
    embedding : SpectralEmbedding
        Of the same n rows.
    sample_vectors : (m, q) float32
        Embedding of a sample of rows, for its principal components.
    n_vectors : int
        Eigenvectors whose row-normalised values are drawn.
    report : callable, optional
        Told the fraction done and what is being done.

    Returns
    -------
    dict
        What ``meta.json`` holds: for each layout its title, the titles of three axes ("" where there is
        none), ``minimum`` and ``maximum`` (the values at positions 0 and 65535 of each axis, in the
        column's own unit where an axis is a column), ``has_3d`` and ``n_clipped`` (rows drawn at the border
        because they lie far outside).
    """
    tell = report or (lambda fraction, message: None)
    order = drawn_order(len(features))
    np.save(folder / "rows.npy", order)
    layouts = {}

    def by_features(fraction: float) -> None:
        tell(fraction / 2, "Placing rows by their features")

    def by_embedding(fraction: float) -> None:
        tell(0.5 + fraction / 2, "Placing rows by the embedding")

    # One thread: small products gain nothing from more, and the bits do not depend on their number.
    with single_blas_thread():
        positions, description = _feature_positions(
            features, columns, portion(by_features, 0.0, _PLACES_SHARE)
        )
        layouts["features"] = write_positions(
            folder / "features.npy", positions, order, description, portion(by_features, _PLACES_SHARE, 1.0)
        )

        positions, description = _embedding_positions(
            embedding,
            sample_vectors,
            n_vectors,
            portion(by_embedding, 0.0, _PLACES_SHARE),
        )
        layouts["embedding"] = write_positions(
            folder / "embedding.npy", positions, order, description, portion(by_embedding, _PLACES_SHARE, 1.0)
        )
    meta = {"layouts": layouts}
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return meta


def drawn_order(n_samples: int) -> NDArray[np.uint32]:
    """Return the (n,) rows in the order they are drawn in: one shuffle for all layouts of as many rows."""
    return np.random.default_rng(_ORDER_SEED).permutation(n_samples).astype(np.uint32)


def principal_positions(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (m, 3) positions of (m, d) rows by their principal components; zero on axes without one."""
    return _project(rows, _principal_components(rows))


@dataclass(frozen=True, slots=True)
class LayoutTitle:
    """What a layout and its axes are called.

    Attributes
    ----------
    title : str
    axes : list of str
        Two or three of them, or one for a single column.
    units : list of (float, float)
        Axis value = position * unit + offset, for axes that are columns.
    """

    title: str
    axes: list[str]
    units: list[tuple[float, float]] = field(default_factory=list)


def _feature_positions(
    features: NDArray[np.float32], columns: Sequence[FeatureColumn], progress: Fraction
) -> tuple[NDArray[np.float32], LayoutTitle]:
    n_samples, n_features = features.shape
    if n_features > 3:
        projection = _principal_components(features[sample_rows(n_samples, _SAMPLE_ROWS, 0)])
        positions = np.zeros((n_samples, 3), dtype=np.float32)
        for start in range(0, n_samples, _BLOCK_ROWS):
            stop = min(start + _BLOCK_ROWS, n_samples)
            positions[start:stop] = _project(features[start:stop], projection)
            progress(stop / n_samples)
        return positions, _principal_description("PCA of the features", projection)
    positions = np.zeros((n_samples, 3), dtype=np.float32)
    positions[:, :n_features] = features
    names = [column.name for column in columns]
    units = [(column.scale, column.center) for column in columns]
    if n_features == 1:
        # One column alone would be a line of points over each other.
        height = float(np.ptp(positions[:, 0])) / 10
        spread = np.random.default_rng(_ORDER_SEED).random(n_samples, dtype=np.float32)
        positions[:, 1] = (spread - 0.5) * height
        return positions, LayoutTitle(f"the column {names[0]}", [names[0], "spread at random"], units)
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return positions, LayoutTitle(f"the columns {listed}", names, units)


def _embedding_positions(
    embedding: SpectralEmbedding,
    sample_vectors: NDArray[np.float32],
    n_vectors: int,
    progress: Fraction,
) -> tuple[NDArray[np.float32], LayoutTitle]:
    n_samples = embedding.n_samples
    projection = _principal_components(normalize_rows(sample_vectors, n_vectors))
    positions = np.zeros((n_samples, 3), dtype=np.float32)
    for start in range(0, n_samples, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, n_samples)
        vectors = embedding.rows(np.arange(start, stop, dtype=np.int64))
        positions[start:stop] = _project(normalize_rows(vectors, n_vectors), projection)
        progress(stop / n_samples)
    title = f"PCA of the spectral embedding ({min(n_vectors, sample_vectors.shape[1])} eigenvectors)"
    return positions, _principal_description(title, projection)


def _principal_components(sample: NDArray[np.float32]) -> _Projection:
    """Return the projection to the (at most three) directions of largest variance, signs fixed."""
    points = sample.astype(np.float64)
    center = points.mean(axis=0)
    points -= center
    variances, directions = np.linalg.eigh(points.T @ points / max(len(points) - 1, 1))
    variances, directions = np.maximum(variances[::-1], 0), directions[:, ::-1]
    n_axes = min(3, directions.shape[1])
    components = directions[:, :n_axes]
    largest = np.abs(components).argmax(axis=0)
    components = components * np.where(components[largest, np.arange(n_axes)] < 0, -1.0, 1.0)
    total = float(variances.sum())
    explained = [float(variance) / total if total > 0 else 0.0 for variance in variances[:n_axes]]
    return _Projection(center.astype(np.float32), components.astype(np.float32), explained)


def _project(rows: NDArray[np.float32], projection: _Projection) -> NDArray[np.float32]:
    """Return the (m, 3) positions, zero on axes the projection does not have."""
    positions = np.zeros((len(rows), 3), dtype=np.float32)
    n_axes = projection.components.shape[1]
    positions[:, :n_axes] = (rows - projection.center) @ projection.components
    return positions


def _principal_description(title: str, projection: _Projection) -> LayoutTitle:
    axes = [
        f"PC{axis + 1} ({share:.0%})".replace("%", " %") for axis, share in enumerate(projection.explained)
    ]
    return LayoutTitle(title, axes, [])


def write_positions(
    path: Path,
    positions: NDArray[np.float32],
    order: NDArray[np.uint32],
    description: LayoutTitle,
    progress: Fraction | None = None,
) -> dict[str, Any]:
    """Write the (n, 3) positions to ``path`` as (n, 3) uint16 levels in drawn order; return how to read them.

    Parameters
    ----------
    path : Path
        Of an ``.npy`` file.
    positions : (n, 3) float32
        By row; zero on axes the layout does not have.
    order : (n,) uint32
        See `drawn_order`.
    description : LayoutTitle
    progress : callable, optional
        Told the fraction written.

    Returns
    -------
    dict
        What ``meta.json`` holds of a layout, see `write_layouts`.
    """
    minimum, extent, holds_all = _frame(positions)
    quantised = new_mapped_array(path, np.uint16, positions.shape)
    n_clipped = 0
    for start in range(0, len(order), _BLOCK_ROWS):
        block = positions[order[start : start + _BLOCK_ROWS]]
        levels = np.rint((block - minimum) * np.float32(LEVELS / extent))
        if not holds_all:
            outside = (levels < 0) | (levels > LEVELS)
            n_clipped += int(np.count_nonzero(outside[:, 0] | outside[:, 1] | outside[:, 2]))
        quantised[start : start + len(block)] = np.clip(levels, 0, LEVELS, out=levels)
        if progress is not None:
            progress((start + len(block)) / len(order))
    quantised.flush()
    units = description.units + [(1.0, 0.0)] * (3 - len(description.units))
    return {
        "title": description.title,
        "axes": description.axes + [""] * (3 - len(description.axes)),
        "minimum": [float(low) * unit + offset for low, (unit, offset) in zip(minimum, units, strict=True)],
        "maximum": [
            (float(low) + extent) * unit + offset for low, (unit, offset) in zip(minimum, units, strict=True)
        ],
        "has_3d": len(description.axes) > 2,
        "n_clipped": n_clipped,
    }


def _frame(positions: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, bool]:
    """Return the cube drawn, as its lowest corner (3,) and its edge, and whether it holds all points.

    The middle of the cube is the middle of the points. A few points very far out would leave the others a
    few levels each, so the cube ends at `_BORDER_FACTOR` times the bulk's extent.
    """
    # Axis by axis: numpy reduces a strided column several times faster than the rows of three.
    lowest = np.array([positions[:, axis].min() for axis in range(3)])
    highest = np.array([positions[:, axis].max() for axis in range(3)])
    low, high = lowest, highest
    sample = positions[sample_rows(len(positions), _SAMPLE_ROWS, 0)]
    bulk_low, bulk_high = np.quantile(sample, _BULK, axis=0)
    margin = _BORDER_FACTOR * float((bulk_high - bulk_low).max())
    if margin > 0:
        low = np.maximum(low, bulk_low - margin)
        high = np.minimum(high, bulk_high + margin)
    extent = float((high - low).max()) or 1.0
    corner: NDArray[np.float32] = ((low + high) / 2 - extent / 2).astype(np.float32)
    # One more level of tolerance than rounding needs.
    slack = extent / LEVELS
    holds_all = bool((lowest >= corner - slack).all() and (highest <= corner + extent + slack).all())
    return corner, extent, holds_all
