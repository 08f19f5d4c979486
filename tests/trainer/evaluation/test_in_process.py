"""Completions of an engine in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from reward_trainer.evaluation.in_process import InProcess
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.writer import Terms, Unanswered, Written
from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request
from reward_trainer.tiny import make_tiny


class Echo:
    """A ``Sampler`` that answers in the opposite order."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.closed = False

    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        self.requests += requests
        for index in reversed(range(len(requests))):
            one = Completion(token_ids=(1, 2), logprobs=(0.0, 0.0), text=str(index), stopped=False)
            yield index, (one,) * requests[index].n

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Not needed."""

    def sleep(self) -> None:
        """Not needed."""

    def wake(self) -> None:
        """Not needed."""

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(make_tiny(tmp_path_factory.mktemp("tiny")))


def item(text: str) -> Item:
    return Item(id=text, messages=[{"role": "user", "content": text}], judged_by={})


def written_by(writer: InProcess, items: Sequence[Item], terms: Terms) -> dict[str, Any]:
    told: dict[str, Any] = {}

    async def done(one: Item, answer: Written | Unanswered) -> None:
        told[one.id] = answer

    async def run() -> None:
        await writer.write(items, terms, done)
        await writer.aclose()

    asyncio.run(run())
    return told


def test_each_prompt_gets_its_own_completions_within_the_context(tokenizer: Any) -> None:
    sampler = Echo()
    writer = InProcess(sampler, tokenizer=tokenizer, max_model_len=10)
    told = written_by(writer, [item("1+1"), item("123456789"), item("x" * 10)], Terms(samples=2))
    assert told["1+1"] == Written(completions=("0", "0"), finished=(False, False), n_tokens=4)
    assert told["123456789"].completions == ("1", "1")
    assert told["x" * 10] == Unanswered(why="the prompt does not fit into 10 tokens")
    assert [request.max_tokens for request in sampler.requests] == [7, 1]
    assert {(request.temperature, request.top_p) for request in sampler.requests} == {(0.6, 0.95)}
    assert len({request.seed for request in sampler.requests}) == 2
    assert sampler.closed


def test_the_real_sampler_writes_the_same_again(tmp_path: Path, tokenizer: Any) -> None:
    from transformers import AutoModelForCausalLM

    from reward_trainer.samplers.transformers_sampler import TransformersSampler

    model = AutoModelForCausalLM.from_pretrained(make_tiny(tmp_path))
    terms = Terms(samples=3, max_tokens=5)
    runs = [
        written_by(
            InProcess(
                TransformersSampler(model, tokenizer=tokenizer),
                tokenizer=tokenizer,
                max_model_len=64,
                seed=seed,
            ),
            [item("1+1="), item("2+2=")],
            terms,
        )
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]
    assert all(len(one.completions) == 3 for one in runs[0].values())
