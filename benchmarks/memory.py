"""Memory of the whole service, with two workers, over a million items.

Measured: the proportional set size of the server and all its processes (shared pages count once),
while GRPO-shaped groups are posted to ``POST /score``, every group a new question, so that the
service's caches fill and churn. Completions are short, since what a service keeps is verdicts, not
texts; one batch in ten is of full length.

The baseline is the service's own size after the first quarter of the items, when the cache of
verdicts is full, and 600 MB. Flat means that the largest size after that is at most 10 % above it.
A shorter run has a cache that is smaller in proportion, so that it too is full by then; with a
million items everything is at its default.
"""

from __future__ import annotations

import argparse
import json
import time
from random import Random

from benchmarks import processes, report, servers, workload
from benchmarks.kinds import KINDS
from reward_service.config import Settings

_BATCH_PROMPTS = 64
_SERIES = 20
_FULL_RUN = 1_000_000
_CACHE_MB = int(Settings.model_fields["cache_mb"].default)


def measure(options: argparse.Namespace) -> report.Report:
    """Post the items and watch the service's size."""
    found = report.Report(
        f"Memory over {options.items:,} items, two workers", "the size after the first quarter"
    )
    series: list[tuple[int, float]] = []
    began = time.perf_counter()
    cache_mb = max(1, min(_CACHE_MB, _CACHE_MB * options.items // _FULL_RUN))
    with servers.service(workers=2, settings={"CACHE_MB": str(cache_mb)}) as server:
        found.notes["at the start"] = f"{processes.pss_mb(server.pid):.0f} MB"
        n_done = number = 0
        while n_done < options.items:
            body = _body(number)
            server.post("/score", body)
            number += 1
            n_done += _BATCH_PROMPTS * workload.N_COMPLETIONS
            if n_done * _SERIES >= options.items * (len(series) + 1):
                series.append((n_done, processes.pss_mb(server.pid)))
    took = time.perf_counter() - began
    sizes = [size for _, size in series]
    early = sizes[_SERIES // 4 - 1]
    found.claim("largest size", [max(sizes)], "MB", at_most=600)
    found.claim(
        "largest size, against the first quarter", [max(sizes[1:]) / early], "x", at_most=1.1
    )
    found.notes["rate"] = f"{n_done / took:,.0f} items a second, making them included"
    found.tables["items, MB"] = [f"{n:>9,} {size:6.0f}" for n, size in series]
    return found


def _body(number: int) -> bytes:
    rng = Random(number)
    if number % 10 == 0:
        rows = workload.batch(number, n_prompts=_BATCH_PROMPTS)
        return json.dumps(workload.request(rows)).encode()
    items = []
    for prompt, name in enumerate(rng.choices(list(KINDS), k=_BATCH_PROMPTS)):
        question = KINDS[name](rng)
        for index in range(workload.N_COMPLETIONS):
            answers = question.right if rng.random() < 0.5 else question.wrong
            text = rf"<think>Batch {number}.</think> So \boxed{{{rng.choice(answers)}}}"
            row = workload.Row(name, question.gold, "", text, right=True)
            items.append(row.item(f"{prompt}.{index}"))
    return json.dumps({"items": items}).encode()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--items", type=int, default=_FULL_RUN, help="items to post (default 1,000,000: minutes)"
    )


if __name__ == "__main__":
    report.command(__doc__, measure, _options)
