"""Corrections of a fitted partition: constraints, merges, splits and moves, each of which can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from fiedler.constraints.partition import ConstraintFacts
from fiedler.edits.errors import EditError
from fiedler.edits.operations import (
    ExcludeRows,
    MergeClusters,
    MoveRows,
    Operation,
    ReclusterClusters,
    ReclusterRows,
    SplitCluster,
    SplitMethod,
)
from fiedler.estimator.fitted import FittedClustering
from fiedler.estimator.history import Correction
from fiedler.estimator.row_inputs import read_constraints, row_numbers


class CorrectingMixin(FittedClustering):
    """Corrections of the partition that a fit found.

    Nothing is fitted again: all of them work on the embedding kept. Each changes ``labels_`` and
    ``n_clusters_`` and is added to ``corrections_``; `undo` and `redo` walk along that list. Clusters go by
    the numbers they have at that moment. After more than merges, new rows are placed by the rows near them,
    corrected labels and all.
    """

    @property
    def corrections_(self) -> tuple[Correction, ...]:
        """What was changed since the cut, in order, with what came of each."""
        check_is_fitted(self)
        return self._history.done

    @property
    def constraints_(self) -> ConstraintFacts | None:
        """How the constraints in force are met now: violations with reasons, rows forced; None without any.

        ``violations`` has cannot-links, and what edits after the constraints broke; ``classes`` names the
        cluster of each class of labelled rows.
        """
        check_is_fitted(self)
        return self._history.met

    def constrain(
        self,
        *,
        must_link: Iterable[Any] | None = None,
        cannot_link: Iterable[Any] | None = None,
        labels: ArrayLike | None = None,
    ) -> Self:
        """Cut the fitted embedding anew so that what is known about rows holds.

        What is said here replaces all that was said before; without arguments constraints end. It spreads to
        rows near the ones named. Edits made before are applied again, and have the last word.

        Parameters
        ----------
        must_link : iterable of groups of rows, optional
            Rows of a group share a cluster; a pair is a group of two.
        cannot_link : iterable of pairs, optional
            No row of one side shares a cluster with a row of the other; a side is a row or several.
        labels : array-like of shape (n_samples,), optional
            Classes where they are known, -1 (or None, NaN) elsewhere. Rows of one class share a cluster,
            those of different classes are apart.

        Raises
        ------
        ConstraintError
            A row does not exist, or the constraints contradict each other; says how.

        Examples
        --------
        >>> import numpy as np
        >>> from fiedler import SpectralClustering
        >>> centers = np.repeat([[0, 0], [9, 0], [9, 4]], 20, axis=0)
        >>> X = centers + np.random.default_rng(0).normal(size=(60, 2))
        >>> model = SpectralClustering(2).fit(X)
        >>> bool(model.labels_[25] == model.labels_[45])
        True
        >>> model.constrain(cannot_link=[(25, 45)], must_link=[(0, 45)]).constraints_.violations
        ()
        >>> bool(model.labels_[25] == model.labels_[45]), bool(model.labels_[0] == model.labels_[45])
        (False, True)
        """
        check_is_fitted(self)
        said = read_constraints(must_link, cannot_link, labels, len(self.labels_))
        self._show(self._history.constrained(said))
        return self

    def merge(self, clusters: Iterable[int]) -> Self:
        """Make one of two or more clusters; it keeps the lowest of their numbers, later ones move up.

        Raises
        ------
        EditError
            A cluster does not exist, or fewer than two are named.

        Examples
        --------
        >>> import numpy as np
        >>> from fiedler import SpectralClustering
        >>> centers = np.repeat([[0, 0], [9, 0], [9, 9]], 20, axis=0)
        >>> X = centers + np.random.default_rng(0).normal(size=(60, 2))
        >>> model = SpectralClustering(3).fit(X).merge([0, 2])
        >>> np.bincount(model.labels_).tolist()
        [40, 20]
        >>> np.bincount(model.undo().labels_).tolist()
        [20, 20, 20]
        """
        return self._edit(MergeClusters(tuple(int(cluster) for cluster in clusters)))

    def split(self, cluster: int, n_parts: int = 2, *, method: SplitMethod = "auto") -> Self:
        """Divide one cluster spectrally; its largest part keeps the number, the others get new ones.

        Parameters
        ----------
        cluster : int
        n_parts : int
        method : {"auto", "embedding", "exact"}
            By the eigenvectors kept, by those of the cluster's own neighbour graph, or by whichever tells
            more; ``corrections_[-1].facts.reason`` says which and why.

        Raises
        ------
        EditError
            There is no such cluster, it has fewer rows, or it is too large for its own graph.
        """
        check_is_fitted(self)
        return self._edit(SplitCluster(int(cluster), int(n_parts), method, self._seed))

    def recluster(
        self,
        n_clusters: int,
        *,
        clusters: Iterable[int] | None = None,
        rows: ArrayLike | None = None,
        method: SplitMethod = "auto",
    ) -> Self:
        """Cluster some clusters, or some rows, anew in place; all other rows stay as they are.

        Parameters
        ----------
        n_clusters : int
            Parts wanted.
        clusters : iterable of int, optional
            Whose rows; parts keep the number they overlap most.
        rows : row numbers or mask of shape (n_samples,), optional
            Instead of ``clusters``; parts get new numbers unless they empty a cluster.
        method : {"auto", "embedding", "exact"}
            As in `split`.

        Raises
        ------
        EditError
            Neither or both are named, one does not exist, or there are fewer rows than parts.
        """
        check_is_fitted(self)
        if (clusters is None) == (rows is None):
            raise EditError("recluster needs either clusters or rows; name one of them.")
        if clusters is not None:
            numbers = tuple(int(cluster) for cluster in clusters)
            return self._edit(ReclusterClusters(numbers, int(n_clusters), method, self._seed))
        return self._edit(ReclusterRows(self._rows(rows), int(n_clusters), method, self._seed))

    def move(self, rows: ArrayLike, cluster: int | None = None) -> Self:
        """Put rows into a cluster by hand; into a new one when ``cluster`` is None.

        Parameters
        ----------
        rows : row numbers or mask of shape (n_samples,)
        cluster : int, optional

        Raises
        ------
        EditError
            A row or the cluster does not exist.
        """
        return self._edit(MoveRows(self._rows(rows), None if cluster is None else int(cluster)))

    def exclude(self, rows: ArrayLike) -> Self:
        """Take rows out of all clusters; their label is -1.

        Parameters
        ----------
        rows : row numbers or mask of shape (n_samples,)

        Raises
        ------
        EditError
            A row does not exist, or none would be left.
        """
        return self._edit(ExcludeRows(self._rows(rows)))

    def undo(self) -> Self:
        """Take the last correction back.

        Raises
        ------
        EditError
            There is none.
        """
        check_is_fitted(self)
        self._show(self._history.undo())
        return self

    def redo(self) -> Self:
        """Do the correction again that was taken back last.

        Raises
        ------
        EditError
            None was taken back since the last one made.
        """
        check_is_fitted(self)
        self._show(self._history.redo())
        return self

    def _edit(self, operation: Operation) -> Self:
        check_is_fitted(self)
        self._show(self._history.edited(operation))
        return self

    def _rows(self, rows: ArrayLike | None) -> tuple[int, ...]:
        check_is_fitted(self)
        return row_numbers([] if rows is None else rows, len(self.labels_))
