"""Columns that were not clustered on: each kind is read as what it is and told of where it differs."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler.explanation.other_columns import MOST_COLUMNS, contrast_others, read_other_columns
from fiedler.explanation.values import composition, encode_values

N = 400
RNG = np.random.default_rng(0)


@pytest.fixture
def read(tmp_path):
    def read(columns, used=()):
        pq.write_table(pa.table(columns), tmp_path / "table.parquet", row_group_size=90)
        return read_other_columns(tmp_path / "table.parquet", set(used), n_threads=1)

    return read


def test_each_kind_of_column_is_read_as_what_it_is(read):
    start = datetime(2024, 1, 1)
    found = read(
        {
            "used": np.arange(N) * 1.0,
            "float": RNG.normal(size=N),
            "integer": RNG.integers(0, 5_000, N),
            "grade": RNG.integers(0, 5, N),
            "flag": RNG.random(N) < 0.5,
            "text": RNG.choice(["a", "b"], N),
            "key": [f"k{i}" for i in range(N)],
            "day": [date(2024, 1, 1) + timedelta(days=i) for i in range(N)],
            "time": pa.array([start + timedelta(seconds=i) for i in range(N)], pa.timestamp("us", tz="UTC")),
            "empty": pa.array([None] * N, pa.string()),
            "list": [[1]] * N,
        },
        used={"used"},
    )
    assert [each.column.name for each in found.quantities.columns] == ["float", "integer", "day", "time"]
    assert found.kinds == ("number", "number", "time", "time")
    assert list(found.labels) == ["grade", "flag", "text"]
    assert found.left_out == ("key", "empty", "list")


def test_times_keep_their_seconds(read):
    start = datetime(2024, 5, 1)
    times = [start + timedelta(seconds=i) for i in range(N)]
    found = read({"time": pa.array(times, pa.timestamp("us", tz="UTC"))})
    sides = (np.arange(N) >= N // 2).astype(np.uint8)
    (told,) = contrast_others(found, sides).quantities
    seconds = np.array([(each - datetime(1970, 1, 1)).total_seconds() for each in times])
    assert told.effect.inside_quartiles[1] == pytest.approx(np.median(seconds[sides == 1]), abs=1)
    assert told.effect.cliffs_delta > 0.999


def test_the_most_telling_column_comes_first_and_missing_cells_are_left_out(read):
    sides = (np.arange(N) < 100).astype(np.uint8)
    values = RNG.normal(size=N) + 10 * sides
    values[:20] = np.nan
    labels = np.where(sides == 1, "yes", RNG.choice(["yes", "no"], N))
    found = read(
        {
            "noise": RNG.normal(size=N),
            "signal": pa.array(values, from_pandas=True),
            "random": RNG.choice(["a", "b"], N),
            "label": labels,
        }
    )
    told = contrast_others(found, sides)
    assert [each.name for each in told.quantities] == ["signal", "noise"]
    assert (told.quantities[0].effect.inside_count, told.quantities[0].effect.inside_missing) == (80, 20)
    assert [each.name for each in told.labels] == ["label", "random"]
    assert told.labels[0].values[0].value == "yes"
    assert told.labels[0].separation == pytest.approx(1 - np.mean(labels[100:] == "yes"))
    assert told.labels[1].separation == 0.0


def test_columns_beyond_the_first_ones_are_named_as_left_out(read):
    found = read({f"c{i}": RNG.normal(size=N) for i in range(MOST_COLUMNS + 2)})
    assert len(found.quantities.columns) == MOST_COLUMNS
    assert found.left_out == (f"c{MOST_COLUMNS}", f"c{MOST_COLUMNS + 1}")


def test_a_table_of_nothing_else_has_nothing_else_to_tell(read):
    found = contrast_others(read({"used": np.arange(N)}, used={"used"}), np.ones(N, np.uint8))
    assert (found.quantities, found.labels, found.left_out) == ((), (), ())
    assert found.to_dict() == {"quantities": [], "labels": [], "left_out": []}


def test_a_composition_counts_only_what_is_compared():
    encoded = encode_values(pa.array(["a"] * 50 + ["b"] * 50 + ["c"] * 100))
    sides = np.repeat([1, 0, 2], [60, 40, 100]).astype(np.uint8)
    found = composition("label", encoded, sides)
    assert [(each.value, each.n_inside, each.n_all) for each in found.values] == [
        ("a", 50, 50),
        ("b", 10, 50),
    ]
    assert found.values[0].share_inside == pytest.approx(50 / 60)
    assert [each.share_outside for each in found.values] == [0.0, 1.0]
    assert found.separation == pytest.approx(50 / 60)
    assert found.n_different == 3


def test_a_rare_value_that_stands_out_is_told_beside_the_frequent_ones():
    values = RNG.choice(list("abcdefgh"), 4_000).astype(object)
    values[:12] = "rare"
    sides = np.zeros(4_000, np.uint8)
    sides[:400] = 1
    found = composition("label", encode_values(pa.array(values)), sides)
    assert [each.value for each in found.values][-1] == "rare"
    assert len(found.values) == 5
    assert found.values[-1].deviations > 4
