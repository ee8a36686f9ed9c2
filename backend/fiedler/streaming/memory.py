"""How much memory a streamed fit works in, whatever the number of rows, and how many threads fit."""

from __future__ import annotations

from fiedler.landmarks.accumulate import GROUP_BLOCK_ROWS, grid_block_rows
from fiedler.landmarks.grid import LARGEST_GRID_DIMENSION
from fiedler.landmarks.projection import LARGEST_DIRECT_DIMENSION, PCA_DIMENSION, PIECE_ROWS
from fiedler.landmarks.sample import sample_size
from fiedler.parameters import ParameterError
from fiedler.sources.protocol import batch_rows
from fiedler.streaming.executors import BYTES_TO_KEEP

# What a Parquet reader holds of each column besides the batch it hands out: a page as it is stored, decoded,
# and its dictionary, a megabyte each as they are usually written.
_READER_BYTES_A_COLUMN = 3 << 20
# Tables of p x p float64 the eigenproblem holds at once.
_SPECTRUM_TABLES = 4
# Landmarks and distances of a row, where they are kept, for the usual five.
_NEIGHBOR_BYTES = 30


def fitting_threads(
    n_samples: int, n_features: int, n_landmarks: int, n_threads: int, memory_bytes: int | None
) -> int:
    """Return the threads, at most ``n_threads``, whose blocks fit into ``memory_bytes`` over the data.

    Raises
    ------
    ParameterError
        Not even one does.
    """
    if memory_bytes is None:
        return n_threads
    for threads in range(n_threads, 0, -1):
        if working_bytes(n_samples, n_features, n_landmarks, threads) <= memory_bytes:
            return threads
    needed = working_bytes(n_samples, n_features, n_landmarks, 1)
    raise ParameterError(
        f"memory_bytes is {memory_bytes:,}; {n_features} columns and {n_landmarks:,} landmarks need "
        f"{needed:,} bytes with one thread. Allow that much, or ask for fewer landmarks or columns."
    )


def working_bytes(n_samples: int, n_features: int, n_landmarks: int, n_threads: int) -> int:
    """Return the bytes a streamed fit takes at most, besides the source, the labels and the interpreter."""
    table = 8 * n_landmarks * n_landmarks
    n_sampled = sample_size(n_samples, n_landmarks)
    # As read, as features, as coordinates.
    kept = n_sampled * n_features * (8 + 4 + 4)
    reader = n_features * (2 * 8 * batch_rows(n_features) + _READER_BYTES_A_COLUMN)
    if n_features <= LARGEST_GRID_DIMENSION:
        rows = min(n_samples, grid_block_rows(n_samples))
        block = rows * (2 * 4 * n_features + 2 * 4)
    else:
        rows = min(n_samples, GROUP_BLOCK_ROWS)
        n_coordinates = n_features if n_features <= LARGEST_DIRECT_DIMENSION else PCA_DIMENSION
        block = rows * (3 * 4 * n_coordinates + 64)
        kept += min(BYTES_TO_KEEP, _NEIGHBOR_BYTES * n_samples)
        if n_coordinates < n_features:
            block += PIECE_ROWS * n_features * (4 + 8 + 8 + 4)
    # A range's own table, and the one it is added to.
    each = reader + block + 2 * table
    return kept + n_threads * each + _SPECTRUM_TABLES * table
