"""All tables, for Alembic and for whoever needs the whole schema at once."""

from app.audit.models import AuditEntry
from app.auth.models import Invitation, OneTimeToken, PersonalToken, RefreshToken
from app.datasets import versions as versions
from app.datasets.models import Dataset
from app.edits.models import Revision
from app.health.models import WorkerSeen
from app.jobs.models import ClusteringJob, JobAttempt, JobEvent
from app.oidc.models import OidcIdentity
from app.retention.models import MaintenanceRound
from app.runs.models import Partition, Run
from app.selections.models import RowSelection
from app.sharing.models import Share, ShareLink
from app.uploads.models import Upload, UploadPart
from app.users.models import User

__all__ = [
    "AuditEntry",
    "ClusteringJob",
    "Dataset",
    "Invitation",
    "JobAttempt",
    "JobEvent",
    "MaintenanceRound",
    "OidcIdentity",
    "OneTimeToken",
    "Partition",
    "PersonalToken",
    "RefreshToken",
    "Revision",
    "RowSelection",
    "Run",
    "Share",
    "ShareLink",
    "Upload",
    "UploadPart",
    "User",
    "WorkerSeen",
]
