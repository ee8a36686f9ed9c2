"""Values of a text or label column that are more frequent in a set of rows than in the table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from fiedler.explanation.errors import ExplanationError

VALUES_TOLD = 10
# Deviations above what chance would give; with hundreds of values some reach 3 by chance.
_LEAST_DEVIATIONS = 4.0


@dataclass(frozen=True, eq=False)
class EncodedValues:
    """A column as numbers of its different values.

    Attributes
    ----------
    codes : (n,) int32
        Number of each row's value; missing cells have the last number of all when there are any.
    values : list of str or None
        The different values as text, in order of first occurrence; None stands for missing cells.
    """

    codes: NDArray[np.int32]
    values: list[str | None]


@dataclass(frozen=True, slots=True)
class ValueShare:
    """One value of a column, inside a set of rows and in the whole table.

    Attributes
    ----------
    value : str or None
        None: the cell is missing.
    n_inside, n_all : int
        Rows with the value inside the set and in the table, exact.
    share_inside, share_all : float
        The same over the rows of the set and of the table.
    lift : float
        ``share_inside / share_all``.
    deviations : float
        How many standard deviations more rows there are than in random sets of the same size.
    """

    value: str | None
    n_inside: int
    n_all: int
    share_inside: float
    share_all: float
    lift: float
    deviations: float

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


def encode_values(column: pa.Array | pa.ChunkedArray) -> EncodedValues:
    """Return a column of any type with its values numbered; needed once per column."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values: list[str | None] = [
        None if each is None else str(each) for each in encoded.dictionary.to_pylist()
    ]
    indices = encoded.indices
    if indices.null_count:
        indices = pyarrow.compute.fill_null(indices, pa.scalar(len(values), indices.type))
        values.append(None)
    return EncodedValues(indices.to_numpy(zero_copy_only=False).astype(np.int32), values)


def over_represented(
    encoded: EncodedValues, rows: NDArray[np.int64], n_values: int = VALUES_TOLD
) -> tuple[ValueShare, ...]:
    """Return the values that are clearly more frequent in a set of rows, most clearly so first.

    "Clearly" is four standard deviations above the mean of the hypergeometric distribution: what a random
    set of as many rows would hold.

    Parameters
    ----------
    encoded : EncodedValues
        Of n rows.
    rows : (m,) int64
        Distinct row numbers.
    n_values : int
        Values returned at most.

    Raises
    ------
    ExplanationError
        There is no row, or one is out of range.
    """
    n_all = len(encoded.codes)
    if not len(rows) or int(rows.min()) < 0 or int(rows.max()) >= n_all:
        found = "no row" if not len(rows) else f"the rows {int(rows.min())} to {int(rows.max())}"
        raise ExplanationError(
            f"{found} named of a column of {n_all} rows; required is at least one row from 0 to {n_all - 1}."
        )
    n_different = len(encoded.values)
    totals = np.bincount(encoded.codes, minlength=n_different).astype(np.float64)
    inside = np.bincount(encoded.codes[rows], minlength=n_different).astype(np.float64)
    share = len(rows) / n_all
    expected = totals * share
    # One row fewer than all to draw from: the variance of draws without replacement.
    variance = expected * (1 - totals / n_all) * (1 - share) * n_all / max(n_all - 1, 1)
    deviations = np.divide(
        inside - expected, np.sqrt(variance), out=np.zeros_like(inside), where=variance > 0
    )
    order = np.lexsort((np.arange(n_different), -deviations))[:n_values]
    return tuple(
        ValueShare(
            value=encoded.values[i],
            n_inside=int(inside[i]),
            n_all=int(totals[i]),
            share_inside=float(inside[i]) / len(rows),
            share_all=float(totals[i]) / n_all,
            lift=float(inside[i]) / len(rows) / (float(totals[i]) / n_all),
            deviations=float(deviations[i]),
        )
        for i in order
        if deviations[i] >= _LEAST_DEVIATIONS
    )
