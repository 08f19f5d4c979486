"""Run every benchmark, each in a process of its own; a few minutes on two cores.

Each can be run alone, and says with --help what it measures, against what, and why that is fair.
The exit status is 1 when a claim is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

RUNS = (
    ("grpo_batch",),
    ("grpo_batch", "--integers"),
    ("http_overhead",),
    ("pathological",),
    ("stem_choice",),
    ("ifeval",),
    ("reasoning_gym",),
    ("startup",),
    ("client_throughput",),
    ("code_throughput",),
    ("code_latency",),
    ("code_sandboxes",),
    ("memory", "--items", "100000"),
)
"""Module and options of each run. Memory takes a tenth of its million items here."""


def main() -> int:
    """Run them one after the other; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON list of reports")
    options = parser.parse_args()
    done = [_run(run, as_json=options.json) for run in RUNS]
    if options.json:
        print(json.dumps([json.loads(output or "null") for _, output in done], indent=1))
    missed = [" ".join(run) for run, (status, _) in zip(RUNS, done, strict=True) if status]
    if missed and not options.json:
        print(f"\nmissed or failed: {', '.join(missed)}")
    return 1 if missed else 0


def _run(run: tuple[str, ...], *, as_json: bool) -> tuple[int, str]:
    module, *arguments = run
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    if as_json:
        done = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout
    return subprocess.run(command, check=False).returncode, ""


if __name__ == "__main__":
    sys.exit(main())
