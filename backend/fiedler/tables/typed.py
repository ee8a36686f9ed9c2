"""Frames of files that know their types, brought to the five types of a table."""

from __future__ import annotations

import json

import polars as pl

from fiedler.tables.notes import Note, plural


class Normalizer:
    """Brings typed columns to Int64, Float64, Boolean, String or Datetime, and counts what changes."""

    def __init__(self) -> None:
        self._infinite: dict[str, int] = {}
        self._nested: set[str] = set()

    def normalize(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with every column of one of the five types."""
        return pl.DataFrame([self._column(column) for column in frame])

    def notes(self) -> list[Note]:
        """Return what changed in all frames so far."""
        notes = [
            Note(
                "infinite_value",
                f"{plural(count, 'cell')} in “{name}” infinite or not a number, counted as missing.",
                column=name,
                count=count,
            )
            for name, count in self._infinite.items()
        ]
        notes += [
            Note(
                "nested_values", f"“{name}” holds lists or objects; they are kept as JSON text.", column=name
            )
            for name in sorted(self._nested)
        ]
        return notes

    def _column(self, column: pl.Series) -> pl.Series:
        dtype = column.dtype
        if dtype.is_integer():
            fits = column.cast(pl.Int64, strict=False)
            return fits if fits.null_count() == column.null_count() else column.cast(pl.Float64)
        if dtype.is_float() or dtype.is_decimal():
            return self._float(column.cast(pl.Float64))
        if dtype in (pl.Boolean(), pl.String()):
            return column
        if dtype == pl.Datetime and getattr(dtype, "time_zone", None):
            column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        if dtype == pl.Datetime or dtype == pl.Date:
            return column.cast(pl.Datetime("us"))
        if dtype == pl.Duration:
            return column.dt.total_microseconds().cast(pl.Float64) / 1e6
        if dtype.is_nested():
            self._nested.add(column.name)
            texts = [None if value is None else json.dumps(_plain(value), default=str) for value in column]
            return pl.Series(column.name, texts, dtype=pl.String)
        if dtype == pl.Binary:
            return column.bin.encode("hex")
        return column.cast(pl.String)

    def _float(self, column: pl.Series) -> pl.Series:
        finite = column.is_finite()
        bad = int((~finite).sum())
        if not bad:
            return column
        self._infinite[column.name] = self._infinite.get(column.name, 0) + bad
        return column.set(~finite.fill_null(True), None)


def _plain(value: object) -> object:
    return value.to_list() if isinstance(value, pl.Series) else value
