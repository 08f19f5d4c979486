"""What compilers made, by the content of what they made it from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import OrderedDict

from reward_sandboxes.answers import Compiled
from reward_sandboxes.launcher import Offer
from reward_sandboxes.types import ExitReason, Program

DEFAULT_BYTES = 256 << 20
_OVERHEAD_BYTES = 1024


class Artefacts:
    """The last programs compiled, in as many bytes as they may take.

    A program that does not compile is remembered too; one whose compiler ran into a limit is not.
    """

    def __init__(self, most_bytes: int = DEFAULT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._n_bytes = 0
        self._known: OrderedDict[str, Compiled] = OrderedDict()

    def get(self, key: str) -> Compiled | None:
        """Return what the program of ``key`` came to, or None."""
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
        return known

    def put(self, key: str, compiled: Compiled) -> None:
        """Remember ``compiled``, and forget what was not asked for in the longest time."""
        size = _size(compiled)
        told_nothing = compiled.built.reason is not ExitReason.EXITED or compiled.killed
        if told_nothing or size > self._most_bytes // 4:
            return
        if key in self._known:
            self._n_bytes -= _size(self._known.pop(key))
        self._known[key] = compiled
        self._n_bytes += size
        while self._n_bytes > self._most_bytes:
            _, oldest = self._known.popitem(last=False)
            self._n_bytes -= _size(oldest)

    @property
    def n_bytes(self) -> int:
        """How much is remembered."""
        return self._n_bytes


def key_of(program: Program, offer: Offer) -> str:
    """Return what tells ``program``, compiled as ``offer`` does it, from every other."""
    language = offer.language
    how = [
        *(language.name, language.source, list(language.build), dict(language.environment)),
        *(dataclasses.astuple(language.build_limits), offer.kind, offer.version),
    ]
    source = program.source.encode("utf-8", "surrogatepass")
    parts = [json.dumps(how).encode(), source]
    for path, data in sorted(program.files.items()):
        parts += [path.encode("utf-8", "surrogatepass"), data]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _size(compiled: Compiled) -> int:
    files = sum(len(file.data) + len(file.path) for file in compiled.files)
    return _OVERHEAD_BYTES + len(compiled.built.message) + files
