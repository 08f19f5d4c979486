"""Settings of one service process. The only module that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from reward_verifiers.complaints import complaint, field_path

PREFIX = "REWARD_SERVICE_"


class SettingsError(ValueError):
    """A setting is unknown or malformed; the message names it."""


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0))


class Settings(BaseModel):
    """How one service process behaves; every field can be set as ``REWARD_SERVICE_<NAME>``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    token: SecretStr | None = Field(default=None, min_length=1)
    """Bearer token that callers must send; unset: whoever reaches the port may score."""
    cpu_workers: int = Field(default_factory=_usable_cores, ge=1, le=256)
    """Processes that judge cpu-lane domains; default one per usable core."""
    judge_cpu_s: float = Field(default=1.0, gt=0, le=600)
    """CPU seconds one cpu-lane question may take; then its worker is killed and the answer is over
    its limit."""
    judge_wall_s: float = Field(default=20.0, gt=0, le=3600)
    """Wall-clock backstop of the same, for a question that sleeps or a host that starves us."""
    worker_memory_mb: int = Field(default=1024, ge=128)
    """Memory one cpu-lane worker may add to what it starts with."""
    max_pending_items: int = Field(default=20_000, ge=1)
    """Items that may be in the engine at once; a request past that is answered 429."""
    max_request_items: int = Field(default=10_000, ge=1)
    """Items in one request."""
    max_completion_chars: int = Field(default=1_000_000, ge=1)
    """Length of one completion, thinking included; a longer one is not read, but over its limit."""
    max_body_mb: int = Field(default=64, ge=1)
    """Size of one request body; a larger one is answered 413."""
    cache_mb: int = Field(default=16, ge=0)
    """Memory for remembered verdicts; 0 remembers none."""
    default_deadline_s: float | None = Field(default=None, gt=0)
    """Deadline of requests that name none; unset: they wait until every item is judged."""
    drain_s: float = Field(default=30.0, ge=0)
    """How long a stopping service goes on with what is in flight."""
    access_log: bool = False
    """Log every request; off, because a trainer sends thousands."""
    unready_unscored_share: float = Field(default=0.5, gt=0, le=1)
    """``/readyz`` turns 503 when at least this share of recent items went unscored by our fault."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """Read settings from ``env`` (default: the process's); ``overrides`` win unless None.

        Raises:
            SettingsError: a value is malformed, or a name with our prefix is unknown.
        """
        env = os.environ if env is None else env
        values: dict[str, object] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in env.items()
            if name.startswith(PREFIX)
        }
        values.update({name: value for name, value in overrides.items() if value is not None})
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(_complaint(error, cls)) from error


def _complaint(error: ValidationError, settings: type[Settings]) -> str:
    lines = []
    for detail in error.errors(include_url=False):
        name = PREFIX + field_path(detail).upper()
        if detail["type"] == "extra_forbidden":
            known = ", ".join(PREFIX + field.upper() for field in settings.model_fields)
            lines.append(f"unknown setting {name}; known: {known}")
        elif detail["input"] == "":
            lines.append(f"{name}: empty; give it a value, or unset it")
        else:
            lines.append(f"{name}: {complaint(detail)}")
    return "; ".join(lines)
