"""How bringing and reading tables fails."""

from __future__ import annotations

from app.errors import ServiceError


class FileTooLargeError(ServiceError):
    """The file is larger than MAX_FILE_SIZE allows."""

    status_code = 413
    code = "file_too_large"


class EmptyFileError(ServiceError):
    """The file has no bytes."""

    status_code = 422
    code = "empty_file"


class UnsupportedFileTypeError(ServiceError):
    """The file's name does not end like a table that can be read."""

    status_code = 415
    code = "unsupported_file_type"


class UploadBrokenOffError(ServiceError):
    """The upload ended before all of it had come; nothing was stored."""

    status_code = 400
    code = "upload_broken_off"


class TableNotReadyError(ServiceError):
    """The table has not been imported yet, or its import failed."""

    status_code = 409
    code = "table_not_ready"


class ImportRunningError(ServiceError):
    """The dataset is being imported already; wait for it or cancel it."""

    status_code = 409
    code = "import_running"
