"""What the API says about forecasts, and takes for them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

StageName = Literal["features", "graph", "embedding", "partition", "evaluation", "layout"]


class ForecastRequest(BaseModel):
    """A clustering that is planned; parameters that are left out keep their defaults."""

    parameters: dict[str, Any] = Field(default_factory=dict)


class ForecastRead(BaseModel):
    """What a fit will take, within a factor of two on usual data, by a server that does nothing else.

    ``seconds`` are from beginning to end and do not count waiting; ``cpu_seconds`` are each stage's
    processor time, ``stage_bytes`` what the stages that hold much hold at once. ``refusal`` says why it would
    be refused, in a sentence that ends with what to do; null: it may be asked for.
    """

    n_samples: int
    n_features: int
    method: Literal["exact", "landmark"]
    method_reason: str
    consensus: bool
    seconds: float
    cpu_seconds: dict[StageName, float]
    longest_stage: StageName
    memory_bytes: int
    stage_bytes: dict[StageName, int]
    largest_stage: StageName
    memory_bound: int | None
    refusal: str | None
