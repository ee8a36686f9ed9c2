"""The points of a grid of parameters."""

from __future__ import annotations

import itertools
import math
from typing import Any

from app.errors import InvalidPart, RequestInvalidError
from app.jobs.service import checked_parameters
from app.sweeps.errors import SweepTooLargeError
from app.sweeps.schemas import SweepRequest


def points_of(request: SweepRequest, most_runs: int) -> list[dict[str, Any]]:
    """Return all parameters of each point of a grid, in the order of its values, the last name fastest.

    Raises
    ------
    SweepTooLargeError
        There are more points than ``most_runs``.
    RequestInvalidError
        A parameter is unknown or out of range, or given both in the grid and for all runs.
    """
    twice = sorted(set(request.grid) & set(request.parameters))
    if twice:
        detail = f"{twice[0]} is in the grid and among the parameters of all runs; give it once."
        raise RequestInvalidError(
            detail, errors=[InvalidPart(pointer=f"/parameters/{twice[0]}", detail=detail)]
        )
    size = math.prod(len(values) for values in request.grid.values())
    if size > most_runs:
        raise SweepTooLargeError(
            f"The grid has {size:,} points; a sweep may have {most_runs} runs.",
            remedy="Leave out values, or sweep over fewer parameters at once.",
        )
    names = list(request.grid)
    found: list[dict[str, Any]] = []
    for values in itertools.product(*request.grid.values()):
        point = checked_parameters(request.parameters | dict(zip(names, values, strict=True)))
        if point not in found:
            found.append(point)
    return found
