"""Settings of the artifact store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings

from app.storage.location import StoreLocation


def default_data_dir() -> Path:
    """Return ``$XDG_DATA_HOME/fiedler``, or ``~/.local/share/fiedler``."""
    root = os.environ.get("XDG_DATA_HOME")
    return (Path(root) if root else Path.home() / ".local" / "share") / "fiedler"


def _absolute(value: object) -> object:
    if value == "":
        return None
    return Path(value).expanduser().absolute() if isinstance(value, str | Path) else value


Folder = Annotated[Path, BeforeValidator(_absolute)]


class StorageSettings(BaseSettings):
    """Where uploads and results are kept: folders of this machine, a shared folder, or a bucket."""

    data_dir: Folder = Field(default_factory=default_data_dir)
    # Uploads alone; a bucket keeps them itself.
    upload_path: Folder | None = None
    max_file_size: int = Field(default=1024**3, ge=1)
    # A folder that several machines share, or s3://bucket/prefix; else DATA_DIR.
    artifact_store: str = ""
    # Of a bucket: what was fetched to this machine, and how large that may grow.
    artifact_cache_dir: Folder | None = None
    artifact_cache_bytes: int = Field(default=20 * 1024**3, ge=0)
    s3_endpoint_url: str = ""
    s3_region: str = ""
    s3_access_key_id: str = ""
    s3_secret_access_key: str = ""
    s3_secret_access_key_file: Path | None = None

    @model_validator(mode="after")
    def _check_store(self) -> Self:
        scheme, found, rest = self.artifact_store.partition("://")
        if found and (scheme != "s3" or not rest.strip("/")):
            raise ValueError(
                f"ARTIFACT_STORE is {self.artifact_store!r}; it must be a folder, or a bucket like "
                "s3://bucket/prefix."
            )
        return self

    @property
    def store_folder(self) -> Path:
        """The folder that is the store, where it is no bucket."""
        is_folder = self.artifact_store and not self._has_bucket
        return Path(self.artifact_store).expanduser().absolute() if is_folder else self.data_dir

    @property
    def uploads_dir(self) -> Path:
        """Where uploads are kept as they came, where the store is a folder."""
        return self.upload_path or self.store_folder / "uploads"

    @property
    def artifacts_dir(self) -> Path:
        """Root of the engine's content-addressed results on this machine: the store's, or the cache's."""
        if self._has_bucket:
            return self.artifact_cache_dir or self.data_dir / "cache"
        return self.store_folder / "artifacts"

    @property
    def store_location(self) -> StoreLocation:
        """The artifact store as `app.storage.store.open_storage` takes it."""
        return StoreLocation(
            uploads=str(self.uploads_dir),
            artifacts=str(self.artifacts_dir),
            bucket=self.artifact_store if self._has_bucket else "",
            cache_bytes=self.artifact_cache_bytes,
            options={
                "endpoint_url": self.s3_endpoint_url,
                "region": self.s3_region,
                "access_key_id": self.s3_access_key_id,
                "secret_access_key": self.s3_secret_access_key,
            },
        )

    @property
    def _has_bucket(self) -> bool:
        return self.artifact_store.startswith("s3://")
