"""No check takes time beyond a multiple of the text, whatever one token the text repeats."""

from __future__ import annotations

from verifiers.ifeval.hostile import READINGS, WORST, instructions, timings

from reward_verifiers.ifeval.families import FAMILIES

N_CHARS = 32_000

# What is quadratic takes several times this long on such a text, and what is linear a tenth of it:
# ``benchmarks.ifeval`` holds 128,000 characters to 50 ms.
MAX_S = 0.2


def test_every_check_is_quick_on_long_texts_of_one_token() -> None:
    list(timings(100))  # loads what is loaded once
    seen = set()
    slow = []
    for timing in timings(N_CHARS, WORST):
        seen.add(timing.what)
        if timing.seconds > MAX_S:
            slow.append(f"{timing.seconds:.2f} s for {timing.what} on {timing.token!r}")
    assert slow == []
    assert seen >= {*READINGS, *instructions()}


def test_every_table_is_timed() -> None:
    every = {
        id(row) for versions in FAMILIES.values() for t in versions.values() for row in t.values()
    }
    assert len(instructions()) == len(every)
