"""From a Parquet table to the feature matrix that every later stage reads.

First stage of the pipeline: chosen columns, missing values filled, scaled, as one memory-mapped float32
file. The table is read twice, column by column for statistics and block by block for writing, so memory
stays at one column and one block of rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError, TooFewRowsError
from fiedler.feature_columns import FeatureColumn, FeatureFacts
from fiedler.parameters import Imputation, Scaling
from fiedler.progress import Report
from fiedler.scaling import ColumnScale, CommonScale, column_scale, on_common_scale

ROLES_METADATA_KEY = b"fiedler.roles"
_BLOCK_ROWS = 65_536
_STATISTICS_SHARE = 0.5


def choose_columns(table: Path, requested: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to cluster on.

    Those requested; else those whose role is ``feature`` in the table's own metadata; else all numeric ones.
    Booleans count as numbers (0 and 1).

    Raises
    ------
    InvalidFeaturesError
        A requested column is unknown or not numeric, or there is no numeric column at all.
    """
    schema = pq.read_schema(table)
    if requested is not None:
        _check_requested(schema, requested)
        return tuple(requested)
    numeric = [field.name for field in schema if _is_numeric(field.type)]
    roles = json.loads((schema.metadata or {}).get(ROLES_METADATA_KEY, b"{}"))
    chosen = [name for name in numeric if not roles or roles.get(name) == "feature"]
    if chosen:
        return tuple(chosen)
    if numeric:
        raise InvalidFeaturesError(
            f"no column has the role of a feature, though {_listed(numeric)} "
            f"{'is' if len(numeric) == 1 else 'are'} numeric; at least one feature is required; "
            f"choose columns."
        )
    raise InvalidFeaturesError(
        f"none of the {len(schema)} columns is numeric ({_listed(schema.names)}); clustering needs at least "
        f"one column of numbers; check the delimiter and the decimal sign the table was read with."
    )


def write_features(
    table: Path,
    folder: Path,
    columns: Sequence[str],
    *,
    scaling: Scaling,
    imputation: Imputation,
    report: Report | None = None,
) -> FeatureFacts:
    """Write ``features.npy`` ((n, d) float32, C order) and ``meta.json`` into ``folder``.

    Columns without any finite value, and constant ones, are left out with a note; if all are constant the
    first one stays, as zeros.

    Raises
    ------
    TooFewRowsError
        The table has no row.
    InvalidFeaturesError
        No column holds a finite value, or values exceed float32 while ``scaling`` is "none".
    """
    tell = report or (lambda fraction, message: None)
    # Reading ahead would hold all chosen columns at once.
    with pq.ParquetFile(table, pre_buffer=False) as file:
        n_samples = file.metadata.num_rows
        if n_samples == 0:
            raise TooFewRowsError(
                "the table has no rows; clustering needs at least one; check the file that was read."
            )
        scales: dict[str, ColumnScale] = {}
        for position, name in enumerate(columns):
            tell(_STATISTICS_SHARE * position / len(columns), f"Measuring column {name}")
            scales[name] = column_scale(_whole_column(file, name), scaling, imputation)
        common = on_common_scale(scales) if scaling == "auto" else None
        scales = common.scales if common else scales
        kept = _kept(scales)
        destination = np.lib.format.open_memmap(
            folder / "features.npy", mode="w+", dtype=np.float32, shape=(n_samples, len(kept))
        )
        _fill_matrix(file, destination, kept, scales, tell)
        destination.flush()
    facts = FeatureFacts(
        n_samples,
        tuple(_feature_column(name, scales[name]) for name in kept),
        (
            *_notes(scales, kept, n_samples, imputation),
            *([_common_scale_note(common, len(kept))] if common else ()),
        ),
    )
    (folder / "meta.json").write_text(json.dumps(facts.to_dict()), encoding="utf-8")
    return facts


def _check_requested(schema: pa.Schema, requested: Sequence[str]) -> None:
    names = set(schema.names)
    unknown = [name for name in requested if name not in names]
    if unknown:
        raise InvalidFeaturesError(
            f"the table has no column {unknown[0]!r}; its columns are {_listed(schema.names)}; "
            f"choose among them."
        )
    for name in requested:
        kind = schema.field(name).type
        if not _is_numeric(kind):
            raise InvalidFeaturesError(
                f"column {name!r} holds {_kind_in_words(kind)}; clustering needs numbers; leave "
                f"it out, or encode it as numbers first."
            )


def _is_numeric(kind: pa.DataType) -> bool:
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(check(kind) for check in checks)


def _kind_in_words(kind: pa.DataType) -> str:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "text"
    if pa.types.is_temporal(kind):
        return "dates or times"
    return f"{kind} values"


def _listed(names: Sequence[str], at_most: int = 8) -> str:
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(map(repr, names[:at_most])) + more


def _to_float64(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Return values as float64 with NaN for nulls."""
    if pa.types.is_boolean(column.type):
        column = pyarrow.compute.cast(column, pa.uint8())
    # 64-bit integers beyond 2**53 lose digits: distances between them are wanted, not identities.
    column = pyarrow.compute.cast(column, pa.float64(), safe=False)
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _whole_column(file: pq.ParquetFile, name: str) -> NDArray[np.float64]:
    values = np.empty(file.metadata.num_rows, dtype=np.float64)
    start = 0
    for batch in file.iter_batches(_BLOCK_ROWS, columns=[name]):
        block = _to_float64(batch.column(name))
        values[start : start + block.size] = block
        start += block.size
    return values


def _fill_matrix(
    file: pq.ParquetFile,
    destination: NDArray[np.float32],
    kept: list[str],
    scales: dict[str, ColumnScale],
    tell: Report,
) -> None:
    start = 0
    for batch in file.iter_batches(_BLOCK_ROWS, columns=kept):
        stop = start + batch.num_rows
        for position, name in enumerate(kept):
            values = scales[name].apply(_to_float64(batch.column(name)))
            with np.errstate(over="ignore"):
                destination[start:stop, position] = values
        if not np.isfinite(destination[start:stop]).all():
            # Only unscaled values can exceed float32.
            raise InvalidFeaturesError(
                "a value lies beyond 3.4e38, the largest the engine computes with; choose a scaling other "
                "than 'none'."
            )
        start = stop
        share = _STATISTICS_SHARE + (1 - _STATISTICS_SHARE) * start / len(destination)
        tell(share, f"Scaling {start:,} of {len(destination):,} rows")


def _kept(scales: dict[str, ColumnScale]) -> list[str]:
    filled = [name for name, scale in scales.items() if not scale.is_empty]
    if not filled:
        raise InvalidFeaturesError(
            f"no finite number in {_listed(list(scales))}; at least one column with numbers is required; "
            f"check how the table was read."
        )
    return [name for name in filled if not scales[name].is_constant] or filled[:1]


def _feature_column(name: str, scale: ColumnScale) -> FeatureColumn:
    return FeatureColumn(name, scale.n_missing, scale.n_infinite, scale.fill, scale.center, scale.scale)


def _notes(
    scales: dict[str, ColumnScale], kept: list[str], n_samples: int, imputation: Imputation
) -> list[dict[str, str]]:
    notes = []
    empty = [name for name, scale in scales.items() if scale.is_empty]
    if empty:
        notes.append(_note("empty_columns", f"Left out, no value at all: {_listed(empty)}."))
    constant = [name for name, scale in scales.items() if scale.is_constant and not scale.is_empty]
    if all(scales[name].is_constant for name in kept):
        notes.append(_note("all_constant", "Every column is constant: all rows are the same point."))
    elif constant:
        notes.append(_note("constant_columns", f"Left out, the same value everywhere: {_listed(constant)}."))
    imputed = {name: scales[name].n_imputed for name in kept if scales[name].n_imputed}
    if imputed:
        cells = sum(imputed.values())
        columns = ", ".join(f"{name!r} {count:,}" for name, count in list(imputed.items())[:8])
        more = f" and {len(imputed) - 8} more columns" if len(imputed) > 8 else ""
        by = {"median": "the column's median", "mean": "the column's mean", "zero": "zero"}[imputation]
        share = 100 * cells / (n_samples * len(kept))
        notes.append(
            _note("imputed", f"{cells:,} missing cells ({share:.2g} %) filled with {by}: {columns}{more}.")
        )
    infinite = sum(scales[name].n_infinite for name in kept)
    if infinite:
        notes.append(_note("infinite", f"{infinite:,} of the filled cells were infinite."))
    return notes


def _common_scale_note(common: CommonScale, n_columns: int) -> dict[str, str]:
    return _note(
        "common_scale",
        f"{common.n_reaching} of {n_columns} columns reach from {common.low:g} to {common.high:g}, as "
        f"columns of one unit do: all were put on one scale, so that a column that varies little counts "
        f"little. Choose another scaling to give each column the same weight.",
    )


def _note(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}
