"""Read an upload into a Parquet table artifact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.worker.artifacts import artifacts_of, size_of
from fiedler.pipeline import Progress
from fiedler.tables import ImportPlan, import_table

REPORT = "import.json"


def compute(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Return ``table_key``, ``table_bytes`` and what the import found (`fiedler.tables.ImportResult`).

    The key comes from the upload's content, the part of its name that matters and the plan, so a table
    that was read the same way before is not read again.
    """
    store = artifacts_of(details)
    plan = ImportPlan.from_dict(details["plan"]) if details["plan"] is not None else None
    description = {
        "ending": Path(details["original_name"]).suffixes[-2:],
        "plan": plan.to_dict() if plan is not None else None,
    }
    key = store.key("table", description, details["sha256"])

    def write(folder: Path) -> None:
        upload = store.storage.upload(details["upload"], Path(details["scratch"]))
        result = import_table(upload, details["original_name"], folder / "table.parquet", plan, progress)
        report = {
            "n_rows": result.n_rows,
            "n_columns": result.n_columns,
            "columns": [column.to_dict() for column in result.columns],
            "plan": result.plan.to_dict(),
            "notes": result.notes,
        }
        (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")

    folder = store.publish("table", key, write)
    report: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return {"table_key": key, "table_bytes": size_of(folder), **report}
