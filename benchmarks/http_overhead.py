"""What the HTTP door costs: over the engine alone, and over a bare FastAPI route.

Batch: the GRPO-shaped batch posted to ``POST /score`` of a running service with one worker, against
the same batch given to an engine with one worker in this process. Measured from the first byte
written to the last one read; the body is made beforehand, as that is the client's work.

Singles: 64 clients that each post one item at a time (64 connections, one request under way on
each) to the service, against the same clients and bodies on a bare FastAPI route that reads and
writes the same models and does nothing else. The clients are a process of their own. Items are
integer answers of the batch's length, so that what is measured is the door; those of all 25 kinds,
whose judging costs a worker milliseconds, are given as a note.

Why it is fair: both sides run in the same run, in turning order, on new questions in every
repetition; both servers run uvicorn with uvloop and httptools in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
from random import Random

from benchmarks import engines, processes, report, servers, workload
from benchmarks.kinds import INTEGERS, KINDS, Question
from benchmarks.load import Load, load

_CLIENTS = 64
_WARM_UP_SEED = 1_000_000


def measure(options: argparse.Namespace) -> report.Report:
    """Measure the batch, then the single items; both are short, so there are many of them."""
    found = report.Report(
        "HTTP: what the door costs",
        "the engine alone for the batch; a bare FastAPI route with the same models for singles",
    )
    _measure_batch(found, 3 * options.repetitions)
    _measure_singles(found, 2 * options.repetitions)
    return found


def _measure_batch(found: report.Report, repetitions: int) -> None:
    requests = [workload.request(workload.batch(seed)) for seed in range(repetitions)]
    bodies = [json.dumps(request).encode() for request in requests]
    warm_up = workload.request(workload.batch(_WARM_UP_SEED))
    with engines.held_engine(workers=1) as held, servers.service(workers=1) as server:
        held.score(warm_up)
        server.post("/score", json.dumps(warm_up).encode())
        runs = report.interleaved(
            {
                "http": lambda n: _timed(lambda: server.post("/score", bodies[n]), server.pid),
                "engine": lambda n: _timed(lambda: held.score(requests[n]), os.getpid()),
            },
            repetitions,
        )
    times = {side: [wall_s for wall_s, _ in timed] for side, timed in runs.items()}
    longer = [100 * (ratio - 1) for ratio in report.ratios(times["http"], times["engine"])]
    found.claim("batch over HTTP, longer than the engine alone by", longer, "%", at_most=25)
    for side, seconds in times.items():
        found.notes[f"batch, {side}"] = " ".join(f"{1000 * s:.0f}" for s in seconds) + " ms"
        cpu_ms = 1000 * sum(cpu_s for _, cpu_s in runs[side]) / repetitions
        found.notes[f"batch, {side}, CPU"] = f"{cpu_ms:.0f} ms a batch, all processes"


def _measure_singles(found: report.Report, repetitions: int) -> None:
    with servers.service(workers=1) as ours, servers.bare() as plain:
        sides = {"service": ours, "bare": plain}
        for server in sides.values():
            load(server.port, "/score", _singles(_WARM_UP_SEED, INTEGERS), clients=_CLIENTS)
        used = {side: processes.cpu_s(server.pid) for side, server in sides.items()}
        loads = report.interleaved(
            {
                "service": lambda number: _loaded(ours, number, INTEGERS),
                "bare": lambda number: _loaded(plain, number, INTEGERS),
            },
            repetitions,
        )
        used = {side: processes.cpu_s(server.pid) - used[side] for side, server in sides.items()}
        mixed = [_loaded(ours, 100 + number, KINDS) for number in range(2)]
    shares = report.ratios([x.rate for x in loads["service"]], [x.rate for x in loads["bare"]])
    found.claim(
        "singles from 64 clients, share of the bare route's rate",
        [100 * share for share in shares],
        "%",
        at_least=60,
    )
    for side, seen in (*loads.items(), ("service, 25 kinds", mixed)):
        last = seen[-1]
        found.notes[f"singles, {side}"] = (
            f"{last.rate:,.0f} requests/s, p50 {last.p50_ms:.1f} ms, p99 {last.p99_ms:.1f} ms"
        )
    for side, cpu_s in used.items():
        each_us = 1e6 * cpu_s / sum(seen.requests for seen in loads[side])
        found.notes[f"singles, {side}, CPU of the server"] = f"{each_us:.0f} us a request"


def _loaded(
    server: servers.Server, number: int, kinds: Mapping[str, Callable[[Random], Question]]
) -> Load:
    seen = load(server.port, "/score", _singles(number, kinds), clients=_CLIENTS)
    if seen.failed:
        raise servers.ServerError(f"{seen.failed} of {seen.requests} requests failed")
    return seen


def _singles(seed: int, kinds: Mapping[str, Callable[[Random], Question]]) -> list[bytes]:
    """Return the bodies of 2,048 requests of one item each."""
    rows = workload.batch(seed, n_prompts=2 * workload.N_PROMPTS, kinds=kinds)
    return [json.dumps({"items": [row.item("0")]}).encode() for row in rows]


def _timed(work: Callable[[], object], pid: int) -> tuple[float, float]:
    """Return the wall time of ``work``, and the CPU time that ``pid`` and its children spent."""
    began, used = time.perf_counter(), processes.cpu_s(pid)
    work()
    return time.perf_counter() - began, processes.cpu_s(pid) - used


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=5, help="runs per side (default 5)")


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
