"""What happened, counted: for ``/metrics`` and for ``/readyz``.

Counting is a dictionary and an addition, because it happens for every item; what Prometheus wants
to see is made from it when somebody looks. One event loop counts, so there are no locks.
"""

from __future__ import annotations

import math
import platform
import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from reward_service import __version__
from reward_service.engine import Engine
from reward_service.errors import (
    BadItemError,
    NoLaneError,
    NoLanguageError,
    UnusableSpecError,
)
from reward_service.lanes import Counted
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS

_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

_UNREADABLE = "unreadable"
"""The domain of an item whose spec could not be read."""

# What says nothing of how the service fares: broken data, and what it is not set up for.
_NO_FAILURE = frozenset(
    {BadItemError.code, UnusableSpecError.code, NoLaneError.code, NoLanguageError.code}
)

_RECENT_ITEMS = 1000
_RECENT_S = 60.0


class Spread:
    """How durations are spread, as Prometheus counts a histogram."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_SECONDS) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count ``value``."""
        self._counts[bisect_left(_SECONDS, value)] += 1
        self._sum += value

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """Return how many values are at most each bound, and the sum of all."""
        total = 0
        cumulative: list[tuple[str, float]] = []
        for bound, count in zip((*_SECONDS, math.inf), self._counts, strict=True):
            total += count
            cumulative.append(("+Inf" if bound == math.inf else str(bound), total))
        return cumulative, self._sum


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many of the items of late went unscored by our fault."""

    n_items: int
    n_unscored: int

    @property
    def unscored(self) -> float:
        """The share, 0 when there were no items."""
        return self.n_unscored / self.n_items if self.n_items else 0.0


class Telemetry:
    """The counts of one process; ``observe`` is the engine's observer."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = time.time()
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self._problems: Counter[tuple[str, str]] = Counter()
        self._queue_s: dict[str, Spread] = {}
        self._exec_s: dict[str, Spread] = {}
        self._requests: Counter[tuple[str, int]] = Counter()
        self._request_s: dict[str, Spread] = {}
        self._in_flight = 0
        self._recent: deque[tuple[float, bool]] = deque(maxlen=_RECENT_ITEMS)

    def observe(self, domain: str | None, scored: ScoredItem) -> None:
        """Count an item that left the engine."""
        name = domain or _UNREADABLE
        problem = scored.problem
        if problem is not None:
            self._problems[name, problem.code] += 1
            if problem.code in _NO_FAILURE:
                return
        elif scored.verdict is not None:
            self._verdicts[name, scored.verdict.outcome.value] += 1
        self._recent.append((self._clock(), problem is not None))
        if scored.exec_s:
            if name not in self._exec_s:
                self._queue_s[name], self._exec_s[name] = Spread(), Spread()
            self._queue_s[name].add(scored.queue_s)
            self._exec_s[name].add(scored.exec_s)

    def request_began(self) -> float:
        """Count a request in; return the time, for ``request_ended``."""
        self._in_flight += 1
        return self._clock()

    def request_ended(self, path: str, status: int, began: float) -> None:
        """Count a request out; ``path`` comes from a closed set, or the counts would grow."""
        self._in_flight -= 1
        self._requests[path, status] += 1
        if path not in self._request_s:
            self._request_s[path] = Spread()
        self._request_s[path].add(self._clock() - began)

    def recent(self) -> Share:
        """Return how the last 1000 items of the last minute fared.

        Items with a broken spec, or of what this service is not set up for, are left out: however
        many are sent, the others can be judged.
        """
        horizon = self._clock() - _RECENT_S
        fates = [unscored for at, unscored in self._recent if at >= horizon]
        return Share(n_items=len(fates), n_unscored=sum(fates))

    def exposition(self, engine: Engine, accept: str = "") -> tuple[bytes, str]:
        """Return the metrics in the text format that ``accept`` asks for, and its media type."""
        registry = CollectorRegistry()
        registry.register(_Scrape(self, engine))
        ProcessCollector(registry=registry)
        encode, media_type = choose_encoder(accept)
        return encode(registry), media_type

    def families(self, engine: Engine) -> Iterator[Metric]:
        """Yield everything counted, and what ``engine`` is doing now."""
        yield from self._of_items()
        yield from self._of_requests()
        yield from _of_engine(engine)
        info = InfoMetricFamily("reward_service_build", "What runs here.")
        info.add_metric([], {"version": __version__, "python": platform.python_version()})
        yield info
        versions = InfoMetricFamily(
            "reward_service_verifier", "The version of each verifier.", labels=["domain"]
        )
        for domain in DOMAINS.values():
            versions.add_metric([domain.name], {"version": domain.version})
        yield versions

    def _of_items(self) -> Iterator[Metric]:
        yield _counter(
            "reward_service_items_scored",
            "Items that got a verdict.",
            ("domain", "outcome"),
            self._verdicts,
        )
        yield _counter(
            "reward_service_items_unscored",
            "Items that got a problem and no reward.",
            ("domain", "code"),
            self._problems,
        )
        yield _histogram(
            "reward_service_queue_seconds",
            "Wait for a worker, of items that needed one.",
            "domain",
            self._queue_s,
        )
        yield _histogram(
            "reward_service_exec_seconds",
            "Time of judging, of items that needed a worker.",
            "domain",
            self._exec_s,
        )

    def _of_requests(self) -> Iterator[Metric]:
        yield _counter(
            "reward_service_http_requests",
            "Requests answered; status 499 means that the caller hung up first.",
            ("path", "status"),
            self._requests,
        )
        yield _histogram(
            "reward_service_http_request_seconds",
            "Time from a request's head to the end of its answer.",
            "path",
            self._request_s,
        )
        yield GaugeMetricFamily(
            "reward_service_http_requests_in_flight",
            "Requests not answered yet.",
            value=self._in_flight,
        )


class _Scrape(Collector):
    """One look at a telemetry and its engine."""

    def __init__(self, telemetry: Telemetry, engine: Engine) -> None:
        self._telemetry = telemetry
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        return self._telemetry.families(self._engine)


def _of_engine(engine: Engine) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "reward_service_items_pending", "Items in the engine now.", value=engine.pending_items
    )
    lookups = CounterMetricFamily(
        "reward_service_cache_lookups", "Answers looked up among remembered ones.", labels=["found"]
    )
    lookups.add_metric(["yes"], engine.cache.n_hits)
    lookups.add_metric(["no"], engine.cache.n_misses)
    yield lookups
    yield GaugeMetricFamily(
        "reward_service_cache_verdicts", "Verdicts remembered now.", value=len(engine.cache)
    )
    ready = GaugeMetricFamily(
        "reward_service_lane_ready", "Whether the lane can judge.", labels=["lane"]
    )
    details = GaugeMetricFamily(
        "reward_service_lane", "What the lane counts about itself.", labels=["lane", "what"]
    )
    for name, lane in engine.lanes.items():
        status = lane.status()
        ready.add_metric([name.value], status.ready)
        for what, value in status.details.items():
            if isinstance(value, int | float):
                details.add_metric([name.value, what], value)
        for counted in status.counted:
            yield _counted(counted)
    yield ready
    yield details


def _counted(counted: Counted) -> Metric:
    family = CounterMetricFamily(
        f"reward_service_{counted.name}", counted.text, labels=[counted.label]
    )
    for value, count in counted.values.items():
        family.add_metric([value], count)
    return family


def _counter(
    name: str, text: str, labels: tuple[str, str], counts: Mapping[tuple[str, Any], int]
) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, count in counts.items():
        family.add_metric([str(value) for value in values], count)
    return family


def _histogram(name: str, text: str, label: str, spreads: Mapping[str, Spread]) -> Metric:
    family = HistogramMetricFamily(name, text, labels=[label])
    for value, spread in spreads.items():
        buckets, total = spread.buckets()
        family.add_metric([value], buckets, total)
    return family
