"""Sources of every kind give the same rows from anywhere, and say what is wrong with a part."""

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from fiedler.errors import InvalidFeaturesError, SourceError
from fiedler.sources import open_source

ROWS = 10_000


@pytest.fixture
def values():
    return np.random.default_rng(0).normal(size=(ROWS, 3))


@pytest.fixture
def table(values):
    columns = {name: values[:, column] for column, name in enumerate("abc")}
    return pa.table({"name": [f"row {row}" for row in range(ROWS)], **columns})


@pytest.fixture
def parts(table, tmp_path):
    """Three parts whose row groups end nowhere in particular, with a hidden file beside them."""
    folder = tmp_path / "parts"
    folder.mkdir()
    for path, start, stop in (
        ("part-0.parquet", 0, 1_234),
        ("part-1.parquet", 1_234, 7_000),
        ("part-2.parquet", 7_000, ROWS),
    ):
        place = folder / path
        pq.write_table(table.slice(start, stop - start), place, row_group_size=777)
    (folder / "_metadata.parquet").write_bytes(b"no part")
    return folder


def every_kind(kind, values, table, parts, tmp_path):
    if kind == "array":
        return values
    if kind == "memory map":
        np.save(tmp_path / "values.npy", values)
        return np.load(tmp_path / "values.npy", mmap_mode="r")
    if kind == "array file":
        np.save(tmp_path / "values.npy", values)
        return tmp_path / "values.npy"
    if kind == "integers":
        return np.round(values * 1000).astype(np.int32)
    if kind == "file":
        pq.write_table(table, tmp_path / "table.parquet", row_group_size=3_000)
        return str(tmp_path / "table.parquet")
    if kind == "folder":
        return parts
    if kind == "list":
        return sorted(parts.glob("part*.parquet"))
    if kind == "table":
        return table
    if kind == "frame":
        return table.to_pandas()
    if kind == "dataset":
        return pyarrow.dataset.dataset([str(path) for path in sorted(parts.glob("part*.parquet"))])
    return lambda: table.to_batches(901)


KINDS = [
    "array",
    "memory map",
    "array file",
    "integers",
    "file",
    "folder",
    "list",
    "table",
    "frame",
    "dataset",
    "function",
]


@pytest.mark.parametrize("kind", KINDS)
def test_any_rows_of_any_source_are_those_of_the_table(kind, values, table, parts, tmp_path):
    data = every_kind(kind, values, table, parts, tmp_path)
    source = open_source(data)
    expected = np.asarray(data, dtype=np.float64) if kind == "integers" else values
    assert source.n_rows == ROWS
    assert len(source.names) == 3
    for start, stop in ((0, ROWS), (0, 1), (1_233, 1_235), (6_999, 7_001), (776, 7_777), (9_999, ROWS)):
        found = np.concatenate(list(source.batches(start, stop)))
        np.testing.assert_array_equal(found, expected[start:stop])


@pytest.mark.parametrize("kind", ["array file", "file", "folder"])
def test_a_source_sent_elsewhere_reads_its_files_there(kind, values, table, parts, tmp_path):
    source = open_source(every_kind(kind, values, table, parts, tmp_path))
    sent = pickle.dumps(source)
    assert len(sent) < 5_000
    np.testing.assert_array_equal(next(pickle.loads(sent).batches(5, 9)), values[5:9])


@pytest.mark.parametrize(("kind", "names"), [("array", ("x2", "x0")), ("folder", ("c", "a"))])
def test_columns_are_read_in_the_order_asked_for(kind, names, values, table, parts, tmp_path):
    source = open_source(every_kind(kind, values, table, parts, tmp_path), names)
    assert source.names == names
    np.testing.assert_array_equal(next(source.batches(3, 9)), values[3:9][:, [2, 0]])


def test_nulls_booleans_and_decimals_become_numbers():
    table = pa.table(
        {
            "flag": pa.array([True, None, False]),
            "price": pa.array([None, 2, 3], pa.decimal128(5, 2)),
            "single": pa.array([1.5, None, 2.5], pa.float32()),
        }
    )
    found = next(open_source(table).batches(0, 3))
    np.testing.assert_array_equal(found, [[1, np.nan, 1.5], [np.nan, 2, np.nan], [0, 3, 2.5]])


def test_float32_columns_stay_float32():
    table = pa.table({"a": np.float32([1, 2]), "b": pa.array([None, 4], pa.float32())})
    assert next(open_source(table).batches(0, 2)).dtype == np.float32


def test_a_sliced_memory_map_is_read_as_the_slice_it_is(values, tmp_path):
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    for part in (mapped[100:200], mapped[::2], mapped[:, 1:]):
        np.testing.assert_array_equal(next(open_source(part).batches(10, 20)), part[10:20])


def test_a_damaged_part_is_named(parts):
    (parts / "part-1.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(SourceError, match=r"part-1\.parquet cannot be read as Parquet"):
        open_source(parts)


def test_a_part_cut_short_after_opening_is_named(parts):
    source = open_source(parts)
    whole = (parts / "part-1.parquet").read_bytes()
    (parts / "part-1.parquet").write_bytes(whole[:20_000])
    with pytest.raises(SourceError, match=r"part-1\.parquet"):
        list(source.batches(0, ROWS))


def test_a_part_without_a_column_is_named(parts, table):
    pq.write_table(table.drop_columns(["b"]), parts / "part-1.parquet")
    with pytest.raises(SourceError, match=r"numeric column 'b', but .*part-1\.parquet lacks it"):
        open_source(parts)
    text = table.set_column(2, "b", pa.array(["x"] * ROWS))
    pq.write_table(text, parts / "part-1.parquet")
    with pytest.raises(SourceError, match=r"part-1\.parquet has it as string"):
        open_source(parts)


def test_an_array_file_cut_short_is_told(values, tmp_path):
    np.save(tmp_path / "values.npy", values)
    source = open_source(tmp_path / "values.npy")
    whole = (tmp_path / "values.npy").read_bytes()
    (tmp_path / "values.npy").write_bytes(whole[:-100])
    with pytest.raises(SourceError, match="100 bytes too early"):
        list(source.batches(0, ROWS))


def test_an_iterator_that_is_used_up_is_refused(table):
    batches = iter(table.to_batches(901))
    with pytest.raises(SourceError, match="end after 0 rows"):
        list(open_source(lambda: batches).batches(0, ROWS))


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("nowhere.parquet", SourceError, "does not exist"),
        (__file__, SourceError, r"ends in '\.py'"),
        (np.zeros(5), InvalidFeaturesError, r"shape \(5,\)"),
        (np.array([["a"]]), InvalidFeaturesError, "numbers"),
        (list, SourceError, "no record batch"),
        (lambda: [pd.DataFrame()], SourceError, "made a DataFrame"),
        (pa.table({"t": ["x"]}), InvalidFeaturesError, "none of the 1 columns is numeric"),
        (7, SourceError, "of type int"),
    ],
)
def test_what_cannot_be_streamed_is_told_in_words(data, error, message):
    with pytest.raises(error, match=message):
        open_source(data)


def test_an_empty_folder_and_an_unknown_column_are_told(tmp_path, values):
    with pytest.raises(SourceError, match="holds no file"):
        open_source(tmp_path)
    with pytest.raises(InvalidFeaturesError, match=r"no column 'y'.*'x0' to 'x2'"):
        open_source(values, ["y"])
