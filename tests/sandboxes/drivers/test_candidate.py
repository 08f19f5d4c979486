"""A program that is called from another process, call by call."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from sandboxes.drivers import driving

from reward_sandboxes import calls, plain
from reward_sandboxes.harness.channel import MAX_MESSAGE_BYTES, Channel, ChannelError


def asked(end: socket.socket, function: str, *arguments: Any, **keywords: Any) -> calls.Reply:
    driving.say(end, calls.Request(function, [*arguments], keywords).written())
    reply = driving.heard(end)
    assert reply is not None
    return calls.read_reply(reply)


def test_calls_are_answered_one_by_one_and_state_is_kept(tmp_path: Path) -> None:
    source = "seen = []\ndef f(a, *, b=0):\n    seen.append(a)\n    return len(seen) + b"
    with driving.candidate(source, tmp_path) as end:
        assert asked(end, "f", 1) == calls.Returned(1)
        assert asked(end, "f", 1, b=10) == calls.Returned(12)
        assert asked(end, "g") == calls.NoFunction("the program has no function 'g'")
        assert asked(end, "f") == calls.Raised(
            "TypeError", "f() missing 1 required positional argument: 'a'"
        )
        assert asked(end, "f", 1) == calls.Returned(3)


def test_changed_keywords_come_back_behind_the_arguments(tmp_path: Path) -> None:
    source = "def f(a, b): b.append(a.pop())"
    with driving.candidate(source, tmp_path) as end:
        assert asked(end, "f", [1], b=[2]) == calls.Returned(None, ([], [2, 1]))


def test_a_method_can_be_asked_for_by_its_class(tmp_path: Path) -> None:
    source = "class Solution:\n    def f(self): return 'method'\ndef f(): return 'free'"
    with driving.candidate(source, tmp_path) as end:
        assert asked(end, "f") == calls.Returned("free")
        assert asked(end, "Solution.f") == calls.Returned("method")
        assert isinstance(asked(end, "Other.f"), calls.NoFunction)


def test_a_program_that_does_not_load_answers_every_call_with_that(tmp_path: Path) -> None:
    with driving.candidate("def f(): return 1\n1 / 0", tmp_path) as end:
        for _ in range(2):
            assert asked(end, "f") == calls.Raised("ZeroDivisionError", "division by zero")


@pytest.mark.parametrize("message", [b"", b"nonsense", b"[1,2,3]", b"[" * 100_000])
def test_what_is_no_request_ends_it(message: bytes, tmp_path: Path) -> None:
    with driving.candidate("def f(): return 1", tmp_path) as end:
        driving.say(end, message)
        assert driving.heard(end) is None


def test_a_call_that_ends_the_process_ends_the_channel(tmp_path: Path) -> None:
    with driving.candidate("import os\ndef f(): os._exit(0)", tmp_path) as end:
        driving.say(end, calls.Request("f", [], {}).written())
        assert driving.heard(end) is None


def test_a_fork_that_returns_answers_once(tmp_path: Path) -> None:
    source = "import os\ndef f():\n    os.fork()\n    return 1\ndef g(): return 2"
    with driving.candidate(source, tmp_path) as end:
        assert asked(end, "f") == calls.Returned(1)
        assert asked(end, "g") == calls.Returned(2)


def test_the_channel_refuses_what_is_too_long_and_what_nobody_takes() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        channel = Channel(theirs.fileno())
        with pytest.raises(ChannelError):
            channel.send(bytes(MAX_MESSAGE_BYTES + 1))
        ours.sendall((MAX_MESSAGE_BYTES + 1).to_bytes(4, "big") + b"x")
        assert channel.receive() is None
    with pytest.raises(ChannelError):
        channel.send(b"x")
    theirs.close()
    assert channel.receive() is None


def test_the_channel_ends_in_the_middle_of_a_message() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall((5).to_bytes(4, "big") + b"abc")
        ours.close()
        assert Channel(theirs.fileno()).receive() is None


def test_a_request_has_names_for_its_keywords() -> None:
    with pytest.raises(plain.PlainError):
        calls.read_request(plain.dumps(["f", [], {1: 2}]))
