"""How questions about clusters and rows fail."""

from __future__ import annotations

from app.errors import ServiceError


class ClusterNotFoundError(ServiceError):
    """The partition has no such cluster."""

    status_code = 404
    code = "cluster_not_found"


class RowNotFoundError(ServiceError):
    """The table has no such row."""

    status_code = 404
    code = "row_not_found"


class AnswerNotFoundError(ServiceError):
    """The run has no such answer, or the answer has no such rows."""

    status_code = 404
    code = "answer_not_found"


class QuestionRefusedError(ServiceError):
    """The question cannot be answered for these rows."""

    status_code = 422
    code = "question_refused"


class ExplanationFailedError(ServiceError):
    """Answering failed; its job says why."""

    status_code = 409
    code = "explanation_failed"


class RunsNotComparableError(ServiceError):
    """Two runs were made from different tables."""

    status_code = 409
    code = "runs_not_comparable"
