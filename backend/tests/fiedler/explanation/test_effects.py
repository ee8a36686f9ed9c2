"""Effect sizes agree with scipy and with brute force."""

import numpy as np
import pytest
from explanation_data import coded_of
from scipy.stats import ks_2samp, mannwhitneyu

from fiedler.explanation.effects import effect

RNG = np.random.default_rng(1)


def effect_of(inside, outside):
    coded = coded_of(np.concatenate([inside, outside])[:, None])
    counts = [
        np.bincount(codes, minlength=256).astype(float) for codes in np.split(coded.codes[0], [len(inside)])
    ]
    return effect(coded.columns[0], *counts)


PAIRS = {
    "few values": (RNG.integers(0, 6, 80), RNG.integers(2, 9, 300)),
    "yes and no": (RNG.random(50) < 0.8, RNG.random(500) < 0.3),
    "small": (RNG.normal(size=20) + 1, RNG.normal(size=30)),
    "one row": (np.array([0.4]), RNG.normal(size=40)),
}
LARGE = {
    "normal": (RNG.normal(size=4_000) + 1, RNG.normal(size=9_000)),
    "skewed": (np.exp(2 * RNG.normal(size=4_000) + 1), np.exp(2 * RNG.normal(size=9_000))),
    "apart": (RNG.normal(size=4_000) + 50, RNG.normal(size=9_000)),
    "the same": (RNG.normal(size=4_000), RNG.normal(size=9_000)),
    "in the middle": (RNG.normal(size=4_000) / 5, RNG.normal(size=9_000)),
}


def delta_by_scipy(inside, outside):
    wins = mannwhitneyu(inside, outside).statistic
    return 2 * wins / (len(inside) * len(outside)) - 1


def separation_by_brute_force(inside, outside):
    """The largest rise of the difference of distribution functions, over all pairs of values."""
    values = np.unique(np.concatenate([inside, outside]))
    difference = [np.mean(inside <= value) - np.mean(outside <= value) for value in values]
    difference = np.concatenate([[0.0], difference])
    return max(difference[j] - difference[i] for j in range(len(difference)) for i in range(j + 1))


@pytest.mark.parametrize("pair", PAIRS)
def test_delta_and_separation_are_exact_where_every_value_has_a_code(pair):
    inside, outside = (np.asarray(values, dtype=float) for values in PAIRS[pair])
    found = effect_of(inside, outside)
    assert found.cliffs_delta == pytest.approx(delta_by_scipy(inside, outside), abs=1e-12)
    assert found.separation == pytest.approx(separation_by_brute_force(inside, outside), abs=1e-12)


@pytest.mark.parametrize("pair", LARGE)
def test_delta_is_within_a_code_of_many_values(pair):
    inside, outside = LARGE[pair]
    found = effect_of(inside, outside)
    # Rows of one code count as equal: at most half the chance to share one of some 250.
    assert found.cliffs_delta == pytest.approx(delta_by_scipy(inside, outside), abs=0.003)
    statistic = ks_2samp(inside, outside).statistic
    assert found.separation >= statistic - 0.01


def test_delta_does_not_change_under_a_monotone_map():
    inside, outside = LARGE["normal"]
    plain, mapped = effect_of(inside, outside), effect_of(np.exp(inside), np.exp(outside))
    # The uniform edges differ.
    assert mapped.cliffs_delta == pytest.approx(plain.cliffs_delta, abs=0.002)


def test_a_set_in_the_middle_has_separation_without_delta():
    found = effect_of(*LARGE["in the middle"])
    assert abs(found.cliffs_delta) < 0.05
    assert found.separation > 0.5
    low, high = found.interval
    assert -1 < low < 0 < high < 1
    assert found.inside_share - found.outside_share == pytest.approx(found.separation)


def test_interval_shares_are_those_of_the_rows():
    inside, outside = LARGE["in the middle"]
    found = effect_of(inside, outside)
    low, high = found.interval
    assert found.inside_share == pytest.approx(np.mean((inside > low) & (inside <= high)), abs=1e-3)
    assert found.outside_share == pytest.approx(np.mean((outside > low) & (outside <= high)), abs=1e-3)


@pytest.mark.parametrize("pair", [*LARGE])
def test_quartiles_agree_with_numpy(pair):
    inside, outside = LARGE[pair]
    found = effect_of(inside, outside)
    for values, quartiles in ((inside, found.inside_quartiles), (outside, found.outside_quartiles)):
        shares = [np.mean(values <= each) for each in quartiles]
        np.testing.assert_allclose(shares, [0.25, 0.5, 0.75], atol=0.01)


def test_standardized_difference_is_of_medians_over_robust_deviations():
    inside, outside = RNG.normal(size=20_000) * 2 + 3, RNG.normal(size=20_000) * 2
    assert effect_of(inside, outside).standardized_difference == pytest.approx(1.5, abs=0.1)
    # A hundred wild values move neither figure.
    inside[:100] = 1e6
    assert effect_of(inside, outside).standardized_difference == pytest.approx(1.5, abs=0.1)


def test_constant_column_has_no_effect():
    found = effect_of(np.full(10, 4.0), np.full(20, 4.0))
    assert (found.cliffs_delta, found.separation, found.standardized_difference) == (0.0, 0.0, None)
    assert found.inside_quartiles == (4.0, 4.0, 4.0)


def test_nobody_to_compare_with_gives_no_effect():
    found = effect_of(np.arange(5.0), np.empty(0))
    assert (found.cliffs_delta, found.separation, found.outside_quartiles) == (0.0, 0.0, None)


def test_missing_cells_are_left_out_and_counted():
    values = np.concatenate([np.arange(10.0), np.arange(5.0, 25.0)])
    gaps = np.zeros(30, dtype=bool)
    gaps[[0, 1, 12]] = True
    coded = coded_of(values[:, None], missing={0: gaps})
    counts = [np.bincount(codes, minlength=256) for codes in np.split(coded.codes[0], [10])]
    found = effect(coded.columns[0], *(each.astype(float) for each in counts))
    expected = delta_by_scipy(values[:10][~gaps[:10]], values[10:][~gaps[10:]])
    assert found.cliffs_delta == pytest.approx(expected, abs=1e-12)
    assert (found.inside_count, found.inside_missing) == (8, 2)
    assert (found.outside_count, found.outside_missing) == (19, 1)
