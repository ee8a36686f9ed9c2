from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from table_files import Files, codes, roles

from fiedler.tables import ImportPlan


def rows(header: str, n: int, *columns) -> str:
    return "\n".join([header, *(",".join(str(column(i)) for column in columns) for i in range(n))])


def test_roles_are_guessed_with_a_reason_and_kept_in_the_parquet_file(files: Files):
    content = rows(
        "customer_id,age,city,name,joined,constant,empty",
        40,
        lambda i: 1000 + 7 * i,
        lambda i: 20 + i % 17,
        lambda i: "AB"[i % 2],
        lambda i: f"person {i}",
        lambda i: f"2024-01-{i % 28 + 1:02}",
        lambda i: 5,
        lambda i: "",
    )
    result, _ = files.read(content)
    expected = {
        "customer_id": "identifier",
        "age": "feature",
        "city": "label",
        "name": "identifier",
        "joined": "ignored",
        "constant": "ignored",
        "empty": "ignored",
    }
    assert roles(result) == expected
    assert all(column.role_reason for column in result.columns)
    assert json.loads(pq.read_schema(files.parquet).metadata[b"fiedler.roles"]) == expected
    assert codes(result)["empty_column"] is None


def test_an_unnamed_row_index_and_a_class_column_are_no_features(files: Files):
    content = rows(
        ",x,y,class", 30, lambda i: i, lambda i: i * 0.3, lambda i: (i * 7 % 11) / 3, lambda i: i % 2
    )
    result, _ = files.read(content)
    assert list(roles(result).values()) == ["identifier", "feature", "feature", "label"]


def test_a_counted_last_column_beside_fractions_is_a_label(files: Files):
    content = "\n".join(f"{i * 0.37:.3f},{(i * 13 % 29) / 7:.3f},{i % 3 + 1}" for i in range(60))
    result, _ = files.read(content)
    assert list(roles(result).values()) == ["feature", "feature", "label"]


def test_the_only_numbers_of_a_table_are_a_feature_even_if_they_count_rows(files: Files):
    result, _ = files.read(rows("n", 20, lambda i: i + 1))
    assert roles(result) == {"n": "feature"}


def test_a_table_without_numbers_is_imported_with_a_note(files: Files):
    result, table = files.read("kind,place\na,x\nb,x\na,y\n")
    assert table.height == 3
    assert "no_numeric_column" in codes(result)


def test_roles_chosen_by_hand_are_kept(files: Files):
    plan = ImportPlan(column_roles={"x": "ignored"})
    result, _ = files.read("x,y\n1.5,2\n2.5,4\n", plan=plan)
    assert roles(result) == {"x": "ignored", "y": "feature"}


def test_a_profile_counts_and_measures(files: Files):
    result, _ = files.read("x,t\n1,a\n2,b\n,a\n3,\n2,a\n")
    x, t = result.columns
    assert (x.missing, x.distinct, x.minimum, x.maximum, x.mean) == (1, 3, 1.0, 3.0, 2.0)
    assert (t.missing, t.distinct, t.minimum, t.examples) == (1, 2, None, ("a", "b"))
    assert json.loads(json.dumps(x.to_dict()))["examples"] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["times.csv"])
def test_times_of_day_are_ignored(files: Files, name: str):
    result, _ = files.read(rows("at,x", 30, lambda i: f"{i % 24:02}.30.00", lambda i: i * 0.5), name)
    assert roles(result)["at"] == "ignored"
