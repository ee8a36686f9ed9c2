"""Selections that are kept with the table, for all runs that were made from it."""

from __future__ import annotations

import base64
import binascii

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.database import database_now
from app.dependencies import ReadSession, WriteSession
from app.errors import InvalidPart, NotFoundError, RequestInvalidError, problems
from app.pagination import DEFAULT_LIMIT, Cursor, Identifier, Limit, page
from app.runs.models import Run
from app.runs.repository import accessible_run
from app.selections.errors import TooManySelectionsError
from app.selections.models import RowSelection
from app.selections.schemas import (
    SelectionChange,
    SelectionPage,
    SelectionRead,
    SelectionRequest,
    SelectionRowsRead,
)

router = APIRouter(prefix="/runs", tags=["selections"])
MOST_SELECTIONS = 200
_PROBLEMS = (NotSignedInError, NotAllowedError, NotFoundError)


@router.get("/{run_id}/selections", responses=problems(*_PROBLEMS))
def get_selections(
    run_id: Identifier,
    user: CurrentUser,
    session: ReadSession,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> SelectionPage:
    """List the selections of the table that a run was made from, newest first."""
    run = accessible_run(session, user, run_id)
    found, following = page(session, _of_table(run), RowSelection.id, limit, cursor)
    return SelectionPage(items=[SelectionRead.model_validate(each) for each in found], next_cursor=following)


@router.post("/{run_id}/selections", status_code=201, responses=problems(*_PROBLEMS, TooManySelectionsError))
def post_selection(
    run_id: Identifier, body: SelectionRequest, user: Editor, session: WriteSession
) -> SelectionRead:
    """Keep rows of a run's table under a name."""
    run = accessible_run(session, user, run_id, "write")
    kept = session.scalar(sa.select(sa.func.count()).select_from(_of_table(run).subquery())) or 0
    if kept >= MOST_SELECTIONS:
        raise TooManySelectionsError(
            f"The table has {kept} selections, as many as are kept.", remedy="Delete one first."
        )
    selection = RowSelection(
        dataset_id=run.dataset_id,
        user_id=user.id,
        table_key=run.table_key,
        name=body.name,
        n_rows=_count_rows(body.bitmap, run),
        bitmap=body.bitmap,
        created_at=database_now(session),
    )
    session.add(selection)
    session.flush()
    return SelectionRead.model_validate(selection)


@router.get("/{run_id}/selections/{selection_id}", responses=problems(*_PROBLEMS))
def get_selection(
    run_id: Identifier, selection_id: Identifier, user: CurrentUser, session: ReadSession
) -> SelectionRowsRead:
    """Return a selection with its rows."""
    run = accessible_run(session, user, run_id)
    return SelectionRowsRead.model_validate(_selection(session, run, selection_id))


@router.patch("/{run_id}/selections/{selection_id}", responses=problems(*_PROBLEMS))
def patch_selection(
    run_id: Identifier, selection_id: Identifier, body: SelectionChange, user: Editor, session: WriteSession
) -> SelectionRead:
    """Give a selection another name or other rows."""
    run = accessible_run(session, user, run_id, "write")
    selection = _selection(session, run, selection_id)
    if body.name is not None:
        selection.name = body.name
    if body.bitmap is not None:
        selection.bitmap, selection.n_rows = body.bitmap, _count_rows(body.bitmap, run)
    session.flush()
    return SelectionRead.model_validate(selection)


@router.delete("/{run_id}/selections/{selection_id}", status_code=204, responses=problems(*_PROBLEMS))
def delete_selection(
    run_id: Identifier, selection_id: Identifier, user: Editor, session: WriteSession
) -> None:
    """Forget a selection; its rows stay where they are."""
    run = accessible_run(session, user, run_id, "write")
    session.delete(_selection(session, run, selection_id))


def _of_table(run: Run) -> sa.Select[RowSelection]:
    return sa.select(RowSelection).where(
        RowSelection.dataset_id == run.dataset_id, RowSelection.table_key == run.table_key
    )


def _selection(session: Session, run: Run, selection_id: int) -> RowSelection:
    selection = session.scalar(_of_table(run).where(RowSelection.id == selection_id))
    if selection is None:
        raise NotFoundError(f"Run {run.id} has no selection {selection_id}.")
    return selection


def _count_rows(bitmap: str, run: Run) -> int:
    """Return how many rows a bitmap names; it must be one of the run's table and name at least one."""
    n_samples = int(run.summary["n_samples"])
    n_bytes = (n_samples + 7) // 8
    try:
        content = base64.b64decode(bitmap, validate=True)
    except binascii.Error as error:
        raise _refused(f"The bitmap is not base64: {error}.") from error
    rows = int.from_bytes(content, "little")
    if len(content) != n_bytes or rows >> n_samples:
        raise _refused(f"The bitmap has {len(content)} bytes; {n_samples} rows need {n_bytes}, a bit a row.")
    if rows == 0:
        raise _refused("The bitmap names no row; a selection has at least one.")
    return rows.bit_count()


def _refused(detail: str) -> RequestInvalidError:
    return RequestInvalidError(detail, errors=[InvalidPart(pointer="/bitmap", detail=detail)])
