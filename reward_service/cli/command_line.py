"""From words to a command and its exit code.

Only argparse is loaded before a command is known, so that help and mistakes answer at once. A
command's own module loads what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from reward_service import __version__
from reward_service.cli.check_data import add as add_check_data
from reward_service.cli.console import complain
from reward_service.cli.doctor import add as add_doctor
from reward_service.cli.domains import add as add_domains
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Parser, did_you_mean, examples
from reward_service.cli.rg import add as add_rg
from reward_service.cli.sandbox import add as add_sandbox
from reward_service.cli.score import add as add_score
from reward_service.cli.serve import add as add_serve

COMMANDS = {
    "serve": add_serve,
    "score": add_score,
    "check-data": add_check_data,
    "domains": add_domains,
    "doctor": add_doctor,
    "sandbox": add_sandbox,
    "rg": add_rg,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's) and return the exit code."""
    words = sys.argv[1:] if argv is None else [*argv]
    parser = _parser()
    if not words:
        parser.print_help(sys.stderr)
        return Exit.USAGE
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        near = did_you_mean(words[0], COMMANDS) or f"; there are: {', '.join(COMMANDS)}"
        complain("", f"unknown command {words[0]!r}{near}")
        return Exit.USAGE
    command = words[0]
    try:
        arguments, unknown = parser.parse_known_args(words)
        command = getattr(arguments, "parser", parser).command or command
        if unknown:
            getattr(arguments, "parser", parser).refuse_unknown(unknown)
        if "run" not in arguments:
            parser.refuse_unknown(words)
        return int(arguments.run(arguments))
    except SystemExit as done:  # how argparse ends a help or a complaint
        return int(done.code or 0)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    except KeyboardInterrupt:
        complain(command, "interrupted")
        return Exit.INTERRUPTED
    except _expected() as error:
        if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("reward_"):
            raise
        complain(command, _message(error))
        return _exit_for(error)


def _parser() -> Parser:
    parser = Parser(
        prog="reward-service",
        description="Says how right a rollout of a language model is, so that training can trust "
        "the number.",
        epilog=examples(
            ("serve on http://127.0.0.1:8000", "reward-service serve"),
            (
                "score a file; killed or not, the same command goes on",
                "reward-service score generations.jsonl -o scored.jsonl",
            ),
            ("does every gold verify itself?", "reward-service check-data train.jsonl"),
            ("what can this machine judge, and how safely?", "reward-service doctor"),
        ),
    )
    parser.add_argument(
        "-V", "--version", action="version", version=f"reward-service {__version__}"
    )
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", parser_class=Parser, prog="reward-service"
    )
    for add in COMMANDS.values():
        add(commands)
    return parser


def _expected() -> tuple[type[Exception], ...]:
    """Return the errors that are no bugs; loaded only when something went wrong."""
    from reward_sandboxes.types import SandboxError
    from reward_service.config import SettingsError
    from reward_service.errors import RewardServiceError
    from reward_service.offline.errors import OfflineError

    ours = (SettingsError, OfflineError, RewardServiceError, SandboxError)
    return (*ours, OSError, ModuleNotFoundError)


def _exit_for(error: BaseException) -> Exit:
    from reward_service.config import SettingsError
    from reward_service.offline.errors import RefusedError

    return Exit.USAGE if isinstance(error, SettingsError | RefusedError) else Exit.FAILED


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is missing; install it: pip install 'reward-service[server]'"
    return str(error)
