"""The pool around its jobs: starts that fail, sandboxes that wear out, kinds, and what is left."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from asking import until
from scripted_sandboxes import ScriptedLauncher, job, results, running, scripted

from reward_sandboxes.launcher import Link
from reward_sandboxes.turns import Turns
from reward_sandboxes.types import SandboxError, SandboxesFullError


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_sandboxes_that_cannot_be_made_say_why() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        launcher.refuses = "no seccomp here; a kernel with it is needed"
        sandboxes = scripted(launcher)
        assert not sandboxes.status().ready
        with pytest.raises(SandboxError, match="no seccomp here"):
            await sandboxes.start()
        status = sandboxes.status()
        assert (status.ready, status.reason) == (False, launcher.refuses)
        launcher.refuses = ""
        await sandboxes.start()
        assert sandboxes.status().ready
        await sandboxes.close()
        assert launcher.closed

    asyncio.run(check())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at_start": [["exit"]]}, "exit status 1: the harness says why"),
        ({"at_start": [["sleep"]]}, "said nothing"),
        ({"at_start": [["garbage"]]}, "a frame of kind 255"),
        ({"hello": {"level": "perfect"}}, "level 'perfect'"),
        ({"hello": {"protections": {"network": False}}}, "neither hold nor say why not"),
        ({"hello": {"tools": []}}, "tools"),
    ],
)
def test_a_harness_that_never_gets_ready_is_an_error(options: dict[str, object], said: str) -> None:
    async def check() -> None:
        launcher = ScriptedLauncher(**options)
        sandboxes = scripted(launcher, hello_s=0.5)
        with pytest.raises(SandboxError, match=said):
            await sandboxes.start()
        await sandboxes.close()
        assert not any(alive(child.pid) for child in launcher.started)

    asyncio.run(check())


def test_sandboxes_that_did_not_start_can_be_started_later(tmp_path: Path) -> None:
    async def check() -> None:
        launcher = ScriptedLauncher(at_start=[["once", f"{tmp_path}/mark", "exit"]])
        sandboxes = scripted(launcher)
        with pytest.raises(SandboxError, match="the harness says why"):
            await sandboxes.start()
        async with running(sandboxes):
            assert sandboxes.status().ready

    asyncio.run(check())


def test_a_job_waits_for_an_outage_to_end_but_not_for_ever() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher, patience_s=2.0, most_backoff_s=0.2)) as sandboxes:
            launcher.refuses = "the daemon is away"
            launcher.started[-1].kill()
            await until(lambda: not sandboxes.status().ready)
            waiting = asyncio.create_task(results(sandboxes, job("say {in}", "a")))
            await asyncio.sleep(0.1)
            launcher.refuses = ""
            _, ran = await waiting
            assert ran[0].stdout == b"a"

            launcher.refuses = "the daemon is away"
            launcher.started[-1].kill()
            with pytest.raises(SandboxError, match="the daemon is away"):
                await results(sandboxes, job("say {in}", "a"))
            # Now that it has lasted, nobody waits for it any more.
            before = time.monotonic()
            with pytest.raises(SandboxError, match="the daemon is away"):
                await results(sandboxes, job("say {in}", "a"))
            assert time.monotonic() - before < 2.0
            assert sandboxes.status().reason == "the daemon is away"
            launcher.refuses = ""
            await until(lambda: sandboxes.status().ready)

    asyncio.run(check())


def test_a_sandbox_that_dies_idle_is_replaced_before_it_is_missed() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            launcher.started[-1].kill()
            await until(lambda: len(launcher.started) == 2)
            assert sandboxes.status().retired == 1

    asyncio.run(check())


def test_a_worn_sandbox_serves_until_the_next_one_is_there() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher, retire_jobs=3)) as sandboxes:
            pids = []
            for _ in range(20):
                _, ran = await results(sandboxes, job("say {pid}", [""]))
                pids.append(int(ran[0].stdout))
                assert len(launcher.started) <= len(set(pids)) + 1
            assert all(3 <= pids.count(pid) <= 6 for pid in set(pids[:-6]))
            assert pids == sorted(pids, key=pids.index)  # never back to an old one
            await until(lambda: not alive(pids[0]))

    asyncio.run(check())


def test_sandboxes_grow_to_the_bound_and_shrink_when_idle() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher, slots=3, keep=1, idle_s=0.2)) as sandboxes:
            async with asyncio.TaskGroup() as group:
                for _ in range(9):
                    group.create_task(results(sandboxes, job("sleep 0.05", "ab")))
            assert len(launcher.started) == 3
            await until(lambda: sandboxes.status().retired == 2)
            await until(lambda: sum(alive(child.pid) for child in launcher.started) == 1)

    asyncio.run(check())


def test_each_kind_has_its_own_sandboxes_and_the_turns_are_shared() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher(kinds=True)
        async with running(scripted(launcher, slots=1)) as sandboxes:
            pids = {}
            for language in ("python", "cpp", "python", "cpp"):
                _, ran = await results(sandboxes, job("say {pid}", [""], language=language))
                pids.setdefault(language, set()).add(ran[0].stdout)
            assert len(pids["python"]) == len(pids["cpp"]) == 1
            assert pids["python"] != pids["cpp"]
            assert sandboxes.status().slots == 1

    asyncio.run(check())


def test_closing_leaves_no_process() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        sandboxes = scripted(launcher, slots=3, keep=3)
        await sandboxes.start()
        await until(lambda: len(launcher.started) == 3)
        await sandboxes.close()
        assert not any(alive(child.pid) for child in launcher.started)

    asyncio.run(check())


def test_a_start_that_is_cancelled_leaves_no_process() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher(at_start=[["sleep"]])
        sandboxes = scripted(launcher)
        starting = asyncio.create_task(sandboxes.start())
        await until(lambda: bool(launcher.started))
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        await sandboxes.close()
        assert not any(alive(child.pid) for child in launcher.started)

    asyncio.run(check())


OWNER = """
import asyncio, sys
sys.path[:0] = {path!r}
from scripted_sandboxes import ScriptedLauncher, job, results, scripted

async def main():
    launcher = ScriptedLauncher()
    sandboxes = scripted(launcher, slots=2, keep=2)
    await sandboxes.start()
    while len(launcher.started) < 2:
        await asyncio.sleep(0.01)
    print(*(child.pid for child in launcher.started), flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


def test_sandboxes_end_with_a_service_that_is_killed() -> None:
    source = textwrap.dedent(OWNER).format(path=[place for place in sys.path if place])
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        pids = [int(word) for word in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    deadline = time.monotonic() + 60
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


def test_turns_are_given_in_the_order_of_asking() -> None:
    async def check() -> None:
        turns = Turns(1, 10)
        order: list[int] = []

        async def ask(n: int) -> None:
            await turns.take()
            order.append(n)
            await asyncio.sleep(0)
            turns.give_back()

        await asyncio.gather(*(ask(n) for n in range(5)))
        assert order == [0, 1, 2, 3, 4]
        assert (turns.taken, turns.waiting) == (0, 0)

    asyncio.run(check())


def test_a_turn_alone_waits_for_all_others_and_keeps_them_waiting() -> None:
    async def check() -> None:
        turns = Turns(2, 10)
        await turns.take()
        await turns.take()
        alone = asyncio.create_task(turns.take(alone=True, again=True))
        late = asyncio.create_task(turns.take())
        turns.give_back()
        await asyncio.sleep(0)
        assert not alone.done()
        turns.give_back()
        await alone
        await asyncio.sleep(0)
        assert not late.done()
        turns.give_back()
        await late
        assert turns.taken == 1

    asyncio.run(check())


def test_a_cancelled_wait_for_a_turn_loses_none() -> None:
    async def check() -> None:
        turns = Turns(1, 10)
        await turns.take()
        first = asyncio.create_task(turns.take())
        second = asyncio.create_task(turns.take())
        await asyncio.sleep(0)
        turns.give_back()  # to the first, which is cancelled before it can know
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await second
        assert (turns.taken, turns.waiting) == (1, 0)
        turns.give_back()
        assert turns.taken == 0

    asyncio.run(check())


def test_turns_refuse_when_too_many_wait_but_not_who_had_one() -> None:
    async def check() -> None:
        turns = Turns(1, 1)
        await turns.take()
        waiting = asyncio.create_task(turns.take())
        await asyncio.sleep(0)
        with pytest.raises(SandboxesFullError):
            await turns.take()
        again = asyncio.create_task(turns.take(again=True))
        await asyncio.sleep(0)
        turns.give_back()
        await again
        assert not waiting.done()
        turns.close("closed")
        with pytest.raises(SandboxError, match="closed"):
            await waiting

    asyncio.run(check())


def test_a_bug_in_starting_sandboxes_is_told_to_who_waits() -> None:
    class Broken(ScriptedLauncher):
        async def start(self, kind: str) -> Link:
            if self.started:
                raise AttributeError(kind)
            return await super().start(kind)

    async def check() -> None:
        launcher = Broken()
        async with running(scripted(launcher)) as sandboxes:
            launcher.started[0].kill()
            with pytest.raises(SandboxError, match="AttributeError"):
                async with asyncio.timeout(30):
                    await results(sandboxes, job("say {in}", "a"))

    asyncio.run(check())
