"""The artifact store in folders, of this machine or shared by several."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

from app.storage.location import Kept

READ_BYTES = 4 << 20
# Folders below the roots that hold what is not finished.
DRAFTS = "tmp"


class FolderStorage:
    """Keeps uploads in one folder and artifacts in another.

    Parameters
    ----------
    uploads, artifacts : Path
        Made when they are first needed.
    """

    def __init__(self, uploads: Path, artifacts: Path) -> None:
        self.uploads = uploads
        self.artifacts = artifacts

    def artifact(self, stage: str, key: str) -> Path:
        """Return where an artifact lies."""
        folder = self.artifacts / stage / key
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        return folder

    def has_artifact(self, stage: str, key: str) -> bool:
        """Return whether an artifact is there, and note that it is used."""
        try:
            os.utime(self.artifacts / stage / key)
        except FileNotFoundError:
            return False
        return True

    def keep_artifact(self, stage: str, key: str, folder: Path) -> None:
        """Do nothing: what was published in the folder is kept."""

    def kept_artifacts(self) -> Iterator[Kept]:
        """Yield every artifact."""
        for stage in _folders(self.artifacts):
            if stage.name == DRAFTS:
                continue
            for folder in _folders(stage):
                n_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
                yield _kept(stage.name, folder.name, n_bytes, folder.stat().st_mtime)

    def remove_artifact(self, stage: str, key: str) -> None:
        """Delete an artifact: out of sight in one step, then file by file."""
        aside = self._put_aside(stage, key)
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)

    def remove_unused(self, stage: str, key: str, before: datetime) -> bool:
        """Delete an artifact unless it is used again; one that is found while it goes is put back."""
        place = self.artifacts / stage / key
        if not _is_older(place, before):
            return False
        aside = self._put_aside(stage, key)
        if aside is None:
            return False
        if not _is_older(aside, before):
            with suppress(OSError):
                # Made again meanwhile: a folder with files is never replaced.
                aside.rename(place)
                return False
        shutil.rmtree(aside, ignore_errors=True)
        return True

    def _put_aside(self, stage: str, key: str) -> Path | None:
        drafts = self.artifacts / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        aside = drafts / f"removed-{secrets.token_hex(8)}"
        try:
            (self.artifacts / stage / key).rename(aside)
        except FileNotFoundError:
            return None
        return aside

    async def add_upload(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Write a draft, and rename it into place once it is on the disk."""
        place = self.uploads / key
        drafts = self.uploads / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        draft = drafts / f"{secrets.token_hex(8)}.part"
        try:
            with draft.open("xb") as file:
                await _write(chunks, file)
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(place)
            # The folder too may be new.
            for folder in (place.parent, self.uploads):
                await run_in_threadpool(_flush, folder)
        finally:
            draft.unlink(missing_ok=True)

    async def read_upload(self, key: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload."""
        with (self.uploads / key).open("rb") as file:
            while chunk := await run_in_threadpool(file.read, READ_BYTES):
                yield chunk

    def upload(self, key: str, scratch: Path) -> Path:
        """Return where an upload lies."""
        path = self.uploads / key
        if not path.is_file():
            raise FileNotFoundError(path)
        return path

    def kept_uploads(self) -> Iterator[Kept]:
        """Yield every upload."""
        for path in sorted(self.uploads.rglob("*")):
            key = path.relative_to(self.uploads)
            if path.is_file() and key.parts[0] != DRAFTS:
                stat = path.stat()
                yield _kept("", key.as_posix(), stat.st_size, stat.st_mtime)

    def remove_upload(self, key: str) -> None:
        """Delete an upload."""
        (self.uploads / key).unlink(missing_ok=True)

    def check(self) -> None:
        """Write a file in both folders and delete it."""
        for root in (self.uploads, self.artifacts):
            root.mkdir(parents=True, exist_ok=True)
            probe = root / f".probe-{secrets.token_hex(4)}"
            try:
                probe.write_bytes(b"ok")
            finally:
                probe.unlink(missing_ok=True)


async def _write(chunks: AsyncIterator[bytes], file: BinaryIO) -> None:
    async for chunk in chunks:
        await run_in_threadpool(file.write, chunk)

    def finish() -> None:
        file.flush()
        # Renamed without this, a power cut could leave a whole name with half a file.
        os.fsync(file.fileno())

    await run_in_threadpool(finish)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(parent: Path) -> list[Path]:
    return sorted(each for each in parent.iterdir() if each.is_dir()) if parent.is_dir() else []


def _is_older(folder: Path, moment: datetime) -> bool:
    try:
        return folder.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _kept(stage: str, key: str, n_bytes: int, modified: float) -> Kept:
    return Kept(stage, key, n_bytes, datetime.fromtimestamp(modified, UTC))
