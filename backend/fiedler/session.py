"""The artifacts of one fit, opened: what a change of k needs, kept in memory between calls.

Arrays are memory-mapped, so an open session costs little; a warm process answers without reading files.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.artifacts import ArtifactStore
from fiedler.computation import (
    ComputedEmbedding,
    embedding_description,
    embedding_notes,
    load_embedding,
)
from fiedler.consensus import PreparedTable
from fiedler.dense_blocks import ArrayDevice
from fiedler.errors import ArtifactError
from fiedler.feature_columns import FeatureFacts
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.parameters import ClusteringParameters
from fiedler.progress import Fraction
from fiedler.rounding import SAMPLE_ROWS, Rounding, RoundingOptions, round_embedding, sample_rows
from fiedler.silhouette import SAMPLE_ROWS as SILHOUETTE_ROWS
from fiedler.silhouette import Silhouette, pairwise_distances, silhouette

_SESSIONS_KEPT = 4
_SAMPLE_SEED = 0

_open: OrderedDict[tuple[Path, str], Session] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Session:
    """Features, embedding and samples of one fit.

    Attributes
    ----------
    features : (n, d) float32, memory-mapped
    units : (d,) float64 or None
        What each column of ``features`` was divided by, the largest 1; None where scaling was asked for.
    embedding : ExactEmbedding or LandmarkEmbedding
    sample_vectors : (m, q) float32
        Embedding of the rows that decide centroids.
    silhouette_rows : (s,) int64
    silhouette_features : (s, d) float32
        The rows silhouettes are computed on.
    notes : list of dict
        What a reader of the result must know about the embedding.
    embedding_key : str
    """

    features: NDArray[np.float32]
    units: NDArray[np.float64] | None
    embedding: ComputedEmbedding
    sample_vectors: NDArray[np.float32]
    silhouette_rows: NDArray[np.int64]
    silhouette_features: NDArray[np.float32]
    notes: list[dict[str, str]]
    embedding_key: str

    @cached_property
    def prepared(self) -> PreparedTable:
        """The rows, or a sample of many, ready to be viewed.

        A change of k searches no neighbours and grows no tree again.
        """
        if isinstance(self.embedding, LandmarkEmbedding):
            return PreparedTable.sampled(self.features, self.units)
        return PreparedTable(self.features, units=self.units)

    @cached_property
    def _silhouette_distances(self) -> NDArray[np.float32]:
        return pairwise_distances(self.silhouette_features)

    def round(
        self,
        n_clusters: int,
        random_state: int,
        options: RoundingOptions | None = None,
        progress: Fraction | None = None,
    ) -> Rounding:
        """Return the partition of all rows into at most ``n_clusters``; what ``progress`` raises ends it."""
        return round_embedding(
            self.embedding, self.sample_vectors, n_clusters, random_state, options, progress
        )

    def silhouette_of(self, labels: NDArray[np.uint16], n_clusters: int) -> Silhouette:
        """Return the silhouettes of the sampled rows whose (n,) labels are below ``n_clusters``."""
        sampled = labels[self.silhouette_rows]
        kept = np.flatnonzero(sampled < n_clusters)
        distances = self._silhouette_distances
        if len(kept) < len(sampled):
            distances = distances[np.ix_(kept, kept)]
        return silhouette(distances, sampled[kept], n_clusters)


def save_silhouette_sample(folder: Path) -> None:
    """Write the rows that silhouettes use beside the ``features.npy`` in ``folder``."""
    features = np.load(folder / "features.npy", mmap_mode="c")
    rows = sample_rows(len(features), SILHOUETTE_ROWS, _SAMPLE_SEED)
    np.save(folder / "silhouette_rows.npy", rows)
    np.save(folder / "silhouette_features.npy", features[rows])


def save_embedding(folder: Path, embedding: ComputedEmbedding, method: str, random_state: int) -> None:
    """Write an embedding, the sample of it that rounding uses and what is to be said about it."""
    embedding.save(folder)
    rows = sample_rows(embedding.n_samples, SAMPLE_ROWS, random_state)
    np.save(folder / "sample_vectors.npy", embedding.rows(rows))
    description = {"method": method, "notes": embedding_notes(embedding)}
    (folder / "session.json").write_text(json.dumps(description), encoding="utf-8")


def embedding_of_usual_bandwidth(
    store: ArtifactStore,
    features_key: str,
    method: Literal["exact", "landmark"],
    parameters: ClusteringParameters,
    device: ArrayDevice | None,
) -> LandmarkEmbedding | None:
    """Return the landmark embedding that an earlier fit has kept, when only its bandwidth is another."""
    if method == "exact" or parameters.bandwidth is None:
        return None
    usual = dataclasses.replace(parameters, affinity="local", bandwidth=None)
    key = store.key("embedding", embedding_description(method, usual, device), features_key)
    features = np.load(store.existing("features", features_key) / "features.npy", mmap_mode="c")
    try:
        return LandmarkEmbedding.load(store.path("embedding", key), features)
    except (ArtifactError, OSError):
        # Never there, or taken away meanwhile.
        return None


def open_session(store: ArtifactStore, features_key: str, embedding_key: str) -> Session:
    """Return the session of these artifacts, opened once per process while among the last few used.

    Raises
    ------
    ArtifactError
        An artifact is not in the store.
    """
    name = (store.root, embedding_key)
    with _lock:
        session = _open.get(name)
        if session is None:
            session = _open[name] = _load(store, features_key, embedding_key)
        _open.move_to_end(name)
        while len(_open) > _SESSIONS_KEPT:
            _open.popitem(last=False)
    return session


def _load(store: ArtifactStore, features_key: str, embedding_key: str) -> Session:
    features_folder = store.existing("features", features_key)
    embedding_folder = store.existing("embedding", embedding_key)
    features = np.load(features_folder / "features.npy", mmap_mode="c")
    facts = FeatureFacts.from_dict(json.loads((features_folder / "meta.json").read_text(encoding="utf-8")))
    description = json.loads((embedding_folder / "session.json").read_text(encoding="utf-8"))
    return Session(
        features=features,
        units=facts.units,
        embedding=load_embedding(description["method"], embedding_folder, features),
        sample_vectors=np.load(embedding_folder / "sample_vectors.npy"),
        silhouette_rows=np.load(features_folder / "silhouette_rows.npy"),
        silhouette_features=np.load(features_folder / "silhouette_features.npy"),
        notes=description["notes"],
        embedding_key=embedding_key,
    )
