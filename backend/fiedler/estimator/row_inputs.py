"""Rows, groups of rows and partial labels, as users of the estimator write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fiedler.constraints.constraint_set import Constraints
from fiedler.constraints.errors import ConstraintError
from fiedler.edits.errors import EditError

UNKNOWN = -1
"""Partial label of a row whose class is not known; None and NaN mean the same."""


def row_numbers(rows: ArrayLike, n_samples: int) -> tuple[int, ...]:
    """Return row numbers from row numbers or from a mask.

    Parameters
    ----------
    rows : int, (m,) integers or (n_samples,) booleans
    n_samples : int

    Raises
    ------
    EditError
        They are neither.
    """
    given = np.atleast_1d(np.asarray(rows))
    if given.dtype == np.bool_ and given.shape == (n_samples,):
        given = np.flatnonzero(given)
    if given.size and (given.ndim != 1 or not np.issubdtype(given.dtype, np.integer)):
        raise EditError(
            f"rows have the shape {given.shape} and the type {given.dtype}; required are row numbers, or a "
            f"mask of {n_samples} booleans."
        )
    return tuple(given.tolist())


def read_constraints(
    must_link: Iterable[Any] | None, cannot_link: Iterable[Any] | None, labels: Any, n_samples: int
) -> Constraints:
    """Return what is known about rows as constraints.

    Parameters
    ----------
    must_link : groups of two or more rows, or None
    cannot_link : pairs of sides, or None
        A side is a row or several.
    labels : array-like of shape (n_samples,), or None
        Whole numbers or text; -1, None or NaN where the class is not known.
    n_samples : int

    Raises
    ------
    ConstraintError
        They cannot be read.
    """
    return Constraints.from_dict(
        {
            "must_link": [_plain(group) for group in _plain(must_link)],
            "cannot_link": [[_plain(side) for side in _plain(pair)] for pair in _plain(cannot_link)],
            "labelled_rows": _labelled_rows(labels, n_samples),
        }
    )


def _plain(rows: Any) -> Any:
    """Return an array, set or range as a list, nothing as an empty one, and one row as it is."""
    if rows is None:
        return []
    if isinstance(rows, np.ndarray | np.generic):
        return rows.tolist()
    return list(rows) if isinstance(rows, Iterable) and not isinstance(rows, str) else rows


def _labelled_rows(labels: Any, n_samples: int) -> list[tuple[int, Any]]:
    if labels is None:
        return []
    given: NDArray[Any] = np.asarray(labels)
    if given.shape != (n_samples,):
        raise ConstraintError(
            f"labels have the shape {given.shape}; required is one for each of the {n_samples} rows, "
            f"{UNKNOWN} where the class is not known."
        )
    if np.issubdtype(given.dtype, np.floating):
        broken = given[np.isfinite(given) & (given != np.floor(given))]
        if broken.size:
            raise ConstraintError(
                f"labels hold {broken[0]:g}; classes are whole numbers or text, {UNKNOWN} where not known."
            )
        given = np.where(np.isfinite(given), given, UNKNOWN).astype(np.int64)
    return [(row, value) for row, value in enumerate(given.tolist()) if not _is_unknown(value)]


def _is_unknown(value: Any) -> bool:
    # NaN is the one value that differs from itself.
    return value is None or value != value or (not isinstance(value, str) and value == UNKNOWN)
