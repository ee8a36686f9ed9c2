"""The landmarks of a table and the index that compares rows with them, from a sample alone.

Everything a block of rows needs, wherever it is read: in this process or by a worker elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import TooFewRowsError
from fiedler.landmarks.grid import LARGEST_GRID_DIMENSION, CandidateGrid, candidate_grid
from fiedler.landmarks.groups import LandmarkGroups, landmark_groups
from fiedler.landmarks.projection import Projection, fit_projection
from fiedler.landmarks.representatives import representatives
from fiedler.landmarks.sample import SMALLEST_SAMPLE
from fiedler.progress import Report

_LARGEST_N_LANDMARKS = 65_535


@dataclass(frozen=True, eq=False)
class LandmarkIndex:
    """Landmarks, how rows reach their coordinates, and the search for the nearest.

    Attributes
    ----------
    projection : Projection
        From (m, d) features to the coordinates of the landmarks.
    search : CandidateGrid or LandmarkGroups
        The former up to three coordinates.
    bandwidth : float
        Mean distance of a sampled row to its nearest landmarks, in the landmarks' coordinates.
    """

    projection: Projection
    search: CandidateGrid | LandmarkGroups
    bandwidth: float

    @property
    def landmarks(self) -> NDArray[np.float32]:
        """(p, d') distinct landmarks, sorted."""
        return self.search.landmarks

    @property
    def exponent_scale(self) -> float:
        """``1 / (2 bandwidth**2)``: the factor of a squared distance in a weight's exponent."""
        return exponent_scale(self.bandwidth)


def check_n_landmarks(n_samples: int, n_landmarks: int) -> None:
    """Refuse a number of landmarks that rows cannot have.

    Raises
    ------
    ValueError
        It lies outside 1 to 65,535.
    TooFewRowsError
        There are not more rows than landmarks.
    """
    if not 1 <= n_landmarks <= _LARGEST_N_LANDMARKS:
        raise ValueError(f"n_landmarks is {n_landmarks}; it must lie between 1 and {_LARGEST_N_LANDMARKS:,}.")
    if n_landmarks >= n_samples:
        raise TooFewRowsError(
            f"there are {n_samples} rows for {n_landmarks} landmarks; there must be more rows than "
            f"landmarks. Ask for fewer landmarks, or use the exact method for so small a table."
        )


def landmark_index(
    sample: NDArray[np.float32],
    n_samples: int,
    n_landmarks: int,
    n_neighbors: int,
    generator: np.random.Generator,
    random_state: int,
    report: Report,
) -> LandmarkIndex:
    """Return the index of at most ``n_landmarks`` landmarks.

    Parameters
    ----------
    sample : ndarray of shape (m, d), float32
        Random rows in random order, from `fiedler.landmarks.sample`.
    n_samples : int
        Rows of the whole table.
    n_landmarks : int
        Fewer are used when the sample has fewer distinct rows.
    n_neighbors : int
        Nearest landmarks a row is described by; fewer when there are fewer landmarks.
    generator : Generator
        The one that drew the sample.
    random_state : int
        Seed of the projection.
    report : callable
        Told fractions up to .2 while landmarks are chosen; an exception it raises ends the work.
    """
    projection = fit_projection(sample, random_state)
    coordinates = projection(sample)
    landmarks = representatives(
        coordinates, n_landmarks, generator, lambda fraction: report(0.2 * fraction, "Choosing landmarks")
    )
    report(0.2, "Measuring the distances of a sample")
    search = _search(landmarks, coordinates, min(n_neighbors, landmarks.shape[0]), n_samples)
    return LandmarkIndex(projection, search, _bandwidth(search, coordinates[:SMALLEST_SAMPLE]))


def exponent_scale(bandwidth: float) -> float:
    """Return ``1 / (2 bandwidth**2)``."""
    return 1.0 / (2.0 * bandwidth * bandwidth)


def _search(
    landmarks: NDArray[np.float32], sample: NDArray[np.float32], n_neighbors: int, n_samples: int
) -> CandidateGrid | LandmarkGroups:
    if landmarks.shape[1] > LARGEST_GRID_DIMENSION:
        return landmark_groups(landmarks, n_neighbors)
    # Few cells for few rows: the table must not cost more than the pass it speeds up.
    n_cells = min(64 * max(landmarks.shape[0], 16), max(n_samples // 32, 1_024))
    return candidate_grid(landmarks, sample, n_neighbors, n_cells)


def _bandwidth(search: CandidateGrid | LandmarkGroups, sample: NDArray[np.float32]) -> float:
    """Return the mean distance of the sample to its nearest landmarks; 1 when all rows are equal.

    Distances beyond ten times the 80 % quantile are left out: scattered rows would blur everything else.
    Not beyond ten medians: a wide cluster beside dense ones would go with them.
    """
    unbounded = 1e-300
    _, squared, _ = search.nearest(sample, unbounded)
    distances = np.sqrt(squared.astype(np.float64))
    usual = float(np.quantile(distances, 0.8))
    if usual > 0.0:
        distances = distances[distances <= 10.0 * usual]
    mean = float(distances.mean())
    return mean if mean > 0.0 and math.isfinite(mean) else 1.0
