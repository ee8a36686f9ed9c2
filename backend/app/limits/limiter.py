"""Counting requests by the generic cell rate algorithm, in Redis or, when it does not answer, here."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from throttled import Quota, RateLimiterType
from throttled.asyncio import BaseStore, MemoryStore, RedisStore, Throttled
from throttled.exceptions import StoreUnavailableError

from app.limits.quotas import Draw
from app.settings import Settings

logger = logging.getLogger(__name__)
# A Redis that did not answer is left alone this long: each request would wait for it otherwise.
REST_SECONDS = 5.0
_CONNECT_SECONDS = 0.5
_KEY_PREFIX = "fiedler:limit:"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What counting one request came to.

    Attributes
    ----------
    is_allowed : bool
    limit : int
        Requests that may come at once.
    remaining : int
        Of them, those still free.
    reset_seconds, retry_seconds : float
        Until all are free again; until the next one is (0 when allowed).
    """

    is_allowed: bool
    limit: int
    remaining: int
    reset_seconds: float
    retry_seconds: float


class Limiter:
    """Counts for all servers in the Redis of RATE_LIMIT_BACKEND, for this process alone without one.

    While Redis does not answer, this process counts by itself: a limit that is somewhat too wide does less
    harm than a service that stops.
    """

    def __init__(self, settings: Settings) -> None:
        self._local: BaseStore = MemoryStore()
        self._shared = _redis_store(settings)
        self._throttles: dict[tuple[int, int, str], Throttled] = {}
        self._rest_until = 0.0
        self.n_fallbacks = 0

    async def count(self, draw: Draw) -> Verdict:
        """Count one request against ``draw``."""
        if self._shared is not None and time.monotonic() >= self._rest_until:
            try:
                return await self._count(draw, self._shared)
            except StoreUnavailableError as error:
                self._rest_until = time.monotonic() + REST_SECONDS
                self.n_fallbacks += 1
                logger.warning(
                    "Redis does not answer, rate limits are counted in this process: %s", error.__cause__
                )
        return await self._count(draw, self._local)

    async def _count(self, draw: Draw, store: BaseStore) -> Verdict:
        result = await self._throttle(draw.quota, store).limit(_KEY_PREFIX + draw.counter)
        state = result.state
        return Verdict(not result.limited, state.limit, state.remaining, state.reset_after, state.retry_after)

    def _throttle(self, quota: Quota, store: BaseStore) -> Throttled:
        """Return what counts by ``quota`` in ``store``, made once: it holds the script loaded into Redis."""
        name = (quota.get_limit(), quota.burst, store.TYPE)
        if name not in self._throttles:
            self._throttles[name] = Throttled(using=RateLimiterType.GCRA.value, quota=quota, store=store)
        return self._throttles[name]


def _redis_store(settings: Settings) -> RedisStore | None:
    """Return the store in the Redis that ``settings`` name, if any."""
    url = settings.rate_limit_url
    if url is None:
        return None
    options = {
        "CONNECTION_POOL_KWARGS": {
            "socket_connect_timeout": _CONNECT_SECONDS,
            "socket_timeout": _CONNECT_SECONDS,
        }
    }
    return RedisStore(server=url, options=options)
