"""Sets of rows as text: base64 of one bit a row, lowest bit first. Compact however many rows there are."""

from __future__ import annotations

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import FiedlerError


class RowBitmapError(FiedlerError, ValueError):
    """Text is not the bitmap of a table's rows."""


def pack_rows(rows: NDArray[np.int64], n_samples: int) -> str:
    """Return the bitmap of (m,) row numbers, each below ``n_samples``."""
    bits = np.zeros(n_samples, np.uint8)
    bits[rows] = 1
    return base64.b64encode(np.packbits(bits, bitorder="little").tobytes()).decode("ascii")


def unpack_rows(text: str, n_samples: int) -> NDArray[np.int64]:
    """Return the (m,) row numbers of a bitmap, ascending.

    Raises
    ------
    RowBitmapError
        The text is not base64, or not of as many rows.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise RowBitmapError(f"the bitmap is not base64 ({error}); encode its bytes.") from error
    n_bytes = (n_samples + 7) // 8
    if len(content) != n_bytes:
        raise RowBitmapError(
            f"the bitmap has {len(content)} bytes; {n_samples} rows need {n_bytes}, one bit a row."
        )
    bits = np.unpackbits(np.frombuffer(content, np.uint8), count=n_samples, bitorder="little")
    return np.flatnonzero(bits).astype(np.int64)
