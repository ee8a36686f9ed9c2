"""Blocks of rows in threads: every block once, progress from the caller, a clean end when one raises."""

import threading

import pytest

from fiedler.row_blocks import run_blocks


class StopError(Exception):
    """Raised by a listener to end the work."""


@pytest.mark.parametrize("n_threads", [1, 3])
def test_progress_is_told_from_the_calling_thread_up_to_all_rows(n_threads):
    told, tellers, covered = [], set(), []

    def progress(fraction):
        told.append(fraction)
        tellers.add(threading.current_thread())

    run_blocks(lambda start, stop: covered.append((start, stop)), 25, 10, n_threads, progress)
    assert sorted(covered) == [(0, 10), (10, 20), (20, 25)]
    assert told == [0.4, 0.8, 1.0]
    assert tellers == {threading.current_thread()}


@pytest.mark.parametrize("n_threads", [1, 3])
def test_listener_that_raises_leaves_blocks_undone_and_no_thread(n_threads):
    before, begun = threading.active_count(), []

    def progress(fraction):
        raise StopError

    with pytest.raises(StopError):
        run_blocks(lambda start, stop: begun.append(start), 10_000, 1, n_threads, progress)
    assert len(begun) < 10_000
    assert threading.active_count() == before


def test_block_that_raises_ends_the_others():
    before, begun = threading.active_count(), []
    slow = threading.Event()

    def work(start, stop):
        begun.append(start)
        if start == 0:
            raise StopError
        slow.wait(0.001)

    with pytest.raises(StopError):
        run_blocks(work, 10_000, 1, 2)
    assert len(begun) < 10_000
    assert threading.active_count() == before
