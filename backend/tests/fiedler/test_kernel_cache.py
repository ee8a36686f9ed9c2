"""A package that cannot be written, and no home: it imports, fits at once, and leaves no trace in itself."""

import ctypes
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import fiedler

FIT = """
import sys
from sklearn.datasets import make_moons
from numba.core.dispatcher import Dispatcher
from fiedler import SpectralClustering
SpectralClustering(2, preset="fast").fit(make_moons(400, noise=0.05, random_state=0)[0])
kernels = {
    id(kernel): kernel
    for name, module in list(sys.modules.items())
    if name.startswith("fiedler.")
    for kernel in vars(module).values()
    if isinstance(kernel, Dispatcher)
}
stats = [kernel.stats for kernel in kernels.values()]
print(sum(sum(s.cache_hits.values()) for s in stats), sum(sum(s.cache_misses.values()) for s in stats))
"""


def run(folder, scratch, *, obey_permissions):
    """Fit in a fresh interpreter that finds the copy in ``folder``; return the kernels found and compiled."""

    def drop_override() -> None:
        # Root writes where permissions forbid it until it drops (24) the capability to override them (1).
        if os.geteuid() == 0:
            ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)

    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "TMPDIR": str(scratch)}
    environment |= {"HOME": os.devnull, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FIT],
        cwd=scratch,
        env=environment,
        preexec_fn=drop_override if obey_permissions else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(map(int, done.stdout.split()))


@pytest.fixture
def read_only_copy(tmp_path):
    """A copy of the package whose kernels are compiled and which its owner may not write."""
    folder, scratch = tmp_path / "packages", tmp_path / "scratch"
    scratch.mkdir()
    shutil.copytree(Path(fiedler.__file__).parent, folder / "fiedler")
    run(folder, scratch, obey_permissions=False)
    places = [folder, *folder.rglob("*")]
    modes = {place: place.stat().st_mode for place in places}
    for place in places:
        place.chmod(modes[place] & ~0o222)
    yield folder, scratch
    for place in places:
        place.chmod(modes[place])


@pytest.mark.skipif(sys.platform != "linux", reason="root's override is dropped by a call of Linux")
def test_a_read_only_package_fits_without_compiling(read_only_copy):
    folder, scratch = read_only_copy
    before = {place: place.stat().st_mtime_ns for place in folder.rglob("*")}
    found, compiled = run(folder, scratch, obey_permissions=True)
    assert (found > 5, compiled) == (True, 0)
    assert {place: place.stat().st_mtime_ns for place in folder.rglob("*")} == before
    (cache,) = scratch.glob("fiedler-kernels-*")
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="root's override is dropped by a call of Linux")
def test_a_folder_that_others_may_write_to_is_not_trusted(read_only_copy):
    folder, scratch = read_only_copy
    run(folder, scratch, obey_permissions=True)
    (cache,) = scratch.glob("fiedler-kernels-*")
    cache.chmod(0o777)
    with pytest.raises(AssertionError, match="no locator available"):
        run(folder, scratch, obey_permissions=True)
