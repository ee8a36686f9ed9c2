"""Resumable uploads, asked as a client of the tus protocol asks: both databases, both kinds of store."""

import asyncio
import base64
from datetime import timedelta

import pytest
from s3_server import S3Server
from stand_ins import is_problem
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from app.api import create_app
from app.database import database_now
from app.datasets.models import Dataset
from app.retention.caretaker import Caretaker
from app.retention.erasure import erase_user
from app.storage.errors import StorageUnavailableError
from app.storage.store import open_storage
from app.uploads.models import Upload, UploadPart
from app.uploads.receiving import Receiver
from app.users.models import User

PATH = "/api/v1/uploads"
CONTENT = b"x,y\n" + b"1,2\n" * 1000
LENGTH = len(CONTENT)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    for module in ("service", "receiving"):
        monkeypatch.setattr(f"app.uploads.{module}.PART_BYTES", 1000)


def ask(client, person, method, path, content=b"", **headers):
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    given = {"Tus-Resumable": "1.0.0", **person.headers, **named}
    return client.request(method, path, content=content, headers=given)


def announce(client, person, n_bytes=LENGTH, name="points.csv"):
    described = f"filename {base64.b64encode(name.encode()).decode()},modified MTIz"
    return ask(client, person, "POST", PATH, Upload_Length=n_bytes, Upload_Metadata=described)


def begun(client, person, n_bytes=LENGTH, name="points.csv"):
    answer = announce(client, person, n_bytes, name)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def send(client, person, path, content, offset, **headers):
    given = {"Upload_Offset": offset, "Content_Type": "application/offset+octet-stream", **headers}
    return ask(client, person, "PATCH", path, content, **given)


def files(settings):
    return [path for path in settings.uploads_dir.rglob("*") if path.is_file()]


def offset(client, person, path):
    return int(ask(client, person, "HEAD", path).headers["upload-offset"])


def test_a_file_comes_in_pieces_and_becomes_a_dataset(client, owner, settings, database):
    path = begun(client, owner, name="My points.csv")
    first = send(client, owner, path, CONTENT[:2500], 0)
    assert (first.status_code, first.headers["upload-offset"]) == (204, "2500")
    told = ask(client, owner, "HEAD", path).headers
    assert (told["upload-offset"], told["upload-length"]) == ("2500", str(LENGTH))
    assert told["cache-control"] == "no-store"
    assert "upload-expires" in told
    assert told["upload-metadata"].endswith(",modified MTIz")
    assert "upload-dataset" not in told
    (unfinished,) = client.get(PATH, headers=owner.headers).json()["items"]
    assert (unfinished["filename"], unfinished["offset_bytes"]) == ("My points.csv", 2500)
    assert unfinished["metadata"] == {"filename": "My points.csv", "modified": "123"}

    last = send(client, owner, path, CONTENT[2500:], 2500)
    assert last.headers["upload-offset"] == str(LENGTH)
    number = int(last.headers["upload-dataset"])
    dataset = client.get(f"/api/v1/datasets/{number}", headers=owner.headers).json()
    assert (dataset["name"], dataset["upload_bytes"]) == ("My points", LENGTH)
    with database.read() as session:
        key = session.get_one(Dataset, number).upload_key
    assert [file.relative_to(settings.uploads_dir).as_posix() for file in files(settings)] == [key]
    assert (settings.uploads_dir / key).read_bytes() == CONTENT
    # Whoever lost the last answer is told what has become of the file.
    assert ask(client, owner, "HEAD", path).headers["upload-dataset"] == str(number)
    assert client.get(PATH, headers=owner.headers).json()["items"] == []
    assert ask(client, owner, "DELETE", path).status_code == 204
    assert client.get(f"/api/v1/datasets/{number}", headers=owner.headers).status_code == 200


def test_every_answer_names_the_version_and_what_is_spoken_is_told(client, owner, settings):
    told = client.options(PATH).headers
    assert (told["tus-resumable"], told["tus-version"]) == ("1.0.0", "1.0.0")
    assert told["tus-extension"] == "creation,expiration,termination"
    assert told["tus-max-size"] == str(settings.max_file_size)
    refused = ask(client, owner, "POST", PATH, Upload_Length=1, Tus_Resumable="0.2.2")
    assert is_problem(refused, 412, "tus_version_unsupported")
    assert (refused.headers["tus-resumable"], refused.headers["tus-version"]) == ("1.0.0", "1.0.0")


def test_a_client_that_knows_only_post_says_what_it_means(client, owner):
    path = begun(client, owner)
    given = {"Upload_Offset": 0, "Content_Type": "application/offset+octet-stream"}
    answer = ask(client, owner, "POST", path, CONTENT[:10], X_HTTP_Method_Override="PATCH", **given)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "10")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload_Offset": 7}, 409, "upload_offset_wrong"),
        ({"Content_Type": "application/octet-stream"}, 415, "wrong_content_type"),
        ({"Upload_Offset": -1}, 422, "request_invalid"),
    ],
)
def test_a_piece_that_does_not_fit_is_refused_and_changes_nothing(
    client, owner, settings, headers, status, code
):
    path = begun(client, owner)
    assert is_problem(send(client, owner, path, CONTENT, 0, **headers), status, code)
    assert offset(client, owner, path) == 0
    assert files(settings) == []


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_bytes_than_were_announced_are_refused(client, owner, is_announced):
    path = begun(client, owner)
    content = CONTENT + b"9"
    sent = content if is_announced else iter([content[:3000], content[3000:]])
    assert is_problem(send(client, owner, path, sent, 0), 413, "upload_too_long")
    kept = offset(client, owner, path)
    assert kept < LENGTH
    assert send(client, owner, path, CONTENT[kept:], kept).headers["upload-dataset"]


@pytest.mark.parametrize(
    ("n_bytes", "name", "status", "code"),
    [
        (2**40, "a.csv", 413, "file_too_large"),
        (0, "a.csv", 422, "empty_file"),
        (10, "a.pdf", 415, "unsupported_file_type"),
        (10, "", 422, "request_invalid"),
    ],
)
def test_what_can_be_no_dataset_is_refused_before_a_byte_is_sent(client, owner, n_bytes, name, status, code):
    assert is_problem(announce(client, owner, n_bytes, name), status, code)


def test_a_name_that_is_no_base64_is_malformed(client, owner):
    for described in ("filename a.csv", "filename /w==", "filename " + "YQ==" * 2000):
        refused = ask(client, owner, "POST", PATH, Upload_Length=1, Upload_Metadata=described)
        assert is_problem(refused, 422, "request_invalid")
        assert refused.json()["errors"][0]["pointer"] == "/header/Upload-Metadata"


def test_an_upload_of_somebody_else_is_unknown(client, owner, stranger):
    path = begun(client, owner)
    assert ask(client, stranger, "HEAD", path).status_code == 404
    assert is_problem(send(client, stranger, path, CONTENT, 0), 404, "not_found")
    assert is_problem(ask(client, stranger, "DELETE", path), 404, "not_found")
    assert client.get(PATH, headers=stranger.headers).json() == {"items": []}
    assert offset(client, owner, path) == 0


def receiver_of(client, database, person, path):
    """What a server holds while it takes a piece."""
    state = client.app.state
    with database.read() as session:
        user = session.get_one(User, person.id)
        upload = session.get_one(Upload, path.rpartition("/")[2])
    return Receiver(database, state.hints, state.storage, state.settings, user, upload, None)


async def broken_off(content):
    yield content
    raise ClientDisconnect


def test_what_came_before_the_connection_broke_is_kept(client, owner, database):
    path = begun(client, owner)
    receiver = receiver_of(client, database, owner, path)
    with pytest.raises(Exception, match="can go on from there"):
        asyncio.run(receiver.take(broken_off(CONTENT[:1234])))
    assert offset(client, owner, path) == 1234
    assert send(client, owner, path, CONTENT[1234:], 1234).headers["upload-dataset"]


def test_of_two_requests_that_send_the_same_bytes_one_keeps_them(client, owner, database, settings):
    path = begun(client, owner)
    late = receiver_of(client, database, owner, path)
    assert send(client, owner, path, CONTENT[:2500], 0).status_code == 204

    async def again():
        yield CONTENT[:2500]

    with pytest.raises(Exception, match="HEAD"):
        asyncio.run(late.take(again()))
    assert offset(client, owner, path) == 2500
    assert sum(file.stat().st_size for file in files(settings)) == 2500, "the loser leaves nothing"
    # And of two that send the last bytes, one makes a dataset.
    late = receiver_of(client, database, owner, path)
    assert send(client, owner, path, CONTENT[2500:], 2500).headers["upload-dataset"]

    async def last():
        yield CONTENT[2500:]

    with pytest.raises(Exception, match="HEAD"):
        asyncio.run(late.take(last()))
    assert len(client.get("/api/v1/datasets", headers=owner.headers).json()["items"]) == 1
    assert len(files(settings)) == 1


def test_what_fails_at_the_last_byte_can_be_sent_again(client, app, owner, settings):
    path = begun(client, owner)
    assert send(client, owner, path, CONTENT[:-1], 0).status_code == 204
    other = begun(client, owner)
    send(client, owner, other, CONTENT, 0)
    app.state.settings = settings.model_copy(update={"max_queued_jobs_per_user": 1})
    refused = send(client, owner, path, CONTENT[-1:], LENGTH - 1)
    assert is_problem(refused, 429, "too_many_queued_jobs")
    assert offset(client, owner, path) == LENGTH - 1
    app.state.settings = settings
    assert send(client, owner, path, CONTENT[-1:], LENGTH - 1).headers["upload-dataset"]
    assert len(files(settings)) == 2


def test_what_was_committed_is_kept_though_what_follows_fails(client, app, owner, settings, monkeypatch):
    """An error after the commit must not take away the file that a dataset names now."""
    path = begun(client, owner)
    remove = app.state.storage.remove_upload

    def remove_no_part(key):
        # Parts are removed once the dataset is committed.
        if key.endswith(".part"):
            raise StorageUnavailableError("The bucket does not answer.")
        remove(key)

    with monkeypatch.context() as patch:
        patch.setattr(app.state.storage, "remove_upload", remove_no_part)
        send(client, owner, path, CONTENT[:1000], 0)
        assert is_problem(send(client, owner, path, CONTENT[1000:], 1000), 503, "storage_unavailable")
    (dataset,) = client.get("/api/v1/datasets", headers=owner.headers).json()["items"]
    assert dataset["original_name"] == "points.csv"
    assert any(file.read_bytes() == CONTENT for file in files(settings))
    assert offset(client, owner, path) == LENGTH


def test_what_is_begun_counts_for_the_quota_and_can_come_to_its_end(client, app, owner, settings):
    app.state.settings = settings.model_copy(update={"user_quota_bytes": LENGTH + 100})
    path = begun(client, owner)
    assert is_problem(announce(client, owner, 101), 413, "quota_exceeded")
    direct = client.post("/api/v1/datasets?filename=a.csv", content=b"x" * 101, headers=owner.headers)
    assert is_problem(direct, 413, "quota_exceeded")
    assert send(client, owner, path, CONTENT, 0).headers["upload-dataset"]
    usage = client.get("/api/v1/users/me/storage", headers=owner.headers).json()
    assert usage["uploads_bytes"] == LENGTH
    other = begun(client, owner, 100)
    assert ask(client, owner, "DELETE", other).status_code == 204
    assert begun(client, owner, 100), "what is given up counts no longer"


def test_nobody_has_very_many_unfinished_uploads_or_parts(client, owner, monkeypatch):
    monkeypatch.setattr("app.uploads.service.MOST_UNFINISHED", 2)
    monkeypatch.setattr("app.uploads.service.MOST_SMALL_PARTS", 3)
    path = begun(client, owner, 20)
    begun(client, owner)
    refused = announce(client, owner)
    assert is_problem(refused, 409, "too_many_uploads")
    for number in range(4):
        assert send(client, owner, path, b"x", number).status_code == 204
    assert is_problem(send(client, owner, path, b"x", 4), 409, "upload_in_too_many_parts")


def test_an_upload_that_is_given_up_or_expires_leaves_nothing(client, owner, settings, database):
    given_up, expired = (begun(client, owner) for _ in range(2))
    for path in (given_up, expired):
        send(client, owner, path, CONTENT[:2500], 0)
    assert ask(client, owner, "DELETE", given_up).status_code == 204
    assert ask(client, owner, "HEAD", given_up).status_code == 404
    assert sum(file.stat().st_size for file in files(settings)) == 2500
    with database.write() as session:
        upload = session.get_one(Upload, expired.rpartition("/")[2])
        assert upload.expires_at > database_now(session) + timedelta(hours=23)
        upload.expires_at = database_now(session) - timedelta(seconds=1)
    assert is_problem(send(client, owner, expired, CONTENT[2500:], 2500), 410, "upload_gone")
    assert client.get(PATH, headers=owner.headers).json() == {"items": []}
    state = client.app.state
    caretaker = Caretaker(settings, database, state.hints, state.storage, "a worker")
    assert caretaker.round()["uploads_expired"] == 1
    assert files(settings) == []
    with database.read() as session:
        assert session.query(Upload).count() == session.query(UploadPart).count() == 0


def test_an_erased_person_leaves_no_part(client, owner, stranger, settings, database):
    path = begun(client, stranger)
    send(client, stranger, path, CONTENT[:2500], 0)
    assert files(settings)
    state = client.app.state
    with database.write() as session:
        erase_user(session, state.hints, state.storage, session.get_one(User, stranger.id))
    assert files(settings) == []


@pytest.fixture
def s3_settings(settings):
    server = S3Server()
    yield settings.model_copy(update=server.new_store())
    server.kill()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_two_servers_that_share_a_bucket_and_a_database_take_turns(s3_settings, owner, tmp_path):
    url = s3_settings.url.render_as_string(hide_password=False)
    elsewhere = s3_settings.model_copy(update={"data_dir": tmp_path / "elsewhere", "database_url": url})
    with TestClient(create_app(s3_settings)) as first, TestClient(create_app(elsewhere)) as second:
        path = begun(first, owner)
        for number, start in enumerate(range(0, LENGTH, 1500)):
            answer = send((first, second)[number % 2], owner, path, CONTENT[start : start + 1500], start)
            assert answer.status_code == 204, answer.text
        dataset = int(answer.headers["upload-dataset"])
        assert first.get(f"/api/v1/datasets/{dataset}", headers=owner.headers).status_code == 200
    storage = open_storage(s3_settings.store_location)
    (kept,) = storage.kept_uploads()
    assert storage.upload(kept.key, tmp_path / "scratch").read_bytes() == CONTENT
    assert not files(s3_settings), "nothing lies on the servers"
