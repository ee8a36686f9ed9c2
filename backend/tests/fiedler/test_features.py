"""From a Parquet table to the feature matrix: columns chosen, cells filled, notes in words."""

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler.errors import InvalidFeaturesError, TooFewRowsError
from fiedler.feature_columns import FeatureFacts
from fiedler.features import choose_columns, write_features


@pytest.fixture
def write_table(tmp_path):
    def write(columns, roles=None, **options):
        table = pa.table(columns)
        if roles is not None:
            table = table.replace_schema_metadata({b"fiedler.roles": json.dumps(roles).encode()})
        path = tmp_path / "table.parquet"
        pq.write_table(table, path, **options)
        return path

    return write


def features_of(path, folder, columns=None, *, scaling="none", imputation="median"):
    facts = write_features(
        path, folder, choose_columns(path, columns), scaling=scaling, imputation=imputation
    )
    return np.load(folder / "features.npy"), facts


def test_all_numeric_columns_are_chosen_without_roles(write_table):
    path = write_table(
        {
            "int": [1, 2],
            "text": ["a", "b"],
            "float": [0.5, 1.5],
            "flag": [True, False],
            "price": [Decimal("1.10"), Decimal("2.20")],
            "small": pa.array([1, 2], pa.uint8()),
        }
    )
    assert choose_columns(path, None) == ("int", "float", "flag", "price", "small")


def test_roles_of_the_table_choose_its_features(write_table):
    path = write_table(
        {"id": [1, 2], "x": [0.5, 1.5], "y": [1, 0]}, {"id": "identifier", "x": "feature", "y": "label"}
    )
    assert choose_columns(path, None) == ("x",)
    assert choose_columns(path, ["y", "id"]) == ("y", "id")


@pytest.mark.parametrize(
    ("requested", "message"),
    [
        (["x", "z"], r"no column 'z'; its columns are 'x', 'name'"),
        (["name"], r"column 'name' holds text; clustering needs numbers"),
    ],
)
def test_unusable_requests_are_refused_by_name(write_table, requested, message):
    path = write_table({"x": [0.5, 1.5], "name": ["a", "b"]})
    with pytest.raises(InvalidFeaturesError, match=message):
        choose_columns(path, requested)


def test_table_without_numbers_is_refused(write_table):
    with pytest.raises(InvalidFeaturesError, match="none of the 2 columns is numeric"):
        choose_columns(write_table({"a": ["x"], "b": ["y"]}), None)


def test_numeric_table_without_a_feature_role_says_so(write_table):
    path = write_table({"id": [1, 2]}, {"id": "identifier"})
    with pytest.raises(
        InvalidFeaturesError, match="no column has the role of a feature, though 'id' is numeric"
    ):
        choose_columns(path, None)


def test_values_keep_their_row_and_column(write_table, tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(70_000, 3))
    path = write_table({f"a.{c}": values[:, c] for c in range(3)}, row_group_size=9_999)
    features, facts = features_of(path, tmp_path)
    assert features.dtype == np.float32
    assert features.flags.c_contiguous
    assert np.array_equal(features, values.astype(np.float32))
    assert facts.names == ["a.0", "a.1", "a.2"]


def test_booleans_become_zero_and_one(write_table, tmp_path):
    features, _ = features_of(write_table({"flag": [True, False, None]}), tmp_path, imputation="zero")
    assert features.ravel().tolist() == [1.0, 0.0, 0.0]


def test_every_filled_cell_is_counted_in_a_note(write_table, tmp_path):
    path = write_table({"x": [1.0, None, 3.0, float("inf")], "y": [1.0, 2.0, None, 4.0], "z": [1, 2, 3, 4]})
    features, facts = features_of(path, tmp_path)
    assert features[:, 0].tolist() == [1.0, 2.0, 3.0, 2.0]
    notes = {note["code"]: note["message"] for note in facts.notes}
    assert notes["imputed"] == "3 missing cells (25 %) filled with the column's median: 'x' 2, 'y' 1."
    assert notes["infinite"] == "1 of the filled cells were infinite."


def test_constant_and_empty_columns_are_left_out_with_a_note(write_table, tmp_path):
    path = write_table({"x": [1.0, 2.0], "c": [7, 7], "e": pa.array([None, None], pa.float64())})
    features, facts = features_of(path, tmp_path)
    assert facts.names == ["x"]
    assert features.shape == (2, 1)
    assert {note["code"] for note in facts.notes} == {"constant_columns", "empty_columns"}


def test_table_of_identical_rows_keeps_one_column_of_zeros(write_table, tmp_path):
    features, facts = features_of(write_table({"a": [7, 7], "b": [1, 1]}), tmp_path, scaling="standard")
    assert features.tolist() == [[0.0], [0.0]]
    assert [note["code"] for note in facts.notes] == ["all_constant"]


def test_table_without_any_value_is_refused(write_table, tmp_path):
    path = write_table({"e": pa.array([None, float("nan")], pa.float64())})
    with pytest.raises(InvalidFeaturesError, match="no finite number in 'e'"):
        features_of(path, tmp_path)


def test_table_without_rows_is_refused(write_table, tmp_path):
    with pytest.raises(TooFewRowsError, match="no rows"):
        features_of(write_table({"x": pa.array([], pa.float64())}), tmp_path)


def test_unscaled_values_beyond_float32_are_refused(write_table, tmp_path):
    path = write_table({"x": [1.0, 1e300]})
    with pytest.raises(InvalidFeaturesError, match="choose a scaling"):
        features_of(path, tmp_path)
    features, _ = features_of(path, tmp_path, scaling="standard")
    assert np.isfinite(features).all()


def test_meta_file_reads_back_as_the_same_facts(write_table, tmp_path):
    _, facts = features_of(write_table({"x": [1.0, None, 3.0]}), tmp_path, scaling="standard")
    assert FeatureFacts.from_dict(json.loads((tmp_path / "meta.json").read_text())) == facts


def test_automatic_scaling_standardises_and_says_when_it_does_not(write_table, tmp_path):
    apart, facts = features_of(
        write_table({"x": [0.0, 1.0, 2.0], "y": [10.0, 300.0, 20.0]}), tmp_path, scaling="auto"
    )
    assert np.allclose(apart.std(axis=0), 1)
    assert facts.notes == ()
    shared, facts = features_of(write_table({"a": [1, 5, 1, 5], "b": [1, 5, 3, 3]}), tmp_path, scaling="auto")
    assert np.allclose(shared.std(axis=0), [1, np.sqrt(0.5)])
    (note,) = facts.notes
    assert note["code"] == "common_scale"
    assert "2 of 2 columns reach from 1 to 5" in note["message"]
