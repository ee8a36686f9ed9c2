"""Taking an upload: bytes counted and hashed on the stream, kept whole or not at all."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool

from app.datasets.errors import (
    EmptyFileError,
    FileTooLargeError,
    UnsupportedFileTypeError,
)
from app.errors import ServiceError
from app.storage.errors import said_when_full
from app.storage.store import Storage

TEXT_EXTENSIONS = ("csv", "tsv", "txt", "tab", "data", "json", "jsonl", "ndjson")
BINARY_EXTENSIONS = ("parquet", "pq", "xlsx")
MAXIMUM_NAME_LENGTH = 255
# Bytes gathered before a thread takes them: a thread switch for every network packet would cost more.
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload in its place: ``key`` names it in the store."""

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


@dataclass(frozen=True, slots=True)
class UploadRoom:
    """How large a file may be: MAX_FILE_SIZE, and what is left of its owner's quota.

    Parameters
    ----------
    max_bytes : int
    left_bytes : int or None
        None: no quota.
    refusal : callable or None
        Makes the error of a file of so many bytes that would exceed the quota.
    """

    max_bytes: int
    left_bytes: int | None = None
    refusal: Callable[[int], ServiceError] | None = None

    def check(self, n_bytes: int) -> None:
        """Raise when a file of ``n_bytes`` is too large."""
        if n_bytes > self.max_bytes:
            raise _too_large(n_bytes, self.max_bytes)
        if self.left_bytes is not None and self.refusal is not None and n_bytes > self.left_bytes:
            raise self.refusal(n_bytes)


def new_key(ending: str) -> str:
    """Return a name in the store that nothing has."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}.{ending}"


async def store_upload(
    stream: AsyncIterator[bytes], storage: Storage, ending: str, room: UploadRoom, announced_bytes: int | None
) -> StoredUpload:
    """Keep a stream of bytes in the store and say where; leave nothing behind on any failure.

    Raises
    ------
    FileTooLargeError, EmptyFileError, StorageFullError
        More came or were announced than there is room for (or what ``room`` raises then); none came; or
        the disk is full.
    """
    if announced_bytes is not None:
        room.check(announced_bytes)
    key = new_key(ending)
    counted = _Counted(stream, room)
    with said_when_full():
        await storage.add_upload(key, counted.chunks())
    return StoredUpload(key=key, upload_bytes=counted.n_bytes, sha256=counted.digest.hexdigest())


class _Counted:
    """A stream on its way to the store: counted, hashed, and broken off when it is too long or empty."""

    def __init__(self, stream: AsyncIterator[bytes], room: UploadRoom) -> None:
        self._stream = stream
        self._room = room
        self.n_bytes = 0
        self.digest = hashlib.sha256()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what comes, in pieces of about `CHUNK_BYTES`."""
        gathered = bytearray()
        async for chunk in self._stream:
            self.n_bytes += len(chunk)
            self._room.check(self.n_bytes)
            gathered += chunk
            if len(gathered) >= CHUNK_BYTES:
                yield await self._hashed(gathered)
                gathered.clear()
        if self.n_bytes == 0:
            raise EmptyFileError(
                "The file has 0 bytes; a table needs a header and rows.",
                remedy="Export the table again and check that the file has a size before you upload it.",
            )
        yield await self._hashed(gathered)

    async def _hashed(self, gathered: bytearray) -> bytes:
        chunk = bytes(gathered)
        await run_in_threadpool(self.digest.update, chunk)
        return chunk


def _too_large(found: int, max_bytes: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"The file has at least {found:,} bytes; {max_bytes:,} are allowed.",
        remedy="Compress it (.csv.gz), save it as Parquet, or raise MAX_FILE_SIZE on the server.",
    )
