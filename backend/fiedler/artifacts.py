"""Where results of pipeline stages live: content-addressed folders of memory-mappable files.

An artifact's key is a hash of its stage, its parameters and the keys it was computed from, so equal keys
mean equal content and a stored artifact never changes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import fiedler
from fiedler.errors import ArtifactError

# Raised whenever a stage writes other bytes for the same parameters: old artifacts are then not reused.
FORMAT = 1


class ArtifactStore:
    """Folders ``root/<stage>/<key>``, published whole or not at all.

    Parameters
    ----------
    root : Path
        Where artifacts live; made when missing.
    scratch : Path, optional
        Where unfinished artifacts are written, on the same file system as ``root`` so that publishing is
        one rename. Default ``root/tmp``.
    """

    def __init__(self, root: Path, scratch: Path | None = None) -> None:
        self.root = Path(root)
        self.scratch = Path(scratch) if scratch is not None else self.root / "tmp"

    def key(self, stage: str, parameters: Mapping[str, object], *upstream: str) -> str:
        """Return the key (32 hexadecimal digits) of a stage's result.

        Parameters
        ----------
        stage : str
            Name of the stage.
        parameters : Mapping
            JSON-safe values the result depends on, besides its inputs.
        *upstream : str
            Keys of the artifacts it is computed from, in a fixed order.
        """
        content = {
            "stage": stage,
            "version": [fiedler.__version__, FORMAT],
            "parameters": dict(parameters),
            "upstream": list(upstream),
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()

    def path(self, stage: str, key: str) -> Path:
        """Return the folder of an artifact, whether or not it exists."""
        return self.root / stage / key

    def has(self, stage: str, key: str) -> bool:
        """Return whether the artifact was published."""
        return self.path(stage, key).is_dir()

    def existing(self, stage: str, key: str) -> Path:
        """Return the folder of a published artifact.

        Raises
        ------
        ArtifactError
            It was never published, or was removed since.
        """
        folder = self.path(stage, key)
        if not folder.is_dir():
            raise ArtifactError(
                f"the {stage} artifact {key} is not in {self.root}; it must have been computed by a fit "
                f"and kept; run the fit again."
            )
        return folder

    def publish(self, stage: str, key: str, write: Callable[[Path], None]) -> Path:
        """Return the artifact's folder, written by ``write(folder)`` unless it is there already.

        ``write`` fills a private folder, which then appears under its key in one rename: readers never see
        half an artifact, not even after a power cut, and of two processes that race the loser's copy is
        dropped.
        """
        final = self.path(stage, key)
        if final.is_dir():
            return final
        self.scratch.mkdir(parents=True, exist_ok=True)
        final.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{stage}-", dir=self.scratch))
        try:
            write(unfinished)
            # mkdtemp makes folders only their owner can enter; the API may run as another user.
            unfinished.chmod(0o755)
            _flush(unfinished)
            _rename_unless_present(unfinished, final)
            # The folder of the stage too may be new.
            for folder in (final.parent, self.root):
                _flush_folder(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return final


def _flush(folder: Path) -> None:
    """Wait until a folder's files are on the disk: a power cut must not leave a published half."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename_unless_present(unfinished: Path, final: Path) -> None:
    try:
        unfinished.rename(final)
    except OSError as error:
        if error.errno == errno.EXDEV:
            raise ArtifactError(
                f"{unfinished.parent} and {final.parent} are on different file systems; the scratch folder "
                f"must share one with the artifacts; choose another scratch folder."
            ) from error
        # A non-empty folder is never replaced by a rename: another process published the same content.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not final.is_dir():
            raise
