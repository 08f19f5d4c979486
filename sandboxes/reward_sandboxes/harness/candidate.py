"""A program that test code in another sandbox calls: loads it once, then answers call by call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import CodeType
from typing import Any, NoReturn

from reward_sandboxes import calls
from reward_sandboxes.harness.channel import Channel, ChannelError
from reward_sandboxes.harness.function import answer, raised
from reward_sandboxes.harness.program import leave, load, settle, to_the_end
from reward_sandboxes.plain import PlainError


def serve(code: CodeType, path: str, channel: Channel, *, prelude: bool) -> NoReturn:
    """Load a program and answer ``calls.Request`` with ``calls.Reply`` until the channel ends.

    What the program keeps between calls, it keeps. One that fails while it is loaded answers every
    call with what it raised.
    """
    home = os.getpid()

    def run() -> None:
        settle(path, ())
        namespace, failure = load(code, path, prelude=prelude)
        while (message := channel.receive()) is not None:
            try:
                reply = _reply(namespace, failure, message)
                if os.getpid() != home:  # a child that the program forked and let return
                    break
                channel.send(reply)
            except (PlainError, ChannelError):  # no request, or nobody to reply to
                break
        leave()

    to_the_end(run)


def _reply(namespace: Mapping[str, Any], failure: BaseException | None, message: bytes) -> bytes:
    if failure is not None:
        return calls.written(raised(failure))
    return answer(namespace, lambda: calls.read_request(message))
