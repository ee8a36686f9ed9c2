"""The spectral embedding of a table through landmarks: every row is read from the landmarks' eigenvectors.

Labels for any number of clusters come from it without touching the graph again.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fiedler.dense_blocks.device import ArrayDevice
from fiedler.errors import InvalidFeaturesError
from fiedler.landmarks import storage
from fiedler.landmarks.blocks import available_threads, refuse_non_finite
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.groups import LandmarkGroups, landmark_groups
from fiedler.landmarks.index import (
    exponent_scale,
)
from fiedler.landmarks.label_kernels import embed_neighbors
from fiedler.landmarks.labels import centroid_table, grid_labels, neighbor_labels
from fiedler.landmarks.on_device import device_labels
from fiedler.landmarks.projection import Projection
from fiedler.progress import Fraction
from fiedler.row_blocks import single_blas_thread


@dataclass(frozen=True, eq=False)
class LandmarkEmbedding:
    """Eigenvectors of the landmark graph, and how every row is read from them.

    Implements `fiedler.embedding.SpectralEmbedding`. A row's coordinates are the mean of its nearest
    landmarks' vectors, weighted by ``exp(-distance**2 / (2 bandwidth**2))``.

    Attributes
    ----------
    features : ndarray of shape (n, d), float32
        The rows embedded; may be a memory map (mode "c" spares a copy of each block over mode "r").
    projection : Projection
        From features to the coordinates of the landmarks.
    landmarks : ndarray of shape (p, d') float32
        Distinct, sorted; d' = d up to 64 columns, 50 above.
    bandwidth : float
        Mean distance of a row to its nearest landmarks, in the landmarks' coordinates.
    n_neighbors : int
        Nearest landmarks a row is described by, at most p.
    eigenvalues, residual_norms : ndarray of shape (q,), float64
        Of the landmark graph's symmetric normalized Laplacian, ascending; 2-norms of ``L v - lambda v``.
    vectors : ndarray of shape (p, q), float64
        One column an eigenvector, ``D**(-1/2) v``; constant vectors are 1 everywhere.
    n_islands : int
        Landmarks nearly cut off from all others (far outliers); they follow their nearest neighbour.
    grid : CandidateGrid or None
        The search for d' <= 3; nothing is kept of a row then.
    neighbors, squared_distances : ndarray of shape (n, K), uint16 and float32, or None
        Above: each row's landmarks, and squared distances bounded for far rows.
    n_threads : int
        Threads `nearest_centroid` uses; results do not depend on it.
    device : ArrayDevice or None
        Where `nearest_centroid` labels rows, when their landmarks were found there; None: here.
    """

    features: NDArray[np.float32]
    projection: Projection
    landmarks: NDArray[np.float32]
    bandwidth: float
    n_neighbors: int
    eigenvalues: NDArray[np.float64]
    residual_norms: NDArray[np.float64]
    vectors: NDArray[np.float64]
    n_islands: int
    grid: CandidateGrid | None
    neighbors: NDArray[np.uint16] | None
    squared_distances: NDArray[np.float32] | None
    n_threads: int
    device: ArrayDevice | None = None

    @property
    def n_samples(self) -> int:
        """Number of rows embedded."""
        return int(self.features.shape[0])

    def rows(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of the rows named, in the order named."""
        return self._mean_of(*self.nearest(indices))

    def nearest(self, indices: NDArray[np.int64]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """Return (m, K) the nearest landmarks of the rows named and the squared distances to them.

        Distances are bounded for far rows, so that no weight underflows.
        """
        if self.neighbors is None or self.squared_distances is None:
            return self._nearest(np.asarray(self.features[indices]))
        return (
            np.ascontiguousarray(self.neighbors[indices]),
            np.ascontiguousarray(self.squared_distances[indices]),
        )

    def nearest_centroid(
        self, centroids: NDArray[np.float64], progress: Fraction | None = None
    ) -> NDArray[np.uint16]:
        """Return (n_samples,) the nearest of the (c, k) centroids to each row normalised over k columns.

        Distances are Euclidean; a tie goes to the lower centroid. ``progress`` is told the fraction of rows
        done; an exception it raises ends the work.

        Raises
        ------
        ValueError
            The centroids are not a finite (c, k) array with k <= q.
        """
        table = centroid_table(self.vectors, centroids)
        if self.neighbors is None or self.squared_distances is None:
            grid = self._search
            assert isinstance(grid, CandidateGrid)  # noqa: S101 - without cached rows the search is a grid
            return grid_labels(
                self.features, self.projection, grid, self._exponent_scale, table, self.n_threads, progress
            )
        if self.device is not None:
            return device_labels(
                self.neighbors, self.squared_distances, self._exponent_scale, table, self.device, progress
            )
        return neighbor_labels(
            self.neighbors, self.squared_distances, self._exponent_scale, table, self.n_threads, progress
        )

    def extend(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (m, q) embedding of new rows from their (m, d) features (Nyström extension).

        Raises
        ------
        InvalidFeaturesError
            The features have another number of columns, or a value that is not finite.
        """
        return self._embed(self._checked(features))

    def append(self, features: NDArray[np.float32]) -> LandmarkEmbedding:
        """Return the embedding with (m, d) new rows after the old ones; landmarks stay as they are.

        Raises
        ------
        InvalidFeaturesError
            As `extend`.
        """
        new = self._checked(features)
        indices, distances = self._nearest(new)
        neighbors, squared = self.neighbors, self.squared_distances
        return dataclasses.replace(
            self,
            features=np.concatenate([self.features, new]),
            neighbors=None if neighbors is None else np.concatenate([neighbors, indices]),
            squared_distances=None if squared is None else np.concatenate([squared, distances]),
        )

    def save(self, folder: Path) -> None:
        """Write everything but the features into an existing folder."""
        np.save(folder / "landmarks.npy", self.landmarks)
        np.save(folder / "eigenvalues.npy", self.eigenvalues)
        np.save(folder / "residual_norms.npy", self.residual_norms)
        np.save(folder / "vectors.npy", self.vectors)
        storage.write_projection(folder, self.projection)
        if self.grid is not None:
            storage.write_grid(folder, self.grid)
        if self.neighbors is not None and self.squared_distances is not None:
            np.save(folder / "neighbors.npy", self.neighbors)
            np.save(folder / "squared_distances.npy", self.squared_distances)
        storage.write_parameters(
            folder,
            {
                "n_samples": self.n_samples,
                "n_features": self.projection.n_features,
                "bandwidth": self.bandwidth,
                "n_neighbors": self.n_neighbors,
                "n_islands": self.n_islands,
                "projection_scale": self.projection.scale,
                "has_grid": self.grid is not None,
            },
        )

    @classmethod
    def load(cls, folder: Path, features: NDArray[np.float32]) -> LandmarkEmbedding:
        """Return the embedding saved in ``folder``, of the same (n, d) float32 features.

        Raises
        ------
        ArtifactError
            The folder holds no landmark embedding of this format and of features of this shape.
        """
        parameters = storage.read_parameters(folder, features)
        landmarks = np.load(folder / "landmarks.npy")
        n_neighbors = parameters["n_neighbors"]
        has_grid = parameters["has_grid"]
        # Copy-on-write maps are writable to the kernels, which never write.
        return cls(
            features=features,
            projection=storage.read_projection(
                folder, parameters["n_features"], parameters["projection_scale"]
            ),
            landmarks=landmarks,
            bandwidth=parameters["bandwidth"],
            n_neighbors=n_neighbors,
            eigenvalues=np.load(folder / "eigenvalues.npy"),
            residual_norms=np.load(folder / "residual_norms.npy"),
            vectors=np.load(folder / "vectors.npy"),
            n_islands=parameters["n_islands"],
            grid=storage.read_grid(folder, landmarks, n_neighbors) if has_grid else None,
            neighbors=None if has_grid else np.load(folder / "neighbors.npy", mmap_mode="c"),
            squared_distances=None if has_grid else np.load(folder / "squared_distances.npy", mmap_mode="c"),
            n_threads=available_threads(None),
        )

    @property
    def _exponent_scale(self) -> float:
        return exponent_scale(self.bandwidth)

    @functools.cached_property
    def _search(self) -> CandidateGrid | LandmarkGroups:
        """The index of the landmarks; groups are rebuilt, the same each time, when new rows come."""
        if self.grid is not None:
            return self.grid
        with single_blas_thread():
            return landmark_groups(self.landmarks, self.n_neighbors)

    def _checked(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.asarray(features)
        if rows.ndim != 2 or rows.shape[1] != self.projection.n_features:
            raise InvalidFeaturesError(
                f"features have the shape {rows.shape}; required is (m, {self.projection.n_features}), the "
                f"columns the embedding was fitted on."
            )
        return rows

    def _embed(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._mean_of(*self._nearest(features))

    def _nearest(self, features: NDArray[np.float32]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        rows = np.require(features, dtype=np.float32, requirements=["C", "W", "A", "E"])
        with single_blas_thread():
            indices, distances, finite = self._search.nearest(self.projection(rows), self._exponent_scale)
        if not finite:
            refuse_non_finite(rows, 0)
        return indices, distances

    def _mean_of(self, indices: NDArray[np.uint16], distances: NDArray[np.float32]) -> NDArray[np.float32]:
        embedding = np.empty((indices.shape[0], self.vectors.shape[1]), np.float32)
        scale = np.float32(self._exponent_scale)
        embed_neighbors(indices, distances, scale, self.vectors.astype(np.float32), embedding)
        return embedding
