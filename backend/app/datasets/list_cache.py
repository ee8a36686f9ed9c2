"""Lists of datasets kept in Redis for a few minutes: an answer is named by the version of what it lists."""

from __future__ import annotations

import logging
import time
from typing import cast

import redis

from app.settings import Settings
from app.users.models import User
from app.version import VERSION

logger = logging.getLogger(__name__)
KEPT_SECONDS = 300
# A Redis that did not answer is left alone this long: each request would wait for it otherwise.
REST_SECONDS = 5.0
_ANSWER_SECONDS = 0.5


class ListCache:
    """Keeps answers by user, version and page; without Redis, or while it is away, keeps nothing.

    A write raises the version (`app.datasets.versions`), so that what was kept before is never found again.
    """

    def __init__(self, settings: Settings) -> None:
        self._redis = (
            redis.Redis.from_url(
                settings.cache_url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS
            )
            if settings.cache_url is not None
            else None
        )
        self._rest_until = 0.0
        self.n_hits = 0

    def get(self, user: User, page: str) -> bytes | None:
        """Return what was kept for a page of a user's list."""
        if self._redis is None or time.monotonic() < self._rest_until:
            return None
        try:
            found = cast("bytes | None", self._redis.get(_key(user, page)))
        except redis.RedisError as error:
            self._rest(error)
            return None
        self.n_hits += found is not None
        return found

    def put(self, user: User, page: str, answer: str) -> None:
        """Keep the answer for a page of a user's list, as it was when the request began or later."""
        if self._redis is None or time.monotonic() < self._rest_until:
            return
        try:
            self._redis.set(_key(user, page), answer, ex=KEPT_SECONDS)
        except redis.RedisError as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        self._rest_until = time.monotonic() + REST_SECONDS
        logger.warning("Redis does not answer, lists are not cached: %s", error)


def _key(user: User, page: str) -> str:
    return f"fiedler:datasets:{VERSION}:{user.id}:{user.datasets_version}:{page}"
