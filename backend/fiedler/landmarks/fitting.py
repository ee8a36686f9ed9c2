"""The landmark path from features to a spectral embedding, the whole of it.

sample -> landmarks -> index -> bandwidth -> one pass over the rows (E) -> small eigenproblem.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from fiedler.dense_blocks.device import ArrayDevice
from fiedler.errors import InvalidFeaturesError
from fiedler.landmarks.accumulate import AffinityPass, threaded_affinity
from fiedler.landmarks.blocks import available_threads
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.index import (
    check_n_landmarks,
    landmark_index,
)
from fiedler.landmarks.on_device import device_affinity
from fiedler.landmarks.sample import sample_rows, sample_size
from fiedler.landmarks.spectrum import landmark_spectrum
from fiedler.policy import default_n_landmarks
from fiedler.progress import Report, silent
from fiedler.row_blocks import single_blas_thread


def landmark_embedding(
    features: NDArray[np.float32],
    n_components: int,
    *,
    n_landmarks: int | None,
    n_neighbors: int = 5,
    n_clusters_hint: int | None = None,
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
    device: ArrayDevice | None = None,
    affinity_pass: AffinityPass | None = None,
) -> LandmarkEmbedding:
    """Return the spectral embedding of all rows through landmarks.

    Parameters
    ----------
    features : ndarray of shape (n, d), float32, C-order
        Finite; may be a memory map. Never copied as a whole.
    n_components : int
        Eigenpairs wanted; as many as there are landmarks that take part when those are fewer.
    n_landmarks : int or None
        None: `fiedler.policy.default_n_landmarks`. Fewer are used when the sample has fewer distinct rows.
    n_neighbors : int
        Nearest landmarks each row is described by.
    n_clusters_hint : int or None
        The number of clusters expected, for the default number of landmarks.
    random_state : int
        Seed of the sample and of the landmarks' start.
    n_threads : int or None
        None: the processors available. The result is the same, bit for bit, for every number.
    progress : callable, optional
        ``progress(fraction, message)`` from the calling thread; an exception it raises ends the fit.
    device : ArrayDevice, optional
        Where rows are compared with landmarks and the small eigenproblem is solved; the processor when
        omitted. The same clusters up to the rounding of float32 sums, whose order is the device's.
    affinity_pass : callable, optional
        Who compares the rows with the landmarks instead of threads of this process; not asked with a device.

    Raises
    ------
    TooFewRowsError
        There are not more rows than landmarks.
    InvalidFeaturesError
        The features are not a float32 matrix with a column, or hold a value that is not finite.

    References
    ----------
    Huang, Wang, Wu, Lai and Kwoh (2020), "Ultra-scalable spectral clustering and ensemble clustering".
    """
    threads = available_threads(n_threads)
    _check(features, n_components, n_neighbors)
    n_samples, n_features = features.shape
    if n_landmarks is None:
        n_landmarks = default_n_landmarks(n_samples, n_features, n_clusters_hint or 1)
    check_n_landmarks(n_samples, n_landmarks)
    report = progress or silent
    with single_blas_thread():
        report(0.0, "Choosing landmarks")
        generator = np.random.default_rng(random_state)
        sample = sample_rows(features, sample_size(n_samples, n_landmarks), generator)
        index = landmark_index(sample, n_samples, n_landmarks, n_neighbors, generator, random_state, report)
        search, landmarks = index.search, index.landmarks
        message = f"Comparing {n_samples:,} rows with {landmarks.shape[0]:,} landmarks"

        def passed(fraction: float) -> None:
            report(0.25 + 0.5 * fraction, message)

        passed(0.0)
        compare = affinity_pass or threaded_affinity(threads)
        if device is not None:
            compare = functools.partial(device_affinity, device=device)
        affinity, neighbors, distances = compare(features, index, passed)
        solving = f"Solving for {n_components} eigenvectors"
        report(0.75, solving)
        spectrum = landmark_spectrum(
            affinity,
            landmarks,
            n_components,
            lambda fraction: report(0.75 + 0.25 * fraction, solving),
            device,
        )
    report(1.0, "Embedded")
    return LandmarkEmbedding(
        features=features,
        projection=index.projection,
        landmarks=landmarks,
        bandwidth=index.bandwidth,
        n_neighbors=search.n_neighbors,
        eigenvalues=spectrum.eigenvalues,
        residual_norms=spectrum.residual_norms,
        vectors=spectrum.vectors,
        n_islands=spectrum.n_islands,
        grid=search if isinstance(search, CandidateGrid) and device is None else None,
        neighbors=neighbors,
        squared_distances=distances,
        n_threads=threads,
        device=device,
    )


def _check(features: NDArray[np.float32], n_components: int, n_neighbors: int) -> None:
    if features.ndim != 2 or features.shape[1] < 1 or features.dtype != np.float32:
        raise InvalidFeaturesError(
            f"features have the shape {features.shape} and dtype {features.dtype}; required is a float32 "
            f"matrix (n, d) with at least one column."
        )
    if n_components < 1 or n_neighbors < 1:
        raise ValueError(
            f"n_components is {n_components} and n_neighbors {n_neighbors}; both must be at least 1."
        )
