"""Moments summed block by block: what numpy says of the whole, and the same bits for any pieces."""

import numpy as np
import pytest

from fiedler.moments import BLOCK_ROWS, GROUP_ROWS, block_moments, column_moments, joined_moments


def test_moments_agree_with_numpy_on_a_shifted_column():
    values = 1e6 + np.random.default_rng(0).normal(size=3 * BLOCK_ROWS + 17)
    found = column_moments(values)
    mean, deviation = found.mean_and_deviation()
    assert (found.low, found.high, found.n_present) == (values.min(), values.max(), values.size)
    assert mean == pytest.approx(values.mean(), rel=1e-14)
    # The offset costs six of sixteen digits.
    assert deviation == pytest.approx(values.std(), rel=1e-9)


def test_missing_values_are_counted_and_left_out_of_every_sum():
    values = np.random.default_rng(1).normal(size=2 * BLOCK_ROWS)
    present = values.copy()
    values[::3], values[1], values[2] = np.nan, np.inf, -np.inf
    present = np.delete(present, np.union1d(np.arange(0, len(values), 3), [1, 2]))
    found = column_moments(values)
    assert (found.n_missing, found.n_infinite, found.n_rows) == (
        len(range(0, len(values), 3)),
        2,
        len(values),
    )
    assert found.mean_and_deviation() == pytest.approx((present.mean(), present.std()), rel=1e-12)


def test_a_block_without_values_changes_nothing():
    values = np.random.default_rng(2).normal(size=BLOCK_ROWS)
    empty = np.full(BLOCK_ROWS, np.nan)
    alone, between = column_moments(values), column_moments(np.concatenate([empty, values, empty]))
    assert (alone.mean, alone.squares, alone.low) == (between.mean, between.squares, between.low)
    assert column_moments(empty).n_present == 0


def test_groups_measured_apart_join_to_the_same_bits():
    values = np.random.default_rng(3).normal(size=2 * GROUP_ROWS + 5_000)
    groups = [
        column_moments(values[start : start + GROUP_ROWS]) for start in range(0, len(values), GROUP_ROWS)
    ]
    assert joined_moments(groups) == column_moments(values)


@pytest.mark.parametrize("magnitude", [1e300, 1e-170])
def test_extreme_magnitudes_neither_overflow_nor_vanish(magnitude):
    ordinary = np.tile([1.0, 2.0, 3.0], BLOCK_ROWS)
    mean, deviation = column_moments(magnitude * ordinary).mean_and_deviation()
    assert mean == pytest.approx(2 * magnitude)
    # Squares of 1e-170 are zero: the range then stands for the deviation.
    assert deviation == pytest.approx(magnitude * (np.sqrt(2 / 3) if magnitude > 1 else 2))


def test_ordinary_blocks_beside_huge_ones_are_joined_in_one_unit():
    values = np.concatenate([np.ones(BLOCK_ROWS), np.full(BLOCK_ROWS, 4e300)])
    assert column_moments(values).mean_and_deviation() == pytest.approx((2e300, 2e300))


def test_without_means_counts_and_range_are_found():
    found = block_moments(np.array([3.0, np.nan, -1.0]), with_mean=False)
    assert (found.low, found.high, found.n_missing, found.n_present) == (-1.0, 3.0, 1, 2)
    assert np.isnan(found.mean)
