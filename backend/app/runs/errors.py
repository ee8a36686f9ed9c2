"""How reading and cutting runs fails."""

from __future__ import annotations

from app.errors import ServiceError


class PartitionNotFoundError(ServiceError):
    """The run was never cut into this number of clusters."""

    status_code = 404
    code = "partition_not_found"


class TooManyClustersError(ServiceError):
    """The run keeps too few eigenvectors to be cut into this many clusters."""

    status_code = 422
    code = "too_many_clusters"


class LayoutNotFoundError(ServiceError):
    """The run has no such layout, or not in three dimensions."""

    status_code = 404
    code = "layout_not_found"


class RecutFailedError(ServiceError):
    """Cutting the run again failed; its job says why."""

    status_code = 409
    code = "recut_failed"


class ArtifactMissingError(ServiceError):
    """The run's files are gone from the artifact store; cluster the dataset again."""

    status_code = 410
    code = "artifact_missing"
