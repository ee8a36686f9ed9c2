"""Taking an upload: bytes counted on the stream, written aside, renamed into place when all have come."""

from __future__ import annotations

import errno
import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

from app.datasets.errors import (
    EmptyFileError,
    FileTooLargeError,
    StorageFullError,
    UnsupportedFileTypeError,
)

TEXT_EXTENSIONS = ("csv", "tsv", "txt", "tab", "data", "json", "jsonl", "ndjson")
BINARY_EXTENSIONS = ("parquet", "pq", "xlsx")
MAXIMUM_NAME_LENGTH = 255
# Bytes gathered before a thread writes them: a thread switch for every network packet would cost more.
WRITE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload in its place: ``key`` is its path below the folder of uploads."""

    key: str
    upload_bytes: int
    sha256: str


def checked_name(filename: str) -> tuple[str, str]:
    """Return the file's name without folders, and its ending, such as ``csv`` or ``csv.gz``.

    Raises
    ------
    UnsupportedFileTypeError
        The ending is none of those that can be read.
    """
    name = PurePosixPath(filename.replace("\\", "/")).name.strip()
    name = "".join(character for character in name if character.isprintable())[-MAXIMUM_NAME_LENGTH:]
    endings = name.lower().split(".")[1:]
    last = endings[-1] if endings else ""
    if last in TEXT_EXTENSIONS or last in BINARY_EXTENSIONS:
        return name, last
    if last == "gz" and len(endings) > 1 and endings[-2] in TEXT_EXTENSIONS:
        return name, f"{endings[-2]}.gz"
    raise UnsupportedFileTypeError(
        f"The file is named {name!r}; a table's name ends with one of "
        f"{', '.join((*TEXT_EXTENSIONS, *BINARY_EXTENSIONS))}, or with .gz after one of the text endings.",
        remedy="Save it as CSV or Parquet, or correct the ending.",
    )


async def store_upload(
    stream: AsyncIterator[bytes], folder: Path, ending: str, max_bytes: int, announced_bytes: int | None
) -> StoredUpload:
    """Write a stream of bytes to ``folder`` and return where it is; leave nothing behind on any failure.

    Raises
    ------
    FileTooLargeError, EmptyFileError, StorageFullError
        More than ``max_bytes`` came or were announced; none came; or the disk is full.
    """
    if announced_bytes is not None and announced_bytes > max_bytes:
        raise _too_large(announced_bytes, max_bytes)
    drafts = folder / "tmp"
    drafts.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(8)
    draft = drafts / f"{token}.part"
    try:
        with draft.open("xb") as file:
            upload_bytes, sha256 = await _write(stream, file, max_bytes)
        if upload_bytes == 0:
            raise EmptyFileError(
                "The file has 0 bytes; a table needs a header and rows.",
                remedy="Export the table again and check that the file has a size before you upload it.",
            )
        key = f"{sha256[:2]}/{sha256[:16]}-{token}.{ending}"
        place = folder / key
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(place)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(remedy="Free space on the server, then upload the file again.") from error
        raise
    finally:
        draft.unlink(missing_ok=True)
    return StoredUpload(key=key, upload_bytes=upload_bytes, sha256=sha256)


def remove_upload(folder: Path, key: str) -> None:
    """Delete a stored upload; one that is gone is no error."""
    (folder / key).unlink(missing_ok=True)


async def _write(stream: AsyncIterator[bytes], file: BinaryIO, max_bytes: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    total = 0
    gathered = bytearray()

    def flush() -> None:
        digest.update(gathered)
        file.write(gathered)
        gathered.clear()

    async for chunk in stream:
        total += len(chunk)
        if total > max_bytes:
            raise _too_large(total, max_bytes)
        gathered += chunk
        if len(gathered) >= WRITE_BYTES:
            await run_in_threadpool(flush)
    await run_in_threadpool(flush)
    return total, digest.hexdigest()


def _too_large(found: int, max_bytes: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"The file has at least {found:,} bytes; {max_bytes:,} are allowed.",
        remedy="Compress it (.csv.gz), save it as Parquet, or raise MAX_FILE_SIZE on the server.",
    )
