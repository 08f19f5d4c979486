"""The options of every command that judges in this process."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from reward_service.cli.parser import positive_int, positive_number

if TYPE_CHECKING:
    from reward_service.config import Settings


def add_engine_options(parser: ArgumentParser) -> None:
    """Add how many processes judge, and what they may use."""
    group = parser.add_argument_group(
        "judging", "Each is also a setting, REWARD_SERVICE_<NAME> in the environment."
    )
    group.add_argument(
        "--workers",
        type=positive_int,
        metavar="N",
        help="processes that judge (default: one per usable core; REWARD_SERVICE_CPU_WORKERS)",
    )
    group.add_argument(
        "--sandbox",
        metavar="WHERE",
        help="where programs are run: local, docker, tcp://HOST:PORT, none (needs --unsafe) or off "
        "(default: local)",
    )
    group.add_argument(
        "--sandboxes",
        type=positive_int,
        metavar="N",
        help="programs run at a time (default: one per usable core)",
    )
    group.add_argument(
        "--unsafe",
        action="store_true",
        default=None,
        help="allow --sandbox none, which runs programs with all your rights",
    )
    group.add_argument(
        "--judge-cpu-s",
        type=positive_number,
        metavar="S",
        help="CPU seconds one answer may take before it is over its limit (default: 1)",
    )
    group.add_argument(
        "--worker-memory-mb",
        type=positive_int,
        metavar="MB",
        help="memory one process may add to what it starts with (default: 1024)",
    )


def settings_of(arguments: Namespace, **more: object) -> Settings:
    """Return the settings of the environment, with those of the command line on top.

    Raises:
        SettingsError: one of them is unknown or malformed.
    """
    from reward_service.config import Settings

    return Settings.from_env(
        None,
        cpu_workers=arguments.workers,
        sandbox=arguments.sandbox,
        sandboxes=arguments.sandboxes,
        unsafe=arguments.unsafe,
        judge_cpu_s=arguments.judge_cpu_s,
        worker_memory_mb=arguments.worker_memory_mb,
        **more,
    )
