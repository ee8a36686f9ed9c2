"""Rows under an outline or a brush, among all rows of a layout: as a slow look at each row finds them."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from fiedler.artifacts import ArtifactStore
from fiedler.explained.outlines import OUTLINE_ROWS, about_outline, brush_mask, outline_mask
from fiedler.explanation.errors import ExplanationError

CONCAVE = np.array([[10, 10], [200, 40], [180, 190], [100, 70], [20, 200]], dtype=float)


@pytest.fixture
def points():
    return np.random.default_rng(0).uniform(0, 220, size=(20_000, 2)).astype(np.float32)


def away(points, way):
    """Distance of each point to the nearest piece of a way."""
    found = np.full(len(points), np.inf)
    for start, stop in pairwise(way):
        step = stop - start
        share = np.clip((points - start) @ step / (step @ step), 0, 1)
        found = np.minimum(found, np.linalg.norm(points - start - share[:, None] * step, axis=1))
    return found


def test_an_outline_holds_what_the_even_odd_rule_says(points):
    mask = outline_mask(CONCAVE)
    inside = Polygon(np.vstack([CONCAVE, CONCAVE[:1]])).contains_points(points)
    found = mask.holds(points[:, 0], points[:, 1])
    # Half a pixel, a cell of the mask, decides nothing.
    clear = away(points, np.vstack([CONCAVE, CONCAVE[:1]])) > 0.75
    assert clear.sum() > 19_000
    assert np.array_equal(found[clear], inside[clear])


def test_a_brush_holds_what_lies_within_its_radius(points):
    way = np.array([[40, 40], [150, 60], [150, 180]], dtype=float)
    mask = brush_mask(way, 14)
    found = mask.holds(points[:, 0], points[:, 1])
    distance = away(points, way)
    clear = np.abs(distance - 14) > 1.5
    assert np.array_equal(found[clear], distance[clear] < 14)


class Stored:
    """A layout of a fit, with what a question looks at."""

    def __init__(self, folder, labels):
        self.store, self.labels = ArtifactStore(folder), labels


def test_rows_are_those_of_the_table_within_the_cluster_asked_for(tmp_path):
    generator = np.random.default_rng(1)
    n_rows = 5_000
    positions = generator.integers(0, 65_536, size=(n_rows, 3)).astype(np.uint16)
    order = generator.permutation(n_rows).astype(np.uint32)
    labels = generator.integers(0, 3, n_rows).astype(np.uint16)
    layout = tmp_path / "layout" / "1a7"
    layout.mkdir(parents=True)
    np.save(layout / "rows.npy", order)
    np.save(layout / "umap_3d.npy", positions)
    # A turned map: each axis of the screen sees two of the layout's.
    x, y = [300.0, 0.0, 200.0, 20.0], [0.0, -400.0, 100.0, 450.0]
    box = [[100, 100], [300, 100], [300, 300], [100, 300]]
    question = {"artifact": "1a7", "file": "umap_3d.npy", "x": x, "y": y, "way": box, "cluster": 2}
    told = about_outline(Stored(tmp_path, labels), question, tmp_path)
    rows = np.load(tmp_path / OUTLINE_ROWS)
    unit = positions / 65_535
    seen = np.stack([unit @ x[:3] + x[3], unit @ y[:3] + y[3]], axis=1)
    inside = ((seen > 100) & (seen < 300)).all(axis=1)
    expected = np.sort(order[inside])
    expected = expected[labels[expected] == 2]
    # Cells are half a pixel wide.
    assert len(np.setxor1d(rows, expected)) <= 0.01 * len(expected)
    assert told == {"n_rows": len(rows)}


def test_what_encloses_nothing_is_refused(tmp_path):
    question = {"artifact": "1a7", "file": "x.npy", "x": [1] * 4, "y": [1] * 4, "way": [[1, 1], [2, 2]]}
    with pytest.raises(ExplanationError, match="encloses nothing"):
        about_outline(Stored(tmp_path, np.zeros(1)), question, tmp_path)
