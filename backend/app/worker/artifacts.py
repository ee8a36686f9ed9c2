"""The engine's artifacts, kept in the store that all machines share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.storage.store import Storage, open_storage
from fiedler.artifacts import ArtifactStore


class StoredArtifacts(ArtifactStore):
    """Finds artifacts in a store, and publishes them there before they appear on this machine.

    Parameters
    ----------
    storage : Storage
    scratch : Path, optional
        Where unfinished artifacts are written, see `fiedler.artifacts.ArtifactStore`.
    """

    def __init__(self, storage: Storage, scratch: Path | None = None) -> None:
        super().__init__(storage.artifacts, scratch)
        self.storage = storage

    def has(self, stage: str, key: str) -> bool:
        """Return whether the artifact is in the store."""
        return self.storage.has_artifact(stage, key)

    def existing(self, stage: str, key: str) -> Path:
        """Return the folder of an artifact, fetched when it is not here; raises as the engine's."""
        with suppress(FileNotFoundError):
            return self.storage.artifact(stage, key)
        return super().existing(stage, key)

    def publish(self, stage: str, key: str, write: Callable[[Path], None]) -> Path:
        """Return the artifact's folder, found in the store or written and kept there."""
        if self.storage.has_artifact(stage, key):
            # What maintenance has just removed is made again.
            with suppress(FileNotFoundError):
                return self.storage.artifact(stage, key)
        here = self.path(stage, key)
        if here.is_dir():
            # Removed from the store, and still in this machine's cache.
            self.storage.keep_artifact(stage, key, here)
            return here

        def write_and_keep(folder: Path) -> None:
            write(folder)
            self.storage.keep_artifact(stage, key, folder)

        return super().publish(stage, key, write_and_keep)


def artifacts_of(details: dict[str, Any]) -> StoredArtifacts:
    """Return the artifacts that an order's ``store`` and ``scratch`` name."""
    scratch = details.get("scratch")
    return StoredArtifacts(open_storage(details["store"]), Path(scratch) if scratch else None)


def size_of(folder: Path) -> int:
    """Return the bytes of an artifact's files."""
    return sum(file.stat().st_size for file in folder.iterdir())
