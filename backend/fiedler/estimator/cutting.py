"""Numbers of clusters suggested by a fit, and its cut into any of them."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from fiedler.consensus import ConsensusResult, PreparedTable, consensus_partition
from fiedler.consensus.embedding import spectral_part
from fiedler.consensus.sampled import sampled_consensus
from fiedler.constraints.constraint_set import Constraints
from fiedler.corrections import Cut
from fiedler.estimator.history import History
from fiedler.estimator.spectrum import SpectrumMixin
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.parameters import ParameterError, Preset
from fiedler.progress import Report, told
from fiedler.rounding import SAMPLE_ROWS, RoundingOptions, round_embedding, sample_rows
from fiedler.suggestions import Suggestion, suggest_from_rows, suggest_n_clusters


class CuttingMixin(SpectrumMixin):
    """What can be done once the embedding is there: ranking numbers of clusters, and cutting into one.

    ``_suggestions`` is None until it is asked for; ``_one_graph`` says that the spectrum alone is asked, and
    ``_largest`` up to which number.
    """

    preset: Preset
    _suggestions: list[Suggestion] | None
    _one_graph: bool
    _largest: int

    @property
    def suggestions_(self) -> list[Suggestion]:
        """Numbers of clusters in the order of advice, with reasons; computed when first asked for."""
        check_is_fitted(self)
        if self._suggestions is None:
            self._suggestions = self._ranked(None)
        return self._suggestions

    def _ranked(self, progress: Report | None) -> list[Suggestion]:
        eigenvalues = self._spectrum.solved.eigenvalues
        of_spectrum = (eigenvalues, self._spectrum.sample_vectors, self._largest, self._seed)
        report = told(progress, "Comparing numbers of clusters")
        if self._one_graph or self._features is None:
            return suggest_n_clusters(*of_spectrum, progress=report)
        return suggest_from_rows(self._features, *of_spectrum, progress=report)

    def recut(self, n_clusters: int, *, progress: Report | None = None) -> Self:
        """Cut the fitted embedding into another number of clusters, without solving again.

        Where clusters are a consensus, the views are asked again for this number. Constraints stay in force;
        edits end, as they name clusters of another cut. ``progress`` is told as by `fit`; where it ends the
        work, the cut before stays.

        Raises
        ------
        ParameterError
            ``n_clusters`` exceeds what eigenvectors were kept for.
        """
        check_is_fitted(self)
        largest = min(len(self.eigenvalues_), self._embedding.n_samples)
        if not 1 <= n_clusters <= largest:
            raise ParameterError(
                f"n_clusters is {n_clusters}; it must lie between 1 and {largest}, the eigenvectors kept; "
                f"fit again with a larger max_clusters."
            )
        return self._cut_into(n_clusters, self._history.constraints, progress)

    def _cut_into(self, n_clusters: int, constraints: Constraints, progress: Report | None) -> Self:
        consensus: ConsensusResult | None = None
        # Those of a consensus are not needed before someone says what is known about rows.
        sample_vectors: NDArray[np.float32] | None = None
        if self._points is not None:
            if self._prepared is None or self._prepared.features is not self._points:
                self._prepared = PreparedTable(self._points)
            consensus = consensus_partition(
                self._prepared,
                n_clusters,
                preset=self.preset,
                random_state=self._seed,
                progress=progress,
            )
            labels = consensus.labels.astype(np.uint16)
        elif self._prepared is not None and isinstance(self._embedding, LandmarkEmbedding):
            graph = spectral_part(self._embedding, len(self._spectrum.solved.eigenvalues))
            found = sampled_consensus(
                self._prepared, graph, n_clusters, random_state=self._seed, progress=progress
            )
            consensus, self._embedding, self._rounding = found.result, found.embedding, found.rounding
            labels = self._rounding.labels
            sample_vectors = self._embedding.rows(sample_rows(len(labels), SAMPLE_ROWS, self._seed))
        else:
            sample_vectors = self._spectrum.sample_vectors
            self._rounding = round_embedding(
                self._embedding,
                sample_vectors,
                n_clusters,
                self._seed,
                self._options,
                told(progress, f"Cutting into {n_clusters} clusters"),
            )
            labels = self._rounding.labels
        self.consensus_ = consensus
        history = History(
            Cut(
                embedding=self._embedding,
                sample_vectors=sample_vectors,
                features=self._features,
                labels=labels,
                n_clusters=n_clusters,
                random_state=self._seed,
                plain=self._points is None and self._options == RoundingOptions(),
            )
        )
        self._show(history if constraints.is_empty else history.constrained(constraints))
        return self
