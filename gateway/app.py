"""The gateway's application: `uvicorn --factory gateway.app:create_app`."""

from __future__ import annotations

import asyncio
import gc
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chassis import logging
from chassis.asyncbus import AsyncBus
from gateway import description, problems, routes
from gateway.ballots import intake_key
from gateway.clients import Clients
from gateway.live import Streams, on_exit
from gateway.middleware import Gate, TokenBuckets
from gateway.portal import Portals
from gateway.session import Sessions
from gateway.settings import Settings
from gateway.texts import storable

API = "/api/v1"


class Portal(StaticFiles):
    """The portal's files; an address that is a page of the portal gets its one document."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            answer = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or f"{path}/".startswith("api/") or "." in Path(path).name:
                raise
            answer = FileResponse(Path(str(self.directory)) / "index.html")
        if path.startswith("assets/"):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            answer.headers["Cache-Control"] = "no-cache"
        return answer


class Pages(Mount):
    """The portal at every address but the API's, where a wrong method is to be told the right ones."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope["path"].startswith("/api/") else super().matches(scope)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it connects to the broker when it starts and answers 503 as long as there is none."""
    own = settings or Settings()
    logging.configure("gateway")
    bus = AsyncBus(
        own.amqp_url.get_secret_value(),
        in_flight=own.in_flight,
        in_flight_per_service=own.in_flight_per_service,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        bus.start()
        watching = asyncio.create_task(streams.run(), name="streams")
        on_exit(streams.close)
        # What was imported and built stays: it need not be walked over again and again.
        gc.collect()
        gc.freeze()
        yield
        watching.cancel()
        await bus.stop()

    app = FastAPI(
        title="Zhiping 职评",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # A redirect would name the host that the request named.
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = own
    app.state.intake = intake_key(own.vote_key.get_secret_value())
    app.state.bus = bus
    app.state.clients = Clients(bus)
    app.state.sign_ins = TokenBuckets(own.sign_ins_per_minute)
    app.state.sessions = Sessions(app.state.clients, own.session_seconds)
    app.state.portals = Portals(app.state.clients)
    streams = app.state.streams = Streams(bus, app.state.clients, app.state.sessions, own)
    bus.listen(streams.heard)
    problems.install(app)
    _health(app, bus)
    for module in pkgutil.iter_modules(routes.__path__):
        app.include_router(
            import_module(f"{routes.__name__}.{module.name}").router,
            prefix=API,
            dependencies=[Depends(storable)],
            responses=description.REFUSALS,
        )
    description.install(app)
    if own.portal.is_dir():
        files = Portal(directory=own.portal, html=True)
        app.router.routes.append(Pages("/", app=GZipMiddleware(files, compresslevel=5), name="portal"))
    app.add_middleware(Gate, settings=own)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _health(app: FastAPI, bus: AsyncBus) -> None:
    # What balances load often asks by HEAD, which must not be answered by a page of the portal.
    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"process": "gateway"})

    @app.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    async def readyz() -> JSONResponse:
        return JSONResponse(
            {"process": "gateway", "ready": bus.is_ready, "needs": {"broker": bus.is_ready}},
            status_code=200 if bus.is_ready else 503,
        )

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if "x-forwarded-for" in request.headers:  # for who collects inside, not for whom a proxy brings
            raise HTTPException(404)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
