"""The consensus of a small table: candidates, agreement, choice, gated mixture, each kept to be shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.agreement import separation
from fiedler.consensus.candidates import (
    CURVES,
    EARLY,
    FAST,
    FEWEST_GRAPH_ROWS,
    LATE,
    Candidate,
    Schedule,
    candidates,
)
from fiedler.consensus.judged import JudgedViews, best_separated, judged
from fiedler.consensus.mixture import gated_mixture
from fiedler.consensus.mixture_starts import mixture_starts
from fiedler.consensus.numbering import numbered_by_size
from fiedler.consensus.prepared import PreparedSpace, PreparedTable
from fiedler.consensus.results import ConsensusResult, MixtureVerdict, View
from fiedler.consensus.shells import SHELL_COLUMNS
from fiedler.consensus.spaces import Spaces
from fiedler.consensus.stage_log import StageLog
from fiedler.errors import TooFewRowsError
from fiedler.parameters import Preset
from fiedler.progress import Report

AGREED = 0.95
"""Support at which the early views settle the matter."""
BEYOND_DOUBT = 0.99
"""Support at which no mixture is tried either."""


def consensus_partition(
    table: PreparedTable | NDArray[np.floating],
    n_clusters: int,
    *,
    preset: Preset = "balanced",
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
) -> ConsensusResult:
    """Partition the rows of a table of up to about 10,000 rows as its views agree, without labels.

    Views from several neighbour graphs and spanning trees, in one or two scalings, are compared pairwise; the
    best supported is chosen. If the first few agree no more are made. Rows that lie on curves are also viewed
    by position and direction together, so that curves may cross. A mixture model takes the chosen view's
    place where the rows look like its clusters. Nothing depends on the order of rows or the number of
    threads; copies of a row share its label.

    Parameters
    ----------
    table : PreparedTable, or (n, d) float32 or float64
        Finite; any scale. A prepared table keeps for the next number of clusters what does not depend on it.
    n_clusters : int
        From 1 to n. Fewer are found when there are fewer distinct rows.
    preset : {"balanced", "fast"}
        "fast": one graph rounded in two ways, of which the one with wider gaps is taken; no model.
    random_state : int
        Seed of every random start.
    n_threads : int or None
        For neighbour searches of a table that is not prepared; None uses every core.
    progress : callable, optional
        Told (fraction from 0 to 1, message).

    Raises
    ------
    InvalidFeaturesError
        Not a numeric matrix, without columns, or with a value that is not finite.
    TooFewRowsError
        There are fewer rows than clusters, or ``n_clusters`` is below 1.
    """
    if not isinstance(table, PreparedTable):
        table = PreparedTable(table, n_threads)
    return _Consensus(table, n_clusters, random_state, progress).run(preset)


class _Consensus:
    """One run: the settings, and the stages as they end."""

    def __init__(
        self, table: PreparedTable, n_clusters: int, random_state: int, progress: Report | None
    ) -> None:
        self._table = table
        self._n_clusters = n_clusters
        self._random_state = random_state
        self._log = StageLog(progress)

    def run(self, preset: Preset) -> ConsensusResult:
        """Return the consensus of the table's rows."""
        with self._log.stage("spaces", 0.0) as words:
            spaces = self._table.spaces
            n_distinct, n_samples = len(spaces.mixture.points), len(spaces.inverse)
            words.append(f"{n_distinct:,} distinct rows, " + " and ".join(s.name for s in spaces.graphs))
        if not 1 <= self._n_clusters <= n_samples:
            raise TooFewRowsError(
                f"n_clusters is {self._n_clusters} for {n_samples} rows; it must lie between 1 and the rows' "
                f"number. Ask for fewer clusters or give more rows."
            )
        if self._n_clusters == 1 or n_distinct <= self._n_clusters:
            result = self._trivial(spaces)
        elif preset == "fast":
            verdict = MixtureVerdict("", False, np.nan, np.nan, "Models are not tried by the fast preset.")
            result = self._two_cuts().result(spaces, verdict, self._log.stages)
        else:
            views, verdict = self._with_mixture(spaces, self._agreed())
            result = views.result(spaces, verdict, self._log.stages)
        self._log.report(1.0, "done")
        return result

    def _two_cuts(self) -> JudgedViews:
        """Return two roundings of one graph, in the last of the spaces, the better separated one chosen."""
        with self._log.stage("first views", 0.05) as words:
            space = self._table.prepared[-1]
            schedule = FAST if space.near.n_samples >= FEWEST_GRAPH_ROWS + self._n_clusters else EARLY
            found = self._views([space], schedule, 0.1, 0.9)
            words.append(f"{len(found)} views")
        return best_separated(found, [separation(space.near.forest, view.labels) for view in found])

    def _agreed(self) -> JudgedViews:
        """Return the first views, and the others too where those do not agree, the best supported chosen."""
        found = self._early()
        tree = self._table.separation_tree
        separations = [separation(tree, view.labels) for view in found]
        views = judged(found, separations)
        if views.support < AGREED:
            late = self._late()
            separations += [separation(tree, view.labels) for view in late]
            with self._log.stage("choice", 0.7) as words:
                views = judged(found + late, separations)
                name = views.found[views.chosen].name
                words.append(f"{name} has the strongest support of {len(views.found)} views")
        return views

    def _early(self) -> list[Candidate]:
        with self._log.stage("first views", 0.05) as words:
            found = self._views(self._table.prepared, EARLY, 0.1, 0.3)
            words.append(f"{len(found)} views")
        return found

    def _late(self) -> list[Candidate]:
        with self._log.stage("more views", 0.3) as words:
            found = self._views(self._table.prepared, LATE, 0.3, 0.55)
            words.append(f"{len(found)} more views, as the first did not agree")
        with self._log.stage("curves", 0.55) as words:
            curved = self._views(self._table.lifted(self._n_clusters), CURVES, 0.6, 0.7)
            words.append(f"{len(curved)} views by direction" if curved else "rows do not lie on curves")
        return found + curved

    def _views(
        self, spaces: list[PreparedSpace], schedule: Schedule, start: float, stop: float
    ) -> list[Candidate]:
        """Return the views of a schedule in every space, telling of each when it is made."""
        found: list[Candidate] = []
        for space in spaces:
            for view in candidates(space, schedule, self._n_clusters, self._random_state):
                found.append(view)
                done = len(found) / (len(spaces) * schedule.n_views)
                self._log.report(start + (stop - start) * done, f"View by {view.name}")
        return found

    def _with_mixture(self, spaces: Spaces, views: JudgedViews) -> tuple[JudgedViews, MixtureVerdict]:
        """Return the views with a mixture model in the chosen one's place, where its gates let it pass."""
        if views.support >= BEYOND_DOUBT:
            return views, MixtureVerdict("", False, np.nan, np.nan, "The views agree beyond doubt.")
        # Gaps that part the clusters leave nothing for rings to explain.
        few = spaces.graphs[0].points.shape[1] in SHELL_COLUMNS
        rings = few and views.support < AGREED and views.separations[views.chosen] < 0
        with self._log.stage("mixture", 0.75) as words:
            starts = mixture_starts(
                views.found,
                views.chosen,
                views.agreement,
                spaces.graphs[-1].points,
                self._n_clusters,
                self._random_state,
            )
            gated = gated_mixture(
                spaces.mixture.points,
                starts,
                self._n_clusters,
                self._random_state,
                as_is=spaces.graphs[0].points if rings else None,
                n_threads=self._table.n_threads,
                progress=lambda fraction: self._log.report(0.75 + 0.25 * fraction, "Models of the clusters"),
            )
            words.append(gated.verdict.reason)
        if gated.labels is not None:
            views = views.with_mixture(gated.labels, gated.verdict.kind)
        return views, gated.verdict

    def _trivial(self, spaces: Spaces) -> ConsensusResult:
        """Return the only partition there is: one cluster, or one for each distinct row."""
        one = self._n_clusters == 1
        labels = numbered_by_size(np.zeros(len(spaces.inverse), np.int64) if one else spaces.inverse)
        name = "one cluster" if one else "every distinct row"
        verdict = MixtureVerdict("", False, np.nan, np.nan, "There is only one partition.")
        view = View(name, "features", labels, 1.0, np.nan)
        return ConsensusResult(labels, [view], 0, None, np.ones((1, 1)), verdict, self._log.stages)
