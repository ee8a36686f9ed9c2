"""The rows under what somebody drew on a map, among all rows: of a large table the page has a sample only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explained.prepared import Subject
from fiedler.explanation.errors import ExplanationError
from fiedler.layout import LEVELS

OUTLINE_ROWS = "outline_rows.npy"
# Cells along the longer side of a mask, and per pixel at most: as fine as the page's own.
_MOST_CELLS, _CELLS_A_PIXEL = 2_048, 2.0
_BLOCK_ROWS = 1_048_576


@dataclass(frozen=True, slots=True)
class DrawnMask:
    """What was drawn, as a bitmap over its box.

    Attributes
    ----------
    left, top : float
        Upper left corner of the box, pixels of the screen.
    cells_a_pixel : float
    cells : (r, c) bool
        True inside.
    """

    left: float
    top: float
    cells_a_pixel: float
    cells: NDArray[np.bool_]

    def holds(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return (m,) whether points of the screen lie inside."""
        column = np.floor((x - np.float32(self.left)) * np.float32(self.cells_a_pixel)).astype(np.int64)
        row = np.floor((y - np.float32(self.top)) * np.float32(self.cells_a_pixel)).astype(np.int64)
        n_rows, n_columns = self.cells.shape
        inside = (column >= 0) & (column < n_columns) & (row >= 0) & (row < n_rows)
        found: NDArray[np.bool_] = np.zeros(len(x), dtype=bool)
        found[inside] = self.cells[row[inside], column[inside]]
        return found


def about_outline(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write (m,) uint32 ``outline_rows.npy``: rows under what was drawn, ascending; return how many.

    ``question`` has the ``artifact`` and ``file`` of a layout, ``x`` and ``y`` (four numbers each: a row at
    (p, q, r) of the unit cube is seen at x = x0 p + x1 q + x2 r + x3), the ``way`` drawn (pixels), the
    ``radius`` of the brush (None: an outline) and maybe ``cluster``, to which the rows are confined.

    Raises
    ------
    ExplanationError
        Nothing is enclosed.
    """
    way = np.asarray(question["way"], dtype=np.float64).reshape(-1, 2)
    radius = question.get("radius")
    mask = outline_mask(way) if radius is None else brush_mask(way, float(radius))
    if mask is None:
        raise ExplanationError("the outline encloses nothing; draw at least three corners.")
    layout = subject.store.existing("layout", str(question["artifact"]))
    rows = np.load(layout / "rows.npy", mmap_mode="r")
    positions = np.load(layout / str(question["file"]), mmap_mode="r")
    across, up = _scaled(question["x"]), _scaled(question["y"])
    found = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), _BLOCK_ROWS):
        block = positions[start : start + _BLOCK_ROWS].astype(np.float32)
        inside = mask.holds(block @ across[:3] + across[3], block @ up[:3] + up[3])
        found[rows[start : start + len(block)][inside]] = True
    cluster = question.get("cluster")
    if cluster is not None:
        found &= subject.labels == int(cluster)
    chosen = np.flatnonzero(found).astype(np.uint32)
    np.save(folder / OUTLINE_ROWS, chosen)
    return {"n_rows": len(chosen)}


def outline_mask(corners: NDArray[np.float64]) -> DrawnMask | None:
    """Return the inside of a polygon by the even-odd rule, a scan line a row of cells; None for no area."""
    box = _box(corners)
    if len(corners) < 3 or box is None:
        return None
    left, top, width, height = box
    scale = min(_CELLS_A_PIXEL, _MOST_CELLS / max(width, height))
    n_rows, n_columns = max(1, int(np.ceil(height * scale))), max(1, int(np.ceil(width * scale)))
    middles = (np.arange(n_rows) + 0.5) / scale + top
    # A cell is inside when an odd number of edges crosses its scan line left of its middle.
    crossings = np.zeros((n_rows, n_columns + 1), dtype=np.int32)
    for (x0, y0), (x1, y1) in zip(np.roll(corners, 1, axis=0), corners, strict=True):
        crossed = np.flatnonzero((y0 > middles) != (y1 > middles))
        if not len(crossed):
            continue
        at = x0 + (middles[crossed] - y0) / (y1 - y0) * (x1 - x0)
        first = np.clip(np.ceil((at - left) * scale - 0.5), 0, n_columns).astype(np.int64)
        crossings[crossed, first] += 1
    cells = np.cumsum(crossings, axis=1)[:, :n_columns] % 2 == 1
    return DrawnMask(left, top, scale, cells)


def brush_mask(way: NDArray[np.float64], radius: float) -> DrawnMask | None:
    """Return all within ``radius`` of a way of at least one point; None for no point or no radius."""
    if not len(way) or not radius > 0:
        return None
    (left, top), (right, bottom) = way.min(axis=0) - radius, way.max(axis=0) + radius
    scale = min(1.0, _MOST_CELLS / max(right - left, bottom - top))
    shape = (max(1, int(np.ceil((bottom - top) * scale))), max(1, int(np.ceil((right - left) * scale))))
    y, x = ((np.arange(size) + 0.5) / scale for size in shape)
    cells = np.zeros(shape, dtype=bool)
    for (x0, y0), (x1, y1) in zip(way[:1].tolist() + way[:-1].tolist(), way.tolist(), strict=True):
        # Of the cells that may be near this piece, those whose nearest point of it is.
        columns = slice(*np.searchsorted(x + left, [min(x0, x1) - radius, max(x0, x1) + radius]))
        lines = slice(*np.searchsorted(y + top, [min(y0, y1) - radius, max(y0, y1) + radius]))
        across, down = x[columns][None] + left - x0, y[lines][:, None] + top - y0
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        share = np.clip((across * (x1 - x0) + down * (y1 - y0)) / length, 0, 1) if length else 0.0
        near = (across - share * (x1 - x0)) ** 2 + (down - share * (y1 - y0)) ** 2 <= radius**2
        cells[lines, columns] |= near
    return DrawnMask(float(left), float(top), scale, cells)


def _box(corners: NDArray[np.float64]) -> tuple[float, float, float, float] | None:
    if not len(corners):
        return None
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    if not (right > left and bottom > top):
        return None
    return float(left), float(top), float(right - left), float(bottom - top)


def _scaled(coefficients: Sequence[float]) -> NDArray[np.float32]:
    """Return coefficients of quantised positions instead of those of the unit cube."""
    values = np.asarray(coefficients, dtype=np.float64).copy()
    values[:3] /= LEVELS
    return values.astype(np.float32)
