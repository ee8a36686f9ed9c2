"""All that is kept of oneself, as a file: ask for it, see whether it is ready, download it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import Person
from app.dependencies import AppHints, AppStorage, ReadSession, RequestId, WriteSession
from app.errors import problems
from app.export import service
from app.export.errors import ExportNotFoundError
from app.export.schemas import ExportRead
from app.storage.errors import StorageUnavailableError

router = APIRouter(prefix="/users/me/export", tags=["users"])


@router.post("", status_code=202, responses=problems(NotSignedInError, NotAllowedError))
def post_own_export(
    user: Person, session: WriteSession, hints: AppHints, request_id: RequestId, response: Response
) -> ExportRead:
    """Ask for all that is kept of the own account; one that is under way is not begun anew."""
    job = service.ask_for_export(session, hints, user, request_id)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return service.read_export(session, job)


@router.get("", responses=problems(NotSignedInError, NotAllowedError))
def get_own_export(user: Person, session: ReadSession) -> ExportRead:
    """Return how the newest export of the own account stands."""
    return service.read_export(session, service.newest_export(session, user))


@router.get(
    "/archive",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/zip": {}}, "description": "A zip file with a manifest."},
        **problems(NotSignedInError, NotAllowedError, ExportNotFoundError, StorageUnavailableError),
    },
)
def get_own_archive(user: Person, session: ReadSession, storage: AppStorage) -> FileResponse:
    """Download the newest export of the own account."""
    path, name = service.archive_of(session, storage, user)
    return FileResponse(
        path, media_type="application/zip", filename=name, headers={"Cache-Control": "no-store"}
    )
