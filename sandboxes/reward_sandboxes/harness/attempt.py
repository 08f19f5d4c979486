"""The one place inside a sandbox that catches everything: whatever a program nobody trusts raises.

What runs here may raise any class, ``SystemExit`` and ones of its own making included, and none of
that may end the code around it.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

_HARNESS = os.path.dirname(os.path.realpath(__file__))


def attempt(
    action: Callable[..., Any], *arguments: Any, **keywords: Any
) -> tuple[Any, BaseException | None]:
    """Return what ``action`` returns and None, or None and what it raises."""
    try:
        return action(*arguments, **keywords), None
    except BaseException as error:  # noqa: BLE001 - see the module's docstring
        return None, error


def own_frames(error: BaseException) -> TracebackType | None:
    """Return the traceback of ``error`` from the program's first frame on, without ours."""
    traceback = error.__traceback__
    while traceback and traceback.tb_frame.f_code.co_filename.startswith(_HARNESS):
        traceback = traceback.tb_next
    return traceback


def show(error: BaseException) -> None:
    """Write ``error`` to stderr as an interpreter does, through the program's hook if it has one.

    A hook that fails, and an exception that cannot be shown, cost only the message.
    """
    traceback = own_frames(error)
    attempt(BaseException.with_traceback, error, traceback)
    for hook in (sys.excepthook, sys.__excepthook__):
        _, failure = attempt(hook, type(error), error, traceback)
        if failure is None:
            return
