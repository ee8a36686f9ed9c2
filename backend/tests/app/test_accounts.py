"""Making and changing accounts from the command line, in processes of their own on both databases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from stand_ins import is_problem

from app.auth.passwords import password_matches
from app.database import Database
from app.settings import Settings
from app.users.administration import set_active, set_role
from app.users.errors import LastAdminError
from app.users.models import User

BACKEND = Path(__file__).parents[2]
CREATE = "from app.auth import create_user; create_user({}, is_admin={})"
ADMIN = CREATE.format("'admin', 'admin@example.com', 'secure_password'", "True")


@pytest.fixture
def python(settings):
    """Runs the interpreter as the operations guide does, with a database given by the environment."""

    def run(*arguments, given="", **environment):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BACKEND,
            env={
                **os.environ,
                "PYTHONPATH": str(BACKEND),
                "DATA_DIR": str(settings.data_dir),
                "DATABASE_URL": settings.database_url,
                **environment,
            },
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def accounts(database):
    with database.read() as session:
        return {user.username: user for user in session.scalars(sa.select(User))}


def test_guide_makes_the_first_admin_in_an_empty_place(python, database_kind, request, tmp_path):
    url = ""
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.create_database()
    place = {"DATA_DIR": str(tmp_path / "fresh"), "DATABASE_URL": url}
    too_early = python("-c", ADMIN, **place)
    assert "no tables yet; make them first" in too_early.stderr
    made = python("-c", "from app.database import init_db; init_db()", **place)
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    done = python("-c", f"\n{ADMIN.replace('; ', chr(10))}\n", **place)
    assert done.returncode == 0, done.stderr
    assert "secure_password" not in done.stdout + done.stderr
    opened = Database(Settings(_env_file=None, data_dir=tmp_path / "fresh", database_url=url))
    try:
        admin = accounts(opened)["admin"]
    finally:
        opened.dispose()
        if url:
            server.drop_database(url)
    assert (admin.email, admin.role, admin.is_active) == ("admin@example.com", "admin", True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("'admin', 'other@example.com', 'secure_password'", "already an account"),
        ("'second', 'ADMIN@example.com', 'secure_password'", "already an account"),
        ("'b', 'b@example.com', 'short'", "5 characters; use 8 to 256"),
        ("'b@c', 'b@example.com', 'secure_password'", "no @"),
        ("'b', 'nowhere', 'secure_password'", "needs an @"),
    ],
)
def test_account_that_cannot_be_is_refused_with_the_reason(python, database, arguments, message):
    assert python("-c", ADMIN).returncode == 0
    refused = python("-c", CREATE.format(arguments, "False"))
    assert refused.returncode == 1
    assert message in refused.stderr
    assert list(accounts(database)) == ["admin"]


def test_commands_lead_an_account_through_its_life(python, database, client):
    def users(*arguments, given=""):
        done = python("-m", "app", "users", *arguments, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log_in(password):
        body = {"username": "ada", "password": password}
        return client.post("/api/v1/auth/login", json=body)

    python("-c", ADMIN)
    users("create", "ada", "Ada@example.org", "--role", "viewer", given="correct horse\n")
    assert log_in("correct horse").json()["user"]["role"] == "viewer"
    users("make-admin", "ada@example.org")
    listed = users("list").splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["ada", "admin"]
    assert listed[1].split()[1:4] == ["ada@example.org", "admin", "active"]
    headers = {"Authorization": f"Bearer {log_in('correct horse').json()['access_token']}"}
    users("reset-password", "ada", given="battery staple\n")
    assert is_problem(client.get("/api/v1/users/me", headers=headers), 401, "not_signed_in")
    assert is_problem(log_in("correct horse"), 401, "wrong_password")
    users("disable", "ada")
    assert is_problem(log_in("battery staple"), 401, "wrong_password")
    assert "disabled" in users("list")
    users("enable", "ada")
    assert log_in("battery staple").status_code == 200
    assert password_matches("battery staple", accounts(database)["ada"].password_hash)


def test_command_on_nobody_says_who_there_is(python):
    refused = python("-m", "app", "users", "disable", "nobody")
    assert refused.returncode == 1
    assert "no account 'nobody'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_last_admin_can_be_neither_disabled_nor_demoted(database, owner, make_person):
    with database.write() as session:
        admin = session.get_one(User, owner.id)
        with pytest.raises(LastAdminError, match="only active admin"):
            set_active(session, admin, is_active=False)
        with pytest.raises(LastAdminError):
            set_role(session, admin, "user")
    second = make_person("second", "admin")
    with database.write() as session:
        set_role(session, session.get_one(User, owner.id), "user")
        with pytest.raises(LastAdminError):
            set_active(session, session.get_one(User, second.id), is_active=False)
