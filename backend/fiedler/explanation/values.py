"""Values of a text or label column in a set of rows: its composition, and what is unusually frequent."""

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
# The most frequent values inside are told of whether or not they stand out.
_COMPOSED_OF = 4
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
    share_inside, share_outside, share_all : float
        The same over the rows of the set, of the others and of the table.
    lift : float
        ``share_inside / share_all``.
    deviations : float
        How many standard deviations more rows there are than in random sets of the same size; from 4 on the
        value stands out.
    """

    value: str | None
    n_inside: int
    n_all: int
    share_inside: float
    share_outside: float
    share_all: float
    lift: float
    deviations: float

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """One column of values, inside a set of rows and in all rows compared.

    Attributes
    ----------
    name : str
    n_different : int
        Different values of the column, a missing cell counting as one.
    separation : float
        In [0, 1]: by how much the values that stand out have a larger share inside than outside, in sum. It
        ranks columns as `Effect.separation` does.
    values : tuple of ValueShare
        The most frequent values inside and those that stand out, by descending share inside.
    """

    name: str
    n_different: int
    separation: float
    values: tuple[ValueShare, ...]

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
    totals = np.bincount(encoded.codes, minlength=n_different)
    inside = np.bincount(encoded.codes[rows], minlength=n_different)
    deviations = _deviations(inside, totals)
    order = np.lexsort((np.arange(n_different), -deviations))[:n_values]
    standing_out = [int(i) for i in order if deviations[i] >= _LEAST_DEVIATIONS]
    return _shares(encoded, standing_out, inside, totals, deviations)


def composition(name: str, encoded: EncodedValues, sides: NDArray[np.uint8]) -> ColumnValues:
    """Return what a set of rows consists of by one column, and which values stand out in it.

    Parameters
    ----------
    name : str
        The column's name.
    encoded : EncodedValues
        Of n rows.
    sides : (n,) uint8
        1 inside, 0 outside, 2 not compared. At least one row is inside.
    """
    n_different = len(encoded.values)
    inside = np.bincount(encoded.codes[sides == 1], minlength=n_different)
    outside = np.bincount(encoded.codes[sides == 0], minlength=n_different)
    totals = inside + outside
    deviations = _deviations(inside, totals)
    stands_out = deviations >= _LEAST_DEVIATIONS
    more = inside / inside.sum() - outside / max(int(outside.sum()), 1)
    frequent = np.argsort(-inside, kind="stable")[:_COMPOSED_OF]
    clearest = np.argsort(-deviations, kind="stable")[: VALUES_TOLD - _COMPOSED_OF]
    told = {int(i) for i in frequent if inside[i]} | {int(i) for i in clearest if stands_out[i]}
    return ColumnValues(
        name=name,
        n_different=n_different,
        separation=float(np.maximum(more[stands_out], 0).sum()),
        values=_shares(encoded, sorted(told, key=lambda i: (-inside[i], i)), inside, totals, deviations),
    )


def _deviations(inside: NDArray[np.int64], totals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return by how many standard deviations counts exceed those of random sets of as many rows."""
    n_all, n_inside = int(totals.sum()), int(inside.sum())
    share = n_inside / n_all
    expected = totals * share
    # One row fewer than all to draw from: the variance of draws without replacement.
    variance = expected * (1 - totals / n_all) * (1 - share) * n_all / max(n_all - 1, 1)
    return np.divide(inside - expected, np.sqrt(variance), out=np.zeros(len(totals)), where=variance > 0)


def _shares(
    encoded: EncodedValues,
    chosen: list[int],
    inside: NDArray[np.int64],
    totals: NDArray[np.int64],
    deviations: NDArray[np.float64],
) -> tuple[ValueShare, ...]:
    n_inside, n_all = int(inside.sum()), int(totals.sum())
    return tuple(
        ValueShare(
            value=encoded.values[i],
            n_inside=int(inside[i]),
            n_all=int(totals[i]),
            share_inside=int(inside[i]) / n_inside,
            share_outside=int(totals[i] - inside[i]) / max(n_all - n_inside, 1),
            share_all=int(totals[i]) / n_all,
            lift=int(inside[i]) / n_inside / (int(totals[i]) / n_all),
            deviations=float(deviations[i]),
        )
        for i in chosen
    )
