"""Columns that were not clustered on, told of in the same terms: quantities by curves, the rest by values.

A known label, a text or a date often says what a cluster is, though no distance was taken over it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.explanation.codes import CodedFeatures, code_features
from fiedler.explanation.contrast import ColumnContrast, contrast_columns
from fiedler.explanation.cuts import search_rows
from fiedler.explanation.values import ColumnValues, EncodedValues, composition, encode_values
from fiedler.feature_columns import FeatureColumn

# Columns of each kind that are looked at, the first ones of the table, and those told of.
MOST_COLUMNS = 64
COLUMNS_TOLD = 12
# A column of numbers with up to this many different ones is taken for a label.
_MOST_LABELS = 20
# A text column with more different values names rows, it does not group them.
_MOST_VALUES = 1_000

Samples = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class OtherColumns:
    """The columns of a table that were not clustered on, read once per fit.

    Attributes
    ----------
    quantities : CodedFeatures or None
        Numbers and times of n rows (times in seconds since 1970); None without any.
    kinds : tuple of {"number", "time"}
        Of each quantity.
    labels : dict of str to EncodedValues
        Columns of few values, by name.
    left_out : tuple of str
        Columns that are not told of: too many different values, beyond the first 64, or without a value.
    """

    quantities: CodedFeatures | None
    kinds: tuple[Literal["number", "time"], ...]
    labels: dict[str, EncodedValues]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherContrast:
    """How two sets of rows differ in columns that were not clustered on, most telling column first.

    Attributes
    ----------
    quantities : tuple of ColumnContrast
    kinds : tuple of {"number", "time"}
        Of each of them.
    labels : tuple of ColumnValues
    left_out : tuple of str
    """

    quantities: tuple[ColumnContrast, ...]
    kinds: tuple[Literal["number", "time"], ...]
    labels: tuple[ColumnValues, ...]
    left_out: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "quantities": [
                {**each.to_dict(), "kind": kind}
                for each, kind in zip(self.quantities, self.kinds, strict=True)
            ],
            "labels": [each.to_dict() for each in self.labels],
            "left_out": list(self.left_out),
        }


def read_other_columns(table: Path, used: Collection[str], *, n_threads: int | None = None) -> OtherColumns:
    """Return the columns of a Parquet table except those ``used`` to cluster."""
    quantities: dict[str, NDArray[np.float64]] = {}
    kinds: list[Literal["number", "time"]] = []
    labels: dict[str, EncodedValues] = {}
    left_out: list[str] = []
    with pq.ParquetFile(table, pre_buffer=False) as file:
        for field in file.schema_arrow:
            if field.name in used:
                continue
            if len(quantities) >= MOST_COLUMNS or len(labels) >= MOST_COLUMNS:
                left_out.append(field.name)
                continue
            column = file.read(columns=[field.name]).column(0)
            values = _quantity(column)
            if values is not None and np.isfinite(values).any():
                quantities[field.name] = values
                kinds.append("time" if pa.types.is_temporal(field.type) else "number")
                continue
            encoded = None if values is not None else _label(column)
            if encoded is None:
                left_out.append(field.name)
            else:
                labels[field.name] = encoded
    return OtherColumns(_coded(quantities, n_threads), tuple(kinds), labels, tuple(left_out))


def contrast_others(
    others: OtherColumns, sides: NDArray[np.uint8], samples: Samples | None = None
) -> OtherContrast:
    """Return how the rows inside a set differ from those outside.

    Parameters
    ----------
    others : OtherColumns
        Of n rows.
    sides : (n,) uint8
        1 inside, 0 outside, 2 not compared. At least one row is inside.
    samples : pair of (s,) int64, optional
        Rows inside and rows outside that quantities are counted on; needed where only a sample is coded.
    """
    told: tuple[ColumnContrast, ...] = ()
    if others.quantities is not None:
        sampled = samples if others.quantities.rows is not None else None
        search = search_rows(others.quantities, sides, sampled)
        told, _ = contrast_columns(others.quantities, search, COLUMNS_TOLD)
    found = [composition(name, encoded, sides) for name, encoded in others.labels.items()]
    ranked = sorted(found, key=lambda each: -round(each.separation, 2))[:COLUMNS_TOLD]
    kinds = tuple(others.kinds[each.column] for each in told)
    return OtherContrast(told, kinds, tuple(ranked), others.left_out)


def _quantity(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """Return (n,) numbers, NaN where missing; None for few different values or another kind."""
    kind = column.type
    is_time = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
    if not (is_time or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return None
    if is_time:
        column = pyarrow.compute.cast(column, pa.timestamp("ms", tz=getattr(kind, "tz", None)), safe=False)
        column = pyarrow.compute.divide(
            pyarrow.compute.cast(pyarrow.compute.cast(column, pa.int64()), pa.float64(), safe=False), 1000.0
        )
    elif pyarrow.compute.count_distinct(column).as_py() <= _MOST_LABELS:
        return None
    numbers = pyarrow.compute.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    values = np.array(numbers, dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def _label(column: pa.ChunkedArray) -> EncodedValues | None:
    """Return the numbered values of a column; None when there are too many, or none but missing cells."""
    if pa.types.is_nested(column.type) or column.null_count == len(column):
        return None
    n_different = pyarrow.compute.count_distinct(column).as_py()
    # Nearly a value a row names the rows; a short table may still have a few labels of one row each.
    names_rows = n_different > max(_MOST_LABELS, len(column) // 2)
    return None if names_rows or n_different > _MOST_VALUES else encode_values(column)


def _coded(columns: dict[str, NDArray[np.float64]], n_threads: int | None) -> CodedFeatures | None:
    if not columns:
        return None
    features = np.empty((len(next(iter(columns.values()))), len(columns)), np.float32)
    facts = []
    for position, (name, values) in enumerate(columns.items()):
        # Centred and scaled, so that times and other large numbers keep their digits in 32 bits.
        center = float(np.nanmean(values))
        scale = float(np.nanmax(np.abs(values - center))) or 1.0
        features[:, position] = (values - center) / scale
        n_missing = int(np.count_nonzero(np.isnan(values)))
        facts.append(FeatureColumn(name, n_missing, 0, 0.0, center, scale))
    return code_features(features, facts, n_threads=n_threads)
