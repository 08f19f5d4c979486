"""The app: which path is answered by what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reward_service import __version__
from reward_service.api import openapi, problems
from reward_service.api.guard import Guard
from reward_service.api.intake import Intake
from reward_service.api.readiness import readiness
from reward_service.api.scoring import CheckEndpoint, ScoreEndpoint
from reward_service.api.welcome import Welcome
from reward_service.config import Settings
from reward_service.domains import domain_table
from reward_service.engine import Engine
from reward_service.errors import RequestError
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane


def create_app(engine: Engine, settings: Settings, telemetry: Telemetry | None = None) -> FastAPI:
    """Return an app around ``engine``; its lifespan starts the engine, if need be, and closes it.

    Args:
        engine: what judges.
        settings: the bounds, the token, the share that makes ``/readyz`` turn.
        telemetry: what ``/metrics`` shows; its ``observe`` must be the engine's observer, or it
            sees requests alone.
    """
    door = Door(engine, settings, telemetry or Telemetry())
    app = FastAPI(
        title="reward-service",
        version=__version__,
        description=openapi.DESCRIPTION,
        lifespan=door.lifespan,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        exception_handlers={
            problems.ProblemError: problems.on_problem,
            RequestError: problems.on_request_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_surprise,
        },
    )
    app.router.routes[:0] = door.routes()  # before the documentation: every match costs
    app.add_middleware(
        Guard,
        telemetry=door.telemetry,
        token=settings.token.get_secret_value() if settings.token else None,
        counted_paths={route.path for route in app.routes if isinstance(route, Route)},
    )
    app.state.door = door
    app.openapi = openapi.document  # type: ignore[method-assign]  # FastAPI's documented way
    return app


class Door:
    """What the routes share."""

    def __init__(self, engine: Engine, settings: Settings, telemetry: Telemetry) -> None:
        self.engine = engine
        self.settings = settings
        self.telemetry = telemetry
        self._started = False
        self.intake = Intake(engine=engine, settings=settings)

    def routes(self) -> list[Route]:
        """Return the paths, the busiest first."""
        return [
            Route("/score", ScoreEndpoint(self.intake), methods=["POST"]),
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
            Route("/domains", self.domains),
            Route("/check", CheckEndpoint(self.intake), methods=["POST"]),
            Route("/", self.welcome),
        ]

    async def start(self) -> None:
        """Make the engine ready, once."""
        if self._started:
            return
        self._started = True
        await self.engine.start()

    async def stop(self) -> None:
        """Begin nothing more; end the engine, which answers what is open as unscored."""
        self.stop_intake()
        await self.engine.close()

    def stop_intake(self) -> None:
        """Begin nothing more; what is in flight goes on."""
        self.intake.closing = True

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        """Make the service ready, and end it."""
        try:
            await self.start()
            yield
        finally:
            await self.stop()

    async def welcome(self, _request: Request) -> Response:
        """Answer with what this is and where to go on."""
        return _json(Welcome())

    async def healthz(self, _request: Request) -> Response:
        """Answer that the process lives."""
        return Response('{"status":"ok"}\n', media_type="application/json")

    async def readyz(self, _request: Request) -> Response:
        """Answer whether the service can judge."""
        state = readiness(
            self.engine,
            self.telemetry,
            max_unscored_share=self.settings.unready_unscored_share,
            closing=self.intake.closing,
        )
        return _json(state, status=200 if state.ready else 503)

    async def metrics(self, request: Request) -> Response:
        """Answer with the metrics, for Prometheus."""
        text, media_type = self.telemetry.exposition(self.engine, request.headers.get("accept", ""))
        return Response(text, headers={"content-type": media_type})

    async def domains(self, _request: Request) -> Response:
        """Answer with what can be judged, what a spec of it holds, formats of rows, languages."""
        details = {}
        if Lane.SANDBOX in self.engine.lanes:
            details = self.engine.lanes[Lane.SANDBOX].status().details
        table = domain_table(
            versions=details.get("languages", {}), missing=details.get("languages_missing", {})
        )
        return _json(table)


def _json(model: BaseModel, *, status: int = 200, **headers: Any) -> Response:
    return Response(
        model.model_dump_json() + "\n",
        status_code=status,
        headers=headers,
        media_type="application/json",
    )
