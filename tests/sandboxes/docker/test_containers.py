"""Real containers: how they start, what they are confined by, how they end. Needs Docker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from reward_sandboxes.docker import images
from reward_sandboxes.docker.builder import build_steps
from reward_sandboxes.docker.container import Container
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.docker.found import Found
from reward_sandboxes.docker.launcher import DockerLauncher
from reward_sandboxes.docker.leftovers import LABEL_OWNER, remove_leftovers
from reward_sandboxes.docker.options import DockerOptions
from reward_sandboxes.docker.owner import own_name
from reward_sandboxes.types import SandboxError

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]

# Says what it sees of itself, then repeats each line that it is told.
INSIDE = """
import json, os, resource, socket, sys
def words(name):
    with open(name) as file:
        return file.read().split()
def refused(action, *arguments):
    try:
        action(*arguments)
        return False
    except OSError:
        return True
scratch = os.statvfs("/tmp")
status = words("/proc/self/status")
after = lambda name: status[status.index(name) + 1]
print(json.dumps({
    "user": os.getuid(), "group": os.getgid(), "groups": os.getgroups(), "pid": os.getpid(),
    "capabilities": [after(f"Cap{kind}:") for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")],
    "no_new_privs": after("NoNewPrivs:"), "seccomp": after("Seccomp:"),
    "networks": sorted(os.listdir("/sys/class/net")),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "space": scratch.f_blocks * scratch.f_frsize, "inodes": scratch.f_files,
    "read_only": all(refused(os.mkdir, f"{at}/x") for at in ("", "/etc", "/usr", "/opt", "/var")),
    "sysctl": refused(os.open, "/proc/sys/kernel/core_pattern", os.O_WRONLY),
    "kcore": refused(os.open, "/proc/kcore", os.O_RDONLY),
    "socket": refused(socket.socket, socket.AF_INET),
    "environment": sorted(os.environ),
}), flush=True)
for line in sys.stdin:
    print("heard", line.strip(), flush=True)
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine(Endpoint.named(""), 30)
    try:
        engine.ask(lambda client: client.images.get(images.tag("python")))
    except SandboxError as error:
        pytest.skip(f"no container can be tried: {error}; reward-service sandbox build python")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def talker(engine: Engine) -> str:
    """An image whose programs tell what they see, then repeat what they hear."""
    steps = f"FROM {images.tag('python')}\nCOPY inside.py /inside.py\n"
    steps += 'ENTRYPOINT ["/usr/bin/python3", "-I", "-S", "/inside.py"]\n'
    files = [("Dockerfile", steps.encode()), ("inside.py", INSIDE.encode())]
    return engine.ask(lambda client: build_steps(client, images.archive(files), lambda _: None))


def running(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


@asynccontextmanager
async def launcher_of(image: str) -> AsyncIterator[DockerLauncher]:
    """A launcher whose sandboxes of any kind are of ``image``; leaves none."""
    launcher = DockerLauncher(DockerOptions(files_mb=64, files=5000))
    launcher._found = Found(ids={"talker": image}, offers={}, missing={})
    yield launcher
    await launcher.close()
    assert ours() == []


def ours() -> list[dict[str, Any]]:
    """Return the containers of this process."""
    engine = Engine(Endpoint.named(""), 30)
    label = f"{LABEL_OWNER}={own_name()}"
    found = engine.ask(lambda client: client.api.containers(all=True, filters={"label": label}))
    engine.close()
    return [dict(container) for container in found]


async def line_of(container: Container) -> bytes:
    said = b""
    while not said.endswith(b"\n"):
        more = await container.read()
        assert more, await container.wait()
        said += more
    return said


def test_a_container_is_confined_as_it_should_be(talker: str) -> None:
    async def look() -> None:
        async with launcher_of(talker) as launcher:
            container = await launcher.start("talker")
            seen = json.loads(await line_of(container))
            container.kill()
            await container.wait()
        assert seen.pop("user") == seen.pop("group") == 20_000
        assert set(seen.pop("environment")) <= {"HOME", "HOSTNAME", "LC_CTYPE", "PATH"}
        assert seen == {
            "groups": [20_000],
            "pid": 1,
            "capabilities": ["0" * 16] * 5,
            "no_new_privs": "1",
            "seccomp": "2",
            "networks": ["lo"],
            "core": [0, 0],
            "space": 64 << 20,
            "inodes": 5000,
            "read_only": True,
            "sysctl": True,
            "kcore": True,
            "socket": True,
        }

    running(look())


def test_bytes_go_in_and_come_out(talker: str) -> None:
    async def talk() -> None:
        async with launcher_of(talker) as launcher:
            container = await launcher.start("talker")
            await line_of(container)
            long = b"x" * 3_000_000
            container.write(long + b"\n")
            assert await line_of(container) == b"heard " + long + b"\n"
            container.kill()
            container.kill()
            assert "exit status" in await container.wait()
            assert await container.read() == b""

    running(talk())


def test_each_container_runs_as_another_user(talker: str) -> None:
    async def look() -> None:
        async with launcher_of(talker) as launcher:
            started = [await launcher.start("talker") for _ in range(3)]
            seen = [json.loads(await line_of(container))["user"] for container in started]
            assert len({*seen}) == 3
            for container in started:
                container.kill()

    running(look())


def test_a_container_that_somebody_kills_has_ended(engine: Engine, talker: str) -> None:
    async def look() -> None:
        async with launcher_of(talker) as launcher:
            container = await launcher.start("talker")
            await line_of(container)
            (found,) = ours()
            await engine.call(lambda client: client.api.kill(found["Id"]))
            assert await container.read() == b""
            assert await container.wait() == "exit status 137 (killed, or out of memory)"

    running(look())


def test_a_start_that_is_cancelled_leaves_nothing(talker: str) -> None:
    async def cancel() -> None:
        async with launcher_of(talker) as launcher:
            for delay_s in (0.0, 0.02, 0.05, 0.1):
                starting = asyncio.create_task(launcher.start("talker"))
                await asyncio.wait({starting}, timeout=delay_s)
                if not starting.cancel():  # it was quicker
                    starting.result().kill()
                await asyncio.wait({starting})

    running(cancel())


def test_an_image_that_is_gone_is_named_with_the_command_that_builds_it() -> None:
    async def start() -> None:
        async with launcher_of("sha256:" + "0" * 64) as launcher:
            await launcher.start("talker")

    with pytest.raises(SandboxError, match="is gone; build it: reward-service sandbox build"):
        running(start())


def test_a_runtime_that_is_not_there_is_named() -> None:
    async def prepare() -> None:
        launcher = DockerLauncher(DockerOptions(runtime="none-such"))
        try:
            await launcher.prepare()
        finally:
            await launcher.close()

    with pytest.raises(SandboxError, match="no runtime 'none-such'; it has"):
        running(prepare())


SERVICE = """
import asyncio, os, sys
from reward_sandboxes.docker.found import Found
from reward_sandboxes.docker.launcher import DockerLauncher
from reward_sandboxes.docker.options import DockerOptions
from reward_sandboxes.docker.owner import own_name
async def main():
    launcher = DockerLauncher(DockerOptions())
    launcher._found = Found(ids={"talker": sys.argv[1]}, offers={}, missing={})
    container = await launcher.start("talker")
    await container.read()
    print(own_name(), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_a_container_ends_with_the_service_that_is_killed(engine: Engine, talker: str) -> None:
    command = [sys.executable, "-c", SERVICE, talker]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as service:
        assert service.stdout is not None
        label = f"{LABEL_OWNER}={service.stdout.readline().strip()}"
        service.send_signal(signal.SIGKILL)

    def left() -> list[Any]:
        return list(
            engine.ask(lambda client: client.api.containers(all=True, filters={"label": label}))
        )

    async def wait_until_gone() -> None:
        while left():  # noqa: ASYNC110 - Docker tells nobody else
            await asyncio.sleep(0.05)

    running(wait_until_gone())


def test_what_a_dead_service_could_not_end_is_removed(engine: Engine, talker: str) -> None:
    owner = subprocess.run(
        [
            sys.executable,
            "-c",
            "from reward_sandboxes.docker.owner import own_name as n; print(n())",
        ],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    def leave(client: Any) -> str:
        container = client.containers.create(talker, labels={LABEL_OWNER: owner})
        return str(container.name)

    name = engine.ask(leave)
    assert name in engine.ask(remove_leftovers)


class Way:
    """The way to Docker, which can be cut: a socket that leads to its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._server: asyncio.Server | None = None
        self._ways: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._connect, self.path)

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        self.path.unlink()
        for way in self._ways:
            way.cancel()
        if self._ways:
            await asyncio.wait(self._ways)

    async def _connect(self, ours: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        engine = Endpoint.named("").host.removeprefix("unix://")
        theirs, there = await asyncio.open_unix_connection(engine)
        way = asyncio.create_task(self._lead(ours, back, theirs, there))
        self._ways.add(way)
        way.add_done_callback(self._ways.discard)

    async def _lead(
        self,
        ours: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        theirs: asyncio.StreamReader,
        there: asyncio.StreamWriter,
    ) -> None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(poured(ours, there))
                both.create_task(poured(theirs, back))
        finally:
            back.transport.abort()
            there.transport.abort()


async def poured(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
    writer.write_eof()


def test_docker_may_go_away_and_come_back(talker: str, tmp_path: Path) -> None:
    async def go_and_come() -> None:
        way = Way(tmp_path / "way.sock")
        await way.open()
        launcher = DockerLauncher(DockerOptions(host=f"unix://{way.path}"))
        launcher._found = Found(ids={"talker": talker}, offers={}, missing={})
        container = await launcher.start("talker")
        await line_of(container)

        await way.cut()
        assert await container.read() == b""
        assert "connection to Docker was lost" in await container.wait()
        with pytest.raises(SandboxError, match="nothing answers"):
            await asyncio.wait_for(launcher.start("talker"), 5)

        await way.open()
        container = await launcher.start("talker")
        assert await line_of(container)
        container.kill()
        await launcher.close()
        await way.cut()
        while ours():  # noqa: ASYNC110 - Docker tells nobody else
            await asyncio.sleep(0.05)

    running(go_and_come())


def test_docker_that_is_away_is_named_at_once(tmp_path: Path) -> None:
    async def prepare() -> None:
        launcher = DockerLauncher(DockerOptions(host=f"unix://{tmp_path}/none.sock"))
        try:
            await launcher.prepare()
        finally:
            await launcher.close()

    with pytest.raises(SandboxError, match=r"nothing answers; is Docker running\?"):
        asyncio.run(asyncio.wait_for(prepare(), 2))
