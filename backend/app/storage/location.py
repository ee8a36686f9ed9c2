"""Where a store is and what lies in it: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """Where things are kept, in plain values that a child process can be sent.

    Parameters
    ----------
    uploads, artifacts : str
        Folders of this machine: the store itself; of a bucket, ``artifacts`` is the cache.
    bucket : str
        ``s3://bucket/prefix``; empty: the folders are the store.
    cache_bytes : int
        How large the cache of a bucket may grow.
    options : dict
        Endpoint, region and keys of the bucket; never shown.
    """

    uploads: str
    artifacts: str
    bucket: str = ""
    cache_bytes: int = 0
    options: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something in the store: an artifact by its stage and key, or an upload, whose stage is ``""``.

    Attributes
    ----------
    stage, key : str
    n_bytes : int
    last_used : datetime
        When it was written, or found to be what another job needs as well.
    """

    stage: str
    key: str
    n_bytes: int
    last_used: datetime
