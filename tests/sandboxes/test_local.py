"""Embedded sandboxes: harnesses that are children of this process, and what becomes of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asking import until
from scripted_sandboxes import job, results, running

from reward_sandboxes.child import Child
from reward_sandboxes.commands import said_by
from reward_sandboxes.languages import Language, languages
from reward_sandboxes.local import LocalLauncher
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.precompiled import Precompiled
from reward_sandboxes.types import RunResult, SandboxError


class Watched(LocalLauncher):
    """Remembers what it started."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.started: list[Child] = []

    async def start(self, kind: str) -> Child:
        child = await super().start(kind)
        self.started.append(child)
        return child


def family(pid: int) -> Iterator[int]:
    """Yield ``pid`` and all that descend from it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in children:
        yield from family(int(child))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def gone(pids: list[int]) -> None:
    """Wait until none of ``pids`` is alive."""
    deadline = time.monotonic() + 10.0
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, [pid for pid in pids if alive(pid)]
        time.sleep(0.02)


def test_a_sandbox_killed_while_it_works_costs_no_result() -> None:
    async def check() -> None:
        launcher = Watched()
        async with running(PooledSandboxes(launcher, slots=1)) as sandboxes:
            work = job("import time; time.sleep(0.05); print(int(input()) * 2)", "1234567")
            async with aclosing(sandboxes.run(work)) as answers:
                ran = []
                async for answer in answers:
                    if isinstance(answer, RunResult):
                        ran.append(answer)
                        if len(ran) == 2:
                            os.kill(launcher.started[0].pid, signal.SIGKILL)
            assert [one.stdout for one in ran] == [b"%d\n" % (2 * n) for n in range(1, 8)]
            assert sandboxes.status().retired == 1

    asyncio.run(check())


def test_closing_leaves_no_process_whatever_was_running() -> None:
    async def check() -> None:
        launcher = Watched()
        sandboxes = PooledSandboxes(launcher, slots=2, keep=2)
        await sandboxes.start()
        source = "import os, time\nfor _ in range(3): os.fork() or os.setsid()\ntime.sleep(60)"
        work = asyncio.create_task(results(sandboxes, job(source)))
        await until(lambda: len(launcher.started) == 2)
        await asyncio.sleep(0.3)
        pids = [pid for child in launcher.started for pid in family(child.pid)]
        assert len(pids) > 2
        await sandboxes.close()
        with pytest.raises(SandboxError):
            await work
        gone(pids)

    asyncio.run(check())


OWNER = """
import asyncio, sys
sys.path[:0] = {path!r}
from scripted_sandboxes import job, results
from reward_sandboxes.local import LocalLauncher
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.types import RunResult

async def main():
    sandboxes = PooledSandboxes(LocalLauncher(), slots=1)
    await sandboxes.start()
    source = "import os, time\\nfor _ in range(2): os.fork()\\ntime.sleep(60)"
    work = asyncio.create_task(results(sandboxes, job(source, cpu_s=40.0)))
    await asyncio.sleep(0.5)
    print("running", flush=True)
    await work

asyncio.run(main())
"""


def test_everything_ends_with_a_service_that_is_killed() -> None:
    source = OWNER.format(path=[place for place in sys.path if place])
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"running\n"
        pids = list(family(owner.pid))[1:]
        assert len(pids) >= 5  # a harness, its parts, and four processes of the program
        owner.kill()
        owner.wait()
    gone(pids)


def test_languages_of_this_host_are_found_and_the_others_say_what_they_need() -> None:
    async def check() -> None:
        launcher = LocalLauncher()
        await launcher.prepare()
        offers, missing = launcher.offers(), launcher.missing()
        await launcher.close()
        assert set(offers) | set(missing) == set(languages())
        assert not set(offers) & set(missing)
        assert offers["python"].version == sys.version.split()[0]
        for name, why in missing.items():
            assert any(need in why for need in languages()[name].needs)
        assert not any(
            "{pch}" in word for offer in offers.values() for word in offer.language.build
        )

    asyncio.run(check())


def precompiling(*command: str) -> Language:
    return replace(languages()["cpp"], precompile=[command])


def test_headers_are_precompiled_once(tmp_path: Path) -> None:
    (tmp_path / "header").write_text("read", encoding="ascii")
    language = precompiling("cp", f"{tmp_path}/header", "{pch}/bits/stdc++.h.gch")

    async def check() -> None:
        place = await Precompiled(tmp_path / "cache").made(language, "12")
        assert place is not None
        assert (place / "bits/stdc++.h.gch").read_text(encoding="ascii") == "read"
        (tmp_path / "header").unlink()  # now it could not be made again
        assert await Precompiled(tmp_path / "cache").made(language, "12") == place
        assert await Precompiled(tmp_path / "cache").made(language, "13") is None
        assert [path.name for path in (tmp_path / "cache").iterdir()] == [place.name]

    asyncio.run(check())


def test_headers_that_somebody_else_may_write_are_not_used(tmp_path: Path) -> None:
    language = precompiling("cp", "/proc/self/status", "{pch}/bits/stdc++.h.gch")

    async def check() -> None:
        place = await Precompiled(tmp_path / "cache").made(language, "12")
        assert place is not None
        place.chmod(0o777)
        assert await Precompiled(tmp_path / "cache").made(language, "12") is None

    asyncio.run(check())


def test_what_a_killed_service_left_of_headers_is_removed(tmp_path: Path) -> None:
    language = precompiling("cp", "/proc/self/status", "{pch}/bits/stdc++.h.gch")
    old, young = tmp_path / "making-old", tmp_path / "making-young"
    for folder in (old, young):
        (folder / "bits").mkdir(parents=True)
    os.utime(old, (0, 0))

    async def check() -> None:
        place = await Precompiled(tmp_path).made(language, "12")
        assert place is not None

    asyncio.run(check())
    assert not old.exists()
    assert young.exists()


def test_headers_are_not_needed(tmp_path: Path) -> None:
    async def check() -> None:
        (tmp_path / "cache").write_text("a file where the folder should be", encoding="ascii")
        language = precompiling("cp", "/proc/self/status", "{pch}/bits/stdc++.h.gch")
        assert await Precompiled(tmp_path / "cache").made(language, "12") is None

    asyncio.run(check())


WITH_ALL_HEADERS = """
#include <bits/stdc++.h>
int main() {
    int a, b;
    std::cin >> a >> b;
    auto sum = std::async(std::launch::deferred, [&] { return a + b; });
    std::cout << sum.get() << " " << std::filesystem::exists("/") << std::endl;
}
"""


@pytest.mark.skipif(not shutil.which("g++"), reason="no g++ on this host")
def test_programs_are_compiled_with_the_headers() -> None:
    async def check() -> None:
        launcher = LocalLauncher()
        async with running(PooledSandboxes(launcher, slots=1)) as sandboxes:
            assert launcher._precompiling is not None
            await launcher._precompiling
            work = job(languages()["cpp"].smoke.source, ["20 22"], language="cpp")
            built, (result,) = await results(sandboxes, work)
            assert built.ok, built.message
            assert result.stdout == b"42\n"
            assert built.cpu_s < 0.7  # without them it is a second
            work = job(WITH_ALL_HEADERS, ["20 22"], language="cpp")
            built, (result,) = await results(sandboxes, work)
            assert built.ok, built.message
            assert result.stdout == b"42 1\n"

    asyncio.run(check())


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-compiler"], "no-such-compiler"),
        (["sh", "-c", "echo broken >&2; exit 3"], "broken"),
        (["sleep", "10"], "takes longer"),
    ],
)
def test_a_compiler_that_does_not_answer_is_told(command: list[str], said: str) -> None:
    with pytest.raises(SandboxError, match=said):
        asyncio.run(said_by(command, longest_s=0.3))


def anybodys_python() -> str | None:
    """Return an interpreter that an ordinary user of this host can run."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        with contextlib.suppress(OSError):
            if (
                subprocess.run(command, user=65534, group=65534, cwd="/", check=False).returncode
                == 0
            ):
                return python
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="all the tests are by an ordinary user")
def test_an_ordinary_user_has_sandboxes_too() -> None:
    python = anybodys_python()
    if python is None:
        pytest.skip("no interpreter here that an ordinary user can run")

    async def check() -> None:
        launcher = LocalLauncher(user=65534, group=65534, python=python)
        async with running(PooledSandboxes(launcher, slots=1)) as sandboxes:
            assert sandboxes.status().level in ("namespaces", "landlock")
            _, ran = await results(sandboxes, job("print(int(input()) * 2)", "123"))
            assert [one.stdout for one in ran] == [b"2\n", b"4\n", b"6\n"]

    asyncio.run(check())


def test_the_cache_of_root_is_not_in_its_home() -> None:
    if os.geteuid() != 0:
        pytest.skip("for root")
    headers = LocalLauncher()._headers
    assert not headers.is_relative_to(Path.home())
