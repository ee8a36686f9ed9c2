"""Every route of the contract: not signed in, someone else's, a viewer."""

import pytest
from stand_ins import is_problem

PUBLIC = {
    "/api/v1/auth/claim",
    "/api/v1/auth/login",
    "/api/v1/auth/refresh",
    "/api/v1/auth/logout",
    "/api/v1/version",
    "/livez",
    "/readyz",
    "/health",
}
BODIES = {
    ("post", "/api/v1/jobs"): {"kind": "fit", "dataset_id": 1},
    ("patch", "/api/v1/datasets/{dataset_id}"): {"name": "b"},
    ("post", "/api/v1/datasets/{dataset_id}/rows"): {"rows": [0]},
    ("post", "/api/v1/datasets/{dataset_id}/import"): {"plan": {}},
    ("put", "/api/v1/runs/{run_id}/partition"): {"n_clusters": 2},
    ("post", "/api/v1/runs/{run_id}/comparisons"): {"first": {"cluster": 0}},
    ("post", "/api/v1/runs/{run_id}/edits"): {"key": "k", "edit": {"kind": "merge", "clusters": [0, 1]}},
    ("put", "/api/v1/runs/{run_id}/edits/position"): {"key": "k", "position": 0},
    ("put", "/api/v1/users/me/password"): {"new_password": "long enough"},
}
QUERIES = {"/api/v1/runs/{run_id}/explanations/{key}/rows": {"of": "rule"}}
PARTS = {"label": 0, "row": 0, "n_clusters": 2, "key": "0" * 32}


def operations(app):
    for path, methods in app.openapi()["paths"].items():
        if path not in PUBLIC:
            for method in methods:
                yield method, path


def call(client, method, path, ids, headers):
    address = path.format(**PARTS, **ids)
    if (method, path) == ("post", "/api/v1/datasets"):
        return client.post(address + "?filename=a.csv", content=b"x\n1\n", headers=headers)
    body, query = BODIES.get((method, path)), QUERIES.get(path)
    return client.request(method, address, json=body, params=query, headers=headers)


def test_every_route_wants_a_valid_token(client, app, database_kind):
    ids = {"dataset_id": 1, "job_id": 1, "run_id": 1}
    for method, path in operations(app):
        for headers in ({}, {"Authorization": "Bearer nonsense"}):
            assert is_problem(call(client, method, path, ids, headers), 401, "not_signed_in"), (method, path)


def test_what_is_someone_elses_is_not_there(client, app, stranger, dataset_id, run_id):
    ids = {"dataset_id": dataset_id, "job_id": 1, "run_id": run_id}
    for method, path in operations(app):
        if "{" in path:
            response = call(client, method, path, ids, stranger.headers)
            assert is_problem(response, 404, "not_found"), (method, path)
    body = {"kind": "fit", "dataset_id": dataset_id}
    assert is_problem(client.post("/api/v1/jobs", json=body, headers=stranger.headers), 404, "not_found")


def test_lists_show_only_what_is_ones_own(client, stranger, dataset_id, run_id):
    for path in ("/api/v1/datasets", "/api/v1/jobs", "/api/v1/runs"):
        assert client.get(path, headers=stranger.headers).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/v1/datasets"])
def test_viewer_may_not_change_anything(client, make_person, path):
    viewer = make_person("viewer", "viewer")
    response = call(client, "post", path, {}, viewer.headers)
    assert is_problem(response, 403, "not_allowed")
    assert client.get(path, headers=viewer.headers).status_code == 200


def test_signed_out_everywhere_means_old_tokens_are_worthless(client, database, owner):
    from app.auth.service import end_all_sessions
    from app.users.models import User

    assert client.get("/api/v1/users/me", headers=owner.headers).status_code == 200
    with database.write() as session:
        end_all_sessions(session, session.get_one(User, owner.id))
    assert is_problem(client.get("/api/v1/users/me", headers=owner.headers), 401, "not_signed_in")
