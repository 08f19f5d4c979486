"""The real engine on CPUs: many prompts, long ones, and what it says when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loop_parts import tiny_tokenizer

from reward_trainer.errors import SamplerError
from reward_trainer.samplers.sampler import Request
from reward_trainer.tiny import make_tiny

# What the engine imports warns of what it imports.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("vllm")

LONGEST = 6000
"""More tokens than the engine takes up in one of its steps by default on CPUs, which is 4096."""


def opened(folder: Path, **options: Any) -> Any:
    from reward_trainer.samplers.vllm_sampler import VllmSampler

    return VllmSampler(
        str(make_tiny(folder / "tiny", positions=2 * LONGEST)),
        tokenizer=tiny_tokenizer(),
        max_model_len=LONGEST,
        dtype="float32",
        gpu_memory_share=0.5,
        tensor_parallel=1,
        on_cpu=True,
        options=options,
        log=folder / "run" / "engine.log",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def sampler(folder: Path) -> Iterator[Any]:
    engine = opened(folder)
    yield engine
    engine.close()


def asked(seed: int, n_tokens: int, n: int = 8) -> Request:
    prompt = [3 + (7 * seed + at) % 80 for at in range(n_tokens)]
    return Request(token_ids=prompt, n=n, max_tokens=8, temperature=1.0, seed=seed)


def written(sampler: Any, requests: list[Request]) -> list[list[tuple[int, ...]]]:
    found = dict(sampler.sample(requests))
    return [[one.token_ids for one in found[at]] for at in range(len(requests))]


def test_a_step_may_have_more_prompt_tokens_than_the_engine_takes_up_at_once(sampler: Any) -> None:
    requests = [asked(seed, 80 + seed) for seed in range(46)]
    together = written(sampler, requests)
    assert all(len(completions) == 8 for completions in together)
    assert written(sampler, requests) == together, "the same seeds, the same completions"
    assert written(sampler, requests[30:31]) == together[30:31], "whatever is sampled beside"


def test_prompts_may_be_as_long_as_the_context(sampler: Any) -> None:
    requests = [asked(0, LONGEST - 8, n=2), asked(1, 4097, n=2), asked(2, 5, n=2)]
    together = written(sampler, requests)
    assert written(sampler, requests[1:2]) == together[1:2]


def test_a_failure_is_one_line_and_the_rest_is_in_the_log(
    sampler: Any, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = sampler._llm.llm_engine.engine_core.engine_core.model_executor.driver_worker.worker

    def broken(*_: Any) -> None:
        raise RuntimeError("no more\nmemory " + 1000 * "x")

    monkeypatch.setattr(runner.model_runner, "sample_tokens", broken)
    with pytest.raises(SamplerError) as caught:
        written(sampler, [asked(0, 100)])
    log = folder / "run" / "engine.log"
    told = str(caught.value)
    assert told.startswith("vLLM failed: RuntimeError: no more memory xxx")
    assert told.endswith(f"its log is {log}")
    assert "\n" not in told
    assert len(told) < 1000
    assert "in broken" in log.read_text(), "the traceback"
    assert "total_num_scheduled_tokens" in log.read_text(), "what the engine was about to do"
    assert capfd.readouterr() == ("", "")


def test_an_engine_that_does_not_start_says_why(folder: Path) -> None:
    with pytest.raises(SamplerError, match=r"vLLM failed: TypeError.*'misspelt'"):
        opened(folder, misspelt=1)
