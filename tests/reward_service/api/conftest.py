"""An app around a scripted engine, asked without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fakes
import httpx
import pytest
from asking import ask_app
from fastapi import FastAPI

from reward_service.api import create_app
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import WorkerDiedError
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane

Ask = Callable[..., httpx.Response]


@pytest.fixture
def lane() -> fakes.ScriptedLane:
    return fakes.ScriptedLane(errors={"down": WorkerDiedError("a worker died")})


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


@pytest.fixture
def make_app(lane: fakes.ScriptedLane, telemetry: Telemetry) -> Callable[..., FastAPI]:
    def make(**settings: Any) -> FastAPI:
        set_to = Settings(**settings)
        engine = Engine(
            {Lane.CPU: lane},
            max_pending_items=set_to.max_pending_items,
            observer=telemetry.observe,
            verifiers=lambda _name: fakes.LITERAL,
        )
        return create_app(engine, set_to, telemetry)

    return make


@pytest.fixture
def ask(make_app: Callable[..., FastAPI]) -> Ask:
    """Send one request to a new app; keyword ``settings`` are the app's."""

    def send(
        method: str, path: str, *, settings: dict[str, Any] | None = None, **request: Any
    ) -> httpx.Response:
        return ask_app(make_app(**(settings or {})), method, path, **request)

    return send
