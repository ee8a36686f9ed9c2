"""How asking for work, or stopping it, fails."""

from __future__ import annotations

from app.errors import ServiceError


class JobAlreadyFinishedError(ServiceError):
    """The job reached a final state before the request."""

    status_code = 409
    code = "job_already_finished"


class IdempotencyKeyReusedError(ServiceError):
    """The Idempotency-Key belongs to another request; use a new key for a new request."""

    status_code = 409
    code = "idempotency_key_reused"


class TooManyQueuedJobsError(ServiceError):
    """As many jobs of yours wait as one user may have waiting."""

    status_code = 429
    code = "too_many_queued_jobs"


class DatasetNotReadyError(ServiceError):
    """The dataset is still being imported, or its import failed."""

    status_code = 409
    code = "dataset_not_ready"


class SweepFailedError(ServiceError):
    """None of the runs of a sweep succeeded; each says why."""

    status_code = 422
    code = "sweep_failed"


class TooLargeForMemoryError(ServiceError):
    """The fit is forecast to need more memory than a job may take."""

    status_code = 422
    code = "too_large_for_memory"


class NoNumericColumnError(ServiceError):
    """The table has no numeric column to cluster on."""

    status_code = 422
    code = "no_numeric_column"
