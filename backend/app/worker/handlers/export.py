"""Pack all that is kept of a person into one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.export.archive import write_archive
from app.worker.artifacts import artifacts_of
from fiedler import pipeline


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the ``key`` of the archive's artifact, its size, and how many files it holds and misses."""
    store = artifacts_of(details)
    manifest: dict[str, Any] = {}
    n_bytes = 0

    def write(folder: Path) -> None:
        nonlocal n_bytes
        path = folder / details["archive"]
        manifest.update(
            write_archive(
                details["contents"],
                store.storage,
                path,
                lambda done, total: progress("export", done / total, f"File {done + 1} of {total}"),
            )
        )
        n_bytes = path.stat().st_size

    progress("export", 0.0, "Gathering the account's data")
    store.publish(details["stage"], details["key"], write)
    return {
        "key": details["key"],
        "n_bytes": n_bytes,
        "n_files": len(manifest["files"]),
        "n_missing": len(manifest["missing"]),
    }
