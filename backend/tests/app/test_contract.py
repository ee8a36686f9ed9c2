import json
import subprocess
import sys

import pytest

import fiedler
from app.database import BACKEND
from app.settings import REPOSITORY
from app.version import VERSION


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def test_committed_contract_is_the_generated_one(app):
    generated = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    committed = (REPOSITORY / "contracts" / "openapi.json").read_text(encoding="utf-8")
    assert generated == committed, "run: python -m app openapi > ../contracts/openapi.json"


def test_every_error_in_the_contract_is_the_one_problem(app):
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    content = response["content"]
                    reference = {"$ref": "#/components/schemas/Problem"}
                    assert content == {"application/problem+json": {"schema": reference}}, (
                        path,
                        method,
                        status,
                    )


def test_service_and_engine_have_one_version():
    assert fiedler.__version__ == VERSION


def test_api_process_carries_no_engine():
    code = (
        "import sys, app.api; "
        "print([m for m in ('numba', 'scipy', 'sklearn', 'polars', 'duckdb', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
