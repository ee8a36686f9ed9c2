"""Sentences and numbers that people read."""

import numpy as np
import pytest
from explanation_data import coded_of
from hypothesis import given
from hypothesis import strategies as st

from fiedler.explanation.comparison import compare_rows
from fiedler.explanation.numbers import exact, percent, readable, simplest_between

RNG = np.random.default_rng(0)


def sentence_of(inside, outside, names):
    points = np.concatenate([inside, outside])
    return compare_rows(coded_of(points, names=names), np.arange(len(inside))).sentence


def test_times_are_said_of_columns_without_negative_values():
    outside = RNG.uniform(1, 3, size=(500, 1))
    assert sentence_of(outside * 4, outside, ["load"]).startswith("4 times the load (")
    assert sentence_of(outside * 4 - 3, outside - 3, ["load"]).startswith("Higher load (")


def test_middle_ranges_are_said_as_ranges_and_names_stay_as_they_are():
    outside = RNG.normal(size=(3_000, 1)) * 10
    found = sentence_of(RNG.normal(size=(900, 1)), outside, ["voltage"])
    assert found.startswith("voltage between -")
    assert "(against" in found
    assert "of the rest)" in found


def test_several_columns_are_joined():
    outside = RNG.normal(size=(800, 3))
    found = sentence_of(outside[:400] + np.array([9, -7, 5]), outside, ["a", "b", "c"])
    assert found.startswith("Higher a (")
    assert " for the rest), lower b (" in found
    assert " and higher c (" in found
    assert found.endswith(").")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.04123, "0.0412"), (1.5, "1.5"), (-2.0, "-2"), (52_310.4, "52,310"), (1e-9, "1e-09"),
     (123_456_789.0, "1.23e+08"), (999.96, "1,000")],
)  # fmt: skip
def test_numbers_are_short(value, text):
    assert readable(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (1, "100 %"), (0.001, "under 1 %"), (0.999, "over 99 %"), (0.616, "62 %")]
)
def test_only_all_is_called_all(share, text):
    assert percent(share) == text


@given(st.floats(-1e200, 1e200), st.floats(-1e200, 1e200))
def test_simplest_number_lies_between(low, high):
    low, high = min(low, high), max(low, high)
    found = simplest_between(low, high)
    assert low <= found < high or low == high == found
    assert float(exact(found)) == found


@pytest.mark.parametrize(("low", "high", "number"), [(3.1, 7.2, 5.0), (0.0, 1.0, 0.5), (41.97, 42.04, 42.0)])
def test_simplest_number_has_few_digits(low, high, number):
    assert simplest_between(low, high) == number
