"""Every operation of the contract, asked on a real server with what schemathesis makes of its schema.

A few examples an operation each time; CONTRACT_EXAMPLES=500 in the environment makes a long search of it.
"""

from __future__ import annotations

import os
import threading
import time

import hypothesis
import pytest
import requests
import schemathesis
import uvicorn
from free_port import free_port
from hypothesis import strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api import create_app
from app.auth.tokens import make_access_token
from app.settings import REPOSITORY
from app.uploads.protocol import PIECE
from app.users.models import User

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schemathesis.serializer.alias(PIECE, "application/octet-stream")
SCHEMA = schemathesis.openapi.from_path(REPOSITORY / "contracts" / "openapi.json")
OPERATIONS = {operation.label: operation for operation in (each.ok() for each in SCHEMA.get_all_operations())}
# These would take away what the others are asked about.
SPARING = {
    "DELETE /api/v1/datasets/{dataset_id}",
    "DELETE /api/v1/runs/{run_id}",
    "POST /api/v1/datasets/{dataset_id}/import",
}
SECONDS = 60


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def port(settings, monkeypatch, run_id):
    """The port of a real server with a dataset and a run; answers that need a worker come at once as jobs."""
    for module in ("app.explanations.service", "app.edits.service", "app.runs.service"):
        monkeypatch.setattr(f"{module}.PATIENCE_SECONDS", 0.01)
    number = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=number, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + SECONDS
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield number
    server.should_exit = True
    thread.join(SECONDS)


def cases(operation):
    """Requests that keep to the schema, and such that break it."""
    return strategies.one_of(
        operation.as_strategy(generation_mode=mode)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("role", ["admin", "user"])
def test_every_operation_keeps_its_contract(role, port, owner, database, settings, dataset_id, run_id):
    known = {"dataset_id": dataset_id, "run_id": run_id, "job_id": 1, "n_clusters": 2, "label": 0, "row": 0}
    broken = []

    def headers():
        # What was asked before may have signed its asker out, or shut him out.
        with database.write() as session:
            user = session.get_one(User, owner.id)
            user.role, user.is_active = role, True
            session.flush()
            return {"Authorization": f"Bearer {make_access_token(user, settings)}"}

    def examine(operation):
        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )
        @hypothesis.given(case=cases(operation), is_of_ours=strategies.booleans())
        def examined(case, is_of_ours):
            if is_of_ours and operation.label not in SPARING:
                case.path_parameters = {
                    name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
                }
            response = case.call(
                base_url=f"http://127.0.0.1:{port}",
                session=connections,
                headers=headers(),
                timeout=SECONDS,
                allow_redirects=False,
            )
            case.validate_response(response, checks=CHECKS)

        examined()

    with requests.Session() as connections:
        for label, operation in OPERATIONS.items():
            try:
                examine(operation)
            except (Exception, BaseExceptionGroup) as error:
                broken.append(f"{label}: {error}")
    assert not broken, "\n\n".join(broken)
