"""Sets of rows as a question names them: a cluster, row numbers, or one bit for each row of the table."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.members import ClusterMembers


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
        return np.flatnonzero(_bits(str(named["bitmap"]), n_samples)).astype(np.int64)
    raise ExplanationError(
        f"a set of rows was named by {', '.join(sorted(named)) or 'nothing'}; required is exactly one of "
        f"cluster, rows and bitmap."
    )


def _bits(text: str, n_samples: int) -> NDArray[np.uint8]:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ExplanationError(f"the bitmap is not base64 ({error}); encode its bytes.") from error
    n_bytes = (n_samples + 7) // 8
    if len(content) != n_bytes:
        raise ExplanationError(
            f"the bitmap has {len(content)} bytes; {n_samples} rows need {n_bytes}, one bit a row."
        )
    return np.unpackbits(np.frombuffer(content, np.uint8), count=n_samples, bitorder="little")
