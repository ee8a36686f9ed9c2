"""All that is kept of one person as one zip file: tables, runs, labels, and every row about the account."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.storage.store import Storage

FORMAT = 1
MANIFEST = "manifest.json"


def write_archive(
    contents: dict[str, Any],
    storage: Storage,
    path: Path,
    on_file: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Write ``contents``, as `contents_of` returns them, to ``path`` and return the manifest.

    The manifest names each file with its size and SHA-256, and what of the store was gone already.

    Parameters
    ----------
    on_file
        Called before each file of the store with how many are written, and how many there are.
    """
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": contents["made_at"],
        "username": contents["username"],
        "files": [],
        "missing": [],
    }
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        tempfile.TemporaryDirectory(dir=path.parent) as scratch,
    ):
        for name, text in contents["tables"].items():
            packed.writestr(f"{name}.json", text)
            manifest["files"].append(_entry(f"{name}.json", text.encode()))
        for done, each in enumerate(contents["files"]):
            on_file(done, len(contents["files"]))
            try:
                file = _found(storage, each, Path(scratch))
                packed.write(file, each["name"])
            except FileNotFoundError:
                manifest["missing"].append(each["name"])
                continue
            manifest["files"].append(_entry_of(each["name"], file))
            if file.is_relative_to(scratch):
                # Fetched from a bucket: one at a time needs room, not all.
                file.unlink()
        packed.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def _found(storage: Storage, each: dict[str, str], scratch: Path) -> Path:
    if "upload" in each:
        return storage.upload(each["upload"], scratch)
    return storage.artifact(each["stage"], each["key"]) / each["file"]


def _entry(name: str, content: bytes) -> dict[str, Any]:
    return {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _entry_of(name: str, file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"path": name, "bytes": file.stat().st_size, "sha256": digest}
