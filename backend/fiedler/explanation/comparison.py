"""Any two sets of rows, compared as a cluster is with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.clusters import SAMPLED_ROWS
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.contrast import COLUMNS_TOLD, Contrast, contrast
from fiedler.explanation.cuts import search_rows
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.sentences import sentence
from fiedler.in_words import ToldInWords
from fiedler.rounding import sample_rows

_SEED = 0


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(ToldInWords):
    """Rows A against rows B.

    Attributes
    ----------
    n_first, n_second, n_shared : int
        Rows of A, of B, and of both; shared rows count as A.
    sentence : str
        What A has that B has not.
    contrast : Contrast
        A inside, the rows of B that are not in A outside.
    """

    n_first: int
    n_second: int
    n_shared: int
    sentence: str
    contrast: Contrast

    def __str__(self) -> str:
        lines = [f"{self.n_first:,} rows against {self.n_second:,}.", self.sentence]
        return "\n".join(lines if self.contrast.rule is None else [*lines, f"{self.contrast.rule}."])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "n_first": self.n_first,
            "n_second": self.n_second,
            "n_shared": self.n_shared,
            "sentence": self.sentence,
            **self.contrast.to_dict(),
        }


def compare_rows(
    coded: CodedFeatures,
    first: NDArray[np.int64],
    second: NDArray[np.int64] | None = None,
    *,
    n_columns: int = COLUMNS_TOLD,
    others: str | None = None,
) -> Comparison:
    """Return how the rows ``first`` (A) differ from the rows ``second`` (B).

    Parameters
    ----------
    coded : CodedFeatures
        Of n rows.
    first, second : (a,) and (b,) int64
        Row numbers, in any order; repeated ones count once. B is all other rows when None.
    n_columns : int
        Columns told of.
    others : str, optional
        What the sentence calls B; without it "the rest" or "the other rows".

    Raises
    ------
    ExplanationError
        A row number is out of range, or A or B without A is empty.
    """
    sides = np.full(coded.n_samples, 2 if second is not None else 0, np.uint8)
    n_shared = 0
    if second is not None:
        sides[_checked(coded, second)] = 0
    n_second = int(np.count_nonzero(sides == 0))
    rows = _checked(coded, first)
    taken = sides[rows] == 0
    n_shared = int(np.unique(rows[taken]).size) if second is not None else 0
    sides[rows] = 1
    inside, outside = np.flatnonzero(sides == 1), np.flatnonzero(sides == 0)
    if not inside.size or not outside.size:
        raise ExplanationError(
            f"the first set has {inside.size} rows and the second {outside.size} that are not in the first; "
            f"both need at least one; choose sets that differ."
        )
    if second is None:
        n_second = outside.size
    sample = None if coded.rows is None else samples_of_sets(sides)
    found = contrast(coded, search_rows(coded, sides, sample), sides, n_columns)
    others = others or ("the rest" if second is None else "the other rows")
    return Comparison(int(inside.size), int(n_second), n_shared, sentence(found.columns, others), found)


def samples_of_sets(sides: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows inside and outside, by (n,) sides, that stand for all."""
    return _sampled(np.flatnonzero(sides == 1)), _sampled(np.flatnonzero(sides == 0))


def _sampled(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows[sample_rows(len(rows), SAMPLED_ROWS, _SEED)]


def _checked(coded: CodedFeatures, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = np.asarray(rows)
    if rows.ndim != 1 or (rows.size and not np.issubdtype(rows.dtype, np.integer)):
        raise ExplanationError(
            f"rows have the shape {rows.shape} and dtype {rows.dtype}; required is a list of row numbers."
        )
    rows = rows.astype(np.int64)
    if rows.size and (rows.min() < 0 or rows.max() >= coded.n_samples):
        wrong = rows.min() if rows.min() < 0 else rows.max()
        raise ExplanationError(
            f"row {wrong} was named; the table has the rows 0 to {coded.n_samples - 1}; name rows of this "
            f"table."
        )
    return rows
