"""What no honest model answers: nothing of it runs, ends the process, takes long or earns."""

from __future__ import annotations

from pathlib import Path

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st
from verifiers.reasoning_gym.exported import NAMES, SIZE, entries, spec_of
from verifiers.reasoning_gym.payloads import MARKER, PAYLOADS

from reward_verifiers.registry import verifier

VERIFIER = verifier("reasoning_gym")

# What the package's scorers walk into, beside what it evaluates: turns, steps, names, documents.
MORE = (
    *("R999999999", "R 99999", "R2 " * 900, "A+999999999 " * 300, "UDLR" * 1_500),
    *("¬" * 3_000 + "P", "P ∨ " * 500 + "P", " ∨ ".join(f"v{at}" for at in range(60))),
    *("∧".join("abcdefghijklmnopqrstuvwxyz"), "(" * 190 + "P" + ")" * 190),
    *("1e9999/3", "1e5000", "1" * 4_300, "9" * 1_999, "1/0", "1:" + "9" * 1_900),
    *('[{"a":' * 300, '{"a":"' + "b" * 1_900 + '"}', '{"a":' * 300 + "1" + "}" * 300),
    *("A=1," * 500, "C → " * 600, "up " * 600, "Move disk 1 from Peg 1 to Peg 2\n" * 60),
    *("1 1 1\n" * 300, "1×" * 900, "#" * 1_999, "nan nan\nnan nan", "İ" * 1_900),
)
HOSTILE = (*PAYLOADS, *MORE)
# A text that is evaluated, or walked through, is as bad in one entry as in the next. What is only
# compared is fast, so that all of it goes to every data set.


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 80


@pytest.mark.parametrize("profile", ["fixed", "upstream"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_and_everything_gets_a_verdict(
    name: str, profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    entry = entries()[name][0]
    spec = spec_of(name, entry, profile=profile)
    for answer in HOSTILE:
        with no_hang(10):
            extracted = VERIFIER.extract(f"<answer>{answer}</answer>", spec)
            if not isinstance(extracted, str):  # blank, which the rules have to survive as well
                assert not answer.replace("<answer>", "").strip()
                extracted = ""
            found = VERIFIER.shortcut(extracted, spec) or VERIFIER.judge(extracted, spec)
        assert 0.0 <= found.score <= 1.0
    assert not (tmp_path / MARKER).exists()
    assert list(tmp_path.iterdir()) == []


@given(
    answer=st.text(max_size=200),
    name=st.sampled_from(NAMES),
    at=st.integers(0, SIZE - 1),
    profile=st.sampled_from(["fixed", "upstream"]),
)
@settings(max_examples=500, deadline=None)
def test_any_text_gets_a_verdict(answer: str, name: str, at: int, profile: str) -> None:
    found = VERIFIER.judge(answer, spec_of(name, entries()[name][at], profile=profile))
    assert 0.0 <= found.score <= 1.0
