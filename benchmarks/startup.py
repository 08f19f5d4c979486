"""Start of the service, and import of the client.

Start: seconds from starting ``reward-service serve`` to the first 200 of ``/readyz``, workers and
all. The baseline is a bare FastAPI app with the same models, started in the same run.

Import: milliseconds that ``import reward_service.client`` adds to a fresh interpreter. It loads
neither httpx nor pydantic, so what a trainer that makes a client pays is given beside it; the
baseline is what those two cost alone, in a fresh interpreter of the same run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from benchmarks import report, servers


def measure(options: argparse.Namespace) -> report.Report:
    """Start and import, each side in turn."""
    found = report.Report(
        "Start", "a bare FastAPI app for the service; import of httpx and pydantic for the client"
    )
    starts = report.interleaved(
        {"service": lambda _: _service_start_s(), "bare": lambda _: _bare_start_s()},
        options.repetitions,
    )
    found.claim("start to ready", starts["service"], "s", at_most=5)
    found.claim("against a bare app", report.ratios(starts["service"], starts["bare"]), "x")
    programs = {
        "nothing": "pass",
        "client": "import reward_service.client",
        "client made": "from reward_service.client import RewardClient; RewardClient()",
        "dependencies": "import httpx, pydantic",
    }
    _python_ms(programs["client"])  # byte code is compiled once per installation
    imports = report.interleaved(
        {name: lambda _, p=program: _python_ms(p) for name, program in programs.items()},  # type: ignore[misc]  # a lambda's default has no type
        options.repetitions * 3,
    )
    nothing = statistics.median(imports["nothing"])
    added = {name: [each - nothing for each in taken] for name, taken in imports.items()}
    found.claim("import reward_service.client", added["client"], "ms", at_most=150)
    made = report.ratios(added["client made"], added["dependencies"])
    found.claim("import and make a client, against its dependencies alone", made, "x")
    for name in ("client made", "dependencies"):
        found.notes[name] = f"{statistics.median(added[name]):.0f} ms"
    return found


def _service_start_s() -> float:
    with servers.service(workers=2) as server:
        return server.start_s


def _bare_start_s() -> float:
    with servers.bare() as server:
        return server.start_s


def _python_ms(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return 1000 * (time.perf_counter() - began)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=3, help="starts per side (default 3)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
