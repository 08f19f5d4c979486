"""``reward-service doctor``: what this machine can judge, how safely, and what is missing."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from reward_service.cli.console import say
from reward_service.cli.engine_options import add_engine_options, settings_of
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Commands, examples

if TYPE_CHECKING:
    from reward_service.doctor import Finding

_MARKS = {"ok": "ok", "warning": "WARN", "failed": "FAIL"}


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="what this machine can judge, how safely, and what is missing",
        description="Look at the machine, the packages and the protections around the processes "
        "that judge;\nthen judge one right and one wrong answer per domain. Exit code 1 if "
        "anything essential fails.",
        epilog=examples(
            ("what is missing, and how to get it?", "reward-service doctor"),
            ("for scripts", "reward-service doctor --json"),
        ),
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_engine_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(arguments: Namespace) -> int:
    """Examine the machine, show what was found."""
    settings = settings_of(arguments)
    from reward_service.cli.loop import run_until_told
    from reward_service.doctor import Grade, examine
    from reward_service.offline.local import open_engine

    findings = run_until_told(examine(settings, partial(open_engine, complete=True)))
    failed = any(finding.grade is Grade.FAILED for finding in findings)
    if arguments.json:
        value = {"ok": not failed, "findings": [asdict(finding) for finding in findings]}
        say(json.dumps(value, indent=2))
    else:
        _show(findings)
    return Exit.FAILED if failed else Exit.OK


def _show(findings: list[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    part = ""
    for finding in findings:
        if finding.part != part:
            part = finding.part
            say(f"\n{part}" if part != findings[0].part else part)
        say(f"  {_MARKS[finding.grade]:4}  {finding.name:{width}}  {finding.detail}")
        if finding.fix:
            say(f"        {'':{width}}  -> {finding.fix}")
    n_failed = sum(finding.grade == "failed" for finding in findings)
    n_warnings = sum(finding.grade == "warning" for finding in findings)
    verdict = "this machine can judge" if not n_failed else "this machine cannot judge as it is"
    say(f"\n{verdict}: {n_failed} failed, {n_warnings} warnings")
