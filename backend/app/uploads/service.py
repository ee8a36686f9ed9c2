"""What happens to an upload in the database: announced, added to, ended, given up."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import Database, after_commit, database_now
from app.datasets.errors import EmptyFileError
from app.datasets.models import Dataset
from app.datasets.service import keep_dataset, kept_or_removed, upload_room
from app.datasets.uploads import StoredUpload, checked_name
from app.errors import NotFoundError, RequestInvalidError
from app.live.hints import Hints
from app.settings import Settings
from app.storage.store import Storage
from app.uploads.errors import (
    TooManyUploadsError,
    UploadGoneError,
    UploadInTooManyPartsError,
    UploadOffsetError,
)
from app.uploads.models import Upload, UploadPart
from app.uploads.protocol import described_by
from app.uploads.schemas import UploadRead
from app.users.models import User

# Bytes of a part in the store; memory that one upload takes of a server.
PART_BYTES = 8 << 20
# Parts that broken connections may leave beside the whole ones.
MOST_SMALL_PARTS = 1000
MOST_UNFINISHED = 20


def begin_upload(
    database: Database, settings: Settings, user: User, length_bytes: int, metadata: str
) -> Upload:
    """Announce a file of ``length_bytes``, whose name ``metadata`` says; room for it is kept from now on.

    Raises
    ------
    RequestInvalidError, UnsupportedFileTypeError, EmptyFileError, FileTooLargeError, QuotaExceededError
        There can be no such dataset.
    TooManyUploadsError
        The user has too many unfinished uploads.
    """
    filename = described_by(metadata).get("filename", "")
    if not filename:
        raise RequestInvalidError(
            "Upload-Metadata names no file; it must hold the file's name.",
            remedy="Send the name as base64, such as: filename dGFibGUuY3N2",
        )
    name, _ = checked_name(filename)
    if length_bytes == 0:
        raise EmptyFileError
    with database.write() as session:
        # Locked, so that of two uploads at once the second sees what the first has taken.
        session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
        upload_room(session, settings, user).check(length_bytes)
        unfinished = len(_unfinished(session, user))
        if unfinished >= MOST_UNFINISHED:
            raise TooManyUploadsError(
                f"{unfinished} of your uploads are unfinished; {MOST_UNFINISHED} may be.",
                remedy="Finish or discard some of them.",
            )
        now = database_now(session)
        upload = Upload(
            id=secrets.token_hex(16),
            user_id=user.id,
            filename=name,
            length_bytes=length_bytes,
            described=metadata,
            offset_bytes=0,
            created_at=now,
            expires_at=now + timedelta(hours=settings.unfinished_upload_hours),
        )
        session.add(upload)
    return upload


def find_upload(session: Session, user: User, upload_id: str) -> Upload:
    """Return an upload of ``user``.

    Raises
    ------
    NotFoundError
        The user has none of this id.
    UploadGoneError
        It was not finished in time.
    """
    upload = session.get(Upload, upload_id)
    if upload is None or upload.user_id != user.id:
        raise NotFoundError
    if upload.expires_at <= database_now(session):
        raise UploadGoneError
    return upload


def unfinished_uploads(session: Session, user: User) -> list[UploadRead]:
    """Return the uploads of ``user`` that can go on, newest first."""
    now = database_now(session)
    return [
        UploadRead(
            id=each.id,
            filename=each.filename,
            length_bytes=each.length_bytes,
            offset_bytes=each.offset_bytes,
            metadata=described_by(each.described),
            created_at=each.created_at,
            expires_at=each.expires_at,
        )
        for each in _unfinished(session, user)
        if each.expires_at > now
    ]


def add_part(
    database: Database, storage: Storage, settings: Settings, upload: Upload, part: UploadPart
) -> datetime:
    """Note that a part lies in the store, and return until when the upload can go on now.

    A part that cannot be noted is removed.

    Raises
    ------
    UploadOffsetError
        The upload has meanwhile grown by another request, has ended, or was given up.
    UploadInTooManyPartsError
        It comes in tiny pieces.
    """
    with kept_or_removed(database, storage, part.key, UploadPart.key) as session:
        expires_at = _advance(session, settings, upload, part.offset_bytes, part.n_bytes)
        n_parts = session.scalar(sa.select(sa.func.count()).where(UploadPart.upload_id == upload.id)) or 0
        if n_parts > upload.length_bytes // PART_BYTES + MOST_SMALL_PARTS:
            raise UploadInTooManyPartsError(
                f"{n_parts:,} parts have come; that is {MOST_SMALL_PARTS:,} more than pieces of "
                f"{PART_BYTES:,} bytes would make.",
                remedy="Discard the upload and send the file again in larger pieces.",
            )
        session.add(part)
    return expires_at


def finish_upload(
    database: Database,
    hints: Hints,
    storage: Storage,
    settings: Settings,
    user: User,
    upload: Upload,
    offset_bytes: int,
    stored: StoredUpload,
    request_id: str | None,
) -> int:
    """Make a dataset of an upload that lies in the store as one file now, and return its number.

    The parts up to ``offset_bytes`` and the bytes after them, which were never a part, are in that file.
    Until the transaction is committed the upload lacks those bytes, so what fails here can be tried again.

    Raises
    ------
    UploadOffsetError
        Another request has ended the upload.
    TooManyQueuedJobsError, QuotaExceededError
        As for any upload.
    """
    with kept_or_removed(database, storage, stored.key, Dataset.upload_key) as session:
        _advance(session, settings, upload, offset_bytes, upload.length_bytes - offset_bytes)
        _remove_parts(session, storage, UploadPart.upload_id == upload.id)
        dataset = keep_dataset(session, hints, settings, user, upload.filename, stored, request_id)
        session.execute(sa.update(Upload).where(Upload.id == upload.id).values(dataset_id=dataset.id))
        return dataset.id


def parts_of(session: Session, upload: Upload) -> list[UploadPart]:
    """Return the parts of an upload in their order."""
    wanted = sa.select(UploadPart).where(UploadPart.upload_id == upload.id)
    return list(session.scalars(wanted.order_by(UploadPart.offset_bytes)))


def give_up(session: Session, storage: Storage, of: sa.ColumnElement[bool]) -> int:
    """Delete uploads with their parts; what has become a dataset stays one. Returns how many."""
    ids = session.scalars(sa.select(Upload.id).where(of)).all()
    _remove_parts(session, storage, UploadPart.upload_id.in_(ids))
    session.execute(sa.delete(Upload).where(Upload.id.in_(ids)))
    return len(ids)


def _unfinished(session: Session, user: User) -> list[Upload]:
    wanted = sa.select(Upload).where(Upload.user_id == user.id, Upload.dataset_id.is_(None))
    return list(session.scalars(wanted.order_by(Upload.created_at.desc())))


def _advance(
    session: Session, settings: Settings, upload: Upload, offset_bytes: int, n_bytes: int
) -> datetime:
    """Move the offset on, if it is still where the sender believes it to be."""
    until = database_now(session) + timedelta(hours=settings.unfinished_upload_hours)
    moved = session.execute(
        sa.update(Upload)
        .where(Upload.id == upload.id, Upload.offset_bytes == offset_bytes, Upload.dataset_id.is_(None))
        .values(offset_bytes=offset_bytes + n_bytes, expires_at=until)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    if moved.first() is None:
        raise UploadOffsetError
    return until


def _remove_parts(session: Session, storage: Storage, of: sa.ColumnElement[bool]) -> None:
    keys = session.scalars(sa.delete(UploadPart).where(of).returning(UploadPart.key)).all()

    def remove() -> None:
        for key in keys:
            storage.remove_upload(key)

    after_commit(session, remove)
