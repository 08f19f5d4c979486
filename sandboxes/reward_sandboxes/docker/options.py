"""What an operator may choose about containers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DockerOptions:
    """How containers are made; the same for all of them."""

    host: str = ""
    """Where Docker answers, such as ``unix:///var/run/docker.sock`` or ``tcp://host:2376``; empty:
    what DOCKER_HOST says, else the usual socket. Certificates are those of DOCKER_CERT_PATH."""
    runtime: str = ""
    """``runsc`` for gVisor, ``kata``; empty: Docker's default."""
    apparmor: str = ""
    """AppArmor profile; empty: Docker's default, which on hosts that have AppArmor keeps sandboxes
    from nesting namespaces (their level is ``landlock`` then)."""
    memory_mb: int = 5120
    """Memory of a container, files in it included; what programs and compilers may have at most
    comes out of it."""
    cpus: float = 1.0
    """CPU cores of a container."""
    processes: int = 512
    """Processes and threads in a container."""
    files_mb: int = 1024
    """Space for files in a container, all in memory."""
    files: int = 100_000
    """Number of files."""
    first_user: int = 20_000
    """Containers run as this user id and the following ones, each as another."""
    lifetime_s: float = 7200.0
    """A container older than this is taken for a leftover, whoever started it; has to be longer
    than sandboxes live."""
    api_timeout_s: float = 20.0
    """How long Docker may take to answer a request."""
