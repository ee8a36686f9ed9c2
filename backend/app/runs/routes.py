"""Runs: what was computed, cut into any number of clusters, drawn and exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.arrow_stream import ARROW_RESPONSE, ARROW_STREAM, arrow_response
from app.audit.trail import record
from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor
from app.datasets.models import Dataset
from app.dependencies import (
    AppDatabase,
    AppHints,
    AppStorage,
    AppWatch,
    ReadSession,
    RequestId,
    WriteSession,
)
from app.errors import NotFoundError, problems
from app.jobs.schemas import JobRead
from app.pagination import DEFAULT_LIMIT, LARGEST_ID, Cursor, Identifier, Limit, page
from app.runs import repository, service
from app.runs.errors import (
    ArtifactMissingError,
    LayoutNotFoundError,
    PartitionNotFoundError,
    RecutFailedError,
    TooManyClustersError,
)
from app.runs.export import arrow_chunks, csv_chunks, parquet_chunks
from app.runs.layouts import lay_out, layout_file
from app.runs.models import Run
from app.runs.schemas import (
    ExportFormat,
    LayoutName,
    LayoutRead,
    MadeLayoutName,
    PartitionRead,
    PartitionRequest,
    RunPage,
    RunRead,
)
from app.runs.streams import artifact_folder, column_batches, memory_mapped, point_batches, points_schema
from app.sharing.rights import runs_seen_by

router = APIRouter(prefix="/runs", tags=["runs"])
# Asked again each time and answered by 304: a browser's copy must not outlive its session or its database.
REVALIDATE = "private, no-cache"
NClusters = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Default: the partition shown.")]
_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table with a column `cluster`.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            ARROW_STREAM: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


_LAYING_OUT: dict[int | str, dict[str, Any]] = {
    202: {"model": JobRead, "description": "The job that makes it; ask again when it has ended."}
}
_EXPORTS: dict[ExportFormat, tuple[Callable[[FilePath, np.ndarray[Any, Any]], Iterator[bytes]], str]] = {
    "csv": (csv_chunks, "text/csv"),
    "parquet": (parquet_chunks, "application/vnd.apache.parquet"),
    "arrow": (arrow_chunks, ARROW_STREAM),
}


@router.get("", responses=problems(NotSignedInError, NotAllowedError))
def get_runs(
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
    dataset_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> RunPage:
    """List the own runs and those that others share, newest first."""
    query = runs_seen_by(user)
    if dataset_id is not None:
        query = query.where(Run.dataset_id == dataset_id)
    runs, following = page(session, query, Run.id, limit, cursor)
    items = repository.read_runs(session, user, runs, storage)
    return RunPage(items=items, next_cursor=following)


@router.get("/{run_id}", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_run(run_id: Identifier, user: CurrentUser, session: ReadSession, storage: AppStorage) -> RunRead:
    """Return a run with its spectrum, suggestions and the partition shown."""
    run = repository.accessible_run(session, user, run_id)
    return repository.read_run(session, user, run, storage)


@router.delete(
    "/{run_id}", status_code=204, responses=problems(NotSignedInError, NotAllowedError, NotFoundError)
)
def delete_run(run_id: Identifier, user: Editor, session: WriteSession) -> None:
    """Delete a run and its partitions."""
    run = repository.deletable_run(session, user, run_id)
    record(session, "run_deleted", by=user, subject=run, dataset_id=run.dataset_id)
    session.delete(run)


_CUT: dict[str, Any] = {
    "responses": {202: {"model": JobRead, "description": "The cut takes longer; its job."}}
    | problems(NotSignedInError, NotAllowedError, NotFoundError, TooManyClustersError, RecutFailedError),
    "response_model": PartitionRead,
}


def _cutter(
    run_id: Identifier,
    user: Editor,
    database: AppDatabase,
    hints: AppHints,
    watch: AppWatch,
    request_id: RequestId,
) -> Callable[..., PartitionRead | Response]:
    def cut(n_clusters: int, *, show: bool) -> PartitionRead | Response:
        answer = service.cut(database, hints, watch, user, run_id, n_clusters, request_id, show=show)
        if isinstance(answer, PartitionRead):
            return answer
        headers = {"Location": f"/api/v1/jobs/{answer.id}"}
        return Response(answer.model_dump_json(), 202, headers, media_type="application/json")

    return cut


Cutter = Annotated[Callable[..., PartitionRead | Response], Depends(_cutter)]


@router.put("/{run_id}/partition", **_CUT)
def put_partition(body: PartitionRequest, cut: Cutter) -> PartitionRead | Response:
    """Cut a run into ``n_clusters`` and show it: 200 with the partition, or 202 with a job after 2 s."""
    return cut(body.n_clusters, show=True)


@router.put("/{run_id}/partitions/{n_clusters}", **_CUT)
def put_partition_ahead(
    n_clusters: Annotated[int, Path(ge=1, le=LARGEST_ID)], cut: Cutter
) -> PartitionRead | Response:
    """Cut a run into ``n_clusters`` ahead of the wish to see it; what the run shows stays as it is."""
    return cut(n_clusters, show=False)


@router.put(
    "/{run_id}/layouts/{layout}",
    responses=_LAYING_OUT | problems(NotSignedInError, NotAllowedError, NotFoundError),
    response_model=LayoutRead,
)
def put_layout(
    run_id: Identifier,
    layout: MadeLayoutName,
    user: CurrentUser,
    database: AppDatabase,
    hints: AppHints,
    storage: AppStorage,
    request_id: RequestId,
) -> LayoutRead | Response:
    """Lay out a run's rows by UMAP or t-SNE: 200 when they are, or 202 with the job; then ask for points."""
    answer = lay_out(database, hints, storage, user, run_id, layout, request_id)
    if isinstance(answer, LayoutRead):
        return answer
    headers = {"Location": f"/api/v1/jobs/{answer.id}"}
    return Response(answer.model_dump_json(), 202, headers, media_type="application/json")


@router.get(
    "/{run_id}/points",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE
    | {304: {"description": "The points are the ones the ETag named."}}
    | problems(NotSignedInError, NotAllowedError, NotFoundError, LayoutNotFoundError, ArtifactMissingError),
)
def get_points(
    run_id: Identifier,
    request: Request,
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
    layout: LayoutName = "embedding",
    dimensions: Annotated[int, Query(ge=2, le=3)] = 2,
    limit: Annotated[int | None, Query(ge=1, description="The first points alone, a fair sample.")] = None,
) -> Response:
    """Return the points in drawn order: ``row``, ``x``, ``y`` and, in three dimensions, ``z``."""
    run = repository.accessible_run(session, user, run_id)
    layouts = repository.layouts_of(run, storage)
    if not layouts:
        raise ArtifactMissingError
    if layout not in layouts or (dimensions == 3 and not layouts[layout].has_3d):
        raise LayoutNotFoundError(f"Run {run.id} has no layout {layout!r} in {dimensions} dimensions.")
    key, file = layout_file(run, layout, dimensions)
    headers = {
        "ETag": f'"{key}-{layout}-{dimensions}{"" if limit is None else f"-{limit}"}"',
        "Cache-Control": REVALIDATE,
    }
    if _is_fresh(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    folder = artifact_folder(storage, "layout", key)
    rows = memory_mapped(folder / "rows.npy")[:limit]
    positions = memory_mapped(folder / file)[:limit]
    schema = points_schema(dimensions, {"run_id": str(run.id), "layout": layout, "n_rows": str(len(rows))})
    return arrow_response(schema, point_batches(schema, rows, positions), headers)


@router.get(
    "/{run_id}/labels",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE
    | {304: {"description": "The labels are the ones the ETag named."}}
    | problems(
        NotSignedInError, NotAllowedError, NotFoundError, PartitionNotFoundError, ArtifactMissingError
    ),
)
def get_labels(
    run_id: Identifier,
    request: Request,
    user: CurrentUser,
    session: ReadSession,
    storage: AppStorage,
    n_clusters: NClusters = None,
) -> Response:
    """Return the cluster of each row, in the table's order."""
    run = repository.accessible_run(session, user, run_id)
    partition = repository.partition_of(session, run, n_clusters or run.n_clusters)
    headers = {"ETag": f'"{partition.key}"', "Cache-Control": REVALIDATE}
    if _is_fresh(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    labels = memory_mapped(artifact_folder(storage, "partition", partition.key) / "labels.npy")
    schema = pa.schema(
        [pa.field("label", pa.uint16(), nullable=False)],
        metadata={"run_id": str(run.id), "n_clusters": str(partition.n_clusters), "n_rows": str(len(labels))},
    )
    return arrow_response(schema, column_batches(schema, labels), headers)


@router.get(
    "/{run_id}/spectrum",
    response_class=StreamingResponse,
    responses=ARROW_RESPONSE | problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def get_spectrum(run_id: Identifier, user: CurrentUser, session: ReadSession) -> Response:
    """Return the eigenvalues of the symmetric normalized Laplacian, ascending, with their residual norms."""
    run = repository.accessible_run(session, user, run_id)
    schema = pa.schema(
        [pa.field(name, pa.float64(), nullable=False) for name in ("eigenvalue", "residual_norm")],
        metadata={"run_id": str(run.id)},
    )
    eigenvalues = np.asarray(run.summary["eigenvalues"], dtype=np.float64)
    residual_norms = np.asarray(run.summary["residual_norms"], dtype=np.float64)
    return arrow_response(schema, column_batches(schema, eigenvalues, residual_norms))


@router.get(
    "/{run_id}/export",
    response_class=StreamingResponse,
    responses=_EXPORT
    | problems(
        NotSignedInError, NotAllowedError, NotFoundError, PartitionNotFoundError, ArtifactMissingError
    ),
)
def get_export(
    run_id: Identifier,
    user: CurrentUser,
    database: AppDatabase,
    session: ReadSession,
    storage: AppStorage,
    format: ExportFormat = "csv",  # noqa: A002 - the name in the address
    n_clusters: NClusters = None,
) -> Response:
    """Download the table with the cluster of each row."""
    run = repository.accessible_run(session, user, run_id)
    partition = repository.partition_of(session, run, n_clusters or run.n_clusters)
    labels = memory_mapped(artifact_folder(storage, "partition", partition.key) / "labels.npy")
    table = artifact_folder(storage, "table", run.table_key) / "table.parquet"
    with database.write() as trail:
        record(trail, "run_exported", by=user, subject=run, format=format, dataset_id=run.dataset_id)
    name = f"{session.get_one(Dataset, run.dataset_id).name}-{partition.n_clusters}-clusters.{format}"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"}
    chunks, media_type = _EXPORTS[format]
    return StreamingResponse(chunks(table, labels), media_type=media_type, headers=headers)


def _is_fresh(request: Request, etag: str) -> bool:
    return etag in request.headers.get("if-none-match", "")
