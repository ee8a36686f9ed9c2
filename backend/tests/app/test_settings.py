import re
import stat

import pytest
from pydantic import ValidationError

from app.settings import REPOSITORY, Settings, SettingsError

SECRET = "0123456789abcdef0123456789abcdef"


def make(tmp_path, **values) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, **values)


def test_every_setting_is_in_the_example_and_whatever_else_is_there_is_used():
    example = (REPOSITORY / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    settings = {name.upper() for name in Settings.model_fields}
    assert settings <= named
    compose = "".join(path.read_text() for path in REPOSITORY.glob("docker-compose*.yml"))
    scripts = "".join(path.read_text() for path in (REPOSITORY / "scripts").glob("*.sh"))
    # Also several in a loop: `for name in A B; do`.
    read = set(re.findall(r"setting ([A-Z][A-Z0-9_]+)", scripts))
    read.update(*(names.split() for names in re.findall(r"for name in ([A-Z0-9_ ]+);", scripts)))
    for name in named - settings - {"COMPOSE_PROJECT_NAME"}:
        assert f"${{{name}:" in compose or name in read, f"nothing reads {name}"


def test_the_example_itself_is_valid(tmp_path):
    settings = Settings(_env_file=REPOSITORY / ".env.example", data_dir=tmp_path)
    assert settings.url.get_backend_name() == "sqlite"


def test_settings_of_the_operations_guide_are_read(tmp_path, monkeypatch):
    for line in (
        "ENVIRONMENT=production",
        "LOG_LEVEL=info",
        "DATABASE_URL=postgresql://cluster_user:s3cret@db:5432/clustering_db",
        f"JWT_SECRET={SECRET}",
        "CORS_ORIGINS=https://a.org/, https://b.org",
        "RATE_LIMIT_BACKEND=redis://redis:6379/1",
        "MAX_FILE_SIZE=52428800",
        "UPLOAD_PATH=/app/uploads",
        "GPU_ENABLED=true",
    ):
        monkeypatch.setenv(*line.split("=", 1))
    settings = make(tmp_path)
    assert settings.url.drivername == "postgresql+psycopg"
    assert settings.cors_origins == ["https://a.org", "https://b.org"]
    assert str(settings.uploads_dir) == "/app/uploads"
    assert settings.max_file_size == 50 * 1024**2
    assert settings.gpu_enabled


def test_postgres_variables_make_the_url(tmp_path):
    settings = make(tmp_path, postgres_host="db", postgres_password="p@ss")
    assert settings.url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://cluster_user:p%40ss@db:5432/clustering_db"
    )


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, None),
        ({"rate_limit_backend": "memory://", "redis_host": "redis"}, None),
        ({"redis_host": "redis", "redis_password": "p@ss"}, "redis://default:p%40ss@redis:6379/1"),
        ({"rate_limit_backend": "redis://r:1/2", "redis_password": "p"}, "redis://default:p@r:1/2"),
        ({"rate_limit_backend": "redis://u:own@r/2", "redis_password": "p"}, "redis://u:own@r/2"),
    ],
)
def test_redis_that_counts_limits_is_found_with_its_password(tmp_path, values, url):
    assert make(tmp_path, **values).rate_limit_url == url


def test_unknown_kind_of_limit_backend_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="memory:// or an address like redis://redis:6379/1"):
        make(tmp_path, rate_limit_backend="memcached://localhost")


def test_secret_is_read_from_its_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text(SECRET + "\n")
    monkeypatch.setenv("JWT_SECRET_FILE", str(tmp_path / "secret"))
    assert make(tmp_path).jwt_secret == SECRET
    monkeypatch.setenv("JWT_SECRET", SECRET)
    with pytest.raises(ValidationError, match="both set"):
        make(tmp_path)


def test_secret_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValidationError, match=r"REDIS_PASSWORD_FILE: .*nowhere cannot be read"):
        make(tmp_path, redis_password_file=tmp_path / "nowhere")


@pytest.mark.parametrize(
    "values", [{"algorithm": "none"}, {"log_level": "LOUD"}, {"environment": "staging"}, {"debug": "perhaps"}]
)
def test_values_that_cannot_be_are_refused(tmp_path, values):
    with pytest.raises(ValidationError, match=next(iter(values))):
        make(tmp_path, **values)


def test_short_secret_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="31 bytes; it needs at least 32"):
        make(tmp_path, jwt_secret=SECRET[:31])


@pytest.mark.parametrize(
    "values",
    [
        {"jwt_secret": "your-super-secret-jwt-key-minimum-32-characters"},
        {"jwt_secret": SECRET, "postgres_password": "your-secure-password"},
        {"jwt_secret": SECRET, "database_url": "postgresql://u:changeme@db/x"},
    ],
)
def test_placeholder_is_refused_in_production(tmp_path, values):
    with pytest.raises(ValidationError, match="placeholder"):
        make(tmp_path, environment="production", **values)


def test_missing_secret_is_refused_in_production(tmp_path):
    with pytest.raises(SettingsError, match="JWT_SECRET is not set"):
        make(tmp_path, environment="production").signing_key()


def test_secret_of_development_is_made_once_and_kept_private(tmp_path):
    first = make(tmp_path).signing_key()
    assert len(first) == 64
    assert make(tmp_path).signing_key() == first
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_lease_shorter_than_two_beats_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="beat at least twice"):
        make(tmp_path, worker_lease_seconds=9, worker_beat_seconds=5)
