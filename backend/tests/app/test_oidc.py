"""Signing in by a provider: a real one, started here, and what a false one is refused for."""

import json
import re
import subprocess
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError
from stand_ins import is_problem
from starlette.testclient import TestClient

from app.api import create_app
from app.audit.models import AuditEntry
from app.oidc import provider as provider_module
from app.oidc.attempt import Attempt
from app.oidc.errors import ProviderFailedError
from app.oidc.models import OidcIdentity
from app.oidc.provider import Claims, Provider
from app.oidc.service import sign_in
from app.settings import REPOSITORY, Settings
from app.users.models import User

SITE = "http://localhost:8000"
CALLBACK = "/api/v1/auth/oidc/callback"
PEOPLE = {
    "ada-1": {"email": "Ada@Example.org", "email_verified": True, "preferred_username": "ada"},
    "ada-2": {"email": "other@example.org", "email_verified": False, "preferred_username": "ada"},
    "nobody": {},
}


@pytest.fixture(scope="module")
def issuer():
    """The address of a provider of its own process."""
    script = REPOSITORY / "frontend" / "tools" / "oidc-provider.mjs"
    with subprocess.Popen(
        ["node", str(script), SITE + CALLBACK, json.dumps(PEOPLE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the provider did not start: run make setup-tests"
        yield address
        process.terminate()


@pytest.fixture
def settings_with(settings):
    """Makes settings with a provider; by default one that nobody has to start."""

    def make(**changes):
        values = {
            "oidc_issuer": "https://provider.example",
            "oidc_client_id": "fiedler",
            "oidc_client_secret": "a secret of the client",
            "public_url": SITE,
        }
        return settings.model_copy(update=values | changes)

    return make


@pytest.fixture
def browse(settings_with, issuer):
    """Leads a browser from the sign-in over the provider and back; returns it with the last answer."""
    with ExitStack() as opened:

        def browse(subject, to="/runs", **changes):
            application = create_app(settings_with(oidc_issuer=issuer, **changes))
            browser = opened.enter_context(TestClient(application, follow_redirects=False))
            started = browser.get("/api/v1/auth/oidc/start", params={"to": to})
            assert started.status_code == 303, started.text
            with httpx2.Client(follow_redirects=False) as outside:
                back = _through_the_provider(outside, started.headers["location"], subject)
            return browser, browser.get(back.removeprefix(SITE))

        yield browse


def _through_the_provider(outside, address, subject):
    """Sign in, agree, and return the address at which the provider sends the browser back."""
    answer = outside.get(address)
    for _ in range(12):
        if answer.status_code == 200:
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text).group(1)
            form = {"prompt": prompt, "login": subject, "password": "x"}
            answer = outside.post(re.search(r'action="([^"]+)"', answer.text).group(1), data=form)
        else:
            following = httpx2.URL(address).join(answer.headers["location"])
            if str(following).startswith(SITE):
                return str(following)
            answer = outside.get(following)
    raise AssertionError("the provider never sent the browser back")


def refresh(browser):
    return browser.post("/api/v1/auth/refresh", headers={"X-Requested-With": "fiedler"})


def problem_of(answer):
    assert answer.status_code == 303, answer.text
    address = urlsplit(answer.headers["location"])
    assert address.path == "/sign-in"
    return parse_qs(address.query)["problem"][0]


def test_newcomer_gets_an_account_and_is_known_the_next_time(browse, database):
    for _ in range(2):
        browser, back = browse("ada-1")
        assert (back.status_code, back.headers["location"]) == (303, "/runs")
        user = refresh(browser).json()["user"]
        assert (user["username"], user["email"], user["role"]) == ("ada", "ada@example.org", "user")
        assert user["has_password"] is False
    with database.read() as session:
        assert len(session.scalars(sa.select(User)).all()) == 1
        written = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert written == ["registered", "signed_in", "signed_in"]


def test_taken_name_gets_a_number_and_an_unverified_address_is_not_kept(browse, database):
    browse("ada-1")
    browse("ada-2", oidc_new_accounts="viewer")
    with database.read() as session:
        second = session.scalars(sa.select(User).order_by(User.id)).all()[1]
    assert (second.username, second.email, second.role) == ("ada-2", None, "viewer")


def test_person_without_any_name_gets_one(browse, database):
    browse("nobody")
    with database.read() as session:
        assert session.scalars(sa.select(User.username)).all() == ["user"]


def test_who_is_not_to_come_is_told_so(browse, database):
    assert problem_of(browse("ada-1", oidc_new_accounts="refused")[1]) == "account_unknown"
    browse("ada-1")
    with database.write() as session:
        session.execute(sa.update(User).values(is_active=False))
    browser, back = browse("ada-1")
    assert problem_of(back) == "account_disabled"
    assert is_problem(refresh(browser), 401, "session_ended")


def test_account_with_the_address_is_given_only_where_that_is_set(browse, database, make_person):
    kept = make_person("grace")
    with database.write() as session:
        session.get_one(User, kept.id).email = "ada@example.org"
    assert problem_of(browse("ada-1")[1]) == "address_taken"
    browser, _ = browse("ada-1", oidc_link_by_email=True)
    assert refresh(browser).json()["user"]["username"] == "grace"


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "runs"])
def test_way_back_never_leads_to_another_site(to):
    assert Attempt.begin(to).to == "/"


def test_callback_of_another_browser_or_attempt_opens_nothing(settings_with, issuer):
    with TestClient(create_app(settings_with(oidc_issuer=issuer)), follow_redirects=False) as browser:
        stray = browser.get(CALLBACK, params={"code": "c", "state": "s"})
        assert problem_of(stray) == "attempt_expired"
        started = browser.get("/api/v1/auth/oidc/start")
        assert "SameSite=lax" in started.headers["set-cookie"]
        assert "HttpOnly" in started.headers["set-cookie"]
        asked = parse_qs(urlsplit(started.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert problem_of(browser.get(CALLBACK, params={"code": "c", "state": "s"})) == "attempt_expired"
        state = parse_qs(urlsplit(browser.get("/api/v1/auth/oidc/start").headers["location"]).query)["state"]
        refused = browser.get(CALLBACK, params={"error": "access_denied", "state": state[0]})
        assert problem_of(refused) == "provider_refused"
        state = parse_qs(urlsplit(browser.get("/api/v1/auth/oidc/start").headers["location"]).query)["state"]
        forged = browser.get(CALLBACK, params={"code": "never given out", "state": state[0]})
        assert problem_of(forged) == "provider_failed"


def test_provider_that_is_away_is_no_error_page(settings_with):
    away = settings_with(oidc_issuer="http://127.0.0.1:9")
    with TestClient(create_app(away), follow_redirects=False) as browser:
        assert problem_of(browser.get("/api/v1/auth/oidc/start")) == "provider_failed"


def test_sign_in_page_learns_of_the_provider(settings_with):
    with TestClient(create_app(settings_with(oidc_name="Example"))) as client:
        assert client.get("/api/v1/auth/options").json()["provider"] == "Example"


KEY = RSAKey.generate_key(2048, {"kid": "k"})


class FalseProvider:
    """Answers as a provider does, with claims and keys as a test wants them."""

    def __init__(self, claims, key=KEY, **document):
        self.claims, self.key = claims, key
        self.document = {
            "issuer": "https://provider.example",
            "authorization_endpoint": "https://provider.example/auth",
            "token_endpoint": "https://provider.example/token",
            "jwks_uri": "https://provider.example/jwks",
            **document,
        }

    def get(self, _session, url, **_options):
        path = urlsplit(url).path
        keys = {"keys": [KEY.as_dict(private=False)]}
        told = {"/jwks": keys, "/me": {"sub": "somebody else"}}.get(path, self.document)
        return _Answer(told)

    def fetch_token(self, _session, *_arguments, **_options):
        return {"id_token": jwt.encode({"alg": "RS256", "kid": "k"}, self.claims, self.key)}


class _Answer:
    def __init__(self, told):
        self.json = lambda: told
        self.raise_for_status = lambda: None


GOOD = {
    "iss": "https://provider.example",
    "aud": "fiedler",
    "sub": "ada-1",
    "nonce": "n",
    "exp": 4_000_000_000,
}


def told_by(false_provider, settings, monkeypatch):
    session = provider_module.OAuth2Session
    monkeypatch.setattr(session, "get", lambda *a, **o: false_provider.get(*a, **o))
    monkeypatch.setattr(session, "fetch_token", lambda *a, **o: false_provider.fetch_token(*a, **o))
    return Provider(settings, SITE).claims("code", Attempt("s", "n", "v", "/"))


def test_good_token_is_believed(settings_with, monkeypatch):
    claims = told_by(FalseProvider(GOOD), settings_with(), monkeypatch)
    assert claims == Claims("https://provider.example", "ada-1", None, None)


@pytest.mark.parametrize(
    "false_provider",
    [
        FalseProvider(GOOD | {"iss": "https://other.example"}),
        FalseProvider(GOOD | {"aud": "another program"}),
        FalseProvider(GOOD | {"nonce": "of another attempt"}),
        FalseProvider(GOOD | {"exp": 1}),
        FalseProvider(GOOD | {"azp": "another program"}),
        FalseProvider({name: value for name, value in GOOD.items() if name != "sub"}),
        FalseProvider({name: value for name, value in GOOD.items() if name != "nonce"}),
        FalseProvider(GOOD, key=RSAKey.generate_key(2048, {"kid": "k"})),
        FalseProvider(GOOD, issuer="https://other.example"),
        FalseProvider(GOOD, userinfo_endpoint="https://provider.example/me"),
    ],
    ids=["issuer", "audience", "nonce", "late", "party", "nobody", "no nonce", "key", "document", "userinfo"],
)
def test_false_token_is_refused(false_provider, settings_with, monkeypatch):
    with pytest.raises(ProviderFailedError):
        told_by(false_provider, settings_with(), monkeypatch)


def test_two_tabs_make_one_account(settings_with, database, monkeypatch):
    claims = Claims("https://provider.example", "ada-1", "ada", None)
    first = sign_in(database, settings_with(), claims)
    looked = []
    real = sa.orm.Session.get

    def blind_once(session, model, *arguments, **options):
        if model is OidcIdentity and not looked:
            looked.append(True)
            return None
        return real(session, model, *arguments, **options)

    monkeypatch.setattr("sqlalchemy.orm.Session.get", blind_once)
    assert sign_in(database, settings_with(), claims).user.id == first.user.id
    with database.read() as session:
        assert len(session.scalars(sa.select(User)).all()) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"oidc_client_secret": ""}, "OIDC_CLIENT_SECRET is not"),
        ({"oidc_issuer": "http://provider.example"}, "must begin with https"),
        ({"oidc_link_by_email": True, "registration": "open"}, "Turn one of them off"),
    ],
)
def test_unsafe_settings_are_refused(tmp_path, values, message):
    good = {
        "oidc_issuer": "https://provider.example",
        "oidc_client_id": "fiedler",
        "oidc_client_secret": "s",
    }
    Settings(_env_file=None, data_dir=tmp_path, **good)
    with pytest.raises(ValidationError, match=message):
        Settings(_env_file=None, data_dir=tmp_path, **good | values)
