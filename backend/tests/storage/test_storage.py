"""What a store promises, of folders and of a bucket alike; and what the cache of a bucket does by itself."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta

import obstore
import pytest
from s3_server import S3Server

from app.settings import Settings
from app.storage.cache import IN_USE_SECONDS
from app.storage.errors import StorageUnavailableError
from app.storage.store import open_storage
from app.worker.artifacts import StoredArtifacts
from fiedler.errors import ArtifactError


def write(folder):
    (folder / "labels.npy").write_bytes(b"1234")
    (folder / "meta.json").write_text("{}")


async def chunks(*parts, then=None):
    for part in parts:
        yield part
    if then is not None:
        raise then


def keys(kept):
    return sorted((each.stage, each.key) for each in kept)


def test_a_published_artifact_is_found_by_another_machine(storage, store_settings, tmp_path):
    StoredArtifacts(storage).publish("partition", "ab", write)
    elsewhere = store_settings.model_copy(update={"artifact_cache_dir": tmp_path / "another machine"})
    other = StoredArtifacts(open_storage(elsewhere.store_location))
    assert other.has("partition", "ab")
    assert (other.existing("partition", "ab") / "labels.npy").read_bytes() == b"1234"
    (kept,) = other.storage.kept_artifacts()
    assert (kept.stage, kept.key) == ("partition", "ab")
    assert kept.n_bytes >= 6
    assert abs(kept.last_used.timestamp() - time.time()) < 300


def test_an_artifact_is_written_once(storage):
    store = StoredArtifacts(storage)
    store.publish("partition", "ab", write)

    def again(_folder):
        raise AssertionError("it is there already")

    assert store.publish("partition", "ab", again) == store.path("partition", "ab")


def test_an_artifact_that_fails_is_not_kept(storage):
    store = StoredArtifacts(storage)

    def half(folder):
        write(folder)
        raise MemoryError

    with pytest.raises(MemoryError):
        store.publish("partition", "ab", half)
    assert not store.has("partition", "ab")
    assert list(storage.kept_artifacts()) == []
    with pytest.raises(ArtifactError, match="run the fit again"):
        store.existing("partition", "ab")


def test_a_removed_artifact_is_gone_and_can_be_made_again(storage):
    store = StoredArtifacts(storage)
    store.publish("partition", "ab", write)
    storage.remove_artifact("partition", "ab")
    storage.remove_artifact("partition", "ab")
    assert not store.has("partition", "ab")
    with pytest.raises(FileNotFoundError):
        storage.artifact("partition", "ab")
    store.publish("partition", "ab", write)
    assert keys(storage.kept_artifacts()) == [("partition", "ab")]


def test_an_artifact_is_removed_only_if_nobody_has_used_it_since(storage):
    store = StoredArtifacts(storage)
    store.publish("partition", "ab", write)
    now = datetime.now(UTC)
    assert not storage.remove_unused("partition", "ab", now - timedelta(minutes=1))
    assert store.has("partition", "ab")
    assert storage.remove_unused("partition", "ab", now + timedelta(minutes=1))
    assert not storage.remove_unused("partition", "ab", now + timedelta(minutes=1))
    assert not store.has("partition", "ab")


def test_an_upload_comes_back_as_it_was(storage, tmp_path):
    parts = [bytes([number]) * 3_000_000 for number in range(5)]
    asyncio.run(storage.add_upload("ab/cd.csv", chunks(*parts)))

    async def read():
        return b"".join([chunk async for chunk in storage.read_upload("ab/cd.csv")])

    assert asyncio.run(read()) == b"".join(parts)
    assert storage.upload("ab/cd.csv", tmp_path / "scratch").read_bytes() == b"".join(parts)
    (kept,) = storage.kept_uploads()
    assert (kept.stage, kept.key, kept.n_bytes) == ("", "ab/cd.csv", 15_000_000)
    storage.remove_upload("ab/cd.csv")
    storage.remove_upload("ab/cd.csv")
    with pytest.raises(FileNotFoundError):
        storage.upload("ab/cd.csv", tmp_path / "scratch")


def test_an_upload_that_breaks_off_is_not_kept(storage):
    with pytest.raises(ConnectionError, match="gone"):
        asyncio.run(storage.add_upload("ab/cd.csv", chunks(b"x" * 12_000_000, then=ConnectionError("gone"))))
    assert list(storage.kept_uploads()) == []


def test_a_store_that_works_passes_its_check_and_keeps_nothing_of_it(storage):
    storage.check()
    assert list(storage.kept_uploads()) == []
    assert list(storage.kept_artifacts()) == []


@pytest.fixture
def cached(s3_server, tmp_path):
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "data", artifact_cache_bytes=250, **s3_server.new_store()
    )
    return open_storage(settings.store_location)


@pytest.fixture
def aside(tmp_path):
    """Where a test puts what a machine has, so that it is fetched again."""
    folder = tmp_path / "aside"
    folder.mkdir()
    return folder


def test_the_cache_lets_go_of_what_was_used_least_lately(cached, aside):
    store = StoredArtifacts(cached)
    for key in ("a", "b", "c"):
        store.publish("layout", key, lambda folder: (folder / "rows.npy").write_bytes(b"x" * 100))
        cached.artifacts.joinpath("layout", key).rename(aside / key)
    for age, key in ((3, "a"), (1, "b")):
        folder = cached.artifact("layout", key)
        used = time.time() - age * IN_USE_SECONDS - 60
        os.utime(folder, (used, used))
    cached.artifact("layout", "c")
    here = [key for key in "abc" if (cached.artifacts / "layout" / key).is_dir()]
    assert here == ["b", "c"]
    assert (cached.artifact("layout", "a") / "rows.npy").read_bytes() == b"x" * 100


def test_what_was_used_lately_stays_in_a_cache_that_is_too_small_for_it(cached, aside):
    store = StoredArtifacts(cached)
    for key in ("a", "b", "c"):
        store.publish("layout", key, lambda folder: (folder / "rows.npy").write_bytes(b"x" * 100))
        cached.artifacts.joinpath("layout", key).rename(aside / key)
    for key in ("a", "b", "c"):
        cached.artifact("layout", key)
    assert all((cached.artifacts / "layout" / key).is_dir() for key in "abc")


def test_what_only_the_cache_has_is_kept_again_when_it_is_published(cached):
    store = StoredArtifacts(cached)
    store.publish("layout", "a", write)
    obstore.delete(cached._store, "artifacts/layout/a.tar")
    assert store.path("layout", "a").is_dir()
    assert not store.has("layout", "a")
    store.publish("layout", "a", write)
    assert keys(cached.kept_artifacts()) == [("layout", "a")]


def test_a_bucket_that_does_not_answer_is_said_to_be_unavailable(tmp_path, monkeypatch):
    server = S3Server()
    given = server.new_store()
    server.kill()
    monkeypatch.setattr("app.storage.bucket._RETRIES", 0)
    storage = open_storage(Settings(_env_file=None, data_dir=tmp_path, **given).store_location)
    with pytest.raises(StorageUnavailableError, match="does not answer"):
        storage.has_artifact("layout", "a")
    with pytest.raises(StorageUnavailableError):
        asyncio.run(storage.add_upload("ab/cd.csv", chunks(b"x")))
    assert "the secret of a bucket" not in repr(storage)
    assert "the secret of a bucket" not in str(
        Settings(_env_file=None, data_dir=tmp_path, **given).store_location
    )
