"""What goes wrong in vLLM, in one line; all else that it says goes to a file or nowhere."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from reward_trainer.errors import SamplerError, TrainerError

_LONGEST = 500
_ENGINE = "vllm"
"""The package, and the logger above all of its own."""


class Failures:
    """A context in which whatever fails is the engine's fault.

    An engine may fail with anything, and then logs all that it was about to do: 100 kB in a step
    of some hundred prompts.
    """

    def __init__(self, log: Path | None) -> None:
        """Send what the engine logs to the file ``log``, or nowhere: before it is imported.

        Errors alone, unless ``VLLM_LOGGING_LEVEL`` says otherwise.
        """
        self._log = log
        os.environ["VLLM_CONFIGURE_LOGGING"] = "0"  # or it would log to the terminal anew
        logger = logging.getLogger(_ENGINE)
        logger.setLevel(os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR"))
        for handler in logger.handlers:
            handler.close()
        logger.handlers = [logging.NullHandler() if log is None else _LateFile(log)]
        logger.propagate = False

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Send there, too, what libraries print while the engine starts, past all loggers."""
        streams = (sys.stdout, sys.stderr)
        path = Path(os.devnull) if self._log is None else self._log
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {at: os.dup(at) for at in (1, 2)}
        with path.open("ab") as file:
            _flush(streams)
            for at in kept:
                os.dup2(file.fileno(), at)
        try:
            with self:
                yield
        finally:
            _flush(streams)
            for at, stream in kept.items():
                os.dup2(stream, at)
                os.close(stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say in one line what has failed within.

        Raises:
            SamplerError: something has.
        """
        if not isinstance(error, Exception) or isinstance(error, TrainerError):
            return
        logging.getLogger(_ENGINE).error("the trainer's call failed", exc_info=error)
        what = " ".join(str(error).split())
        if len(what) > _LONGEST:
            what = f"{what[:_LONGEST]}..."
        where = f"; its log is {self._log}" if self._log else ""
        raise SamplerError(f"vLLM failed: {type(error).__name__}: {what}{where}") from error


def _flush(streams: Iterable[TextIO]) -> None:
    for stream in streams:
        stream.flush()


class _LateFile(logging.FileHandler):
    """A file that is there when there is something in it, and its folder with it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()
