"""What questions about a fit and a partition need, opened once per process and kept for the next."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fiedler.artifacts import ArtifactStore
from fiedler.explanation.codes import CodedFeatures, code_features
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import EmbeddedClusters, embedded_clusters
from fiedler.explanation.members import ClusterMembers, cluster_members
from fiedler.explanation.missing import missing_cells
from fiedler.explanation.other_columns import OtherColumns, read_other_columns
from fiedler.feature_columns import FeatureFacts
from fiedler.parameters import ClusteringParameters
from fiedler.session import Session, open_session
from fiedler.summaries import FitSummary

_FITS_KEPT, _PARTITIONS_KEPT = 2, 6

_Kept = TypeVar("_Kept")
_fits: OrderedDict[tuple[Path, str, str], PreparedFit] = OrderedDict()
_partitions: OrderedDict[tuple[Path, str, str], PreparedPartition] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ExplainedPartition:
    """A partition of a fit, and the table it was made from.

    Attributes
    ----------
    fit : FitSummary
        Its artifacts are in the store.
    partition_key : str
        Of the ``partition`` artifact that holds the labels.
    n_clusters : int
        Clusters of that partition.
    table : Path
        The Parquet file the fit read.
    table_key : str
        Identifies its content.
    parameters : ClusteringParameters
        Of the fit; a question about its graph needs them.
    """

    fit: FitSummary
    partition_key: str
    n_clusters: int
    table: Path
    table_key: str
    parameters: ClusteringParameters = field(default_factory=ClusteringParameters)


@dataclass(frozen=True, eq=False)
class PreparedFit:
    """The columns of a fit's table, coded: those it was made from, and the others."""

    coded: CodedFeatures
    others: OtherColumns


@dataclass(frozen=True, eq=False)
class PreparedPartition:
    """The rows of each cluster, and where the embedding has them."""

    members: ClusterMembers
    embedded: EmbeddedClusters


@dataclass(frozen=True, eq=False)
class Subject:
    """What a question is about; its parts are opened when an answer looks at them."""

    source: ExplainedPartition
    store: ArtifactStore

    @property
    def session(self) -> Session:
        """The fit's features and embedding."""
        artifacts = self.source.fit.artifacts
        return open_session(self.store, artifacts["features"], artifacts["embedding"])

    @cached_property
    def labels(self) -> NDArray[np.uint16]:
        """(n,) clusters of the partition asked about."""
        return self.labels_of(self.source.partition_key)

    @property
    def fitted(self) -> PreparedFit:
        """The table's columns."""
        source, store = self.source, self.store

        def load() -> PreparedFit:
            meta = store.existing("features", source.fit.artifacts["features"]) / "meta.json"
            facts = FeatureFacts.from_dict(json.loads(meta.read_text(encoding="utf-8")))
            gaps = missing_cells(source.table, facts)
            coded = code_features(self.session.features, facts.columns, missing=gaps)
            return PreparedFit(coded, read_other_columns(source.table, set(facts.names)))

        name = (store.root, source.fit.artifacts["features"], source.table_key)
        return _recalled(_fits, name, _FITS_KEPT, load)

    @property
    def cut(self) -> PreparedPartition:
        """The partition's clusters."""
        source, store = self.source, self.store

        def load() -> PreparedPartition:
            members = cluster_members(self.labels, source.n_clusters)
            return PreparedPartition(members, embedded_clusters(self.session.embedding, members))

        name = (store.root, source.fit.artifacts["embedding"], source.partition_key)
        return _recalled(_partitions, name, _PARTITIONS_KEPT, load)

    def labels_of(self, partition_key: str) -> NDArray[np.uint16]:
        """Return (n,) the labels of a partition of the same table.

        Raises
        ------
        ExplanationError
            It has another number of rows.
        """
        labels: NDArray[np.uint16] = np.load(self.store.existing("partition", partition_key) / "labels.npy")
        n_samples = self.source.fit.n_samples
        if len(labels) != n_samples:
            raise ExplanationError(
                f"the partition {partition_key} has {len(labels)} labels for {n_samples} rows; it must be "
                f"one of this fit's table; choose another."
            )
        return labels


def prepare(source: ExplainedPartition, store: ArtifactStore) -> None:
    """Open what every question about a partition needs, so that the first one is answered as fast."""
    subject = Subject(source, store)
    _ = subject.fitted, subject.cut


def _recalled(
    kept: OrderedDict[tuple[Path, str, str], _Kept],
    name: tuple[Path, str, str],
    most: int,
    load: Callable[[], _Kept],
) -> _Kept:
    """Return what is kept under a name, loaded when it is not; the least recently used is let go."""
    with _lock:
        found = kept.get(name)
        if found is None:
            found = kept[name] = load()
        kept.move_to_end(name)
        while len(kept) > most:
            kept.popitem(last=False)
    return found
