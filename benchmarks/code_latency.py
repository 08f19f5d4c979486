"""One small program at a time on an idle service, and two compilers' worth of C++.

Trivial: a program of one line with one test, one client, one after the other. C++: the judge-like
program with ``bits/stdc++.h``, -O2 and 20 tests, first never compiled before, then the same source
with other tests, which finds it compiled. Measured from the first byte sent to the last one read.

The baseline of C++ is ``g++ -O2`` alone on the same source, without a precompiled header, outside
any sandbox, in the same run; where there is no g++ the report says so and makes no claim of it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import programs, report, servers

_N_TRIVIAL = 300


def measure(options: argparse.Namespace) -> report.Report:
    """Measure the trivial program, then C++."""
    found = report.Report(
        f"Code: latency on an idle service, sandbox {options.sandbox}",
        "for C++, g++ -O2 alone on the same source",
    )
    with servers.service(workers=1, settings={"SANDBOX": options.sandbox}) as server:
        _measure_trivial(found, server)
        if shutil.which("g++"):
            _measure_cpp(found, server, options.repetitions)
        else:
            found.notes["C++"] = "not measured: there is no g++ on this machine"
    return found


def _measure_trivial(found: report.Report, server: servers.Server) -> None:
    for number in range(20):
        _post(server, _trivial(-1 - number))
    times = [1000 * _post(server, _trivial(number)) for number in range(_N_TRIVIAL)]
    found.claim("trivial program, p99", [report.percentile(times, 99)], "ms", at_most=50)
    found.notes["trivial program, p50"] = f"{report.percentile(times, 50):.1f} ms"


def _measure_cpp(found: report.Report, server: servers.Server, repetitions: int) -> None:
    _post(server, programs.task(-1, "cpp").body())
    sides = report.interleaved(
        {
            "first": lambda n: _post(server, programs.task(n, "cpp").body()),
            "alone": lambda n: _compile_alone(programs.task(n, "cpp").source),
        },
        repetitions,
    )
    again = [_post(server, _with_other_tests(number)) for number in range(repetitions)]
    found.claim("C++ never compiled before", sides["first"], "s", at_most=0.4)
    found.claim(
        "C++ never compiled before, share of g++ alone without its precompiled header",
        report.ratios(sides["first"], sides["alone"]),
        "x",
    )
    found.claim("C++ compiled before, 1 test", [1000 * s for s in again], "ms", at_most=20)


def _with_other_tests(number: int) -> bytes:
    """Return the body with the source of task ``number`` and one test that it has not had."""
    item = programs.task(number, "cpp").item()
    item["spec"]["tests"] = {
        "type": "stdio",
        "inputs": [f"2\n{number} 1000000\n"],
        "outputs": [f"{number + 1_000_000} {number} 1000000"],
    }
    return json.dumps({"items": [item]}).encode()


def _trivial(number: int) -> bytes:
    item = {
        "spec": {
            "domain": "code",
            "tests": {"type": "stdio", "inputs": ["1 2\n"], "outputs": ["3\n"]},
        },
        "completion": f"```python\nprint(sum(map(int, input().split())))  # {number}\n```",
    }
    return json.dumps({"items": [item]}).encode()


def _post(server: servers.Server, body: bytes) -> float:
    """Post ``body``; return the seconds until the answer was there, which has to be reward 1."""
    began = time.perf_counter()
    answer = server.post("/score", body)
    took = time.perf_counter() - began
    (item,) = json.loads(answer)["items"]
    if item["reward"] != 1.0:
        raise servers.ServerError(f"a right program was not paid: {item}")
    return took


def _compile_alone(source: str) -> float:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "main.cpp"
        path.write_text(source)
        began = time.perf_counter()
        subprocess.run(["g++", "-O2", "-o", f"{folder}/main", str(path)], check=True)
        return time.perf_counter() - began


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sandbox", default="local", help="local (default) or docker")
    parser.add_argument("--repetitions", type=int, default=7, help="C++ programs (default 7)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
