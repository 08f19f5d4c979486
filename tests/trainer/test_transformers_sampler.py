"""Completions that are written side by side are those that each prompt would have got alone."""

from __future__ import annotations

from dataclasses import replace

import torch
from loop_parts import tiny_model, tiny_tokenizer

from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request
from reward_trainer.samplers.transformers_sampler import TransformersSampler

REQUESTS = [
    Request(token_ids=(5, 6, 7, 8, 9), n=3, max_tokens=40, temperature=1.0, seed=1),
    Request(token_ids=(10,), n=2, max_tokens=7, temperature=0.5, seed=2),
    Request(token_ids=(11, 12, 13), n=40, max_tokens=150, temperature=1.0, top_p=0.9, seed=3),
]


def sampled(requests: list[Request]) -> dict[int, tuple[Completion, ...]]:
    return dict(TransformersSampler(tiny_model(), tokenizer=tiny_tokenizer()).sample(requests))


def test_a_request_is_answered_alone_as_beside_others() -> None:
    # All of the distribution: at the edge of top_p the last bits of a sum may decide.
    requests = [replace(request, top_p=1.0) for request in REQUESTS]
    together = sampled(requests)
    for index, request in enumerate(requests):
        (alone,) = sampled([request]).values()
        assert [one.token_ids for one in together[index]] == [one.token_ids for one in alone]


def test_completions_end_by_themselves_or_at_the_most_tokens_of_their_request() -> None:
    for index, completions in sampled(REQUESTS).items():
        request = REQUESTS[index]
        assert len(completions) == request.n
        for one in completions:
            assert one.stopped or len(one.token_ids) == request.max_tokens
            assert len(one.logprobs) == len(one.token_ids) <= request.max_tokens
    lengths = {len(one.token_ids) for one in sampled(REQUESTS)[2]}
    assert len(lengths) > 5, "none has made room for the others"


def test_logprobs_are_those_of_each_sequence_by_itself() -> None:
    model = tiny_model()
    for index, completions in sampled(REQUESTS[:2]).items():
        request = REQUESTS[index]
        for one in completions:
            ids = torch.tensor([[*request.token_ids, *one.token_ids]])
            with torch.no_grad():
                logits = model(ids).logits[0, len(request.token_ids) - 1 : -1]
            known = (logits / request.temperature).log_softmax(dim=-1)
            expected = known.gather(1, torch.tensor(one.token_ids).unsqueeze(1))[:, 0]
            torch.testing.assert_close(torch.tensor(one.logprobs), expected, atol=2e-5, rtol=0)
