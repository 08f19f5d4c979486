"""Settings of one service process. The only module that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from reward_verifiers.complaints import complaint, field_path

PREFIX = "REWARD_SERVICE_"

BACKENDS = ("local", "docker", "none", "off")
_ADDRESS = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):(\d{1,5})")


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
    unsafe: bool = False
    """Allow ``none`` as the place where programs are run."""
    sandbox: str = "local"
    """Where programs are run: ``local`` (sandboxes that this process starts; needs neither root nor
    a daemon), ``docker`` (containers of a Docker Engine), ``tcp://HOST:PORT`` (a sandbox manager
    elsewhere), ``none`` (no protection at all, and not without ``REWARD_SERVICE_UNSAFE=true``), or
    ``off``: code is not judged."""
    sandboxes: int = Field(default_factory=_usable_cores, ge=1, le=1024)
    """Programs that are run at a time; default one per usable core, as for the processes that
    judge: both may use all cores, since seldom both have work, and time is counted in CPU
    seconds."""
    sandbox_token: SecretStr | None = Field(default=None, min_length=1)
    """The token of the sandbox manager at ``tcp://HOST:PORT``."""
    sandbox_max_jobs: int = Field(default=500, ge=1)
    """Programs after which a sandbox is replaced."""
    sandbox_max_minutes: float = Field(default=30.0, gt=0)
    """Minutes after which a sandbox is replaced."""
    docker_host: str | None = Field(default=None, min_length=1)
    """Address of the Docker Engine, as ``unix:///run/user/1000/docker.sock``; unset: what
    ``DOCKER_HOST`` says, else the usual socket."""
    docker_runtime: str | None = Field(default=None, min_length=1)
    """Runtime of the containers, as ``runsc`` for gVisor; unset: the Engine's own default."""
    docker_apparmor: str | None = Field(default=None, min_length=1)
    """AppArmor profile of the containers, on hosts that have AppArmor; unset: Docker's default,
    under which runs of programs cannot be kept apart by namespaces (``sandboxes/README.md``)."""
    max_queued_programs: int = Field(default=20_000, ge=1)
    """Programs that may wait for a sandbox; those past that are answered ``overloaded``."""
    max_code_time_s: float = Field(default=30.0, gt=0)
    """The most CPU seconds that a code spec may give one test; more is clamped, and the verdict
    says so."""
    max_code_total_s: float = Field(default=300.0, gt=0)
    """The same for all tests of a program together."""
    max_code_memory_mb: int = Field(default=4096, ge=16)
    """The most memory that a code spec may give one test; clamped as well."""
    max_code_output_kb: int = Field(default=65_536, ge=1)
    """The most output that a code spec may give one test; clamped as well."""
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

    @field_validator("sandbox")
    @classmethod
    def _known_place(cls, value: str, info: ValidationInfo) -> str:
        address = _ADDRESS.fullmatch(value)
        if value not in BACKENDS and (address is None or int(address[2]) > 65535):
            raise ValueError(f"expected {', '.join(BACKENDS)} or tcp://HOST:PORT")
        if value == "none" and not info.data.get("unsafe"):
            raise ValueError(
                "none runs programs with all your rights; allow that with --unsafe or "
                f"{PREFIX}UNSAFE=true"
            )
        return value

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
