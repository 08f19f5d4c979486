"""Programs that are called, by runs and in conversations, and test code that calls."""

from __future__ import annotations

import time

from sandboxes.harness.talking import Harness

from reward_sandboxes import calls, plain
from reward_sandboxes.wire import Kind, Role


def request(function: str, *arguments: object) -> bytes:
    return calls.Request(function, list(arguments), {}).written()


def heard(harness: Harness) -> calls.Reply:
    return calls.read_reply(harness.expect(Kind.HEARD).body)


def test_a_run_can_be_a_call(shared: Harness) -> None:
    shared.open("def add(a, b):\n    print('debug')\n    return a + b")
    ran = shared.run(call=("add", plain.dumps([20, 22])))
    assert ran.reply is not None
    assert calls.read_reply(ran.reply) == calls.Returned(42)
    assert ran.stdout == "debug\n"
    ran = shared.run(call=("nothing", plain.dumps([])))
    assert ran.reply is not None
    assert isinstance(calls.read_reply(ran.reply), calls.NoFunction)
    shared.end()


def test_a_call_that_ends_the_process_has_no_reply(shared: Harness) -> None:
    shared.open("import os\ndef quit():\n    os._exit(0)")
    ran = shared.run(call=("quit", plain.dumps([])))
    assert (ran.reply, ran.reason, ran.header["exit_code"]) == (None, "exited", 0)
    shared.end()


def test_the_usual_imports_are_at_hand(shared: Harness) -> None:
    shared.open("def f(a: List[int]) -> int:\n    return max(Counter(a))", prelude=True)
    ran = shared.run(call=("f", plain.dumps([[1, 5, 3]])))
    assert ran.reply is not None
    assert calls.read_reply(ran.reply) == calls.Returned(5)
    shared.end()


def test_a_program_answers_call_by_call_and_keeps_what_it_keeps(shared: Harness) -> None:
    source = "kept = []\ndef keep(value):\n    kept.append(value)\n    return list(kept)"
    assert shared.open(source, role=Role.CANDIDATE).header["ok"]
    for count in range(1, 4):
        shared.say(Kind.SAY, None, request("keep", count))
        assert heard(shared) == calls.Returned(list(range(1, count + 1)))
    shared.say(Kind.END)
    assert shared.result().reason in ("exited", "signalled")
    assert shared.expect(Kind.DONE).header["clean"]


def test_a_program_that_ends_in_the_middle_says_so_once(shared: Harness) -> None:
    shared.open("import os\ndef f():\n    os._exit(5)", role=Role.CANDIDATE)
    shared.say(Kind.SAY, None, request("f"))
    ran = shared.result()
    assert (ran.reason, ran.header["exit_code"]) == ("exited", 5)
    shared.say(Kind.SAY, None, request("f"))
    assert shared.end().header["clean"]


def test_a_call_without_an_end_is_stopped(shared: Harness) -> None:
    shared.open("def f():\n    while True: pass", role=Role.CANDIDATE, cpu_s=0.3)
    shared.say(Kind.SAY, None, request("f"))
    assert shared.result().reason == "time"
    assert shared.end().header["clean"]


def test_the_end_stops_a_call_at_once(shared: Harness) -> None:
    shared.open("def f():\n    while True: pass", role=Role.CANDIDATE, cpu_s=60.0)
    shared.say(Kind.SAY, None, request("f"))
    before = time.monotonic()
    shared.say(Kind.END)
    shared.result()
    assert shared.expect(Kind.DONE).header["clean"]
    assert time.monotonic() - before < 30.0


def test_the_end_stops_a_program_that_does_not_listen_any_more(shared: Harness) -> None:
    source = """
import os, time
def f():
    os.closerange(3, 64)
    while True:
        time.sleep(1)
"""
    shared.open(source, role=Role.CANDIDATE, cpu_s=60.0)
    shared.say(Kind.SAY, None, request("f"))
    time.sleep(0.2)
    shared.say(Kind.END)
    shared.result()
    assert shared.expect(Kind.DONE).header["clean"]


def test_waiting_to_be_called_is_not_standing_still(shared: Harness) -> None:
    shared.open("def f():\n    return 1", role=Role.CANDIDATE, cpu_s=0.05)
    time.sleep(2.5)
    shared.say(Kind.SAY, None, request("f"))
    assert heard(shared) == calls.Returned(1)
    shared.say(Kind.END)
    shared.result()
    shared.expect(Kind.DONE)


def test_half_a_message_holds_nothing_up(shared: Harness) -> None:
    source = """
import os, time
def f():
    for fd in range(3, 10):
        try:
            os.write(fd, b"\\0\\0\\1\\0half")
        except OSError:
            pass
    os._exit(0)
"""
    shared.open(source, role=Role.CANDIDATE)
    shared.say(Kind.SAY, None, request("f"))
    assert shared.result().reason == "exited"
    assert shared.end().header["clean"]


def test_a_message_longer_than_may_be_is_too_much_output(shared: Harness) -> None:
    shared.open("def f():\n    return 'x' * 3_000_000", role=Role.CANDIDATE, output_kb=1024)
    shared.say(Kind.SAY, None, request("f"))
    assert shared.result().reason == "output"
    assert shared.end().header["clean"]


def test_a_program_that_does_not_listen_holds_nothing_up(shared: Harness) -> None:
    source = "import time\ntime.sleep(30)\ndef f(x):\n    return 1"
    shared.open(source, role=Role.CANDIDATE, cpu_s=0.2)
    for _ in range(4):
        shared.say(Kind.SAY, None, request("f", "x" * 1_000_000))
    assert shared.result().reason == "time"
    assert shared.end().header["clean"]


def test_test_code_calls_out_and_reports(shared: Harness) -> None:
    suite = {
        "kind": "asserts",
        "entry_points": ["add"],
        "setup": "",
        "statements": ["assert add(1, 2) == 3", "assert add(2, 2) == 5"],
        "module": "solution",
        "shared_process": False,
    }
    assert shared.open("", role=Role.SUITE, suite=suite).header["ok"]
    for _ in range(2):
        frame = shared.expect(Kind.HEARD)
        asked = calls.read_request(frame.body)
        assert asked.function == "add"
        shared.say(Kind.SAY, None, calls.written(calls.Returned(sum(asked.arguments))))
    frame = shared.expect(Kind.HEARD)
    assert frame.header["report"]["passed"] == [True, False]
    assert shared.result().reason == "exited"
    assert shared.end().header["clean"]


def test_a_program_that_does_not_compile_is_not_talked_to(shared: Harness) -> None:
    assert not shared.open("def f(:", role=Role.CANDIDATE).header["ok"]
    shared.say(Kind.SAY, None, request("f"))
    assert shared.end().header["clean"]
