"""New arrays in files that are mapped into memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike


def new_mapped_array(path: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> np.memmap[Any, Any]:
    """Return an array of zeros in a new ``.npy`` file, whose place on the disk is taken at once.

    A page of a mapped file that finds no place on a full disk when it is written would end the process by
    SIGBUS; here the disk is asked first.

    Raises
    ------
    OSError
        The disk is full (``errno.ENOSPC``).
    """
    mapped: np.memmap[Any, Any] = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return mapped
