"""The Gaussian weight of a squared distance, as plain arithmetic that a loop over rows can vectorise."""

from __future__ import annotations

import numpy as np
from numba import njit

# A row farther than this from its nearest landmark, in units of the exponent, is weighted as if it were
# exactly this far: its weights keep their proportions and never vanish together.
LARGEST_EXPONENT = np.float32(16.0)

_LOG2_E = np.float32(1.44269504)
_SMALLEST_POWER = np.float32(-126.0)
_HALF = np.float32(0.5)
# Coefficients of 2**f on [-1/2, 1/2]; relative error 2e-7.
_C1 = np.float32(6.9314718e-1)
_C2 = np.float32(2.4022651e-1)
_C3 = np.float32(5.5504109e-2)
_C4 = np.float32(9.6181291e-3)
_C5 = np.float32(1.3333558e-3)
_ONE = np.float32(1.0)
_BIAS = np.int32(127)
_MANTISSA_BITS = np.int32(23)


@njit(fastmath=True, inline="always")
def exponential(x):  # type: ignore[no-untyped-def]
    """Return ``exp(x)`` in float32 for ``x <= 0``; below 2**-126 it stays there instead of underflowing.

    A call of the C library would keep the loop around it scalar; this one is branch-free arithmetic.
    """
    y = max(x * _LOG2_E, _SMALLEST_POWER)
    power = np.int32(y - _HALF)
    f = y - np.float32(power)
    value = _C5 * f + _C4
    value = value * f + _C3
    value = value * f + _C2
    value = value * f + _C1
    value = value * f + _ONE
    return value * np.int32((power + _BIAS) << _MANTISSA_BITS).view(np.float32)
