"""Cells that the features were filled in at are found again in the table."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler.explanation.codes import code_features
from fiedler.explanation.missing import missing_cells
from fiedler.features import write_features


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.parquet"
    columns = {
        "whole": [1, 2, 3, 4, 5, 6],
        "nulls": [1, None, 3, None, 5, 6],
        "odd": [1.0, float("nan"), float("inf"), None, 5.0, 6.0],
        "flags": [True, None, False, True, True, False],
        "constant": [2.0, None, 2.0, 2.0, 2.0, 2.0],
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_nulls_nan_and_infinities_are_missing(table, tmp_path):
    facts = write_features(
        table, tmp_path, ["whole", "nulls", "odd", "flags", "constant"], scaling="standard", imputation="mean"
    )
    found = missing_cells(table, facts)
    assert {facts.names[j]: np.flatnonzero(mask).tolist() for j, mask in found.items()} == {
        "nulls": [1, 3],
        "odd": [1, 2, 3],
        "flags": [1],
    }
    features = np.load(tmp_path / "features.npy")
    coded = code_features(features, facts.columns, missing=found, n_threads=1)
    for j, mask in found.items():
        np.testing.assert_array_equal(coded.codes[j] == 255, mask)


def test_values_come_back_in_the_units_of_the_table(table, tmp_path):
    facts = write_features(table, tmp_path, ["whole", "nulls"], scaling="robust", imputation="median")
    coded = code_features(np.load(tmp_path / "features.npy"), facts.columns, n_threads=1)
    units = [coded.columns[0].in_unit(value) for value in coded.features[:, 0]]
    np.testing.assert_allclose(units, [1, 2, 3, 4, 5, 6], rtol=1e-6)


def test_whole_tables_have_no_masks(table, tmp_path):
    facts = write_features(table, tmp_path, ["whole"], scaling="none", imputation="mean")
    assert missing_cells(table, facts) == {}
