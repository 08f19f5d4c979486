"""Many clients that post single requests over connections that they keep, as cheaply as can be.

A process of its own, so that the clients' work is not the server's; the same for every server. One
client is one connection with at most one request under way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from benchmarks.report import percentile


@dataclass(frozen=True, slots=True)
class Load:
    """What a load run saw."""

    requests: int
    failed: int
    """Answers with another status than 200, or without the text that every answer has to hold."""
    wall_s: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.wall_s


def load(port: int, path: str, bodies: list[bytes], *, clients: int, expected: str = "") -> Load:
    """Post every body once from ``clients`` clients in another process.

    An answer that does not hold the text ``expected`` counts as failed.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bodies"
        file.write_bytes(b"\n".join(bodies))
        done = run(
            [
                *(sys.executable, "-m", "benchmarks.load"),
                *(str(port), path, str(file), str(clients), "--expected", expected),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
    return Load(**json.loads(done.stdout))


class _Client(asyncio.Protocol):
    """One connection: posts the next request as soon as the last one is answered."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], expected: bytes) -> None:
        self._requests = requests
        self._expected = expected
        self._latencies = latencies
        self._buffer = bytearray()
        self._sent_at = 0.0
        self.failed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._post()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._buffer[:head_end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        self._latencies.append(time.perf_counter() - self._sent_at)
        good = head.startswith(b"http/1.1 200") and self._expected in self._buffer
        self.failed += not good
        self._buffer.clear()
        self._post()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _post(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def _post_all(port: int, requests: list[bytes], n_clients: int, expected: bytes) -> Load:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    queue = iter(requests)

    def client() -> _Client:
        return _Client(queue, latencies, expected)

    began = time.perf_counter()
    clients = [
        (await loop.create_connection(client, "127.0.0.1", port))[1] for _ in range(n_clients)
    ]
    for each in clients:
        await each.done
    return Load(
        requests=len(latencies),
        failed=sum(each.failed for each in clients),
        wall_s=time.perf_counter() - began,
        p50_ms=1000 * percentile(latencies, 50),
        p99_ms=1000 * percentile(latencies, 99),
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("bodies", type=Path, help="a file with one JSON body a line")
    parser.add_argument("clients", type=int)
    parser.add_argument("--expected", default="", help="what every answer has to hold")
    options = parser.parse_args()
    requests = [
        b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (options.path.encode(), len(body), body)
        for body in options.bodies.read_bytes().split(b"\n")
    ]
    seen = asyncio.run(
        _post_all(options.port, requests, options.clients, options.expected.encode())
    )
    print(json.dumps(asdict(seen)))


if __name__ == "__main__":
    _main()
