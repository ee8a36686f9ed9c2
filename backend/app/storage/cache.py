"""A folder of artifacts fetched from a bucket: bounded in size, shared by the processes of a machine."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

# What was used so lately may be about to be opened; it stays even when the cache is too large for it.
IN_USE_SECONDS = 900.0
DRAFTS = "tmp"


class ArtifactCache:
    """Folders ``root/<stage>/<key>``, of which the least lately used go when there is no room.

    Parameters
    ----------
    root : Path
    max_bytes : int
    """

    def __init__(self, root: Path, max_bytes: int) -> None:
        self.root = root
        self._max_bytes = max_bytes

    def folder(self, stage: str, key: str) -> Path | None:
        """Return the folder of an artifact that is here, and note that it is used."""
        folder = self.root / stage / key
        try:
            os.utime(folder)
        except FileNotFoundError:
            return None
        return folder

    def add(self, stage: str, key: str, fill: Callable[[Path], None]) -> Path:
        """Return the folder of an artifact, written aside by ``fill(folder)``, renamed when it is whole."""
        final = self.root / stage / key
        draft = self.root / DRAFTS / f"fetched-{secrets.token_hex(8)}"
        draft.mkdir(parents=True)
        final.parent.mkdir(parents=True, exist_ok=True)
        try:
            fill(draft)
            try:
                draft.rename(final)
            except OSError:
                # Another process fetched the same meanwhile: a folder with files is never replaced.
                if not final.is_dir():
                    raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self.make_room()
        return final

    def make_room(self) -> None:
        """Delete what was used least lately until the rest fits."""
        found = []
        for folder in self.root.glob("*/*"):
            if folder.parent.name == DRAFTS:
                continue
            try:
                n_bytes = sum(file.stat().st_size for file in folder.iterdir())
                found.append((folder.stat().st_mtime, n_bytes, folder))
            except FileNotFoundError:
                continue  # another process made room
        total = sum(n_bytes for _, n_bytes, _ in found)
        now = time.time()
        for used, n_bytes, folder in sorted(found):
            if total <= self._max_bytes or now - used < IN_USE_SECONDS:
                break
            self.drop(folder.parent.name, folder.name)
            total -= n_bytes

    def drop(self, stage: str, key: str) -> None:
        """Delete an artifact here: out of sight in one step; who has its files open keeps them."""
        aside = self.root / DRAFTS / f"dropped-{secrets.token_hex(8)}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            (self.root / stage / key).rename(aside)
        except FileNotFoundError:
            return
        shutil.rmtree(aside, ignore_errors=True)
