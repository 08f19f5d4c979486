"""Completions of an engine in this process (``samplers/sampler.py``)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.writer import Done, Terms, Unanswered, Written
from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request, Sampler

Sampled = Iterator[tuple[int, tuple[Completion, ...]]]


class InProcess:
    """A ``Writer`` on a sampler and the tokenizer of its model."""

    def __init__(
        self, sampler: Sampler, *, tokenizer: Any, max_model_len: int, seed: int = 0
    ) -> None:
        """Write with ``sampler``.

        Args:
            sampler: has the model's weights.
            tokenizer: of transformers, with the model's chat template.
            max_model_len: tokens that prompt and completion have together, at most.
            seed: with the same one, the same is written.
        """
        self._sampler = sampler
        self._tokenizer = tokenizer
        self._max_model_len = max_model_len
        self._seed = seed

    async def write(self, items: Sequence[Item], terms: Terms, done: Done) -> None:
        """See ``Writer``."""
        fitting: list[Item] = []
        requests: list[Request] = []
        for item in items:
            token_ids = self._tokens(item)
            room = self._max_model_len - len(token_ids)
            if room < 1:
                why = f"the prompt does not fit into {self._max_model_len} tokens"
                await done(item, Unanswered(why=why))
                continue
            fitting.append(item)
            requests.append(
                Request(
                    token_ids=token_ids,
                    n=terms.samples,
                    max_tokens=min(terms.max_tokens, room),
                    temperature=terms.temperature,
                    top_p=terms.top_p,
                    seed=crc32(f"{self._seed} {item.key}".encode()),
                )
            )
        sampled = self._sampler.sample(requests)
        # In a thread, so that what is written is judged while more is written.
        while (found := await asyncio.to_thread(next, sampled, None)) is not None:
            index, completions = found
            await done(fitting[index], _written(completions))

    async def aclose(self) -> None:
        """End the engine."""
        self._sampler.close()

    def _tokens(self, item: Item) -> list[int]:
        tokens: list[int] = self._tokenizer.apply_chat_template(
            item.messages, add_generation_prompt=True, tokenize=True, return_dict=False
        )
        return tokens


def _written(completions: Sequence[Completion]) -> Written:
    return Written(
        completions=tuple(one.text for one in completions),
        finished=tuple(one.stopped for one in completions),
        n_tokens=sum(len(one.token_ids) for one in completions),
    )
