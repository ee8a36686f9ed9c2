"""How keeping and fetching files fails."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import ServiceError

_CUT_SHORT = re.compile(r"\d+ requested and \d+ written")


class StorageUnavailableError(ServiceError):
    """The artifact store does not answer; try again in a moment."""

    status_code = 503
    code = "storage_unavailable"
    headers = {"Retry-After": "5"}  # noqa: RUF012 - a constant of the class


class StorageFullError(ServiceError):
    """There is no space left to store the file."""

    status_code = 507
    code = "storage_full"


def is_full(error: BaseException) -> bool:
    """Return whether an error of the system says that a disk or a quota of it is full."""
    if not isinstance(error, OSError):
        return False
    # NumPy gives no number when only part of an array could be written.
    is_cut_short = error.errno is None and _CUT_SHORT.search(str(error)) is not None
    return is_cut_short or error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def said_when_full() -> Iterator[None]:
    """Say in the service's words that the disk of uploads is full."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFullError(remedy="Free space on the server, then upload the file again.") from error
        raise
