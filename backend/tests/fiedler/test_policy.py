"""The path follows the shape of the data, and the reason says so."""

import pytest

from fiedler.policy import EXACT_ROWS, EXACT_ROWS_MANY_COLUMNS, choose_method


@pytest.mark.parametrize(
    ("n_samples", "n_features", "method"),
    [
        (3, 2, "exact"),
        (EXACT_ROWS, 2, "exact"),
        (EXACT_ROWS + 1, 3, "landmark"),
        (EXACT_ROWS + 1, 4, "exact"),
        (EXACT_ROWS_MANY_COLUMNS + 1, 4, "landmark"),
    ],
)
def test_automatic_choice_goes_by_rows_and_columns(n_samples, n_features, method):
    choice = choose_method("auto", n_samples, n_features)
    assert choice.method == method
    assert f"{n_samples:,} rows" in choice.reason


@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_a_wish_is_followed(method):
    assert choose_method(method, 50_000, 2).method == method


def test_too_few_rows_for_landmarks_are_said_to_be():
    choice = choose_method("landmark", 20, 2)
    assert choice.method == "exact"
    assert "too few for landmarks" in choice.reason
