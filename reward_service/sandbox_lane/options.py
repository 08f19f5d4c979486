"""What settings say about sandboxes, in the words of the sandboxes."""

from __future__ import annotations

from reward_sandboxes.backend import BackendOptions
from reward_service.config import Settings


def backend_options(settings: Settings) -> BackendOptions:
    """Return what ``settings`` choose about sandboxes, apart from which."""
    token = settings.sandbox_token
    return BackendOptions(
        slots=settings.sandboxes,
        most_waiting=settings.max_queued_programs,
        max_jobs=settings.sandbox_max_jobs,
        max_minutes=settings.sandbox_max_minutes,
        unsafe=settings.unsafe,
        docker_host=settings.docker_host or "",
        docker_runtime=settings.docker_runtime or "",
        docker_apparmor=settings.docker_apparmor or "",
        memory_mb=settings.max_code_memory_mb,
        token=token.get_secret_value() if token else "",
    )
