"""Forecasts of fits by the shape of their table, and the refusal of those that need too much memory."""

from __future__ import annotations

from typing import Any

from app.datasets.models import Dataset
from app.forecasts.schemas import ForecastRead
from app.jobs.errors import TooLargeForMemoryError
from app.settings import Settings
from fiedler.errors import MemoryBoundError
from fiedler.forecasting import Forecast, forecast
from fiedler.parameters import ClusteringParameters


def fit_forecast(dataset: Dataset, parameters: dict[str, Any]) -> Forecast:
    """Return the forecast of a fit of a ready dataset; all parameters are given and checked."""
    features = [column for column in dataset.columns or [] if column["role"] == "feature"]
    n_features = len(parameters["columns"] or features)
    return forecast(max(1, dataset.n_rows or 1), n_features, ClusteringParameters.from_dict(parameters))


def check_memory(dataset: Dataset, parameters: dict[str, Any], settings: Settings) -> None:
    """Refuse a fit that is forecast to need more memory than a job may take.

    Raises
    ------
    TooLargeForMemoryError
        It does.
    """
    _check(fit_forecast(dataset, parameters), settings)


def read_forecast(dataset: Dataset, parameters: dict[str, Any], settings: Settings) -> ForecastRead:
    """Return what the API says of a planned fit."""
    expected = fit_forecast(dataset, parameters)
    refusal = None
    try:
        _check(expected, settings)
    except TooLargeForMemoryError as error:
        refusal = f"{error.detail} {error.remedy}"
    bound = settings.job_memory_bound
    return ForecastRead.model_validate(expected.to_dict() | {"memory_bound": bound, "refusal": refusal})


def _check(expected: Forecast, settings: Settings) -> None:
    try:
        expected.check_memory(settings.job_memory_bound)
    except MemoryBoundError as error:
        raise TooLargeForMemoryError(
            str(error), remedy="Or ask an admin to raise JOB_MEMORY_LIMIT, if the workers have more memory."
        ) from error
