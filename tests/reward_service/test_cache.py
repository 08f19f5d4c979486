from __future__ import annotations

from reward_service.cache import VerdictCache, answer_key, spec_key
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Verdict


def test_the_cache_stays_within_its_bytes_and_forgets_the_oldest() -> None:
    cache = VerdictCache(20_000)
    verdicts = [Verdict.wrong("x" * 500) for _ in range(100)]
    for index, verdict in enumerate(verdicts):
        cache.put(str(index).encode(), verdict)
        cache.get(b"0")

    assert 5 < len(cache) < 20
    assert cache.get(b"0") is verdicts[0]
    assert cache.get(b"1") is None
    assert cache.get(b"99") is verdicts[99]


def test_a_cache_of_no_bytes_remembers_nothing() -> None:
    cache = VerdictCache(0)
    cache.put(b"k", Verdict.correct("1"))
    assert cache.get(b"k") is None


def test_keys_follow_content() -> None:
    one, same, other = MathSpec(gold="1"), MathSpec(gold="1"), MathSpec(gold="1", mode="strict")

    assert spec_key("math", one) == spec_key("math", same)
    assert spec_key("math", one) != spec_key("math", other)
    assert answer_key(spec_key("math", one), "a") != answer_key(spec_key("math", one), "b")
    assert answer_key(spec_key("math", one), "a") != answer_key(spec_key("math", other), "a")


def test_any_answer_has_a_key() -> None:
    assert len(answer_key(spec_key("math", MathSpec(gold="1")), "\ud800\0")) == 16
