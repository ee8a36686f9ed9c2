"""Forecasts: what a planned fit of a dataset will take."""

from __future__ import annotations

from fastapi import APIRouter

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser
from app.datasets.repository import accessible_dataset
from app.dependencies import AppSettings, ReadSession
from app.errors import NotFoundError, problems
from app.forecasts import service
from app.forecasts.schemas import ForecastRead, ForecastRequest
from app.jobs.errors import DatasetNotReadyError, NoNumericColumnError
from app.jobs.service import check_dataset, checked_parameters
from app.pagination import Identifier

router = APIRouter(prefix="/datasets", tags=["forecasts"])


@router.post(
    "/{dataset_id}/forecast",
    responses=problems(
        NotSignedInError, NotAllowedError, NotFoundError, DatasetNotReadyError, NoNumericColumnError
    ),
)
def post_forecast(
    dataset_id: Identifier,
    body: ForecastRequest,
    user: CurrentUser,
    session: ReadSession,
    settings: AppSettings,
) -> ForecastRead:
    """Return what a clustering with these parameters would take, without asking for it."""
    dataset = accessible_dataset(session, user, dataset_id)
    parameters = checked_parameters(body.parameters)
    check_dataset(dataset, parameters)
    return service.read_forecast(dataset, parameters, settings)
