"""Whole numbers: spread within their intervals, so that the graph does not fall into one part a value."""

import numpy as np
from sklearn.metrics import normalized_mutual_info_score

from fiedler import SpectralClustering
from fiedler.neighbors.rounded import spread_rounded


def customers(seed=0, n_rows=1_200):
    """Three plans: few orders of little money up to many of much; age and orders are whole numbers."""
    rng = np.random.default_rng(seed)
    plan = rng.choice(3, n_rows, p=(0.5, 0.35, 0.15))
    age = np.round(rng.normal(np.array([35, 42, 50])[plan], 6))
    spend = np.array([20, 80, 600])[plan] * rng.lognormal(0, 0.25, n_rows)
    orders = np.maximum(0, np.round(rng.normal(np.array([1, 4, 12])[plan], 1)))
    columns = np.column_stack([age, spend, orders])
    missing = rng.random(columns.shape) < 0.05
    columns = np.where(missing, np.median(columns, axis=0), columns)
    return (columns - columns.mean(axis=0)) / columns.std(axis=0), plan


def whole_numbers(n_rows=600):
    rng = np.random.default_rng(1)
    return np.column_stack([rng.integers(0, 12, n_rows), rng.normal(size=n_rows)]).astype(np.float32)


def test_dense_sheets_of_whole_numbers_make_one_graph():
    points, plan = customers()
    model = SpectralClustering(n_clusters=2).fit(points)
    assert min(np.bincount(model.labels_)) > 100
    assert normalized_mutual_info_score(plan == 2, model.labels_) > 0.9


def test_values_move_within_half_a_step_and_other_columns_stay():
    rows = whole_numbers()
    spread = spread_rounded(rows, 0.1)
    assert np.array_equal(spread[:, 1], rows[:, 1])
    shift = spread[:, 0] - rows[:, 0]
    assert np.abs(shift).max() <= 0.5
    assert shift.std() > 0.25
    assert abs(shift.mean()) < 0.05


def test_a_wide_gap_between_values_stays():
    rows = whole_numbers()
    rows[rows[:, 0] >= 6, 0] += 100
    spread = spread_rounded(rows, 0.1)
    assert np.abs(spread[:, 0] - rows[:, 0]).max() <= 0.5


def test_order_of_rows_does_not_matter_and_copies_stay_equal():
    rows = np.vstack([whole_numbers(), whole_numbers()])
    order = np.random.default_rng(2).permutation(len(rows))
    assert np.array_equal(spread_rounded(rows[order], 0.1), spread_rounded(rows, 0.1)[order])
    assert np.array_equal(spread_rounded(rows, 0.1)[:600], spread_rounded(rows, 0.1)[600:])


def test_categories_rare_marks_and_fine_steps_are_left_alone():
    rows = whole_numbers()
    assert spread_rounded(rows, 10.0) is rows
    categories = rows.copy()
    categories[:, 0] %= 3
    assert spread_rounded(categories, 0.1) is categories
    marks = rows.copy()
    marks[:400, 0] = 0
    assert spread_rounded(marks, 0.1) is marks
