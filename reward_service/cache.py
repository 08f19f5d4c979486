"""Verdicts remembered by content, bounded in bytes. Forgetting costs time, never correctness."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from reward_verifiers.registry import DOMAINS
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

# What a remembered verdict weighs beside its texts: the model, its key and the table's slots.
_OVERHEAD_BYTES = 1200


def spec_key(domain: str, spec: Spec) -> bytes:
    """Return the content key of a spec and of the verifier that reads it (16 bytes)."""
    content = f"{domain}\0{DOMAINS[domain].version}\0{spec.model_dump_json()}"
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def answer_key(spec_key: bytes, answer: str) -> bytes:
    """Return the content key of a question: spec, verifier and extracted answer (16 bytes)."""
    return blake2b(answer.encode("utf-8", "surrogatepass"), key=spec_key, digest_size=16).digest()


class VerdictCache:
    """The most recently used verdicts, up to ``max_bytes`` (an estimate)."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self.n_hits = 0
        self.n_misses = 0
        self._entries: OrderedDict[bytes, tuple[Verdict, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: bytes) -> Verdict | None:
        """Return the verdict under ``key``, or None."""
        entry = self._entries.get(key)
        if entry is None:
            self.n_misses += 1
            return None
        self.n_hits += 1
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: bytes, verdict: Verdict) -> None:
        """Remember ``verdict``, forgetting the least recently used as needed."""
        weight = _weight(verdict)
        if weight > self._max_bytes or key in self._entries:
            return
        self._entries[key] = (verdict, weight)
        self._bytes += weight
        while self._bytes > self._max_bytes:
            _, (_, dropped) = self._entries.popitem(last=False)
            self._bytes -= dropped


def _weight(verdict: Verdict) -> int:
    details = len(str(verdict.details)) * 4 if verdict.details else 0
    return _OVERHEAD_BYTES + 2 * (len(verdict.extracted or "") + len(verdict.reason)) + details
