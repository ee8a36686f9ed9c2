"""Text that PostgreSQL cannot keep, or that is no text, is refused on both databases alike."""

import json

import pytest
from stand_ins import is_problem

REQUESTS = {
    "POST /auth/login": {"username": "?", "password": "x"},
    "POST /invitations": {"note": "?"},
    "POST /users/me/tokens": {"name": "?", "scopes": ["read"]},
    "POST /shares": {"dataset_id": 1, "person": "?", "right": "view"},
    "PATCH /datasets/1": {"name": "?"},
    "POST /auth/register": {"username": "?", "email": "a@b", "password": "long enough"},
    "POST /auth/register ": {"username": "a", "email": "?@b", "password": "long enough"},
}


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"], ids=["nul", "within", "surrogate"])
@pytest.mark.parametrize("request_line", REQUESTS)
def test_text_that_cannot_be_kept_is_refused(client, owner, request_line, text):
    method, path = request_line.split()
    body = {
        name: value.replace("?", text) if isinstance(value, str) else value
        for name, value in REQUESTS[request_line].items()
    }
    headers = {**owner.headers, "Content-Type": "application/json"}
    response = client.request(method, f"/api/v1{path}", content=json.dumps(body), headers=headers)
    assert is_problem(response, 422, "request_invalid")


@pytest.mark.parametrize("path", ["auth/claim", "auth/reset-password", "share-links/open"])
def test_token_that_is_no_token_is_unknown(client, owner, path):
    body = {"token": "a\x00b", "new_password": "long\x00enough"}
    response = client.post(f"/api/v1/{path}", json=body, headers=owner.headers)
    assert is_problem(response, 404, "link_unknown")
