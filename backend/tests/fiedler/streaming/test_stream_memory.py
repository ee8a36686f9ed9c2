"""A streamed fit keeps to the memory it says it needs, which does not grow with the rows."""

import subprocess
import sys

import numpy as np
import pytest

from fiedler.parameters import ParameterError
from fiedler.streaming.memory import fitting_threads, working_bytes

# In a process of its own: the peak of this one was reached by other tests.
_FIT = """
import resource, sys
import numpy as np
from fiedler import cluster_stream

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

path, n_landmarks = sys.argv[1], int(sys.argv[2])
few = np.load(path, mmap_mode="r")[:5_000]
cluster_stream(np.array(few), 2, n_landmarks=50)
before = peak()
cluster_stream(path, 2, n_landmarks=n_landmarks, n_threads=1, labels=lambda first, labels: None)
print(peak() - before)
"""


@pytest.mark.parametrize(("n_rows", "n_columns"), [(12_000_000, 2), (1_500_000, 16)])
def test_peak_stays_below_what_is_said_and_far_below_the_table(n_rows, n_columns, tmp_path):
    generator = np.random.default_rng(0)
    path = tmp_path / "rows.npy"
    rows = np.lib.format.open_memmap(path, "w+", np.float64, (n_rows, n_columns))
    for start in range(0, n_rows, 500_000):
        rows[start : start + 500_000] = generator.standard_normal((500_000, n_columns))
    rows.flush()
    run = subprocess.run(
        [sys.executable, "-c", _FIT, str(path), "500"], check=True, capture_output=True, text=True
    )
    more = int(run.stdout)
    assert more < working_bytes(n_rows, n_columns, 500, 1)
    assert more < rows.nbytes / 1.5


def test_need_does_not_grow_with_the_rows_beyond_the_blocks():
    assert working_bytes(10**10, 2, 1_000, 1) == working_bytes(10**7, 2, 1_000, 1)
    assert working_bytes(10**10, 50, 1_000, 1) == working_bytes(10**7, 50, 1_000, 1)


def test_as_many_threads_as_fit_are_used():
    one, two = (working_bytes(10**7, 2, 1_000, n_threads) for n_threads in (1, 2))
    assert fitting_threads(10**7, 2, 1_000, 4, None) == 4
    assert fitting_threads(10**7, 2, 1_000, 4, two) == 2
    assert fitting_threads(10**7, 2, 1_000, 4, one) == 1
    with pytest.raises(ParameterError, match="with one thread"):
        fitting_threads(10**7, 2, 1_000, 4, one - 1)
