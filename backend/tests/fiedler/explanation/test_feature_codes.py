"""Codes keep the order of every column, whatever its shape."""

import numpy as np
import pytest
from explanation_data import CENTER, SCALE, coded_of, columns_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fiedler.explanation.codes import code_features
from fiedler.explanation.errors import ExplanationError

RNG = np.random.default_rng(0)
SHAPES = {
    "normal": RNG.normal(size=30_000),
    "skewed": np.exp(3 * RNG.normal(size=30_000)),
    "far tail": np.where(RNG.random(30_000) < 0.001, 1e30, RNG.random(30_000)),
    "whole numbers": RNG.integers(0, 400, size=30_000),
    "few values": RNG.integers(0, 5, size=30_000),
    "one value": np.full(30_000, 3.0),
    "mass at zero": np.where(RNG.random(30_000) < 0.7, 0.0, RNG.random(30_000)),
    "huge": RNG.normal(size=30_000) * 1e37,
    "narrow": 1 + 1e-6 * RNG.random(30_000),
    "gaps": np.where(RNG.random(30_000) < 0.2, np.nan, RNG.normal(size=30_000)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_code_is_the_number_of_edges_below(shape):
    features = SHAPES[shape].astype(np.float32)[:, None]
    coded = code_features(features, columns_of(1), n_threads=1)
    edges = coded.columns[0].edges
    present = ~np.isnan(features[:, 0])
    assert (np.diff(edges) > 0).all()
    assert len(edges) <= 251
    np.testing.assert_array_equal(coded.codes[0][present], np.searchsorted(edges, features[present, 0]))
    assert (coded.codes[0][~present] == 255).all()


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(1, 300), st.integers(1, 3)), elements=st.floats(width=32)))
def test_codes_keep_the_order_of_any_values(features):
    features = np.where(np.isinf(features), np.nan, features)
    coded = code_features(features, columns_of(features.shape[1]), n_threads=1)
    for column in range(features.shape[1]):
        expected = np.searchsorted(coded.columns[column].edges, features[:, column])
        expected = np.where(np.isnan(features[:, column]), 255, expected)
        np.testing.assert_array_equal(coded.codes[column], expected)


def test_few_values_have_a_code_each():
    coded = coded_of(np.repeat([[3.0], [1.0], [7.0]], 5, axis=0))
    assert sorted(set(coded.codes[0].tolist())) == [0, 1, 2]
    # Half way between the values, as far outside.
    np.testing.assert_allclose(coded.columns[0].curve_edges, [0, 2, 5, 9])


def test_threads_and_memory_maps_change_nothing(tmp_path):
    features = RNG.normal(size=(200_000, 3)).astype(np.float32)
    np.save(tmp_path / "features.npy", features)
    one = code_features(features, columns_of(3), n_threads=1)
    for mode in ("r", "c"):
        mapped = np.load(tmp_path / "features.npy", mmap_mode=mode)
        two = code_features(mapped, columns_of(3), n_threads=2)
        np.testing.assert_array_equal(one.codes, two.codes)


def test_filled_cells_count_as_missing():
    missing = {1: np.arange(100) % 4 == 0}
    coded = coded_of(RNG.normal(size=(100, 2)), missing=missing)
    np.testing.assert_array_equal(coded.codes[1] == 255, missing[1])
    assert not (coded.codes[0] == 255).any()
    np.testing.assert_array_equal(np.isnan(coded.column_values(1)), missing[1])


def test_large_tables_are_coded_by_a_sample_and_any_row_on_demand():
    points = RNG.normal(size=(5_000, 2))
    missing = {0: np.arange(5_000) < 50}
    whole = coded_of(points, missing=missing)
    part = coded_of(points, missing=missing, largest=4_000)
    assert len(part.rows) == part.codes.shape[1] == 2_000
    rows = np.array([0, 7, 4_999, 60])
    codes = part.code(rows)
    for column in range(2):
        expected = np.searchsorted(part.columns[column].edges, part.column_values(column, rows))
        kept = ~np.isnan(part.column_values(column, rows))
        np.testing.assert_array_equal(codes[column][kept], expected[kept])
    assert codes[0, 0] == 255
    np.testing.assert_array_equal(whole.code(rows), whole.codes[:, rows])


def test_features_come_back_in_their_unit():
    coded = coded_of([[CENTER], [CENTER + SCALE]])
    assert coded.columns[0].in_unit(1.0) == CENTER + SCALE


@pytest.mark.parametrize("n_columns", [1, 3])
def test_columns_that_do_not_match_are_refused(n_columns):
    with pytest.raises(ExplanationError, match=r"shape \(4, 2\)"):
        code_features(np.zeros((4, 2), np.float32), columns_of(n_columns))


def test_masks_of_another_length_are_refused():
    with pytest.raises(ExplanationError, match="missing cells of column 0"):
        coded_of(np.zeros((4, 1)), missing={0: np.zeros(3, dtype=bool)})
