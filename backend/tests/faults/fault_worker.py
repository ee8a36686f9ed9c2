"""A real worker process for `fault_handlers` or the real work; settings come from the environment."""

from __future__ import annotations

import logging
import os
from typing import Any

from sqlalchemy.orm import Session

from app.database import get_database
from app.jobs.models import ClusteringJob
from app.live.hints import open_hints
from app.settings import Settings, get_settings
from app.worker.entry import run
from app.worker.supervisor import Supervisor
from app.worker.work import WORK, Work


def prepare(session: Session, job: ClusteringJob, settings: Settings) -> dict[str, Any]:
    return dict(job.parameters)


def record(session: Session, job: ClusteringJob, result: dict[str, Any]) -> None:
    job.result = result


FAULT_WORK = {"fit": Work("fault_handlers", prepare, record)}


def main() -> None:
    logging.basicConfig(level="INFO")
    settings, database = get_settings(), get_database()
    work = WORK if os.environ.get("FAULT_WORKER_IS_REAL") else FAULT_WORK
    run(Supervisor(settings, database, open_hints(settings, database), work, is_warm=False))


if __name__ == "__main__":
    main()
