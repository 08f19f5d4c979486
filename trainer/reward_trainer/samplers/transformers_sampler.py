"""Sampling by transformers alone: slow, and there wherever the trainer is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request


class TransformersSampler:
    """A ``Sampler`` on a model of transformers, one prompt's completions at a time."""

    def __init__(self, model: nn.Module, *, tokenizer: Any) -> None:
        """Sample from ``model``, whose weights ``push_weights`` replaces."""
        self._model = model.train(mode=False)
        self._tokenizer = tokenizer

    @torch.no_grad()
    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        """See ``Sampler``."""
        for index, request in enumerate(requests):
            yield index, self._group(request)

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """See ``Sampler``."""
        self._model.load_state_dict(dict(weights), strict=False)

    def sleep(self) -> None:
        """Do nothing: there is no memory that only sampling needs."""

    def wake(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def _group(self, request: Request) -> tuple[Completion, ...]:
        model: Any = self._model
        device = next(self._model.parameters()).device
        generator = torch.Generator(device=device).manual_seed(request.seed)
        end = self._tokenizer.eos_token_id
        tokens_NT = torch.tensor([list(request.token_ids)] * request.n, device=device)
        cache = None
        written: list[Tensor] = []
        logprobs: list[Tensor] = []
        done_N = torch.zeros(request.n, dtype=torch.bool, device=device)
        for _ in range(request.max_tokens):
            output = model(input_ids=tokens_NT, past_key_values=cache, use_cache=True)
            cache = output.past_key_values
            scores_NV = _cut(output.logits[:, -1].float() / request.temperature, request.top_p)
            logprobs_NV = scores_NV.log_softmax(dim=-1)
            tokens_NT = torch.multinomial(logprobs_NV.exp(), 1, generator=generator)
            written.append(tokens_NT[:, 0])
            logprobs.append(logprobs_NV.gather(1, tokens_NT)[:, 0])
            done_N |= tokens_NT[:, 0] == end
            if bool(done_N.all()):
                break
        rows = torch.stack(written, dim=1).tolist()
        values = torch.stack(logprobs, dim=1).tolist()
        return tuple(map(self._completion, rows, values))

    def _completion(self, tokens: list[int], logprobs: list[float]) -> Completion:
        end = self._tokenizer.eos_token_id
        n = tokens.index(end) + 1 if end in tokens else len(tokens)
        return Completion(
            token_ids=tuple(tokens[:n]),
            logprobs=tuple(logprobs[:n]),
            text=self._tokenizer.decode(tokens[:n], skip_special_tokens=True),
            stopped=tokens[n - 1] == end,
        )


def _cut(scores_NV: Tensor, top_p: float) -> Tensor:
    """Return the scores with all but the likeliest tokens, which have ``top_p`` of it, at -inf."""
    if top_p >= 1.0:
        return scores_NV
    ordered_NV, order_NV = scores_NV.sort(dim=-1, descending=True)
    before_NV = ordered_NV.softmax(dim=-1).cumsum(dim=-1) - ordered_NV.softmax(dim=-1)
    dropped_NV = torch.zeros_like(before_NV, dtype=torch.bool)
    dropped_NV.scatter_(1, order_NV, before_NV >= top_p)
    return scores_NV.masked_fill(dropped_NV, float("-inf"))
