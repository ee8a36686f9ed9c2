import pytest
from redis_server import RedisServer
from stand_ins import end_job
from starlette.testclient import TestClient

from app.api import create_app
from app.datasets.models import Dataset
from app.datasets.outcome import record_import
from app.jobs.models import ClusteringJob

DATASETS = "/api/v1/datasets"


@pytest.fixture(scope="module")
def redis_server():
    server = RedisServer()
    yield server
    server.kill()


@pytest.fixture
def servers(settings, redis_server):
    """Three API servers on one database and one Redis."""
    shared = settings.model_copy(update={"redis_host": "127.0.0.1", "redis_port": redis_server.port})
    clients = [TestClient(create_app(shared)) for _ in range(3)]
    for client in clients:
        client.__enter__()
    yield clients
    for client in clients:
        client.__exit__(None, None, None)


def test_a_list_is_never_older_than_the_last_write(servers, database, owner, stranger):
    first, second, third = servers

    def names(person):
        """What each server says, twice: the second time it is kept."""
        told = [client.get(DATASETS, headers=person.headers).json()["items"] for client in servers * 2]
        assert all(each == told[0] for each in told)
        return [(each["name"], each["status"], each["right"]) for each in told[0]]

    assert (names(owner), names(stranger)) == ([], [])
    added = first.post(f"{DATASETS}?filename=a.csv", content=b"x\n1\n", headers=owner.headers).json()
    assert names(owner) == [("a", "importing", "own")]
    with database.write() as session:
        dataset = session.get_one(Dataset, added["id"])
        end_job(session, session.get_one(ClusteringJob, dataset.import_job_id))
        result = {"n_rows": 1, "n_columns": 1, "columns": [], "plan": {}, "notes": []}
        record_import(session, dataset.id, "7ab1e", result)
    assert names(owner) == [("a", "ready", "own")]
    address = f"{DATASETS}/{added['id']}"
    link = second.post(
        "/api/v1/share-links",
        json={"dataset_id": added["id"], "right": "view", "expires_in_days": 1},
        headers=owner.headers,
    ).json()
    assert names(stranger) == []
    third.post("/api/v1/share-links/open", json={"token": link["token"]}, headers=stranger.headers)
    assert names(stranger) == [("a", "ready", "view")]
    second.patch(address, json={"name": "b"}, headers=owner.headers)
    assert (names(owner), names(stranger)) == ([("b", "ready", "own")], [("b", "ready", "view")])
    first.delete(f"/api/v1/share-links/{link['id']}", headers=owner.headers)
    assert names(stranger) == []
    third.delete(address, headers=owner.headers)
    assert names(owner) == []
    assert sum(client.app.state.list_cache.n_hits for client in servers) >= 5 * 8


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_without_redis_lists_are_read_each_time(settings, database_kind, owner):
    server = RedisServer()
    shared = settings.model_copy(update={"redis_host": "127.0.0.1", "redis_port": server.port})
    with TestClient(create_app(shared)) as client:
        server.kill()
        for number in range(1, 4):
            client.post(f"{DATASETS}?filename=a.csv", content=b"x\n1\n", headers=owner.headers)
            assert len(client.get(DATASETS, headers=owner.headers).json()["items"]) == number
        assert client.app.state.list_cache.n_hits == 0
