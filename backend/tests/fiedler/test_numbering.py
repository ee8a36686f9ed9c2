"""Numbers of clusters by size, and what counts and renames labels for them."""

import numpy as np
import pytest

from fiedler.numbering import label_sizes, number_by_size, renumbered

EXCLUDED = 65_535


@pytest.fixture
def labels():
    """In runs and mixed, a number that nobody has among them."""
    mixed = np.random.default_rng(0).integers(0, 6, 1_001)
    return np.concatenate([np.zeros(300), np.full(7, 9), mixed]).astype(np.uint16)


def test_sizes_are_those_of_numpy(labels, tmp_path):
    assert np.array_equal(label_sizes(labels), np.bincount(labels))
    assert np.array_equal(label_sizes(labels, 12), np.bincount(labels, minlength=12))
    excluded = np.append(labels, EXCLUDED).astype(np.uint16)
    assert np.array_equal(label_sizes(excluded), np.bincount(excluded))
    assert label_sizes(labels[:0], 3).tolist() == [0, 0, 0]
    np.save(tmp_path / "labels.npy", labels)
    mapped = np.load(tmp_path / "labels.npy", mmap_mode="r")
    assert np.array_equal(label_sizes(mapped[::2]), np.bincount(labels[::2]))


def test_numbers_descend_by_size_and_ties_by_first_row(labels):
    found, order, sizes = number_by_size(labels)
    assert np.array_equal(order[found], labels)
    assert sizes.tolist() == np.bincount(found).tolist() == sorted(sizes.tolist(), reverse=True)
    tied = np.array([5, 3, 3, 5, 1], np.uint16)
    assert number_by_size(tied)[0].tolist() == [0, 1, 1, 0, 2]


def test_renumbering_is_a_look_up(labels):
    numbers = np.arange(10, dtype=np.uint16)[::-1].copy()
    assert np.array_equal(renumbered(labels, numbers), 9 - labels)
