"""The API process: routes, what surrounds them, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from app import problem_answers
from app.audit.routes import router as audit_router
from app.auth.bearer import KnownTokens
from app.auth.routes import router as auth_router
from app.database import Database
from app.datasets.list_cache import ListCache
from app.datasets.routes import router as datasets_router
from app.draining import Drain
from app.edits.routes import router as edits_router
from app.errors import Problem, problems
from app.explanations.partition_routes import router as partition_explanations_router
from app.explanations.routes import router as explanations_router
from app.export.routes import router as export_router
from app.forecasts.routes import router as forecasts_router
from app.health.look import Look
from app.health.routes import health_router
from app.health.routes import router as workers_router
from app.jobs.routes import router as jobs_router
from app.limits.errors import TooManyRequestsError
from app.limits.limiter import Limiter
from app.limits.middleware import RateLimit
from app.live.feed import Feed
from app.live.hints import open_hints
from app.live.watch import JobWatch
from app.live.websocket import router as live_router
from app.logging import configure_logging
from app.metrics.routes import install as install_metrics
from app.middleware import BodyLimit, RequestContext, security_headers
from app.oidc.routes import router as oidc_router
from app.page import Page
from app.runs.routes import router as runs_router
from app.selections.routes import router as selections_router
from app.settings import Settings, get_settings
from app.sharing.routes import router as sharing_router
from app.storage.store import open_storage
from app.sweeps.routes import router as sweeps_router
from app.system.routes import router as system_router
from app.tracing import TracedRequests, Tracing
from app.uploads.protocol import ANSWER_HEADERS, REQUEST_HEADERS, TusProtocol
from app.uploads.routes import router as uploads_router
from app.users.admin_routes import router as admin_router
from app.users.routes import router as users_router
from app.users.token_routes import router as tokens_router
from app.version import VERSION

PREFIX = "/api/v1"


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application for ``settings`` (default: those of this process).

    Raises
    ------
    SettingsError
        A secret that production needs is missing.
    """
    settings = settings or get_settings()
    settings.signing_key()
    configure_logging(settings.log_level, settings.log_format)
    app = FastAPI(
        title="Fiedler",
        version=VERSION,
        description="Interactive spectral clustering: tables in, clusters and the reasons for them out.",
        lifespan=_lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.storage = open_storage(settings.store_location)
    app.state.hints = open_hints(settings, app.state.database)
    app.state.watch = JobWatch()
    app.state.feed = Feed(app.state.database)
    app.state.list_cache = ListCache(settings)
    app.state.limiter = Limiter(settings)
    app.state.look = Look(settings, app.state.storage)
    app.state.tracing = Tracing(settings, "api")
    app.state.known_tokens = KnownTokens()
    app.state.drain = Drain()
    problem_answers.install(app)
    api = APIRouter(prefix=PREFIX)
    for router in (
        auth_router,
        oidc_router,
        users_router,
        export_router,
        tokens_router,
        admin_router,
        audit_router,
        workers_router,
        datasets_router,
        forecasts_router,
        uploads_router,
        jobs_router,
        runs_router,
        sweeps_router,
        explanations_router,
        partition_explanations_router,
        edits_router,
        selections_router,
        sharing_router,
        system_router,
    ):
        api.include_router(router)
    app.include_router(api)
    app.include_router(health_router)
    app.include_router(live_router)
    app.router.default = Page(settings.frontend_dist)
    app.add_middleware(BodyLimit)
    app.add_middleware(TusProtocol)
    if settings.rate_limit_enabled:
        app.add_middleware(
            RateLimit, settings=settings, limiter=app.state.limiter, known=app.state.known_tokens
        )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "X-Requested-With",
                *REQUEST_HEADERS,
            ],
            expose_headers=[
                "ETag",
                "Location",
                "X-Request-ID",
                "Content-Disposition",
                "Retry-After",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                *ANSWER_HEADERS,
            ],
        )
    install_metrics(app)
    if app.state.tracing.is_on:
        app.add_middleware(TracedRequests, tracing=app.state.tracing)
    app.add_middleware(
        RequestContext, headers=security_headers(settings.frontend_dist), drain=app.state.drain
    )
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign]
    return app


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """Return the contract; every error is the one schema `Problem`, FastAPI's own is left out."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem
        limited = problems(TooManyRequestsError)[TooManyRequestsError.status_code]
        for path, operations in document["paths"].items():
            if path.startswith(PREFIX):
                for operation in operations.values():
                    operation["responses"][str(TooManyRequestsError.status_code)] = limited
        app.openapi_schema = document
    return app.openapi_schema


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    watch: JobWatch = app.state.watch
    feed: Feed = app.state.feed

    def on_hint(job_id: int) -> None:
        watch.notify(job_id)
        feed.hint(job_id)

    feeding = asyncio.create_task(feed.run())
    subscription = await run_in_threadpool(app.state.hints.subscribe, on_hint)
    try:
        yield
    finally:
        await run_in_threadpool(subscription.close)
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        await run_in_threadpool(app.state.tracing.close)
        app.state.look.close()
        app.state.database.dispose()


def _operation_id(route: APIRoute) -> str:
    return route.name
