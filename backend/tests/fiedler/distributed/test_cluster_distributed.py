"""A fit over two worker processes: the bits of the fit in one process, also when a worker is killed."""

import builtins
import os
import signal
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from fiedler import cluster_stream
from fiedler.distributed import cluster_distributed
from fiedler.errors import InvalidFeaturesError, SourceError
from fiedler.streaming.outputs import OutputError

# Workers that are killed leave sockets and processes to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FEW = 200


def read_labels(folder):
    return pq.read_table(folder)["cluster"].to_numpy()


@pytest.fixture(scope="module")
def flat_alone(flat_parts):
    return cluster_stream(flat_parts, 4, n_landmarks=FEW)


@pytest.fixture(scope="module")
def deep_alone(deep_parts):
    return cluster_stream(deep_parts, 4, n_landmarks=FEW)


@pytest.mark.parametrize("kind", ["flat", "deep"])
def test_workers_write_the_labels_of_one_process_bit_for_bit(kind, client, request, tmp_path):
    parts, alone = request.getfixturevalue(f"{kind}_parts"), request.getfixturevalue(f"{kind}_alone")
    found = cluster_distributed(parts, 4, scheduler=client, labels=tmp_path / "labels", n_landmarks=FEW)
    np.testing.assert_array_equal(found.embedding.spectrum.vectors, alone.embedding.spectrum.vectors)
    np.testing.assert_array_equal(found.eigenvalues, alone.eigenvalues)
    np.testing.assert_array_equal(found.sizes, alone.sizes)
    np.testing.assert_array_equal(read_labels(tmp_path / "labels"), alone.labels)
    assert [path.name for path in tmp_path.iterdir()] == ["labels"]


# While the columns are measured, while E is added up, while rows are labelled.
@pytest.mark.parametrize("moment", [0.1, 0.45, 0.85])
def test_a_worker_killed_in_the_middle_changes_nothing(moment, client, flat_parts, flat_alone, tmp_path):
    killed = []

    def kill(fraction, message):
        if fraction > moment and not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    found = cluster_distributed(
        flat_parts,
        4,
        scheduler=client,
        labels=tmp_path / "labels",
        n_landmarks=FEW,
        progress=kill,
    )
    assert killed[0] not in client.run(os.getpid).values()
    np.testing.assert_array_equal(found.embedding.spectrum.vectors, flat_alone.embedding.spectrum.vectors)
    np.testing.assert_array_equal(read_labels(tmp_path / "labels"), flat_alone.labels)
    assert sorted(path.name for path in (tmp_path / "labels").iterdir()) == [
        f"part-{number:05d}.parquet" for number in range(4)
    ]


def test_a_schedulers_address_is_enough(client, deep_parts, deep_alone, tmp_path):
    cluster_distributed(
        deep_parts,
        4,
        scheduler=client.scheduler.address,
        labels=str(tmp_path / "labels.npy"),
        n_landmarks=FEW,
    )
    np.testing.assert_array_equal(np.load(tmp_path / "labels.npy"), deep_alone.labels)


class StoppedError(Exception):
    pass


def test_an_exception_of_the_callback_takes_back_what_has_not_begun(client, flat_parts, tmp_path):
    def stop(fraction, message):
        if fraction > 0.4:
            raise StoppedError

    with pytest.raises(StoppedError):
        cluster_distributed(
            flat_parts,
            4,
            scheduler=client,
            labels=tmp_path / "labels",
            n_landmarks=FEW,
            progress=stop,
        )
    assert not list(tmp_path.iterdir())
    assert not [task for tasks in client.processing().values() for task in tasks if "_of_range" in str(task)]


def test_a_workers_error_is_the_one_a_single_process_raises(client, tmp_path):
    values = np.random.default_rng(0).normal(size=(1_200_000, 2))
    values[1_100_000, 1] = np.nan
    np.save(tmp_path / "values.npy", values)
    with pytest.raises(InvalidFeaturesError, match=r"row 1,100,000 has no value in column 'x1'"):
        cluster_distributed(tmp_path / "values.npy", 2, scheduler=client, labels=tmp_path / "labels")


def test_rows_in_memory_and_labels_without_a_path_are_refused(client, deep_parts, tmp_path):
    with pytest.raises(SourceError, match="ArraySource are in this process"):
        cluster_distributed(np.zeros((9_000, 2)), 2, scheduler=client, labels=tmp_path / "labels")
    with pytest.raises(OutputError, match="name a new folder"):
        cluster_distributed(deep_parts, 2, scheduler=client, labels=None)


def test_without_dask_the_extra_to_install_is_named(monkeypatch, deep_parts, tmp_path):
    monkeypatch.delitem(sys.modules, "fiedler.distributed.executor", raising=False)
    real = builtins.__import__

    def without_dask(name, *arguments, **keywords):
        if name == "distributed":
            raise ModuleNotFoundError("No module named 'distributed'")
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_dask)
    with pytest.raises(ImportError, match=r"install fiedler\[distributed\]"):
        cluster_distributed(deep_parts, 2, scheduler="tcp://nowhere:1", labels=tmp_path / "labels")
