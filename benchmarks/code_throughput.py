"""Python programs with twenty stdio tests each, over HTTP, every test isolated from every other.

Clients (a process of their own) post one program at a time, each with 20 tests of 5 to 200 numbers,
to a running service; every program is another one, so that nothing is remembered. The baseline is
the bare loop: one ``python -I -S`` process per test, one thread per core, no isolation at all, the
same tasks, in the same run. What is compared is tests a second.

Why it is fair: the baseline pays for nothing but starting the interpreter, running the program and
reading a pipe. The service pays for HTTP, reading the item, extraction, the queue, a sandbox and
fresh namespaces, file systems and filters for every test, and the comparison, on the same cores.
An answer that is not reward 1.0 counts as failed, and a failed answer fails the benchmark.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from benchmarks import bare_programs, programs, report, servers
from benchmarks.load import Load, load
from benchmarks.programs import N_TESTS

_CLIENTS = (4, 16, 64, 256)
_FIRST_NUMBER = {4: 10_000, 16: 20_000, 64: 30_000, 256: 40_000}


def measure(options: argparse.Namespace) -> report.Report:
    """Measure the bare loop and the service at each number of clients, in turning order."""
    cores = len(os.sched_getaffinity(0))
    found = report.Report(
        f"Code: Python programs of {N_TESTS} stdio tests over HTTP, sandbox {options.sandbox}",
        "one bare process per test, a thread per core, no isolation",
    )
    with servers.service(workers=1, settings={"SANDBOX": options.sandbox}) as server:
        for number in range(20):
            server.post("/score", programs.task(number).body())
        runs = report.interleaved(
            {
                "bare": lambda n: N_TESTS * 30 / bare_programs.run_all(_tasks(n, 30), cores=cores),
                **{
                    str(clients): lambda n, c=clients: _loaded(server, c, n, options.programs)
                    for clients in _CLIENTS
                },
            },
            options.repetitions,
        )
    bare = runs.pop("bare")
    rates = {name: [N_TESTS * seen.rate for seen in loads] for name, loads in runs.items()}
    found.claim(
        "tests a second from 16 clients, times the bare loop's",
        report.ratios(rates["16"], bare),
        "x",
        at_least=2.5,
    )
    found.claim("programs a second from 16 clients", [x.rate for x in runs["16"]], "/s")
    found.claim("tests a second from 16 clients", rates["16"], "/s")
    found.claim(
        "tests a second from 256 clients, times those from 4",
        report.ratios(rates["256"], rates["4"]),
        "x",
        at_least=0.8,
    )
    found.claim("p99 of a program from 4 clients", [x.p99_ms for x in runs["4"]], "ms", at_most=150)
    found.notes["bare loop"] = f"{max(bare):.0f} tests/s at best"
    for name, loads in runs.items():
        found.notes[f"{name} clients"] = _described(loads)
    return found


def _tasks(seed: int, n_tasks: int) -> list[programs.Task]:
    return [programs.task(1_000_000 + 1000 * seed + number) for number in range(n_tasks)]


def _loaded(server: servers.Server, clients: int, repetition: int, n_programs: int) -> Load:
    first = _FIRST_NUMBER[clients] + 1000 * repetition
    bodies = [programs.task(first + number).body() for number in range(max(n_programs, clients))]
    seen = load(server.port, "/score", bodies, clients=clients, expected='"reward":1.0')
    if seen.failed:
        raise servers.ServerError(f"{seen.failed} of {seen.requests} right programs were not paid")
    return seen


def _described(loads: Sequence[Load]) -> str:
    best = max(loads, key=lambda seen: seen.rate)
    return (
        f"{best.rate:.1f} programs/s, {N_TESTS * best.rate:.0f} tests/s, "
        f"p50 {best.p50_ms:.0f} ms, p99 {best.p99_ms:.0f} ms at best"
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sandbox", default="local", help="local (default) or docker")
    parser.add_argument("--repetitions", type=int, default=5, help="runs per side (default 5)")
    parser.add_argument(
        "--programs", type=int, default=100, help="programs a run and number of clients"
    )


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
