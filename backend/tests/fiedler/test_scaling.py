"""Statistics of one column: over present values, in float64, without overflow."""

import numpy as np
import pytest

from fiedler.scaling import column_scale, on_common_scale


def test_standard_scaling_gives_mean_zero_and_deviation_one():
    values = np.random.default_rng(0).normal(50, 3, 1000)
    scaled = column_scale(values, "standard", "median").apply(values)
    assert abs(scaled.mean()) < 1e-12
    assert abs(scaled.std() - 1) < 1e-12


def test_large_offset_does_not_drown_small_differences():
    """float32 could not tell 1e9 from 1e9 + 1; centring happens before."""
    values = 1e9 + np.arange(10.0)
    scaled = column_scale(values, "standard", "median").apply(values).astype(np.float32)
    assert np.unique(scaled).size == 10


def test_minmax_scaling_spans_zero_to_one_even_for_huge_values():
    values = np.array([-8e307, 0.0, 8e307])
    assert column_scale(values, "minmax", "median").apply(values).tolist() == [0.0, 0.5, 1.0]


def test_range_beyond_float64_still_gives_finite_features():
    values = np.array([-1.7e308, 0.0, 1.7e308])
    assert np.isfinite(column_scale(values, "minmax", "median").apply(values)).all()


def test_standard_scaling_of_huge_values_stays_finite():
    values = np.array([1e300, 2e300, 3e300])
    assert np.allclose(
        column_scale(values, "standard", "mean").apply(values), np.sqrt(1.5) * np.array([-1, 0, 1])
    )


def test_robust_scaling_ignores_an_outlier():
    values = np.append(np.random.default_rng(0).normal(5, 2, 10_001), 1e12)
    scale = column_scale(values, "robust", "median")
    # Quartiles of 10,001 normal values are known to about 2 %.
    assert scale.center == pytest.approx(5, abs=0.1)
    assert scale.scale == pytest.approx(2, rel=0.05)


def test_robust_scaling_falls_back_when_half_the_values_are_equal():
    values = np.array([0.0] * 80 + [1.0] * 20)
    assert column_scale(values, "robust", "median").scale == pytest.approx(0.4)


@pytest.mark.parametrize(("imputation", "fill"), [("median", 2.0), ("mean", 3.0), ("zero", 0.0)])
def test_missing_and_infinite_values_are_filled_and_counted_apart(imputation, fill):
    values = np.array([1.0, np.nan, 2.0, np.inf, 6.0, -np.inf])
    scale = column_scale(values, "none", imputation)
    assert (scale.n_missing, scale.n_infinite, scale.n_imputed) == (1, 2, 3)
    assert scale.apply(values).tolist() == [1.0, fill, 2.0, fill, 6.0, fill]


def test_constant_and_empty_columns_are_told_apart():
    constant = column_scale(np.array([3.0, np.nan, 3.0]), "standard", "median")
    empty = column_scale(np.array([np.nan, np.inf]), "standard", "median")
    assert (constant.is_constant, constant.is_empty) == (True, False)
    assert (empty.is_constant, empty.is_empty) == (True, True)


def test_denormal_differences_do_not_divide_by_zero():
    values = np.array([0.0, 1e-300, 2e-300])
    assert np.isfinite(column_scale(values, "standard", "median").apply(values)).all()


def scales_of(columns):
    return {name: column_scale(np.array(values), "auto", "median") for name, values in enumerate(columns)}


def test_columns_that_share_a_unit_keep_their_proportions():
    wide, dull = [1.0, 5.0, 1.0, 5.0], [1.0, 5.0, 3.0, 3.0]
    calm = [3.0, 3.0, 3.0, 4.0]
    before = scales_of([wide, dull, calm, [2.0, 2.0, 2.0, 2.0]])
    after = on_common_scale(before)
    assert after is not None
    assert (after.low, after.high, after.n_reaching) == (1.0, 5.0, 2)
    assert [after.scales[name].scale for name in range(4)] == [2.0, 2.0, 2.0, 1.0]
    assert [after.scales[name].center for name in range(4)] == [before[name].center for name in range(4)]


@pytest.mark.parametrize(
    "columns",
    [
        [[0.0, 1.0, 2.0]],
        [[0.0, 1.0, 2.0], [0.0, 1.0, 300.0]],
        [[0.0, 9.0], [3.0, 4.0], [5.0, 5.0]],
        [[0.0, 9.0], [0.0, 9.0], [1.0, 9.0], [0.0, 8.0], [2.0, 3.0]],
    ],
)
def test_columns_of_their_own_units_are_not_put_on_one_scale(columns):
    assert on_common_scale(scales_of(columns)) is None
