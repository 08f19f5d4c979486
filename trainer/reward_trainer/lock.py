"""A folder is of one process at a time: two that write into it would spoil what both have done."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

from reward_trainer.errors import TrainerError

_NAME = ".lock"
_LONGEST = 200


class Lock:
    """Holds a folder until it is released, or this process ends, however it does."""

    def __init__(self, folder: Path, *, option: str = "--folder") -> None:
        """Take hold of ``folder``, which ``option`` has named.

        Raises:
            TrainerError: another process has it, or nothing can be written there.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise TrainerError(f"{folder}: nothing can be written there: {error}") from error
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, _LONGEST).decode("utf-8", "replace").strip()
            os.close(self._file)
            if not isinstance(error, BlockingIOError | PermissionError):
                raise TrainerError(f"{folder} cannot be locked: {error}") from error
            raise TrainerError(
                f"{folder} is in use by {holder or 'another process'}; wait for its end, or give"
                f" {option} another name"
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode())

    def release(self) -> None:
        """Let others have it; once is enough."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
