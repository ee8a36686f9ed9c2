"""Which version of the list of datasets each user sees: raised when a committed write changes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.database import Database, after_commit
from app.datasets.models import Dataset
from app.runs.models import Run
from app.sharing.models import Share, ShareLink
from app.users.models import User

_CHANGED = "users_whose_list_changed"


def list_changed(session: Session, user_ids: Iterable[int]) -> None:
    """Raise the versions of these users once ``session`` is committed, before anybody is told of it.

    In a transaction of its own, which holds no other lock: users' rows are taken in one order, so no two
    writes wait for each other.
    """
    if _CHANGED not in session.info:
        session.info[_CHANGED] = set()
        database: Database = session.info["database"]
        after_commit(session, lambda: _raise(database, session.info.pop(_CHANGED)), first=True)
    session.info[_CHANGED].update(user_ids)


@event.listens_for(Session, "before_flush")
def _look(session: Session, _context: object, _instances: object) -> None:
    if "database" not in session.info:
        return
    for thing in (*session.new, *session.dirty, *session.deleted):
        if users := set(_seeing(session, thing)):
            list_changed(session, users)


def _seeing(session: Session, thing: Any) -> Iterator[int]:
    """Yield the users whose list a change of ``thing`` may change."""
    if isinstance(thing, Dataset):
        yield thing.user_id
        runs = sa.select(Run.id).where(Run.dataset_id == thing.id)
        yield from session.scalars(
            sa.select(Share.user_id).where(sa.or_(Share.dataset_id == thing.id, Share.run_id.in_(runs)))
        )
    elif isinstance(thing, Share):
        yield thing.user_id
    elif isinstance(thing, ShareLink) and thing.id is not None:
        # Shares end with the link they came by.
        yield from session.scalars(sa.select(Share.user_id).where(Share.link_id == thing.id))
    elif isinstance(thing, Run) and thing in session.deleted:
        yield from session.scalars(sa.select(Share.user_id).where(Share.run_id == thing.id))


def _raise(database: Database, user_ids: set[int]) -> None:
    with database.write() as session:
        for user_id in sorted(user_ids):
            session.execute(
                sa.update(User)
                .where(User.id == user_id)
                .values(datasets_version=User.datasets_version + 1)
                .execution_options(synchronize_session=False)
            )
