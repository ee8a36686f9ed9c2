"""How sending a file piece by piece fails."""

from __future__ import annotations

from app.errors import ServiceError


class TusVersionError(ServiceError):
    """The header Tus-Resumable must name the version 1.0.0 of the protocol."""

    status_code = 412
    code = "tus_version_unsupported"
    headers = {"Tus-Version": "1.0.0"}  # noqa: RUF012 - a constant of the class


class WrongContentTypeError(ServiceError):
    """A piece is sent as application/offset+octet-stream."""

    status_code = 415
    code = "wrong_content_type"


class UploadOffsetError(ServiceError):
    """The piece does not begin where the upload ends; ask for its offset by HEAD and go on from there."""

    status_code = 409
    code = "upload_offset_wrong"


class UploadInTooManyPartsError(ServiceError):
    """The upload came in very many small pieces."""

    status_code = 409
    code = "upload_in_too_many_parts"


class UploadTooLongError(ServiceError):
    """More bytes came than the upload was announced to have."""

    status_code = 413
    code = "upload_too_long"


class UploadGoneError(ServiceError):
    """The upload was not finished in time, or parts of it are lost; send the file again."""

    status_code = 410
    code = "upload_gone"


class TooManyUploadsError(ServiceError):
    """As many uploads of yours are unfinished as one user may have."""

    status_code = 409
    code = "too_many_uploads"


class UploadPausedError(ServiceError):
    """The connection broke; what had come is kept, and the upload can go on from there."""

    status_code = 400
    code = "upload_paused"
