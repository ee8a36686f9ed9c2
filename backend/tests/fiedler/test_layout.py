"""Positions drawn: one scale for all axes, the right row at each place, axes in the columns' units."""

import json

import numpy as np
import pytest

from fiedler.feature_columns import FeatureColumn
from fiedler.layout import LEVELS, write_layouts
from fiedler.rounding import normalize_rows


class ArrayEmbedding:
    """A spectral embedding that is an array."""

    def __init__(self, vectors):
        self.vectors = vectors
        self.n_samples = len(vectors)

    def rows(self, indices):
        return self.vectors[indices]


@pytest.fixture
def draw(tmp_path):
    def write(features, columns=None, vectors=None):
        features = np.asarray(features, dtype=np.float32)
        columns = columns or [FeatureColumn(f"x{c}", 0, 0, 0.0, 0.0, 1.0) for c in range(features.shape[1])]
        if vectors is None:
            vectors = np.random.default_rng(9).normal(size=(len(features), 4)).astype(np.float32)
        meta = write_layouts(tmp_path, features, columns, ArrayEmbedding(vectors), vectors[:500], 3)
        assert json.loads((tmp_path / "meta.json").read_text()) == meta
        return meta["layouts"], {p.stem: np.load(p) for p in tmp_path.glob("*.npy")}

    return write


def values_at(positions, layout):
    """Read positions back as axis values, as the page does."""
    low, high = np.array(layout["minimum"]), np.array(layout["maximum"])
    return low + positions / LEVELS * (high - low)


def test_two_columns_are_drawn_as_they_are_and_read_in_their_own_units(draw):
    raw = np.random.default_rng(0).normal([170, 60], [10, 5], size=(3_000, 2))
    columns = [FeatureColumn("height", 0, 0, 0.0, 170.0, 10.0), FeatureColumn("mass", 0, 0, 0.0, 60.0, 5.0)]
    layouts, files = draw((raw - [170, 60]) / [10, 5], columns)
    layout = layouts["features"]
    assert layout["title"] == "the columns height and mass"
    assert layout["axes"] == ["height", "mass", ""]
    assert not layout["has_3d"]
    # Half a level of the drawn range is the rounding error.
    tolerance = (np.array(layout["maximum"]) - layout["minimum"])[:2] / LEVELS
    assert (np.abs(values_at(files["features"], layout)[:, :2] - raw[files["rows"]]) <= tolerance).all()


def test_rows_are_a_fixed_shuffle(draw):
    _, files = draw(np.random.default_rng(0).normal(size=(5_000, 2)))
    rows = files["rows"]
    assert rows.dtype == np.uint32
    assert np.array_equal(np.sort(rows), np.arange(5_000))
    assert not np.array_equal(rows, np.arange(5_000))
    _, again = draw(np.zeros((5_000, 2)))
    assert np.array_equal(rows, again["rows"])


def test_one_scale_keeps_the_aspect(draw):
    points = np.random.default_rng(0).uniform(size=(4_000, 3)) * [10, 2, 1]
    _, files = draw(points)
    extents = np.ptp(files["features"].astype(int), axis=0)
    assert extents[0] == LEVELS
    assert extents[1:] / LEVELS == pytest.approx([0.2, 0.1], abs=0.005)


def test_many_columns_are_drawn_by_their_principal_components(draw):
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, size=(20_000, 6)) * [8, 4, 2, 0.1, 0.1, 0.1]
    layouts, files = draw(points)
    layout = layouts["features"]
    assert layout["title"] == "PCA of the features"
    assert layout["axes"] == ["PC1 (76 %)", "PC2 (19 %)", "PC3 (5 %)"]
    assert layout["has_3d"]
    found = values_at(files["features"], layout)
    expected = points[files["rows"]] - points.mean(axis=0)
    for axis in range(3):
        assert abs(np.corrcoef(found[:, axis], expected[:, axis])[0, 1]) > 0.999


def test_embedding_is_drawn_from_row_normalised_vectors(draw):
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(500, 4)) * rng.uniform(0.1, 9, (500, 1))).astype(np.float32)
    layouts, files = draw(np.zeros((500, 2)), vectors=vectors)
    unit = normalize_rows(vectors, 3)
    found = values_at(files["embedding"], layouts["embedding"])
    # Principal axes only turn the picture: distances stay.
    expected = unit[files["rows"]]
    distances = np.linalg.norm(found[:-1] - found[1:], axis=1)
    assert distances == pytest.approx(np.linalg.norm(expected[:-1] - expected[1:], axis=1), abs=1e-3)


def test_far_outliers_are_drawn_at_the_border_and_counted(draw):
    points = np.random.default_rng(0).normal(size=(10_000, 2))
    points[:3] = [[1e6, 0], [0, -1e6], [1e6, 1e6]]
    layouts, files = draw(points)
    assert layouts["features"]["n_clipped"] == 3
    bulk = files["features"][files["rows"] >= 3].astype(int)
    assert np.ptp(bulk, axis=0)[:2].min() > LEVELS / 20


def test_one_column_is_spread_at_random_so_that_points_can_be_seen(draw):
    layouts, files = draw(np.random.default_rng(0).normal(size=(1_000, 1)))
    assert layouts["features"]["axes"] == ["x0", "spread at random", ""]
    assert np.unique(files["features"][:, 1]).size > 900


@pytest.mark.parametrize("n_rows", [1, 3])
def test_identical_rows_are_drawn_in_the_middle(draw, n_rows):
    _, files = draw(np.full((n_rows, 5), 2.0))
    assert (np.abs(files["features"].astype(int) - LEVELS // 2) <= 1).all()
