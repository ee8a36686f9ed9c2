"""Resumable uploads: announce a file, send it piece by piece, ask how much has come, give it up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.database import Database
from app.datasets.errors import EmptyFileError, FileTooLargeError, UnsupportedFileTypeError
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
from app.quotas.errors import QuotaExceededError
from app.storage.errors import StorageFullError
from app.uploads import service
from app.uploads.errors import (
    TooManyUploadsError,
    TusVersionError,
    UploadGoneError,
    UploadInTooManyPartsError,
    UploadOffsetError,
    UploadPausedError,
    UploadTooLongError,
    WrongContentTypeError,
)
from app.uploads.models import Upload
from app.uploads.protocol import EXTENSIONS, PATH, PIECE, VERSION, SpeaksTus, http_date
from app.uploads.receiving import Receiver
from app.uploads.schemas import UnfinishedUploads
from app.users.models import User

router = APIRouter(prefix="/uploads", tags=["uploads"])
UploadId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
# An announcement must fit the column that keeps it.
MOST_BYTES = 2**63 - 1
Bytes = Annotated[int, Header(ge=0, le=MOST_BYTES)]
_PIECE_BODY = {
    "requestBody": {
        "required": True,
        "content": {PIECE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.options("", status_code=204)
def options_of_uploads(response: Response, settings: AppSettings) -> None:
    """Tell what of the tus protocol is spoken here, and how large a file may be."""
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(settings.max_file_size)


@router.get("", responses=problems(NotSignedInError, NotAllowedError))
def get_uploads(user: CurrentUser, session: ReadSession) -> UnfinishedUploads:
    """List the own uploads that have begun and can go on."""
    return UnfinishedUploads(items=service.unfinished_uploads(session, user))


@router.post(
    "",
    status_code=201,
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=problems(
        NotSignedInError,
        NotAllowedError,
        TusVersionError,
        FileTooLargeError,
        QuotaExceededError,
        EmptyFileError,
        UnsupportedFileTypeError,
        TooManyUploadsError,
        StorageFullError,
    ),
)
def post_upload(
    response: Response,
    user: Editor,
    settings: AppSettings,
    database: AppDatabase,
    upload_length: Bytes,
    upload_metadata: Annotated[str, Header()] = "",
) -> None:
    """Announce a file; its name is the filename of Upload-Metadata. Pieces go to the address in Location."""
    upload = service.begin_upload(database, settings, user, upload_length, upload_metadata)
    response.headers["Location"] = f"{PATH}/{upload.id}"
    response.headers["Upload-Expires"] = http_date(upload.expires_at)


@router.head(
    "/{upload_id}",
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, UploadGoneError, TusVersionError),
)
def head_upload(upload_id: UploadId, user: CurrentUser, session: ReadSession, response: Response) -> None:
    """Tell by headers how much of an upload has come, and in Upload-Dataset what it has become."""
    upload = service.find_upload(session, user, upload_id)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Upload-Length"] = str(upload.length_bytes)
    response.headers["Upload-Metadata"] = upload.described
    response.headers["Upload-Expires"] = http_date(upload.expires_at)
    _tell(response, upload.offset_bytes, upload.dataset_id)


@router.patch(
    "/{upload_id}",
    status_code=204,
    openapi_extra=_PIECE_BODY,
    dependencies=[SpeaksTus],
    responses=problems(
        NotSignedInError,
        NotAllowedError,
        NotFoundError,
        UploadGoneError,
        TusVersionError,
        WrongContentTypeError,
        UploadOffsetError,
        UploadInTooManyPartsError,
        UploadTooLongError,
        UploadPausedError,
        QuotaExceededError,
        StorageFullError,
        TooManyQueuedJobsError,
    ),
)
async def patch_upload(
    upload_id: UploadId,
    request: Request,
    response: Response,
    user: Editor,
    settings: AppSettings,
    database: AppDatabase,
    storage: AppStorage,
    hints: AppHints,
    request_id: RequestId,
    upload_offset: Bytes,
    content_type: Annotated[str, Header()] = "",
) -> None:
    """Send a piece from Upload-Offset on. What has come is kept when the connection breaks.

    With the last byte the upload becomes the dataset that Upload-Dataset names, and its import is queued.
    """
    if content_type != PIECE:
        raise WrongContentTypeError(f"The Content-Type is {content_type!r}; it must be {PIECE}.")
    upload = await run_in_threadpool(_find, database, user, upload_id)
    if upload_offset != upload.offset_bytes:
        raise UploadOffsetError(
            f"The piece begins at {upload_offset:,}, and {upload.offset_bytes:,} bytes have come.",
            remedy="Ask for the offset by HEAD, and go on from there.",
        )
    receiver = Receiver(database, hints, storage, settings, user, upload, request_id)
    announced = request.headers.get("content-length", "")
    if announced.isdigit():
        receiver.check_room(int(announced))
    await receiver.take(request.stream())
    response.headers["Upload-Expires"] = http_date(receiver.expires_at)
    _tell(response, receiver.offset_bytes, receiver.dataset_id)


@router.delete(
    "/{upload_id}",
    status_code=204,
    dependencies=[SpeaksTus],
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError, UploadGoneError, TusVersionError),
)
def delete_upload(upload_id: UploadId, user: Editor, session: WriteSession, storage: AppStorage) -> None:
    """Give an upload up; what had come is removed. A dataset that it has become stays."""
    upload = service.find_upload(session, user, upload_id)
    service.give_up(session, storage, Upload.id == upload.id)


def _find(database: Database, user: User, upload_id: str) -> Upload:
    with database.read() as session:
        return service.find_upload(session, user, upload_id)


def _tell(response: Response, offset_bytes: int, dataset_id: int | None) -> None:
    response.headers["Upload-Offset"] = str(offset_bytes)
    if dataset_id is not None:
        response.headers["Upload-Dataset"] = str(dataset_id)
