"""Every endpoint of the contract, asked by everybody; an endpoint without a line here fails."""

import pytest
from stand_ins import is_problem

from app.uploads.protocol import PATH, PIECE
from app.users.models import User

# The reader and the editor have the dataset shared with them, to view and to edit; the viewer to edit, but
# has the role viewer. Stranger and admin own nothing of what is asked for; the owner has the role user.
ACTORS = ("anonymous", "stranger", "reader", "editor", "viewer", "admin", "owner")
CODES = {401: "not_signed_in", 403: "not_allowed", 404: "not_found"}
# What refuses everybody alike tells of no right, and has one status.
PUBLIC = {
    "GET /livez": 200,
    "GET /readyz": 200,
    "GET /health": 200,
    "GET /api/v1/version": 200,
    "OPTIONS /api/v1/uploads": 204,
    "GET /api/v1/auth/options": 200,
    "GET /api/v1/auth/oidc/start": 404,
    "GET /api/v1/auth/oidc/callback": 404,
    "POST /api/v1/auth/claim": 404,
    "POST /api/v1/auth/login": 401,
    "POST /api/v1/auth/logout": 204,
    "POST /api/v1/auth/refresh": 401,
    "POST /api/v1/auth/register": 403,
    "POST /api/v1/auth/reset-password": 404,
}
ANYBODY_S_OWN = (401, 200, 200, 200, 200, 200, 200)
LOOK = (401, 404, 200, 200, 200, 404, 200)
CHANGE = (401, 404, 403, 200, 403, 404, 200)
OWN = (401, 404, 403, 403, 403, 404, 200)
ADMINS = (401, 403, 403, 403, 403, 200, 403)


def with_success(statuses, success):
    return tuple(success if status == 200 else status for status in statuses)


# The statuses for the actors in their order. What ends something comes after what needs it.
MATRIX = {
    "GET /api/v1/algorithms": ANYBODY_S_OWN,
    "GET /api/v1/users/me": ANYBODY_S_OWN,
    "GET /api/v1/users/me/storage": ANYBODY_S_OWN,
    "POST /api/v1/ws-ticket": ANYBODY_S_OWN,
    "GET /api/v1/datasets": ANYBODY_S_OWN,
    "GET /api/v1/jobs": ANYBODY_S_OWN,
    "GET /api/v1/runs": ANYBODY_S_OWN,
    "POST /api/v1/datasets": (401, 201, 201, 201, 403, 201, 201),
    "GET /api/v1/uploads": ANYBODY_S_OWN,
    "POST /api/v1/uploads": (401, 201, 201, 201, 403, 201, 201),
    "HEAD /api/v1/uploads/{upload_id}": (401, 404, 404, 404, 404, 404, 200),
    "PATCH /api/v1/uploads/{upload_id}": (401, 404, 404, 404, 403, 404, 204),
    "DELETE /api/v1/uploads/{upload_id}": (401, 404, 404, 404, 403, 404, 204),
    "GET /api/v1/datasets/{dataset_id}": LOOK,
    "GET /api/v1/datasets/{dataset_id}/preview": LOOK,
    "POST /api/v1/datasets/{dataset_id}/rows": LOOK,
    "POST /api/v1/datasets/{dataset_id}/forecast": LOOK,
    "PATCH /api/v1/datasets/{dataset_id}": CHANGE,
    "POST /api/v1/jobs": with_success(CHANGE, 202),
    "GET /api/v1/jobs/{job_id}": LOOK,
    "POST /api/v1/sweeps": with_success(CHANGE, 202),
    "GET /api/v1/sweeps/{sweep_id}": LOOK,
    "GET /api/v1/jobs/{job_id}/events": LOOK,
    "GET /api/v1/runs/{run_id}": LOOK,
    "GET /api/v1/runs/{run_id}/edits": LOOK,
    "GET /api/v1/runs/{run_id}/export": LOOK,
    "GET /api/v1/runs/{run_id}/labels": LOOK,
    "GET /api/v1/runs/{run_id}/points": LOOK,
    "GET /api/v1/runs/{run_id}/script": LOOK,
    "GET /api/v1/runs/{run_id}/spectrum": LOOK,
    # No worker runs: an answer that has to be computed comes as a job.
    "GET /api/v1/runs/{run_id}/clusters/{label}/explanation": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/rows/{row}/explanation": with_success(LOOK, 202),
    "POST /api/v1/runs/{run_id}/comparisons": with_success(LOOK, 202),
    "POST /api/v1/runs/{run_id}/outlines": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/diagnosis": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/changes/{earlier_id}": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/columns/agreement": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/values": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/explanations/{key}/rows": LOOK,
    "GET /api/v1/runs/{run_id}/explanations/{key}/values": LOOK,
    "PUT /api/v1/runs/{run_id}/layouts/{layout}": with_success(LOOK, 202),
    "GET /api/v1/runs/{run_id}/selections": LOOK,
    "POST /api/v1/runs/{run_id}/selections": with_success(CHANGE, 201),
    "GET /api/v1/runs/{run_id}/selections/{selection_id}": LOOK,
    "PATCH /api/v1/runs/{run_id}/selections/{selection_id}": CHANGE,
    "PUT /api/v1/runs/{run_id}/partition": CHANGE,
    "PUT /api/v1/runs/{run_id}/partitions/{n_clusters}": CHANGE,
    "PUT /api/v1/runs/{run_id}/edits/position": CHANGE,
    "POST /api/v1/runs/{run_id}/edits": with_success(CHANGE, 202),
    "POST /api/v1/jobs/{job_id}/cancel": CHANGE,
    # The owner comes after the editor, whose import is under way.
    "POST /api/v1/datasets/{dataset_id}/import": (401, 404, 403, 202, 403, 404, 409),
    "GET /api/v1/shares": OWN,
    "POST /api/v1/shares": with_success(OWN, 201),
    "DELETE /api/v1/shares/{share_id}": (401, 404, 404, 404, 404, 404, 204),
    # Nobody gives up what belongs to him: asked of a dataset that nobody shares.
    "DELETE /api/v1/shares/received": (401, 404, 404, 404, 404, 404, 404),
    "POST /api/v1/share-links": with_success(OWN, 201),
    "POST /api/v1/share-links/open": ANYBODY_S_OWN,
    "DELETE /api/v1/share-links/{link_id}": (401, 404, 404, 404, 404, 404, 204),
    # The editor has deleted it before the owner comes.
    "DELETE /api/v1/runs/{run_id}/selections/{selection_id}": (401, 404, 403, 204, 403, 404, 404),
    "DELETE /api/v1/runs/{run_id}": with_success(OWN, 204),
    "DELETE /api/v1/datasets/{dataset_id}": with_success(OWN, 204),
    "GET /api/v1/users": ADMINS,
    "GET /api/v1/audit-log": ADMINS,
    "GET /api/v1/workers": ADMINS,
    "GET /api/v1/users/{user_id}": ADMINS,
    "PATCH /api/v1/users/{user_id}": ADMINS,
    "POST /api/v1/users/{user_id}/password-reset": with_success(ADMINS, 201),
    "DELETE /api/v1/users/{user_id}": with_success(ADMINS, 204),
    "GET /api/v1/invitations": ADMINS,
    "POST /api/v1/invitations": with_success(ADMINS, 201),
    "DELETE /api/v1/invitations/{invitation_id}": with_success(ADMINS, 204),
    "GET /api/v1/users/me/tokens": ANYBODY_S_OWN,
    "POST /api/v1/users/me/tokens": with_success(ANYBODY_S_OWN, 201),
    "DELETE /api/v1/users/me/tokens/{token_id}": (401, 404, 404, 404, 404, 404, 204),
    "POST /api/v1/users/me/export": with_success(ANYBODY_S_OWN, 202),
    "GET /api/v1/users/me/export": ANYBODY_S_OWN,
    "GET /api/v1/users/me/export/archive": ANYBODY_S_OWN,
    "GET /api/v1/users/me/sessions": ANYBODY_S_OWN,
    # The session of another person, were it known, is as unknown as one that never was.
    "DELETE /api/v1/users/me/sessions/{session_id}": (401, 404, 404, 404, 404, 404, 404),
    "PUT /api/v1/users/me/password": with_success(ANYBODY_S_OWN, 204),
    "DELETE /api/v1/users/me/sessions": with_success(ANYBODY_S_OWN, 204),
}
# What a person who signed in may do and a personal token may not, whatever its scopes.
PERSONS_ALONE = {
    "POST /api/v1/ws-ticket",
    "GET /api/v1/users/me/tokens",
    "POST /api/v1/users/me/tokens",
    "DELETE /api/v1/users/me/tokens/{token_id}",
    "POST /api/v1/users/me/export",
    "GET /api/v1/users/me/export",
    "GET /api/v1/users/me/export/archive",
    "GET /api/v1/users/me/sessions",
    "DELETE /api/v1/users/me/sessions/{session_id}",
    "PUT /api/v1/users/me/password",
    "DELETE /api/v1/users/me/sessions",
    "DELETE /api/v1/shares/{share_id}",
    "DELETE /api/v1/shares/received",
    "POST /api/v1/share-links/open",
    "DELETE /api/v1/share-links/{link_id}",
}
# Where a 200 would need more than the rows of this test, the refusal that comes after the right.
INSTEAD = {
    "GET /api/v1/runs/{run_id}/explanations/{key}/rows": (404, "answer_not_found"),
    "GET /api/v1/runs/{run_id}/explanations/{key}/values": (404, "answer_not_found"),
    "GET /api/v1/users/me/export/archive": (404, "export_not_found"),
    "POST /api/v1/jobs/{job_id}/cancel": (409, "job_already_finished"),
    "POST /api/v1/share-links/open": (404, "link_unknown"),
}
BODIES = {
    "POST /api/v1/auth/claim": {"token": "nonsense"},
    "POST /api/v1/auth/login": {"username": "nobody", "password": "nonsense"},
    "POST /api/v1/auth/register": {"username": "b", "email": "b@c", "password": "long enough"},
    "POST /api/v1/auth/reset-password": {"token": "nonsense", "new_password": "long enough"},
    "POST /api/v1/jobs": {"kind": "fit"},
    "POST /api/v1/sweeps": {"grid": {"n_neighbors": [5, 10]}},
    "POST /api/v1/shares": {"person": "subject", "right": "view"},
    "POST /api/v1/share-links": {"right": "view"},
    "POST /api/v1/share-links/open": {"token": "nonsense"},
    "PATCH /api/v1/datasets/{dataset_id}": {"name": "b"},
    "POST /api/v1/datasets/{dataset_id}/rows": {"rows": [0]},
    "POST /api/v1/datasets/{dataset_id}/forecast": {},
    "POST /api/v1/datasets/{dataset_id}/import": {"plan": {}},
    "PUT /api/v1/runs/{run_id}/partition": {"n_clusters": 2},
    "POST /api/v1/runs/{run_id}/selections": {"name": "first two", "bitmap": "Aw=="},
    "PATCH /api/v1/runs/{run_id}/selections/{selection_id}": {"name": "odd ones"},
    "POST /api/v1/runs/{run_id}/comparisons": {"first": {"cluster": 0}},
    "POST /api/v1/runs/{run_id}/outlines": {
        "layout": "features",
        "x": [1, 0, 0, 0],
        "y": [0, 1, 0, 0],
        "way": [[0, 0], [1, 0], [1, 1]],
    },
    "POST /api/v1/runs/{run_id}/edits": {"key": "c2", "edit": {"kind": "merge", "clusters": [0, 1]}},
    "PUT /api/v1/runs/{run_id}/edits/position": {"key": "c2", "position": 0},
    "PATCH /api/v1/users/{user_id}": {"role": "viewer"},
    "POST /api/v1/invitations": {},
    "PUT /api/v1/users/me/password": {"new_password": "long enough"},
    "POST /api/v1/users/me/tokens": {"name": "t", "scopes": ["read"]},
}
QUERIES = {
    "POST /api/v1/datasets": {"filename": "a.csv"},
    "GET /api/v1/runs/{run_id}/explanations/{key}/rows": {"of": "rule"},
    "GET /api/v1/runs/{run_id}/columns/agreement": {"column": "kind"},
    "GET /api/v1/runs/{run_id}/values": {"of": "silhouette"},
    "DELETE /api/v1/shares/received": {"dataset_id": 1_000_000},
}
HEADERS = {
    "POST /api/v1/uploads": {"Upload-Length": "1", "Upload-Metadata": "filename YS5jc3Y="},
    "PATCH /api/v1/uploads/{upload_id}": {"Upload-Offset": "0", "Content-Type": PIECE},
}
PARTS = {"label": 0, "layout": "umap", "row": 0, "n_clusters": 2, "key": "0" * 32, "session_id": "0" * 32}


@pytest.fixture
def owner(make_person):
    return make_person("owner")


@pytest.fixture
def ask(client, dataset_id, monkeypatch):
    """Asks an endpoint of the contract with the headers of some actor."""
    for module in ("app.explanations.service", "app.edits.service", "app.runs.service"):
        monkeypatch.setattr(f"{module}.PATIENCE_SECONDS", 0.01)

    def ask(endpoint, headers, **parts):
        method, path = endpoint.split()
        content = {"json": BODIES.get(endpoint)}
        if endpoint == "POST /api/v1/datasets":
            content = {"content": b"x\n1\n"}
        elif endpoint in (
            "POST /api/v1/jobs",
            "POST /api/v1/sweeps",
            "POST /api/v1/shares",
            "POST /api/v1/share-links",
        ):
            content = {"json": BODIES[endpoint] | {"dataset_id": dataset_id}}
        elif path.startswith(PATH):
            content = {"content": b""}
            headers = {"Tus-Resumable": "1.0.0", **HEADERS.get(endpoint, {}), **headers}
        address = path.format(**PARTS, **{"dataset_id": dataset_id, **parts})
        query = {"dataset_id": dataset_id} if endpoint == "GET /api/v1/shares" else QUERIES.get(endpoint)
        return client.request(method, address, params=query, headers=headers, **content)

    return ask


@pytest.fixture
def parts(client, run_id, dataset_id, owner, make_person):
    """The numbers in the addresses; the run is the first job after the import."""
    keeper = make_person("keeper", "admin")
    invited = client.post("/api/v1/invitations", json={}, headers=keeper.headers)
    subject = make_person("subject")
    body = {"name": "kept", "scopes": ["read"]}
    token = client.post("/api/v1/users/me/tokens", json=body, headers=owner.headers)
    announced = {"Tus-Resumable": "1.0.0", **HEADERS["POST /api/v1/uploads"], **owner.headers}
    upload = client.post("/api/v1/uploads", headers=announced)
    shared = {"run_id": run_id, "right": "view"}
    link = client.post("/api/v1/share-links", json=shared, headers=owner.headers)
    shared["person"] = "subject"
    share = client.post("/api/v1/shares", json=shared, headers=owner.headers)
    grid = {"dataset_id": dataset_id, "grid": {"n_neighbors": [5]}}
    sweep = client.post("/api/v1/sweeps", json=grid, headers=owner.headers)
    body = {"name": "first two", "bitmap": "Aw=="}
    selection = client.post(f"/api/v1/runs/{run_id}/selections", json=body, headers=owner.headers)
    return {
        "run_id": run_id,
        "selection_id": selection.json()["id"],
        "upload_id": upload.headers["location"].rpartition("/")[2],
        "sweep_id": sweep.json()["job"]["id"],
        "earlier_id": run_id,
        "job_id": client.get(f"/api/v1/runs/{run_id}", headers=owner.headers).json()["job_id"],
        "user_id": subject.id,
        "token_id": token.json()["id"],
        "share_id": share.json()["id"],
        "link_id": link.json()["id"],
        "invitation_id": invited.json()["id"],
    }


def says(response, status, code, detail=""):
    """Whether an answer is this problem; one to HEAD has no body to say so."""
    if response.request.method == "HEAD":
        return response.status_code == status
    return is_problem(response, status, code) and detail in response.json()["detail"]


def test_every_endpoint_has_its_line(app):
    contract = {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert contract == set(MATRIX) | set(PUBLIC)


def test_public_endpoints_ask_for_no_token(ask, client):
    for endpoint, status in PUBLIC.items():
        response = ask(endpoint, {"X-Requested-With": "fiedler"})
        assert response.status_code == status, (endpoint, response.text)
        assert response.headers["content-type"] != "application/problem+json" or (
            response.json()["code"] not in CODES.values()
        ), endpoint


@pytest.fixture
def actors(client, dataset_id, owner, stranger, make_person):
    """The headers of each actor."""
    people = {
        "stranger": stranger,
        "reader": make_person("reader"),
        "editor": make_person("editor"),
        "viewer": make_person("viewer", "viewer"),
        "admin": make_person("admin", "admin"),
        "owner": owner,
    }
    for name, right in (("reader", "view"), ("editor", "edit"), ("viewer", "edit")):
        body = {"dataset_id": dataset_id, "person": name, "right": right}
        assert client.post("/api/v1/shares", json=body, headers=owner.headers).status_code == 201
    headers = {name: person.headers for name, person in people.items()}
    return {"anonymous": {"Authorization": "Bearer nonsense"}, **headers}


def test_every_endpoint_answers_everybody_as_it_should(ask, parts, actors):
    wrong = []
    for endpoint, statuses in MATRIX.items():
        for actor, status in zip(ACTORS, statuses, strict=True):
            code = CODES.get(status)
            if status == 200 and endpoint in INSTEAD:
                status, code = INSTEAD[endpoint]
            response = ask(endpoint, actors[actor], **parts)
            if response.status_code != status or (code and not says(response, status, code)):
                wrong.append((endpoint, actor, status, response.status_code, response.text[:200]))
    assert wrong == []


def test_no_endpoint_but_the_public_ones_answers_without_a_token(ask, parts):
    for endpoint in MATRIX:
        assert says(ask(endpoint, {}, **parts), 401, "not_signed_in"), endpoint


def scope_of(endpoint):
    """The scope that lets a token pass; that the viewer is refused tells changing from looking."""
    _, stranger, _, _, viewer, _, owner = MATRIX[endpoint]
    if owner == 403:
        return "admin"
    return "write" if viewer == 403 and stranger != 403 and not endpoint.startswith("GET") else "read"


def test_token_without_the_scope_is_refused_everywhere(ask, parts, owner, client, make_person):
    admin = make_person("admin", "admin")
    for missing in ("read", "write", "admin"):
        scopes = [scope for scope in ("read", "write", "admin") if scope != missing]
        body = {"name": f"without {missing}", "scopes": scopes}
        token = client.post("/api/v1/users/me/tokens", json=body, headers=admin.headers).json()["token"]
        for endpoint in MATRIX:
            response = ask(endpoint, {"Authorization": f"Bearer {token}"}, **parts)
            if endpoint in PERSONS_ALONE:
                assert "personal token may not" in response.json()["detail"], endpoint
            elif scope_of(endpoint) == missing:
                assert says(response, 403, "not_allowed", f"needs the scope {missing}"), endpoint
            else:
                assert response.status_code != 403, (endpoint, response.text)


def test_lists_show_only_what_is_ones_own(client, stranger, dataset_id, run_id):
    for path in ("/api/v1/datasets", "/api/v1/jobs", "/api/v1/runs"):
        assert client.get(path, headers=stranger.headers).json() == {"items": [], "next_cursor": None}


def test_signed_out_everywhere_means_old_tokens_are_worthless(client, owner):
    assert client.delete("/api/v1/users/me/sessions", headers=owner.headers).status_code == 204
    assert is_problem(client.get("/api/v1/users/me", headers=owner.headers), 401, "not_signed_in")


def test_disabled_account_is_out_at_once(client, database, owner):
    with database.write() as session:
        session.get_one(User, owner.id).is_active = False
    assert is_problem(client.get("/api/v1/users/me", headers=owner.headers), 401, "not_signed_in")
