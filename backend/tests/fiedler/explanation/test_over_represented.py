"""Over-represented values: exact counts, and chance is not reported."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import hypergeom

from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.values import encode_values, over_represented

RNG = np.random.default_rng(0)


def test_counts_shares_and_lift_are_those_of_the_rows():
    column = np.where(RNG.random(2_000) < 0.1, "solar", "none").astype(object)
    rows = np.arange(400)
    column[:300] = "solar"
    encoded = encode_values(pa.array(column))
    (found,) = over_represented(encoded, rows)
    n_all, n_inside = int((column == "solar").sum()), int((column[rows] == "solar").sum())
    assert (found.value, found.n_inside, found.n_all) == ("solar", n_inside, n_all)
    assert found.share_inside == n_inside / 400
    assert found.lift == pytest.approx((n_inside / 400) / (n_all / 2_000))
    chance = hypergeom(2_000, n_all, 400)
    assert found.deviations == pytest.approx((n_inside - chance.mean()) / chance.std())


def test_values_are_ranked_by_how_clearly_they_stand_out():
    column = RNG.choice(["a", "b", "c", "d"], 4_000)
    column[:500] = "a"
    column[500:800] = "b"
    found = over_represented(encode_values(pa.array(column)), np.arange(1_000))
    assert [each.value for each in found] == ["a", "b"]


def test_random_sets_have_no_over_represented_value():
    encoded = encode_values(pa.array(RNG.integers(0, 200, 20_000)))
    for seed in range(20):
        rows = np.random.default_rng(seed).choice(20_000, 2_000, replace=False)
        assert len(over_represented(encoded, rows)) <= 1


def test_missing_cells_are_a_value_of_their_own():
    column = pa.chunked_array([pa.array([None] * 40 + ["x"] * 10), pa.array(["x"] * 100 + [None] * 2)])
    found = over_represented(encode_values(column), np.arange(45))
    assert (found[0].value, found[0].n_inside, found[0].n_all) == (None, 40, 42)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 1, 2] * 50),
        pa.array([True, True, False] * 50),
        pa.array(["a", "a", None] * 50).dictionary_encode(),
        pa.chunked_array(
            [pa.array(["a"] * 100).dictionary_encode(), pa.array(["b"] * 50).dictionary_encode()]
        ),
    ],
)
def test_columns_of_any_type_are_encoded(column):
    encoded = encode_values(column)
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    assert [encoded.values[code] for code in encoded.codes] == texts


def test_one_value_everywhere_stands_out_nowhere():
    encoded = encode_values(pa.array(["same"] * 30))
    assert over_represented(encoded, np.arange(10)) == ()
    assert over_represented(encoded, np.arange(30)) == ()
    assert over_represented(encode_values(pa.array([None] * 3, pa.string())), np.arange(2)) == ()


@pytest.mark.parametrize("rows", [[], [30], [-1]])
def test_rows_that_are_not_there_are_refused(rows):
    with pytest.raises(ExplanationError, match="30 rows"):
        over_represented(encode_values(pa.array(["same"] * 30)), np.array(rows, dtype=np.int64))
