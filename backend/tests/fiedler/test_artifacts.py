"""Keys say what an artifact depends on; folders appear whole or not at all."""

import multiprocessing
from pathlib import Path

import pytest

import fiedler
from fiedler.artifacts import ArtifactStore
from fiedler.errors import ArtifactError


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "artifacts")


def test_key_depends_on_every_part_of_its_description(store, monkeypatch):
    keys = {
        store.key("graph", {"k": 1, "s": "a"}, "up"),
        store.key("layout", {"k": 1, "s": "a"}, "up"),
        store.key("graph", {"k": 2, "s": "a"}, "up"),
        store.key("graph", {"k": 1, "s": "a"}, "other"),
        store.key("graph", {"k": 1, "s": "a"}, "up", "more"),
    }
    monkeypatch.setattr(fiedler, "__version__", "99")
    keys.add(store.key("graph", {"k": 1, "s": "a"}, "up"))
    assert len(keys) == 6


def test_key_ignores_the_order_of_parameters(store):
    assert store.key("graph", {"a": 1, "b": None}) == store.key("graph", {"b": None, "a": 1})
    assert len(store.key("graph", {})) == 32


def test_published_folder_is_not_written_again(store):
    written = []

    def write(folder: Path) -> None:
        written.append(folder)
        (folder / "value").write_text("first")

    assert store.publish("graph", "k", write) == store.publish("graph", "k", write)
    assert len(written) == 1
    assert (store.existing("graph", "k") / "value").read_text() == "first"


def test_failed_write_leaves_nothing_behind(store):
    def write(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.publish("graph", "k", write)
    assert not store.has("graph", "k")
    assert list(store.scratch.iterdir()) == []


def test_loser_of_a_race_keeps_the_winners_artifact(store):
    def slower(folder: Path) -> None:
        store.publish("graph", "k", lambda winner: (winner / "value").write_text("winner") and None)
        (folder / "value").write_text("loser")

    folder = store.publish("graph", "k", slower)
    assert (folder / "value").read_text() == "winner"
    assert list(store.scratch.iterdir()) == []


def _publish_many(root: Path, barrier) -> None:
    store = ArtifactStore(root)
    for number in range(30):
        barrier.wait(timeout=30)
        store.publish("graph", str(number), lambda folder: (folder / "value").write_text("same") and None)


def test_processes_publish_the_same_artifacts_at_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    processes = [context.Process(target=_publish_many, args=(tmp_path, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert all((tmp_path / "graph" / str(number) / "value").is_file() for number in range(30))


def test_missing_artifact_is_named_with_what_to_do(store):
    with pytest.raises(ArtifactError, match=r"embedding artifact 0123 is not in .* run the fit again"):
        store.existing("embedding", "0123")
