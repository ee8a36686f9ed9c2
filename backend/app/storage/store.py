"""What every artifact store can do, and opening the one that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.storage.folder import FolderStorage
from app.storage.location import Kept, StoreLocation


class Storage(Protocol):
    """Uploads (one file each) and artifacts (a folder each, never changed once it is there).

    Attributes
    ----------
    artifacts : Path
        Folder of this machine with ``<stage>/<key>`` for each artifact that lies here.
    """

    artifacts: Path

    def artifact(self, stage: str, key: str) -> Path:
        """Return the folder of an artifact, fetched when it is not on this machine.

        Raises
        ------
        FileNotFoundError
            It is not in the store.
        """

    def has_artifact(self, stage: str, key: str) -> bool:
        """Return whether an artifact is in the store, and note that it is used."""

    def keep_artifact(self, stage: str, key: str, folder: Path) -> None:
        """Copy ``folder`` into the store, whole or not at all, where that is another place."""

    def kept_artifacts(self) -> Iterator[Kept]:
        """Yield what is in the store."""

    def remove_artifact(self, stage: str, key: str) -> None:
        """Delete an artifact; one that is gone is no error."""

    def remove_unused(self, stage: str, key: str, before: datetime) -> bool:
        """Delete an artifact unless it was written or found in use since ``before``; return whether it was.

        Whoever finds it at the same time (`has_artifact`) either keeps it, or misses it and makes it again.
        """

    async def add_upload(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep a stream of bytes; when it raises, nothing is kept."""

    def read_upload(self, key: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload, a few megabytes at a time."""

    def upload(self, key: str, scratch: Path) -> Path:
        """Return a file of this machine with an upload's bytes, in ``scratch`` when it had to be fetched.

        Raises
        ------
        FileNotFoundError
            It is not in the store.
        """

    def kept_uploads(self) -> Iterator[Kept]:
        """Yield the uploads in the store."""

    def remove_upload(self, key: str) -> None:
        """Delete an upload; one that is gone is no error."""

    def check(self) -> None:
        """Write something and take it away again; raises OSError or StorageUnavailableError."""


def open_storage(location: StoreLocation) -> Storage:
    """Return the store at ``location``."""
    if not location.bucket:
        return FolderStorage(Path(location.uploads), Path(location.artifacts))
    # Its library is not loaded where nobody needs it.
    from app.storage.bucket import BucketStorage

    return BucketStorage(location)
