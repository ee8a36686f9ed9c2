"""Compiled kernels where the package cannot be written: copied once to a folder of the user's own.

numba keeps compiled kernels beside their sources, or in the user's cache. In a container whose packages are
read-only and whose user has no home it has neither, and refuses to import. `fiedler.warm` compiles them when
the package is installed, so all there is to do is to put copies where numba may write.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_VARIABLE = "NUMBA_CACHE_DIR"
_PATTERNS = ("*.nbc", "*.nbi")


def make_kernels_cacheable() -> None:
    """Point numba to a writable folder with the package's compiled kernels when the package is read-only.

    The folder is the one ``NUMBA_CACHE_DIR`` names, else one in the user's cache, else one in the folder for
    temporary files that nobody else may enter. Where the package can be written this costs one question to
    the file system.
    """
    caches = _PACKAGE / "__pycache__"
    if os.access(caches if caches.is_dir() else _PACKAGE, os.W_OK):
        return
    given = os.environ.get(_VARIABLE)
    folder = Path(given) if given else _own_folder()
    if folder is None:
        return
    _copy_kernels(folder)
    os.environ[_VARIABLE] = str(folder)
    if "numba" in sys.modules:
        # It has read its environment already.
        sys.modules["numba"].config.CACHE_DIR = str(folder)


def _own_folder() -> Path | None:
    """Return a writable folder that nobody else can put code into, or None when there is no place for one."""
    name = f"fiedler-kernels-{hashlib.sha256(str(_PACKAGE).encode()).hexdigest()[:12]}"
    for parent, own_name in ((_user_caches(), name), (_temporary(), f"{name}-{_user()}")):
        if parent is None:
            continue
        folder = Path(parent, own_name)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_private(folder) and os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    return None


def _user_caches() -> Path | None:
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given)
    try:
        return Path.home() / ".cache"
    except RuntimeError:
        # A user the system does not know, as containers have them.
        return None


def _temporary() -> Path | None:
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return None


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _is_private(folder: Path) -> bool:
    """Return whether the folder is this user's and no other may write to it: kernels are loaded unseen."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == _user() and not found.st_mode & 0o022


def _copy_kernels(folder: Path) -> None:
    """Copy kernels that are not there yet, each to where numba looks for it below ``folder``."""
    for caches in _PACKAGE.rglob("__pycache__"):
        sources = caches.parent
        # As numba names them: the folder's name and the hash of its path.
        target = folder / f"{sources.name}_{hashlib.sha1(str(sources).encode()).hexdigest()}"  # noqa: S324
        for pattern in _PATTERNS:
            for kernel in caches.glob(pattern):
                copy = target / kernel.name
                if copy.exists():
                    continue
                try:
                    target.mkdir(parents=True, exist_ok=True)
                    # Whole or not at all: other processes may be at the same.
                    with tempfile.NamedTemporaryFile(dir=target, delete=False) as partial:
                        partial.write(kernel.read_bytes())
                    Path(partial.name).replace(copy)
                except OSError:
                    # A kernel that cannot be copied is compiled again.
                    continue
