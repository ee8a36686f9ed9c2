"""A disk that is really full: a file system of a few megabytes that one process and its children see."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

# Less than any write that matters here, more than the file system keeps for its own tables.
_PAGE = 4096


class SmallDisk:
    """A file system in memory, mounted over ``folder`` for the process that the command `within` starts.

    Parameters
    ----------
    folder : Path
        An empty folder.
    n_bytes : int
        Its size.
    """

    def __init__(self, folder: Path, n_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        mount = f'mount -t tmpfs -o size={n_bytes},mode=755 none "$0" && exec "$@"'
        self.within = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, str(folder))
        self._folder = folder

    def seen_by(self, pid: int) -> Path:
        """Return the folder as a process inside sees it."""
        return Path(f"/proc/{pid}/root{self._folder}")

    def is_mounted(self, pid: int) -> bool:
        """Whether a process stands inside already."""
        return psutil.pid_exists(pid) and self.seen_by(pid).stat().st_dev != self._folder.stat().st_dev

    def fill(self, pid: int, left_bytes: int = 0) -> None:
        """Take all room but ``left_bytes``."""
        found = os.statvfs(self.seen_by(pid))
        n_bytes = found.f_bavail * found.f_frsize - left_bytes
        with self._filler(pid).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(_PAGE, n_bytes // _PAGE * _PAGE))

    def free(self, pid: int) -> None:
        """Give the room back."""
        self._filler(pid).unlink()

    def _filler(self, pid: int) -> Path:
        return self.seen_by(pid) / "filler"
