"""Drift of new rows: measured against how near the fitted rows lie to each other."""

import json

import numpy as np
import pytest

from fiedler.drift import fitted_reach, measure_drift


def blob(n, seed, n_columns=3):
    return np.random.default_rng(seed).normal(size=(n, n_columns)).astype(np.float32)


def drift(fitted, new, **before):
    zeros = np.zeros(len(new), int), np.zeros(len(fitted), int)
    return measure_drift(fitted_reach(fitted), new, *zeros, n_fitted=len(fitted), **before)


@pytest.mark.parametrize("n_columns", [2, 3, 10])
def test_rows_of_the_same_kind_are_poorly_held_one_time_in_a_hundred(n_columns):
    found = drift(blob(4_000, 0, n_columns), blob(4_000, 1, n_columns))
    assert 0.003 < len(found.poorly_held) / 4_000 < 0.02
    assert found.distance_ratio == pytest.approx(1, abs=0.1)
    assert [reason for reason in found.reasons if "poorly" in reason] == []


def test_distances_are_to_the_nearest_fitted_row():
    fitted, new = blob(300, 0), blob(50, 1) * 2
    found = drift(fitted, new)
    pairs = np.linalg.norm(new[:, None] - fitted, axis=2)
    np.testing.assert_allclose(found.distances, pairs.min(axis=1), rtol=1e-4)
    own = np.linalg.norm(fitted[:, None] - fitted, axis=2) + np.diag(np.full(300, np.inf))
    usual = np.quantile(own.min(axis=1), 0.99)
    assert found.poorly_held.tolist() == np.flatnonzero(pairs.min(axis=1) > usual).tolist()


def test_rows_elsewhere_call_for_a_fit():
    found = drift(blob(1_000, 0), np.concatenate([blob(180, 1), blob(20, 2) + 30]))
    assert set(range(180, 200)) <= set(found.poorly_held.tolist())
    assert found.refit_due
    assert "poorly held" in found.reasons[0]
    assert "Refit" in str(found)


def test_a_few_strangers_do_not():
    assert not drift(blob(1_000, 0), blob(4, 2) + 30).refit_due


def test_what_was_added_before_counts():
    fitted, new = blob(1_000, 0), blob(10, 1)
    assert not drift(fitted, new, n_added_before=480).refit_due
    found = drift(fitted, new, n_added_before=491)
    assert "more than 50%" in found.reasons[0]
    assert found.n_added == 501
    assert drift(fitted, new, n_added_before=90, n_poorly_held_before=30).refit_due


def test_copies_of_fitted_rows_are_well_held_and_the_rest_is_not_measured_by_copies():
    values = np.arange(20, dtype=np.float32)[:, None]
    fitted = np.repeat(values, 50, axis=0)
    found = drift(fitted, np.array([[3], [3.5], [25]], np.float32))
    assert found.poorly_held.tolist() == [2]
    alone = drift(np.ones((30, 1), np.float32), np.array([[1], [2]], np.float32))
    assert alone.poorly_held.tolist() == [1]


def test_many_rows_are_shown_by_a_sample():
    found = drift(blob(40_000, 0, 2), blob(2_000, 1, 2))
    assert len(found.poorly_held) / 2_000 < 0.02
    assert found.distance_ratio == pytest.approx(1, abs=0.1)


def test_the_mixture_of_clusters_is_compared():
    fitted = blob(100, 0)
    found = measure_drift(
        fitted_reach(fitted), fitted[:4], np.array([0, 0, 1, -1]), np.repeat([0, 1, 2, -1], 25), n_fitted=100
    )
    np.testing.assert_allclose(found.cluster_shares, [2 / 3, 1 / 3, 0])
    np.testing.assert_allclose(found.cluster_shares_before, [1 / 3, 1 / 3, 1 / 3])
    assert found.share_moved == pytest.approx(1 / 3)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["n_new"] == 4
