"""Where labels are written, and what is left when a fit is stopped."""

import threading

import numpy as np
import pyarrow.parquet as pq
import pytest
from streamed_tables import as_table

from fiedler import cluster_stream
from fiedler.streaming.outputs import OutputError

FEW = 200


@pytest.fixture(scope="module")
def expected(flat):
    return cluster_stream(flat[0], 4, n_landmarks=FEW).labels


def test_labels_are_written_as_parquet_parts(flat, expected, tmp_path):
    found = cluster_stream(flat[0], 4, n_landmarks=FEW, labels=tmp_path / "labels")
    assert found.labels is None
    parts = sorted((tmp_path / "labels").iterdir())
    assert [part.name for part in parts] == ["part-00000.parquet", "part-00001.parquet"]
    assert pq.read_metadata(parts[1]).metadata[b"fiedler.first_row"] == b"1048576"
    np.testing.assert_array_equal(pq.read_table(tmp_path / "labels")["cluster"].to_numpy(), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["labels"]


def test_labels_are_written_as_an_array_file(flat, expected, tmp_path):
    cluster_stream(flat[0], 4, n_landmarks=FEW, labels=str(tmp_path / "labels.npy"))
    np.testing.assert_array_equal(np.load(tmp_path / "labels.npy"), expected)
    assert [path.name for path in tmp_path.iterdir()] == ["labels.npy"]


def test_labels_are_handed_to_a_callable_in_the_order_of_the_rows(flat, expected):
    seen = []
    cluster_stream(flat[0], 4, n_landmarks=FEW, labels=lambda first, part: seen.append((first, part)))
    assert [first for first, _ in seen] == [0, 1 << 20]
    np.testing.assert_array_equal(np.concatenate([part for _, part in seen]), expected)


def test_a_destination_that_is_taken_is_kept(deep, tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "mine.txt").write_text("mine")
    (tmp_path / "labels.npy").write_text("mine")
    for taken in ("labels", "labels.npy"):
        with pytest.raises(OutputError, match="exists already"):
            cluster_stream(deep[0], 4, n_landmarks=FEW, labels=tmp_path / taken)
    assert (tmp_path / "labels.npy").read_text() == "mine"
    with pytest.raises(OutputError, match="does not exist"):
        cluster_stream(deep[0], 4, labels=tmp_path / "nowhere" / "labels.npy")


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("moment", [0.05, 0.5, 0.8])
def test_an_exception_of_the_callback_stops_the_fit_and_leaves_nothing(moment, n_threads, flat, tmp_path):
    seen = []

    def stop(fraction, message):
        seen.append(fraction)
        if fraction >= moment:
            raise StoppedError

    with pytest.raises(StoppedError):
        cluster_stream(
            as_table(flat[0]),
            4,
            n_landmarks=FEW,
            labels=tmp_path / "labels",
            n_threads=n_threads,
            progress=stop,
        )
    assert seen[-1] < moment + 0.3
    assert not list(tmp_path.iterdir())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fiedler")]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_progress_ascends_to_one_in_many_steps(n_threads, flat):
    seen = []
    cluster_stream(
        flat[0],
        4,
        n_landmarks=FEW,
        n_threads=n_threads,
        progress=lambda fraction, message: seen.append((fraction, threading.get_ident())),
    )
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) > 100
    assert {thread for _, thread in seen} == {threading.get_ident()}
