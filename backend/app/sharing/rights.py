"""What somebody may do with a dataset, a run or a job: the one place where that is decided.

Whoever owns a dataset owns its runs, whoever made them. A share of a dataset reaches all its runs; a share
of a run reaches that run, and lets the table it was made of be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.auth.errors import NotAllowedError
from app.auth.identity import check_editor
from app.datasets.models import Dataset
from app.errors import NotFoundError
from app.jobs.models import ClusteringJob
from app.runs.models import Run
from app.sharing.models import Right, Share
from app.users.models import User

Action = Literal["read", "write", "own"]
Thing = TypeVar("Thing", Dataset, ClusteringJob, Run)
_RANKS: dict[str, int] = {"view": 1, "edit": 2, "own": 3}
_NEEDED: dict[Action, Right] = {"read": "view", "write": "edit", "own": "own"}


def authorize(user: User, action: Action, thing: Thing | None, right: Right | None, what: str) -> Thing:
    """Return ``thing`` when ``user``, who has ``right`` to it, may do ``action`` with it.

    Raises
    ------
    NotFoundError
        It does not exist, or the user may not even look at it: the answer does not tell which.
    NotAllowedError
        The user's right or role allows to look at it, and not more.
    """
    if thing is None or right is None:
        raise NotFoundError(f"There is no {what} with this number among yours.")
    if action != "read":
        check_editor(user)
    if _RANKS[right] < _RANKS[_NEEDED[action]]:
        raise NotAllowedError(
            f"This {what} is shared with you to {right}, and this needs the right to {_NEEDED[action]} it.",
            remedy="Ask its owner.",
        )
    return thing


def right_to_dataset(session: Session, user: User, dataset: Dataset) -> Right | None:
    """Return what ``user`` may do with a dataset."""
    return rights_to_datasets(session, user, [dataset])[dataset.id]


def right_to_run(session: Session, user: User, run: Run) -> Right | None:
    """Return what ``user`` may do with a run."""
    return rights_to_runs(session, user, [run])[run.id]


def right_to_job(session: Session, user: User, job: ClusteringJob) -> Right | None:
    """Return what ``user`` may do with a job: all with the own, else as with what it works on."""
    if job.user_id == user.id:
        return "own"
    run = session.get(Run, job.run_id) if job.run_id is not None else None
    if run is not None:
        return right_to_run(session, user, run)
    dataset = session.get(Dataset, job.dataset_id) if job.dataset_id is not None else None
    return right_to_dataset(session, user, dataset) if dataset is not None else None


def rights_to_datasets(session: Session, user: User, datasets: Iterable[Dataset]) -> dict[int, Right | None]:
    """Return what ``user`` may do with each of some datasets, by their numbers."""
    datasets = list(datasets)
    # Most ask for what is their own, and nobody is asked about that.
    numbers = [dataset.id for dataset in datasets if dataset.user_id != user.id]
    given = _given(session, user, Share.dataset_id, numbers)
    runs_shown = sa.select(Run.dataset_id).where(Run.dataset_id.in_(numbers), Run.id.in_(_shared_runs(user)))
    shown = set(session.scalars(runs_shown)) if numbers else set()
    return {
        dataset.id: "own"
        if dataset.user_id == user.id
        else given.get(dataset.id) or ("view" if dataset.id in shown else None)
        for dataset in datasets
    }


def rights_to_runs(session: Session, user: User, runs: Iterable[Run]) -> dict[int, Right | None]:
    """Return what ``user`` may do with each of some runs, by their numbers."""
    runs = list(runs)
    numbers = {run.dataset_id for run in runs}
    owned = set(session.scalars(sa.select(Dataset.id).where(Dataset.id.in_(numbers), _is_own(user))))
    by_dataset = _given(session, user, Share.dataset_id, numbers - owned)
    by_run = _given(session, user, Share.run_id, [run.id for run in runs if run.dataset_id not in owned])
    return {
        run.id: "own"
        if run.dataset_id in owned
        else _better(by_dataset.get(run.dataset_id), by_run.get(run.id))
        for run in runs
    }


def datasets_seen_by(user: User) -> sa.Select[Dataset]:
    """Return the query for all datasets that ``user`` may look at."""
    with_runs = sa.select(Run.dataset_id).where(Run.id.in_(_shared_runs(user)))
    return sa.select(Dataset).where(
        sa.or_(_is_own(user), Dataset.id.in_(_shared_datasets(user)), Dataset.id.in_(with_runs)),
        Dataset.deleted_at.is_(None),
    )


def runs_seen_by(user: User) -> sa.Select[Run]:
    """Return the query for all runs that ``user`` may look at."""
    return (
        sa.select(Run)
        .join(Dataset, Dataset.id == Run.dataset_id)
        .where(
            sa.or_(_is_own(user), Run.dataset_id.in_(_shared_datasets(user)), Run.id.in_(_shared_runs(user))),
            Dataset.deleted_at.is_(None),
        )
    )


def _is_own(user: User) -> sa.ColumnElement[bool]:
    return Dataset.user_id == user.id


def _shared_datasets(user: User) -> sa.Select[int | None]:
    return sa.select(Share.dataset_id).where(Share.user_id == user.id, Share.dataset_id.is_not(None))


def _shared_runs(user: User) -> sa.Select[int | None]:
    return sa.select(Share.run_id).where(Share.user_id == user.id, Share.run_id.is_not(None))


def _given(
    session: Session, user: User, reached: InstrumentedAttribute[int | None], numbers: Iterable[int]
) -> dict[int, Right]:
    """Return the best right that a user was given to each thing, by the numbers in ``reached``."""
    wanted = set(numbers)
    if not wanted:
        return {}
    query = sa.select(reached, Share.right).where(Share.user_id == user.id, reached.in_(wanted))
    best: dict[int, Right | None] = {}
    for number, right in session.execute(query):
        assert number is not None  # noqa: S101 - it is among the numbers asked for
        best[number] = _better(best.get(number), cast(Right, right))
    return {number: right for number, right in best.items() if right is not None}


def _better(first: Right | None, second: Right | None) -> Right | None:
    return max(first, second, key=lambda right: _RANKS.get(right or "", 0))
