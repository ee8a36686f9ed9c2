"""The partitions of one fit: the cut, then what each correction left, so that any can be taken back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.constraints.constraint_set import Constraints
from fiedler.constraints.partition import ConstraintFacts
from fiedler.corrections import Cut, classes_of, constrained_cut, violations_of
from fiedler.edits.apply import EditFacts, apply
from fiedler.edits.errors import EditError
from fiedler.edits.operations import MergeClusters, Operation
from fiedler.in_words import ToldInWords


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Correction(ToldInWords):
    """One thing a person changed.

    Attributes
    ----------
    step : Operation or Constraints
        What was said: an edit, or all constraints that hold from here on.
    facts : EditFacts or ConstraintFacts
        What came of it.
    labels : (n,) uint16
        The partition after it; `fiedler.edits.apply.EXCLUDED` for rows in no cluster.
    """

    step: Operation | Constraints
    facts: EditFacts | ConstraintFacts
    labels: NDArray[np.uint16]

    def __str__(self) -> str:
        if isinstance(self.facts, EditFacts):
            return f"{self.facts.operation.kind}: {self.facts.n_rows_changed:,} rows changed cluster"
        return str(self.facts)

    def to_dict(self) -> dict[str, Any]:
        """Return what was said and what came of it in JSON-safe form, without labels."""
        if isinstance(self.facts, EditFacts):
            return {"kind": "edit", **self.facts.to_dict()}
        assert isinstance(self.step, Constraints)  # noqa: S101 - constraint facts are of constraints
        return {"kind": "constraints", "constraints": self.step.to_dict(), "facts": self.facts.to_dict()}


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A cut with its corrections, those taken back kept for redoing.

    Attributes
    ----------
    cut : Cut
    done : tuple of Correction
    undone : tuple of Correction
        The last taken back is the first to be done again.
    """

    cut: Cut
    done: tuple[Correction, ...] = ()
    undone: tuple[Correction, ...] = ()

    @property
    def labels(self) -> NDArray[np.uint16]:
        """(n,) labels now."""
        return self.done[-1].labels if self.done else self.cut.labels

    @property
    def constraints(self) -> Constraints:
        """What was said about rows; empty when nothing was."""
        said = (each.step for each in reversed(self.done))
        return next((step for step in said if isinstance(step, Constraints)), Constraints())

    @property
    def met(self) -> ConstraintFacts | None:
        """How the constraints in force are met by the labels now, edits done since included."""
        of_constraints = (each for each in reversed(self.done) if isinstance(each.step, Constraints))
        last = next(of_constraints, None)
        if last is None or not isinstance(last.facts, ConstraintFacts) or self.constraints.is_empty:
            return None
        violations = violations_of(self.labels, self.constraints, last.facts.violations)
        classes = classes_of(self.labels, self.constraints)
        return dataclasses.replace(last.facts, violations=violations, classes=classes)

    def edited(self, operation: Operation) -> History:
        """Return the history with an edit done.

        Raises
        ------
        EditError
            It names a cluster or row that does not exist, or cannot be done.
        """
        labels, facts = apply(self.labels, self.cut.embedding, self.cut.features, operation)
        return self._with(Correction(operation, facts, labels))

    def constrained(self, constraints: Constraints) -> History:
        """Return the history with the cut solved under these constraints instead of all said before.

        Raises
        ------
        ConstraintError, EditError
            As `fiedler.corrections.constrained_cut`.
        """
        edits = [each.step for each in self.done if not isinstance(each.step, Constraints)]
        found = constrained_cut(self.cut, constraints, edits, self.labels)
        return self._with(Correction(constraints, found.met, found.labels))

    def grown(
        self,
        cut: Cut,
        voted: Callable[[NDArray[np.uint16]], NDArray[np.uint16]],
        *,
        merges_follow_cut: bool,
    ) -> History:
        """Return the history of a cut with more rows.

        Parameters
        ----------
        cut : Cut
            With the new rows after the old ones.
        voted : callable
            Given the labels of the old rows after a correction, returns those of all rows.
        merges_follow_cut : bool
            Whether new rows go with the cluster they were cut into, while only merges were made.
        """
        new = cut.labels[len(self.cut.labels) :]
        grown = []
        for place, each in enumerate((*self.done, *self.undone), start=1):
            numbers = self.merged(place) if merges_follow_cut else None
            labels = voted(each.labels) if numbers is None else np.concatenate([each.labels, numbers[new]])
            grown.append(dataclasses.replace(each, labels=labels))
        return History(cut, tuple(grown[: len(self.done)]), tuple(grown[len(self.done) :]))

    def merged(self, n_steps: int | None = None) -> NDArray[np.uint16] | None:
        """Return (k,) the cluster that each of the cut is in now; None when more than merges was done.

        Parameters
        ----------
        n_steps : int, optional
            Of all corrections, those taken back after the others; those done when None.
        """
        steps = (*self.done, *self.undone)[: len(self.done) if n_steps is None else n_steps]
        numbers = np.arange(int(self.cut.labels.max()) + 1)
        for each in steps:
            if not isinstance(each.step, MergeClusters) or not isinstance(each.facts, EditFacts):
                return None
            after = np.array([-1 if number is None else number for number in each.facts.numbers])
            after[list(each.step.clusters)] = after[min(each.step.clusters)]
            numbers = after[numbers]
        return numbers.astype(np.uint16)

    def undo(self) -> History:
        """Return the history without its last correction.

        Raises
        ------
        EditError
            There is none.
        """
        if not self.done:
            raise EditError("there is no correction to take back; the labels are those of the cut.")
        return History(self.cut, self.done[:-1], (self.done[-1], *self.undone))

    def redo(self) -> History:
        """Return the history with the correction last taken back done again.

        Raises
        ------
        EditError
            None was taken back since the last one done.
        """
        if not self.undone:
            raise EditError("no correction was taken back; undo one first.")
        return History(self.cut, (*self.done, self.undone[0]), self.undone[1:])

    def _with(self, correction: Correction) -> History:
        return History(self.cut, (*self.done, correction))
