"""Taking a piece of an upload: kept part by part as it comes, and made one file with the last of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.database import Database
from app.datasets.uploads import UploadRoom, checked_name, new_key, store_upload
from app.live.hints import Hints
from app.settings import Settings
from app.storage.errors import said_when_full
from app.storage.store import Storage
from app.uploads.errors import UploadGoneError, UploadOffsetError, UploadPausedError, UploadTooLongError
from app.uploads.models import Upload, UploadPart
from app.uploads.service import PART_BYTES, add_part, finish_upload, parts_of
from app.users.models import User


class Receiver:
    """Takes what comes of one upload in one request.

    A part counts once it lies in the store and in the database: a server that is killed loses the bytes
    after the last part, and any other goes on from there.

    Parameters
    ----------
    database, hints, storage, settings
        Of this server.
    user : User
    upload : Upload
        As it was when the request began.
    request_id : str or None
    """

    def __init__(
        self,
        database: Database,
        hints: Hints,
        storage: Storage,
        settings: Settings,
        user: User,
        upload: Upload,
        request_id: str | None,
    ) -> None:
        self._database = database
        self._hints = hints
        self._storage = storage
        self._settings = settings
        self._user = user
        self._upload = upload
        self._request_id = request_id
        self.offset_bytes = upload.offset_bytes
        self.expires_at = upload.expires_at
        self.dataset_id = upload.dataset_id

    def check_room(self, n_bytes: int) -> None:
        """Raise UploadTooLongError when ``n_bytes`` more are more than were announced."""
        if self.offset_bytes + n_bytes > self._upload.length_bytes:
            raise UploadTooLongError(
                f"{n_bytes:,} bytes came at {self.offset_bytes:,} of {self._upload.length_bytes:,}.",
                remedy="Announce the file with its whole length, and send it again.",
            )

    async def take(self, stream: AsyncIterator[bytes]) -> None:
        """Keep what comes, also when the connection breaks; the last byte makes a dataset of the upload.

        Raises
        ------
        UploadTooLongError, UploadOffsetError, UploadInTooManyPartsError, StorageFullError
            What came until then is kept.
        UploadPausedError
            The connection broke.
        UploadGoneError
            The store has lost a part.
        """
        gathered = bytearray()
        try:
            async for chunk in stream:
                self.check_room(len(gathered) + len(chunk))
                gathered += chunk
                while len(gathered) > PART_BYTES:
                    await self._keep(bytes(gathered[:PART_BYTES]))
                    del gathered[:PART_BYTES]
        except ClientDisconnect as error:
            await self._keep(bytes(gathered))
            raise UploadPausedError from error
        if self.offset_bytes + len(gathered) == self._upload.length_bytes and self.dataset_id is None:
            await self._finish(bytes(gathered))
        else:
            await self._keep(bytes(gathered))

    async def _keep(self, content: bytes) -> None:
        if not content:
            return
        part = UploadPart(
            upload_id=self._upload.id,
            offset_bytes=self.offset_bytes,
            n_bytes=len(content),
            key=new_key("part"),
        )
        with said_when_full():
            await self._storage.add_upload(part.key, _one(content))
        self.expires_at = await run_in_threadpool(
            add_part, self._database, self._storage, self._settings, self._upload, part
        )
        self.offset_bytes += len(content)

    async def _finish(self, last: bytes) -> None:
        """Join all parts and the last bytes; these become no part: after a failure they are sent again."""
        upload = self._upload
        parts = await run_in_threadpool(self._parts)
        if sum(part.n_bytes for part in parts) != self.offset_bytes:
            # Another request has joined them meanwhile.
            raise UploadOffsetError
        _, ending = checked_name(upload.filename)
        try:
            stored = await store_upload(
                self._joined(parts, last), self._storage, ending, UploadRoom(upload.length_bytes), None
            )
        except FileNotFoundError as error:
            raise UploadGoneError from error
        self.dataset_id = await run_in_threadpool(
            finish_upload,
            self._database,
            self._hints,
            self._storage,
            self._settings,
            self._user,
            upload,
            self.offset_bytes,
            stored,
            self._request_id,
        )
        self.offset_bytes = upload.length_bytes

    def _parts(self) -> list[UploadPart]:
        with self._database.read() as session:
            return parts_of(session, self._upload)

    async def _joined(self, parts: list[UploadPart], last: bytes) -> AsyncIterator[bytes]:
        for part in parts:
            async for chunk in self._storage.read_upload(part.key):
                yield chunk
        yield last


async def _one(content: bytes) -> AsyncIterator[bytes]:
    yield content
