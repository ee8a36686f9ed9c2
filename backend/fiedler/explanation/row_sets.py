"""Sets of rows as a question names them: a cluster, row numbers, or one bit for each row of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.members import ClusterMembers
from fiedler.row_bitmap import RowBitmapError, unpack_rows


def rows_of(named: Mapping[str, Any], members: ClusterMembers) -> NDArray[np.int64]:
    """Return the (m,) row numbers of a set, ascending and distinct.

    Parameters
    ----------
    named : mapping
        One of ``{"cluster": c}``, ``{"rows": [i, ...]}`` and ``{"bitmap": text}``: base64 of one bit a row,
        lowest bit first.
    members : ClusterMembers

    Raises
    ------
    ExplanationError
        It is none of these, or names what does not exist.
    """
    n_samples = len(members.labels)
    if set(named) == {"cluster"}:
        return members.rows(int(named["cluster"]))
    if set(named) == {"rows"}:
        rows: NDArray[np.int64] = np.unique(np.asarray(named["rows"], dtype=np.int64))
        if rows.size and not (rows[0] >= 0 and rows[-1] < n_samples):
            wrong = int(rows[0]) if rows[0] < 0 else int(rows[-1])
            raise ExplanationError(
                f"row {wrong} was named; the table has the rows 0 to {n_samples - 1}; name others."
            )
        return rows
    if set(named) == {"bitmap"}:
        try:
            return unpack_rows(str(named["bitmap"]), n_samples)
        except RowBitmapError as error:
            raise ExplanationError(str(error)) from error
    raise ExplanationError(
        f"a set of rows was named by {', '.join(sorted(named)) or 'nothing'}; required is exactly one of "
        f"cluster, rows and bitmap."
    )
