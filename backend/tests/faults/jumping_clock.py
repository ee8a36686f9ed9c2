"""A wall clock that jumps while its processes run, by Debian's libfaketime; the monotonic one goes on."""

from __future__ import annotations

import subprocess
from pathlib import Path


class JumpingClock:
    """The wall clock of those processes that have `environment`.

    Parameters
    ----------
    file : Path
        Says how far the clock is off.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.jump("+0")
        library = subprocess.run(
            ["sh", "-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"],
            capture_output=True,
            text=True,
            check=True,
        )
        self.environment = {
            "LD_PRELOAD": library.stdout.split()[0],
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, offset: str) -> None:
        """Set how far the clock is off, such as ``+1d`` or ``-2h``."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{offset}\n")
        draft.replace(self._file)
