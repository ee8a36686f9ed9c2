"""Maps by UMAP and t-SNE: neighbours stay together, every row has a place, a seed draws one map."""

import json

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from fiedler import neighbor_layouts
from fiedler.errors import TooFewRowsError
from fiedler.neighbor_layouts import write_neighbor_layout


@pytest.fixture
def blobs():
    """Five clouds in six columns that no two axes tell apart, and the cloud of each row."""
    generator = np.random.default_rng(3)
    truth = np.arange(400) % 5
    centers = 6 * np.eye(6)[:5]
    return (centers[truth] + generator.normal(size=(400, 6))).astype(np.float32), truth


def places(folder, name):
    """Read a layout back in the table's order."""
    positions = np.load(folder / f"{name}.npy")
    by_row = np.empty_like(positions)
    by_row[np.load(folder / "rows.npy")] = positions
    return by_row.astype(float)


def purity(positions, truth):
    """Share of rows whose ten nearest on the map are mostly of their own cloud."""
    return KNeighborsClassifier(10).fit(positions, truth).score(positions, truth)


@pytest.mark.parametrize("name", ["umap", "tsne"])
def test_clouds_lie_apart_and_the_same_seed_gives_the_same_bits(tmp_path, blobs, name):
    features, truth = blobs
    folders = [tmp_path / "first", tmp_path / "again"]
    for folder in folders:
        folder.mkdir()
        meta = write_neighbor_layout(folder, features, name, 0)
        assert json.loads((folder / "meta.json").read_text()) == meta
    layout = meta["layouts"][name]
    assert layout["has_3d"] == (name == "umap")
    assert purity(places(folders[0], name)[:, :2], truth) > 0.97
    if name == "umap":
        assert purity(places(folders[0], "umap_3d"), truth) > 0.97
    for file in folders[0].glob("*.npy"):
        assert file.read_bytes() == (folders[1] / file.name).read_bytes(), file.name


def test_rows_beyond_the_sample_lie_among_their_neighbours(tmp_path, blobs, monkeypatch):
    features, truth = blobs
    monkeypatch.setitem(neighbor_layouts.SAMPLE_ROWS, "tsne", 150)
    told = []
    meta = write_neighbor_layout(tmp_path, features, "tsne", 0, lambda *event: told.append(event))
    assert meta["layouts"]["tsne"]["title"] == "t-SNE of 150 rows, the others beside their nearest"
    positions = places(tmp_path, "tsne")[:, :2]
    assert purity(positions, truth) > 0.95
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert "Placing 400 rows beside them" in [message for _, message in told]


def test_nine_rows_are_refused(tmp_path):
    with pytest.raises(TooFewRowsError, match=r"9 rows; UMAP needs at least 10"):
        write_neighbor_layout(tmp_path, np.zeros((9, 2), dtype=np.float32), "umap", 0)


def test_rows_that_are_all_the_same_still_have_a_place(tmp_path):
    features = np.ones((40, 3), dtype=np.float32)
    for name in ("umap", "tsne"):
        write_neighbor_layout(tmp_path, features, name, 0)
        assert np.isfinite(places(tmp_path, name)).all()
