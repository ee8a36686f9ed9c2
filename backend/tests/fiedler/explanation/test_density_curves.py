"""Histograms are exact counts in the column's own unit."""

import numpy as np
import pytest
from explanation_data import coded_of, in_units

from fiedler.explanation.curves import curves

RNG = np.random.default_rng(2)


def curves_of(values, inside):
    coded = coded_of(values[:, None])
    counts = [np.bincount(coded.codes[0][side], minlength=256).astype(float) for side in (inside, ~inside)]
    return curves(coded.columns[0], *counts), in_units(coded.features[:, 0])


@pytest.mark.parametrize("shape", ["normal", "skewed", "whole"])
def test_bins_hold_the_rows_between_their_edges(shape):
    normal = RNG.normal(size=20_000)
    values = {"normal": normal, "skewed": np.exp(normal), "whole": np.round(normal * 100)}[shape]
    inside = RNG.random(20_000) < 0.2
    found, stored = curves_of(values, inside)
    edges = np.asarray(found.edges)
    for side, counts, beyond in (
        (inside, found.inside, found.inside_beyond),
        (~inside, found.outside, found.outside_beyond),
    ):
        # Above the first edge, up to the second: edges of float32 are compared in float64 here.
        reached = np.searchsorted(np.sort(stored[side]), edges * (1 + 1e-12), side="right")
        np.testing.assert_allclose(counts, np.diff(reached), atol=1)
        assert sum(counts) + sum(beyond) == np.count_nonzero(side)


def test_area_under_a_density_is_the_share_shown():
    values = np.exp(2 * RNG.normal(size=20_000))
    inside = RNG.random(20_000) < 0.2
    found, _ = curves_of(values, inside)
    widths = np.diff(found.edges)
    shown = sum(found.inside) / np.count_nonzero(inside)
    assert np.sum(widths * found.inside_density) == pytest.approx(shown, abs=1e-9)
    assert shown > 0.98


def test_values_far_out_do_not_flatten_the_rest():
    values = RNG.normal(size=20_000)
    values[:10] = 1e6
    found, _ = curves_of(values, np.arange(20_000) < 10_000)
    assert found.edges[-1] < 10
    assert found.inside_beyond[1] == pytest.approx(10, abs=60)


def test_few_values_have_a_bin_each():
    values = np.array([0.0, 1.0, 1.0, 3.0, 3.0, 3.0])
    found, _ = curves_of(values, np.array([True, True, False, False, True, True]))
    assert found.inside == [1, 1, 2]
    assert found.outside == [0, 1, 1]


def test_constant_column_is_one_bin():
    found, _ = curves_of(np.full(6, 2.0), np.arange(6) < 2)
    assert (found.inside, found.outside) == ([2], [4])
    assert found.inside_density == [1.0]
