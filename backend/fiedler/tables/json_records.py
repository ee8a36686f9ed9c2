"""JSON tables: a list of records, an object of columns, or one record a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from fiedler.errors import TableError
from fiedler.tables.encoding import TextBlocks
from fiedler.tables.header import unique_names
from fiedler.tables.limits import (
    MAX_JSON_DEPTH,
    check_cells,
    check_columns,
    has_many_names,
    json_depth,
)
from fiedler.tables.notes import Note
from fiedler.tables.plan import ImportPlan


class JsonTable:
    """A JSON file, read whole; `frames` may be called more than once.

    Raises
    ------
    TableError
        The text is no JSON (``damaged_file``) or no table (``not_a_table``).
    """

    texts_are_raw = True
    rereads = False

    def __init__(self, path: Path, plan: ImportPlan) -> None:
        self.plan = plan
        text = b"".join(TextBlocks(path, plan.encoding, plan.compression))
        if not text.strip():
            raise TableError("empty_file", "The file holds no text.", "Upload a file with records.")
        self._bytes = len(text)
        if json_depth(text) > MAX_JSON_DEPTH:
            raise TableError(
                "not_a_table",
                f"The JSON is nested more than {MAX_JSON_DEPTH} deep; a table needs two levels.",
                'Upload a list such as [{"x": 1, "y": 2}, …], or one record a line.',
            )
        frame = _lines(text) if plan.format == "json_lines" else _document(text)
        if not frame.width:
            raise TableError(
                "no_rows", "The file holds no record.", "Upload a file with at least one record."
            )
        self.names, self._notes = unique_names(frame.columns)
        self._frame = frame.rename(dict(zip(frame.columns, self.names, strict=True)))

    def frames(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield the table with the bytes it was read from."""
        yield self._frame, self._bytes

    def notes(self) -> list[Note]:
        """Return notes on names that had to change."""
        return self._notes


def _lines(text: bytes) -> pl.DataFrame:
    # Polars makes a column of every name before anyone can count them.
    if not has_many_names(text):
        try:
            return pl.read_ndjson(io.BytesIO(text), infer_schema_length=None)
        except pl.exceptions.PolarsError:
            pass  # fields of mixed types, NaN, or a bad line: Python reads the former and names the latter
    records = []
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip():
            records.append(_parsed(line, f"line {number}"))
    return _records(records)


def _document(text: bytes) -> pl.DataFrame:
    content = _parsed(text, "the file")
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        tables = [
            value for value in lists.values() if value and all(isinstance(each, dict) for each in value)
        ]
        if len(tables) == 1:
            return _records(tables[0])
        if lists and len(lists) == len(content) and len({len(value) for value in lists.values()}) == 1:
            return _records([dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)])
        if content and all(isinstance(value, dict) for value in content.values()):
            return _column_objects(content)
    if isinstance(content, list):
        return _records(content)
    raise _no_table(content)


def _parsed(text: bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TableError(
            "damaged_file",
            f"The JSON cannot be read in {where}: {error}.",
            "Correct it, or upload the table as CSV.",
        ) from error


def _column_objects(content: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """Read what pandas writes by default: each column as an object of row label to value."""
    labels = list(dict.fromkeys(label for column in content.values() for label in column))
    return _records([{name: column.get(label) for name, column in content.items()} for label in labels])


def _records(records: list[Any]) -> pl.DataFrame:
    if records and all(isinstance(record, list) for record in records):
        width = max(map(len, records))
        check_columns(width)
        records = [{f"column_{i + 1}": value for i, value in enumerate(record)} for record in records]
        records[0] |= {f"column_{i + 1}": records[0].get(f"column_{i + 1}") for i in range(width)}
    if not all(isinstance(record, dict) for record in records):
        raise _no_table(next(record for record in records if not isinstance(record, dict)))
    names: dict[str, None] = {}
    for record in records:
        names.update(dict.fromkeys(record))
        check_columns(len(names))
    check_cells(len(records), len(names))
    return pl.DataFrame([_series(name, [record.get(name) for record in records]) for name in names])


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and bool not in kinds:
        whole = kinds == {int} and all(value is None or abs(value) < 2**63 for value in values)
        return pl.Series(
            name,
            values if whole else [None if v is None else float(v) for v in values],
            dtype=pl.Int64 if whole else pl.Float64,
        )
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean)
    texts = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pl.Series(name, texts, dtype=pl.String)


def _no_table(content: object) -> TableError:
    return TableError(
        "not_a_table",
        f"The JSON holds {json.dumps(content)[:60]}, not a list of records.",
        'Upload a list such as [{"x": 1, "y": 2}, …], or one record a line.',
    )
