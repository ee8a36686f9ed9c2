"""Every setting of the service: one typed class, read once at start from the environment and ``.env``."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url

from app.jobs.settings import JobSettings
from app.retention.settings import RetentionSettings
from app.storage.settings import StorageSettings

REPOSITORY = Path(__file__).resolve().parents[2]
MINIMUM_SECRET_BYTES = 32
# The database of Redis that counts rate limits, as in the operations guide.
RATE_LIMIT_DATABASE = 1
# The one that keeps lists of datasets.
CACHE_DATABASE = 0
# Settings that may stand in a file instead, named by the setting with _FILE: nothing shows them then.
SECRET_SETTINGS = (
    "jwt_secret",
    "postgres_password",
    "redis_password",
    "database_url",
    "s3_secret_access_key",
)
# Fragments of the secrets that documents and examples show.
PLACEHOLDERS = ("your-", "changeme", "change-me", "change_me", "placeholder", "example", "super-secret")


class SettingsError(RuntimeError):
    """A setting is missing or unsafe; the process must not start."""


def default_worker_slots() -> int:
    """Return one slot for each four cores: a fit uses several threads itself."""
    return max(1, (os.cpu_count() or 1) // 4)


class Settings(StorageSettings, RetentionSettings, JobSettings):
    """The service's settings, under the names of the operations guide.

    Raises
    ------
    pydantic.ValidationError
        A value has the wrong type, lies outside its range, or is a secret that must not be used.
    """

    model_config = SettingsConfigDict(
        env_file=(REPOSITORY / ".env", ".env"),
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        # What is refused at start stands in logs, and may hold a secret.
        hide_input_in_errors=True,
    )

    # Application
    environment: Literal["development", "production"] = "development"
    debug: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["plain", "json"] = "plain"
    # Traces, under the names that OpenTelemetry gives them; off without an endpoint
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_headers: str = ""
    otel_service_name: str = "fiedler"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    # How long a server that is told to stop goes on serving, while load balancers take it off their lists.
    drain_seconds: float = Field(default=0, ge=0)
    # Where people open the platform, for links; else HOST and PORT.
    public_url: str = ""
    frontend_dist: Path = REPOSITORY / "frontend" / "dist"

    # Database
    database_url: str = ""
    postgres_host: str = ""
    postgres_port: int = Field(default=5432, ge=1, le=65535)
    postgres_db: str = "clustering_db"
    postgres_user: str = "cluster_user"
    postgres_password: str = ""
    db_pool_size: int = Field(default=20, ge=1)
    db_max_overflow: int = Field(default=30, ge=0)
    db_pool_timeout: float = Field(default=30, gt=0)

    # Redis: not needed on one server; counts the rate limits of several
    redis_host: str = ""
    redis_port: int = Field(default=6379, ge=1, le=65535)
    redis_password: str = ""

    # Security
    jwt_secret: str = ""
    algorithm: Literal["HS256", "HS384", "HS512"] = "HS256"
    access_token_expire_minutes: int = Field(default=30, ge=1)
    refresh_token_expire_days: int = Field(default=7, ge=1)
    registration: Literal["open", "invited", "closed"] = "invited"
    # Signing in by an OpenID Connect provider; off without an issuer
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "single sign-on"
    oidc_new_accounts: Literal["user", "viewer", "refused"] = "user"
    oidc_link_by_email: bool = False
    cors_origins: Annotated[list[str], NoDecode] = Field(default_factory=list)
    rate_limit_enabled: bool = False
    rate_limit_backend: str = ""
    rate_limit_rps: float = Field(default=10, gt=0)
    rate_limit_burst: int = Field(default=20, ge=1)
    trusted_proxies: Annotated[list[str], NoDecode] = Field(default_factory=list)

    # Files that hold a secret, as Docker's and Kubernetes's secrets are mounted
    jwt_secret_file: Path | None = None
    postgres_password_file: Path | None = None
    redis_password_file: Path | None = None
    database_url_file: Path | None = None

    # Worker
    worker_slots: int = Field(default_factory=default_worker_slots, ge=1)
    worker_lease_seconds: float = Field(default=30, gt=0)
    worker_beat_seconds: float = Field(default=5, gt=0)
    worker_poll_seconds: float = Field(default=1, gt=0)
    worker_grace_seconds: float = Field(default=2, ge=0)
    gpu_enabled: bool = False
    # The Dask cluster that compares the rows of big tables with landmarks; empty: a worker does it itself
    dask_scheduler_address: str = ""
    dask_minimum_rows: int = Field(default=1_000_000, ge=1)
    worker_metrics_port: int = Field(default=0, ge=0, le=65535)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, object]) -> dict[str, object]:
        for name in SECRET_SETTINGS:
            file = values.get(f"{name}_file")
            if not file:
                values.pop(f"{name}_file", None)
            elif values.get(name):
                raise ValueError(f"{name.upper()} and {name.upper()}_FILE are both set; keep one of them.")
            else:
                try:
                    values[name] = Path(str(file)).read_text(encoding="utf-8").strip()
                except OSError as error:
                    raise ValueError(
                        f"{name.upper()}_FILE: {file} cannot be read: {error.strerror}."
                    ) from None
        return values

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        if isinstance(value, str):
            return [proxy.strip() for proxy in value.split(",") if proxy.strip()]
        return value

    @field_validator("rate_limit_backend")
    @classmethod
    def _known_backend(cls, value: str) -> str:
        if value and not value.startswith(("memory://", "redis://", "rediss://")):
            # Only its beginning is told: a password may follow.
            found = value.partition("://")[0] if "://" in value else "no address"
            raise ValueError(
                f"RATE_LIMIT_BACKEND is {found}; it must be memory:// or an address like redis://redis:6379/1."
            )
        return value

    @field_validator("dask_scheduler_address")
    @classmethod
    def _check_scheduler(cls, value: str) -> str:
        if value and not value.startswith(("tcp://", "tls://")):
            raise ValueError(
                f"DASK_SCHEDULER_ADDRESS is {value!r}; it must be an address like tcp://dask-scheduler:8786."
            )
        return value

    @field_validator("public_url", "otel_exporter_otlp_endpoint")
    @classmethod
    def _check_address(cls, value: str, info: ValidationInfo) -> str:
        if value and not value.startswith(("http://", "https://")):
            name = (info.field_name or "").upper()
            raise ValueError(f"{name} is {value!r}; it must begin with https:// or http://.")
        return value.rstrip("/")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("frontend_dist")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _refuse_unsafe_secrets(self) -> Self:
        size = len(self.jwt_secret.encode())
        if 0 < size < MINIMUM_SECRET_BYTES:
            raise ValueError(
                f"JWT_SECRET has {size} bytes; it needs at least {MINIMUM_SECRET_BYTES}. "
                "Make one with: openssl rand -hex 32"
            )
        if self.environment == "production":
            for name, value in (
                ("JWT_SECRET", self.jwt_secret),
                ("OIDC_CLIENT_SECRET", self.oidc_client_secret),
                ("POSTGRES_PASSWORD", self.postgres_password),
                ("DATABASE_URL", make_url(self.database_url).password or "" if self.database_url else ""),
            ):
                if any(fragment in str(value).lower() for fragment in PLACEHOLDERS):
                    raise ValueError(
                        f"{name} still holds the placeholder of an example, which everyone knows; "
                        "set a secret of your own, for instance from: openssl rand -hex 32"
                    )
        if self.worker_beat_seconds * 2 > self.worker_lease_seconds:
            raise ValueError(
                f"WORKER_BEAT_SECONDS is {self.worker_beat_seconds:g} with a lease of "
                f"{self.worker_lease_seconds:g} s; beat at least twice in a lease."
            )
        return self

    @model_validator(mode="after")
    def _check_provider(self) -> Self:
        if not self.oidc_issuer:
            return self
        if not (self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "OIDC_ISSUER is set, and OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is not; "
                "the provider gives both when this site is registered there."
            )
        host = urlsplit(self.oidc_issuer).hostname
        if not self.oidc_issuer.startswith("https://") and host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(f"OIDC_ISSUER is {self.oidc_issuer!r}; it must begin with https://.")
        if self.oidc_link_by_email and self.registration == "open":
            raise ValueError(
                "OIDC_LINK_BY_EMAIL is on, and REGISTRATION is open: whoever registers with somebody else's "
                "address would be given that person's sign-in. Turn one of them off."
            )
        return self

    @property
    def url(self) -> URL:
        """The database to use: DATABASE_URL, else POSTGRES_*, else SQLite in DATA_DIR."""
        if self.database_url:
            url = make_url(self.database_url)
            if url.drivername in ("postgresql", "postgres"):
                url = url.set(drivername="postgresql+psycopg")
            return url
        if self.postgres_host:
            return URL.create(
                "postgresql+psycopg",
                username=self.postgres_user,
                password=self.postgres_password or None,
                host=self.postgres_host,
                port=self.postgres_port,
                database=self.postgres_db,
            )
        return URL.create("sqlite", database=str(self.data_dir / "fiedler.db"))

    @property
    def rate_limit_url(self) -> str | None:
        """The Redis that counts rate limits: RATE_LIMIT_BACKEND, else REDIS_HOST; None: this process counts.

        REDIS_PASSWORD is used where the address has none.
        """
        return self._redis_url(self.rate_limit_backend, RATE_LIMIT_DATABASE)

    @property
    def cache_url(self) -> str | None:
        """The Redis at REDIS_HOST that keeps lists for a while; None: nothing is kept."""
        return self._redis_url("", CACHE_DATABASE)

    def _redis_url(self, address: str, number: int) -> str | None:
        if not address and self.redis_host:
            address = f"redis://{self.redis_host}:{self.redis_port}/{number}"
        if not address.startswith(("redis://", "rediss://")):
            return None
        url = make_url(address)
        if self.redis_password and not url.password:
            # The user whom REDIS_PASSWORD, requirepass in Redis, belongs to.
            url = url.set(username=url.username or "default", password=self.redis_password)
        return url.render_as_string(hide_password=False)

    @property
    def hints_dir(self) -> Path:
        """Where the processes of this machine listen for hints."""
        return self.data_dir / "hints"

    def signing_key(self) -> str:
        """Return the key that signs access tokens; in development one is made and kept in DATA_DIR.

        Raises
        ------
        SettingsError
            JWT_SECRET is not set in production.
        """
        if self.jwt_secret:
            return self.jwt_secret
        if self.environment == "production":
            raise SettingsError(
                "JWT_SECRET is not set, and ENVIRONMENT is production; "
                "set it to at least 32 random bytes, for instance from: openssl rand -hex 32"
            )
        return _kept_secret(self.data_dir / "secret")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked: of two processes that start at once, both read the one that won.
    draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read at the first call."""
    return Settings()
