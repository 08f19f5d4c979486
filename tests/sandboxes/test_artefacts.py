from __future__ import annotations

from dataclasses import replace

import pytest

from reward_sandboxes.answers import BuiltFile, Compiled
from reward_sandboxes.artefacts import Artefacts, key_of
from reward_sandboxes.languages import languages
from reward_sandboxes.launcher import Offer
from reward_sandboxes.types import Built, ExitReason, Limits, Program

CPP = Offer(language=languages()["cpp"], kind="any", version="12.2.0")
PROGRAM = Program(language="cpp", source="int main() {}", files={"a.h": b"1", "b.h": b"2"})


def compiled(n_bytes: int, reason: ExitReason = ExitReason.EXITED) -> Compiled:
    built = Built(ok=True, reason=reason)
    return Compiled(built=built, files=[BuiltFile("main", 0o755, bytes(n_bytes))])


@pytest.mark.parametrize(
    ("program", "offer"),
    [
        (replace(PROGRAM, source="int main() { }"), CPP),
        (replace(PROGRAM, files={"a.h": b"12", "b.h": b""}), CPP),
        (replace(PROGRAM, files={"a.h": b"2", "b.h": b"1"}), CPP),
        (replace(PROGRAM, files={"a.h": b"1"}), CPP),
        (PROGRAM, replace(CPP, version="13.1.0")),
        (PROGRAM, replace(CPP, kind="cpp")),
        (PROGRAM, replace(CPP, language=languages()["cpp20"])),
        (PROGRAM, replace(CPP, language=replace(CPP.language, build=["g++"]))),
        (PROGRAM, replace(CPP, language=replace(CPP.language, environment={"A": "1"}))),
        (PROGRAM, replace(CPP, language=replace(CPP.language, build_limits=Limits(cpu_s=1.0)))),
    ],
)
def test_whatever_goes_into_a_compiler_is_in_the_key(program: Program, offer: Offer) -> None:
    assert key_of(program, offer) != key_of(PROGRAM, CPP)


def test_the_order_of_files_is_not_in_the_key() -> None:
    assert key_of(replace(PROGRAM, files={"b.h": b"2", "a.h": b"1"}), CPP) == key_of(PROGRAM, CPP)


def test_what_was_not_asked_for_in_the_longest_time_is_forgotten_first() -> None:
    artefacts = Artefacts(most_bytes=50_000)
    for name in "abcd":
        artefacts.put(name, compiled(10_000))
    assert artefacts.get("a")
    artefacts.put("e", compiled(10_000))
    assert [bool(artefacts.get(name)) for name in "abcde"] == [True, False, True, True, True]
    assert artefacts.n_bytes <= 50_000


def test_a_key_put_twice_counts_once() -> None:
    artefacts = Artefacts(most_bytes=50_000)
    for _ in range(20):
        artefacts.put("a", compiled(10_000))
    assert artefacts.n_bytes < 12_000


def test_what_is_too_large_and_what_hit_a_limit_is_not_kept() -> None:
    artefacts = Artefacts(most_bytes=50_000)
    artefacts.put("large", compiled(20_000))
    artefacts.put("late", compiled(10, ExitReason.TIME))
    assert artefacts.get("large") is None
    assert artefacts.get("late") is None
    assert artefacts.n_bytes == 0
