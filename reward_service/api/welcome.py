"""What ``GET /`` tells somebody who knows no more than the address."""

from __future__ import annotations

from pydantic import Field

from reward_service import __version__
from reward_service.schema import Wire


class Welcome(Wire):
    """What answers here, and where to go on."""

    name: str = Field(default="reward-service", examples=["reward-service"])
    """What answers here."""
    version: str = Field(default=__version__, examples=[__version__])
    """Its version."""
    score: str = Field(default="/score", examples=["/score"])
    """Where to post completions."""
    docs: str = Field(default="/docs", examples=["/docs"])
    """The description of every request and answer, for a browser."""
    openapi: str = Field(default="/openapi.json", examples=["/openapi.json"])
    """The same, for programs."""
    domains: str = Field(default="/domains", examples=["/domains"])
    """What can be judged."""
    ready: str = Field(default="/readyz", examples=["/readyz"])
    """Whether it can be judged now."""
