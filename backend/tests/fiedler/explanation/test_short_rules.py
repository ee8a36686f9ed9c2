"""Rules are found again in data made from them, and their counts are those of all rows."""

import numpy as np
import pytest
from explanation_data import coded_of, in_units

from fiedler.explanation.cuts import search_rows
from fiedler.explanation.rules import find_rule

RNG = np.random.default_rng(3)


def rule_of(points, inside, **options):
    coded = coded_of(points, **options)
    sides = inside.astype(np.uint8)
    sample = None
    if coded.rows is not None:
        sample = np.flatnonzero(inside)[:1_000], np.flatnonzero(~inside)[:1_000]
    found = find_rule(coded, search_rows(coded, sides, sample), range(np.shape(points)[1]), sides)
    return found, coded


def selected_by(rule, coded):
    """Which rows the rule selects as it is printed, in the columns' own units."""
    points = in_units(np.asarray(coded.features))
    result = np.ones(len(points), dtype=bool)
    for each in rule.conditions:
        if each.above is not None:
            result &= points[:, each.column] > each.above
        if each.up_to is not None:
            result &= points[:, each.column] <= each.up_to
    return result


TRUE_RULES = {
    "one threshold": lambda x: x[:, 2] > 13.37,
    "other direction": lambda x: x[:, 0] <= 8.1,
    "two columns": lambda x: (x[:, 1] > 11) & (x[:, 3] <= 9.5),
    "range": lambda x: (x[:, 1] > 9) & (x[:, 1] <= 11.5),
    "box": lambda x: (x[:, 1] > 9) & (x[:, 1] <= 12) & (x[:, 2] > 8) & (x[:, 2] <= 11),
}


@pytest.mark.parametrize("true_rule", TRUE_RULES)
@pytest.mark.parametrize("n_rows", [400, 30_000])
def test_rule_that_made_the_data_is_found_again(true_rule, n_rows):
    points = RNG.normal(size=(n_rows, 4)) * 2 + 10
    inside = TRUE_RULES[true_rule](points)
    found, coded = rule_of(points, inside)
    # A threshold of fewer digits may cost .002 of F1; thresholds are moved one after the other.
    assert found.f1 > 0.99
    selected = selected_by(found, coded)
    assert found.n_selected == np.count_nonzero(selected)
    assert found.n_selected_inside == np.count_nonzero(selected & inside)
    assert found.precision == pytest.approx(np.mean(inside[selected]))
    assert found.recall == pytest.approx(np.mean(selected[inside]))
    assert (found.n_inside, found.n_rows) == (np.count_nonzero(inside), n_rows)


def test_noise_is_described_without_a_needless_second_condition():
    points = RNG.normal(size=(20_000, 4))
    inside = (points[:, 0] > 1) ^ (RNG.random(20_000) < 0.05)
    found, _ = rule_of(points, inside)
    assert len(found.conditions) == 1
    assert found.conditions[0].name == "c0"
    assert found.conditions[0].above == pytest.approx(1, abs=0.05)


def test_single_threshold_is_as_good_as_the_best_of_all():
    points = np.round(RNG.normal(size=(300, 1)), 2)
    inside = RNG.random(300) < 1 / (1 + np.exp(-4 * points[:, 0]))
    found, coded = rule_of(points, inside)
    values = in_units(coded.features[:, 0])
    best = max(
        2 * np.count_nonzero(chosen & inside) / (np.count_nonzero(chosen) + np.count_nonzero(inside))
        for value in values
        for chosen in (values > value, values <= value)
    )
    assert found.f1 >= best - 0.002 - 1e-9


def test_thresholds_have_few_digits_in_wide_gaps():
    points = np.concatenate([RNG.uniform(0, 3.1, 500), RNG.uniform(7.2, 9, 500)])[:, None]
    found, _ = rule_of(points, points[:, 0] > 5, names=["age"])
    assert found.text == "age > 5"
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_range_is_read_as_one_condition():
    values = np.repeat(np.arange(10.0), 20)
    found, _ = rule_of(values[:, None], (values > 2) & (values < 6), names=["age"])
    assert len(found.conditions) == 1
    assert found.text == "2.5 < age ≤ 5.5"
    assert found.f1 == 1.0


def test_columns_that_say_nothing_give_no_rule():
    inside = RNG.random(5_000) < 0.5
    found, _ = rule_of(np.tile([3.0, 4.0], (5_000, 1)), inside)
    assert found is None
    found, _ = rule_of(RNG.normal(size=(5_000, 2)), inside)
    assert found is None


def test_missing_cells_meet_no_condition():
    points = RNG.normal(size=(2_000, 2)) * 2 + 10
    gaps = RNG.random(2_000) < 0.3
    # What stands in the filled cells would meet the condition.
    points[gaps, 0] = 15
    inside = ~gaps & (points[:, 0] > 11)
    found, coded = rule_of(points, inside, missing={0: gaps})
    assert found.precision == 1.0
    assert found.recall == pytest.approx(1.0, abs=0.005)
    assert found.n_selected == np.count_nonzero(selected_by(found, coded) & ~gaps)


def test_sampled_search_still_counts_all_rows():
    points = RNG.normal(size=(30_000, 3)) * 2 + 10
    inside = (points[:, 0] > 11) & (points[:, 1] <= 10)
    found, coded = rule_of(points, inside, largest=9_000)
    assert found.f1 > 0.97
    assert found.n_selected == np.count_nonzero(selected_by(found, coded))
    assert (found.n_inside, found.n_rows) == (np.count_nonzero(inside), 30_000)


def test_rule_of_a_single_row_selects_it():
    points = RNG.normal(size=(3_000, 3))
    points[17] = 9.0
    inside = np.arange(3_000) == 17
    found, _ = rule_of(points, inside)
    assert (found.n_selected, found.n_selected_inside) == (1, 1)


def test_mass_of_one_value_beside_a_threshold():
    values = np.where(RNG.random(200_000) < 0.8, 0.0, RNG.random(200_000))
    found, _ = rule_of(values[:, None], values > 0)
    assert found.f1 == 1.0
    assert 0 < found.conditions[0].above < 1e-3
