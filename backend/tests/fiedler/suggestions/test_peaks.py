"""The peaks of a density: as many as there are, and as prominent as they are."""

import numpy as np
import pytest
from suggestion_data import separated_blobs

from fiedler.suggestions.peaks import LARGEST_PEAK_RATIO, peak_prominences, peak_ratios


@pytest.mark.parametrize("n_clusters", [2, 5, 12])
def test_ratio_is_largest_at_the_number_of_blobs(n_clusters):
    ratios = peak_ratios(peak_prominences(separated_blobs(n_clusters, 200 * n_clusters)), 20)
    assert ratios.shape == (19,)
    assert ratios.argmax() + 2 == n_clusters
    assert ratios[n_clusters - 2] > 3


def test_a_peak_stands_out_by_the_depth_of_the_gap_before_a_denser_one():
    """Rows of a line at even steps: 1, 4 between, then 2; the density of a row is one over its step."""
    dense, between, less = np.arange(200) * 1.0, 200 + np.arange(40) * 4.0, 360 + np.arange(200) * 2.0
    line = np.concatenate([dense, between, less])[:, None]
    prominences = peak_prominences(line)
    assert prominences[1] == pytest.approx(np.log(4 / 2), rel=0.05)


def test_parts_without_a_link_are_peaks_that_stand_out_furthest():
    generator = np.random.default_rng(0)
    parts = np.concatenate([generator.normal(at, 1, (300, 2)) for at in (0, 50, 100)])
    prominences = peak_prominences(parts)
    assert np.flatnonzero(prominences == prominences[0]).tolist() == [0, 1, 2]
    assert len(prominences) > 3


def test_ratios_are_capped_and_one_where_there_are_no_more_peaks():
    ratios = peak_ratios(np.array([3.0, 3.0]), 5)
    np.testing.assert_array_equal(ratios, [LARGEST_PEAK_RATIO, 1, 1, 1])


def test_scale_and_order_of_rows_change_nothing():
    points = separated_blobs(3, 400)
    shuffled = np.random.default_rng(1).permutation(400)
    expected = peak_prominences(points, 1)
    np.testing.assert_allclose(peak_prominences(points[shuffled] * 1_000, 2), expected, rtol=1e-4, atol=1e-5)
