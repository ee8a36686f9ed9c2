"""Datasets: bring a table, look at it, read it again, delete it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.arrow_stream import ARROW_RESPONSE, arrow_response
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.database import Database
from app.datasets import service
from app.datasets.errors import (
    EmptyFileError,
    FileTooLargeError,
    ImportRunningError,
    TableNotReadyError,
    UnsupportedFileTypeError,
    UploadBrokenOffError,
)
from app.datasets.list_cache import ListCache
from app.datasets.models import Dataset
from app.datasets.repository import accessible_dataset, read_dataset, read_datasets
from app.datasets.schemas import (
    DatasetChange,
    DatasetPage,
    DatasetPreview,
    DatasetRead,
    ImportRequest,
    RowsRequest,
)
from app.datasets.table import first_rows, rows_by_number, table_path
from app.datasets.uploads import UploadRoom, checked_name, store_upload
from app.dependencies import (
    AppDatabase,
    AppHints,
    AppSettings,
    AppStorage,
    ReadSession,
    RequestId,
    WriteSession,
)
from app.errors import NotFoundError, problems
from app.jobs.errors import TooManyQueuedJobsError
from app.jobs.repository import read_job
from app.jobs.schemas import JobRead
from app.pagination import DEFAULT_LIMIT, Cursor, Identifier, Limit, page
from app.quotas.errors import QuotaExceededError
from app.settings import Settings
from app.sharing.rights import datasets_seen_by
from app.storage.errors import StorageFullError
from app.users.models import User

router = APIRouter(prefix="/datasets", tags=["datasets"])


def _list_cache(request: Request) -> ListCache:
    cache: ListCache = request.app.state.list_cache
    return cache


AppListCache = Annotated[ListCache, Depends(_list_cache)]
MAXIMUM_PREVIEW_ROWS = 500


def _room(database: Database, settings: Settings, user: User) -> UploadRoom:
    with database.read() as session:
        return service.upload_room(session, settings, user)


_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "",
    status_code=201,
    openapi_extra=_UPLOAD_BODY,
    responses=problems(
        NotSignedInError,
        NotAllowedError,
        FileTooLargeError,
        QuotaExceededError,
        EmptyFileError,
        UnsupportedFileTypeError,
        StorageFullError,
        UploadBrokenOffError,
        TooManyQueuedJobsError,
    ),
)
async def post_dataset(
    request: Request,
    filename: Annotated[str, Query(min_length=1, max_length=1024)],
    user: Editor,
    settings: AppSettings,
    database: AppDatabase,
    storage: AppStorage,
    hints: AppHints,
    request_id: RequestId,
) -> DatasetRead:
    """Upload a table: the body is the file's bytes. Its import is queued at once."""
    name, ending = checked_name(filename)
    announced = request.headers.get("content-length", "")
    room = await run_in_threadpool(_room, database, settings, user)
    try:
        upload = await store_upload(
            request.stream(),
            storage,
            ending,
            room,
            int(announced) if announced.isdigit() else None,
        )
    except ClientDisconnect as error:
        raise UploadBrokenOffError from error
    return await run_in_threadpool(
        service.add_dataset, database, hints, storage, settings, user, name, upload, request_id
    )


@router.get("", responses=problems(NotSignedInError, NotAllowedError), response_model=DatasetPage)
def get_datasets(
    user: CurrentUser,
    session: ReadSession,
    cache: AppListCache,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """List the own datasets and those that others share, newest first."""
    name = f"{limit}:{cursor or ''}"
    kept = cache.get(user, name)
    if kept is not None:
        return Response(kept, media_type="application/json")
    datasets, following = page(session, datasets_seen_by(user), Dataset.id, limit, cursor)
    answer = DatasetPage(items=read_datasets(session, user, datasets), next_cursor=following)
    content = answer.model_dump_json()
    cache.put(user, name, content)
    return Response(content, media_type="application/json")


@router.get("/{dataset_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_dataset(dataset_id: Identifier, user: CurrentUser, session: ReadSession) -> DatasetRead:
    """Return a dataset with its columns and how it was read."""
    return read_dataset(session, user, accessible_dataset(session, user, dataset_id))


@router.patch("/{dataset_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def patch_dataset(
    dataset_id: Identifier, body: DatasetChange, user: Editor, session: WriteSession
) -> DatasetRead:
    """Rename a dataset."""
    dataset = accessible_dataset(session, user, dataset_id, "write")
    dataset.name = body.name.strip()
    return read_dataset(session, user, dataset)


@router.delete(
    "/{dataset_id}", status_code=204, responses=problems(NotSignedInError, NotAllowedError, NotFoundError)
)
def delete_dataset(
    dataset_id: Identifier, user: Editor, session: WriteSession, hints: AppHints, storage: AppStorage
) -> None:
    """Delete a dataset; its running jobs are stopped."""
    dataset = accessible_dataset(session, user, dataset_id, "own")
    service.delete_dataset(session, hints, storage, dataset, user)


@router.get(
    "/{dataset_id}/preview",
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, TableNotReadyError),
)
def get_preview(
    dataset_id: Identifier,
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
    limit: Annotated[int, Query(ge=1, le=MAXIMUM_PREVIEW_ROWS)] = 50,
) -> DatasetPreview:
    """Return the first rows as text."""
    key = service.ready_table_key(accessible_dataset(session, user, dataset_id))
    columns, rows = first_rows(table_path(storage, key), limit)
    return DatasetPreview(columns=columns, rows=rows)


@router.post(
    "/{dataset_id}/rows",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE | problems(NotSignedInError, NotAllowedError, NotFoundError, TableNotReadyError),
)
def post_rows(
    dataset_id: Identifier, body: RowsRequest, user: CurrentUser, session: ReadSession, storage: AppStorage
) -> StreamingResponse:
    """Return up to 1000 rows by their numbers; the first column, ``row``, repeats the numbers."""
    key = service.ready_table_key(accessible_dataset(session, user, dataset_id))
    table = rows_by_number(table_path(storage, key), body.rows, body.columns)
    return arrow_response(table.schema, table.to_batches())


@router.post(
    "/{dataset_id}/import",
    status_code=202,
    responses=problems(
        NotSignedInError, NotAllowedError, NotFoundError, ImportRunningError, TooManyQueuedJobsError
    ),
)
def post_import(
    dataset_id: Identifier,
    body: ImportRequest,
    user: Editor,
    session: WriteSession,
    hints: AppHints,
    settings: AppSettings,
    request_id: RequestId,
    response: Response,
) -> JobRead:
    """Read the upload again by an edited plan."""
    dataset = accessible_dataset(session, user, dataset_id, "write")
    job = service.import_again(session, hints, settings, user, dataset, body.plan, request_id)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return read_job(session, job)
