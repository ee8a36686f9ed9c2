"""The artifact store in an S3-compatible bucket.

An artifact is one object, a tar file of its folder: an object appears whole or not at all, so readers never
see half an artifact. Whoever reads one unpacks it into a cache, whose files can be mapped into memory.
"""

from __future__ import annotations

import secrets
import shutil
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.storage.cache import DRAFTS, ArtifactCache
from app.storage.errors import StorageUnavailableError
from app.storage.location import Kept, StoreLocation

if TYPE_CHECKING:
    from obstore.store import S3Config

# Objects carry the time they were written; one that is used again is written anew when it is older than this,
# so that whoever removes what is unused sees that it is not.
REFRESH = timedelta(hours=12)
READ_BYTES = 4 << 20
_RETRIES = 3
_RETRY_SECONDS = 20
_CONNECT_SECONDS = 3


class BucketStorage:
    """Keeps uploads below ``uploads/`` of a bucket's prefix and artifacts below ``artifacts/``.

    Parameters
    ----------
    location : StoreLocation
        With a ``bucket``; ``artifacts`` is the folder of the cache.
    """

    def __init__(self, location: StoreLocation) -> None:
        self.artifacts = Path(location.artifacts)
        self._cache = ArtifactCache(self.artifacts, location.cache_bytes)
        self._store = _open(location)

    def artifact(self, stage: str, key: str) -> Path:
        """Return the folder of an artifact in the cache, fetched when it is not there."""
        folder = self._cache.folder(stage, key)
        if folder is not None:
            return folder

        def fill(draft: Path) -> None:
            with (
                self._opened(_object(stage, key)) as reader,
                tarfile.open(fileobj=reader, mode="r|") as packed,
            ):
                packed.extractall(draft, filter="data")

        return self._cache.add(stage, key, fill)

    def has_artifact(self, stage: str, key: str) -> bool:
        """Return whether an artifact is in the bucket, and note that it is used."""
        try:
            with _answers():
                found = obstore.head(self._store, _object(stage, key))
        except FileNotFoundError:
            return False
        if datetime.now(UTC) - found["last_modified"] > REFRESH:
            self.keep_artifact(stage, key, self.artifact(stage, key))
        return True

    def keep_artifact(self, stage: str, key: str, folder: Path) -> None:
        """Copy a folder into the bucket as one object."""
        drafts = self.artifacts / DRAFTS
        drafts.mkdir(parents=True, exist_ok=True)
        packed = drafts / f"{secrets.token_hex(8)}.tar"
        try:
            with tarfile.open(packed, "w") as writer:
                for file in sorted(folder.iterdir()):
                    writer.add(file, arcname=file.name)
            with _answers():
                obstore.put(self._store, _object(stage, key), packed)
        finally:
            packed.unlink(missing_ok=True)

    def kept_artifacts(self) -> Iterator[Kept]:
        """Yield every artifact."""
        for path, n_bytes, modified in self._listed("artifacts/"):
            stage, _, name = path.partition("/")
            yield Kept(stage, name.removesuffix(".tar"), n_bytes, modified)

    def remove_artifact(self, stage: str, key: str) -> None:
        """Delete an artifact; copies in caches go when there is no room for them."""
        with _answers(), _gone_is_no_error():
            obstore.delete(self._store, _object(stage, key))
        self._cache.drop(stage, key)

    def remove_unused(self, stage: str, key: str, before: datetime) -> bool:
        """Delete an artifact that is older still; a bucket cannot be asked to look and delete in one step."""
        try:
            with _answers():
                found = obstore.head(self._store, _object(stage, key))
        except FileNotFoundError:
            return False
        if found["last_modified"] >= before:
            return False
        self.remove_artifact(stage, key)
        return True

    async def add_upload(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Send a stream in parts that become one object at its end."""
        with _answers():
            await obstore.put_async(self._store, f"uploads/{key}", chunks, max_concurrency=2)

    async def read_upload(self, key: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload."""
        with _answers():
            found = await obstore.get_async(self._store, f"uploads/{key}")
            async for chunk in found.stream(min_chunk_size=READ_BYTES):
                yield bytes(chunk)

    def upload(self, key: str, scratch: Path) -> Path:
        """Fetch an upload into ``scratch``."""
        scratch.mkdir(parents=True, exist_ok=True)
        path = scratch / Path(key).name
        with self._opened(f"uploads/{key}") as reader, path.open("wb") as file:
            shutil.copyfileobj(reader, file, READ_BYTES)
        return path

    def kept_uploads(self) -> Iterator[Kept]:
        """Yield every upload."""
        for path, n_bytes, modified in self._listed("uploads/"):
            yield Kept("", path, n_bytes, modified)

    def remove_upload(self, key: str) -> None:
        """Delete an upload."""
        with _answers(), _gone_is_no_error():
            obstore.delete(self._store, f"uploads/{key}")

    def check(self) -> None:
        """Write an object and delete it."""
        with _answers():
            obstore.put(self._store, "probe", b"ok")
            obstore.delete(self._store, "probe")

    @contextmanager
    def _opened(self, path: str) -> Iterator[IO[bytes]]:
        with _answers():
            reader = obstore.open_reader(self._store, path, buffer_size=READ_BYTES)
            try:
                yield cast("IO[bytes]", reader)
            finally:
                reader.close()

    def _listed(self, prefix: str) -> Iterator[tuple[str, int, datetime]]:
        with _answers():
            for batch in obstore.list(self._store, prefix):
                for each in batch:
                    yield each["path"].removeprefix(prefix), each["size"], each["last_modified"]


def _open(location: StoreLocation) -> S3Store:
    address = urlsplit(location.bucket)
    options = location.options
    # What is left out comes from where S3's own tools take it: the machine's role, for one.
    named = {
        "endpoint": options.get("endpoint_url"),
        "region": options.get("region"),
        "access_key_id": options.get("access_key_id"),
        "secret_access_key": options.get("secret_access_key"),
    }
    config = cast("S3Config", {name: value for name, value in named.items() if value})
    return S3Store(
        address.netloc,
        config=config,
        prefix=address.path.strip("/") or None,
        client_options={
            "allow_http": options.get("endpoint_url", "").startswith("http://"),
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_SECONDS)},
    )


def _object(stage: str, key: str) -> str:
    return f"artifacts/{stage}/{key}.tar"


@contextmanager
def _answers() -> Iterator[None]:
    """Say in the service's words that the bucket does not answer, or refuses; keep what it does not have."""
    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        raise StorageUnavailableError(
            f"The bucket of the artifact store does not answer, or refuses ({type(error).__name__}).",
            remedy="Try again in a moment; if it stays so, check ARTIFACT_STORE and the S3_* settings.",
        ) from error


@contextmanager
def _gone_is_no_error() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        return
