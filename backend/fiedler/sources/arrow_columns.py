"""Columns of an Arrow schema that are numbers, and their values as float64."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.feature_columns import listed

ROLES_METADATA_KEY = b"fiedler.roles"


def choose_columns(schema: pa.Schema, requested: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to cluster on.

    Those requested; else those whose role is ``feature`` in the schema's own metadata; else all numeric ones.
    Booleans count as numbers (0 and 1).

    Raises
    ------
    InvalidFeaturesError
        A requested column is unknown or not numeric, or there is no numeric column at all.
    """
    if requested is not None:
        _check_requested(schema, requested)
        return tuple(requested)
    numeric = [field.name for field in schema if is_numeric(field.type)]
    roles = json.loads((schema.metadata or {}).get(ROLES_METADATA_KEY, b"{}"))
    chosen = [name for name in numeric if not roles or roles.get(name) == "feature"]
    if chosen:
        return tuple(chosen)
    if numeric:
        raise InvalidFeaturesError(
            f"no column has the role of a feature, though {listed(numeric)} "
            f"{'is' if len(numeric) == 1 else 'are'} numeric; at least one feature is required; "
            f"choose columns."
        )
    raise InvalidFeaturesError(
        f"none of the {len(schema)} columns is numeric ({listed(schema.names)}); clustering needs at least "
        f"one column of numbers; check the delimiter and the decimal sign the table was read with."
    )


def is_numeric(kind: pa.DataType) -> bool:
    """Return whether values of this type are clustered on: numbers, decimals and booleans."""
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_decimal)
    return any(check(kind) for check in checks)


def to_float64(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Return values as float64 with NaN for nulls."""
    if pa.types.is_boolean(column.type):
        column = pyarrow.compute.cast(column, pa.uint8())
    # 64-bit integers beyond 2**53 lose digits: distances between them are wanted, not identities.
    column = pyarrow.compute.cast(column, pa.float64(), safe=False)
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _check_requested(schema: pa.Schema, requested: Sequence[str]) -> None:
    names = set(schema.names)
    unknown = [name for name in requested if name not in names]
    if unknown:
        raise InvalidFeaturesError(
            f"the table has no column {unknown[0]!r}; its columns are {listed(schema.names)}; "
            f"choose among them."
        )
    for name in requested:
        kind = schema.field(name).type
        if not is_numeric(kind):
            raise InvalidFeaturesError(
                f"column {name!r} holds {_kind_in_words(kind)}; clustering needs numbers; leave "
                f"it out, or encode it as numbers first."
            )


def _kind_in_words(kind: pa.DataType) -> str:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "text"
    if pa.types.is_temporal(kind):
        return "dates or times"
    return f"{kind} values"
