"""Opens what writes the completions: a server's client, or an engine in this process."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, Literal

from reward_trainer.errors import DataError
from reward_trainer.evaluation.endpoint import Endpoint, EndpointError
from reward_trainer.evaluation.writer import Writer

if TYPE_CHECKING:
    from reward_trainer.samplers.sampler import Sampler

_PROMPT_ROOM = 2048  # tokens of the context that are left for the prompt beside --max-tokens
_ENGINE_LOG = "engine.log"


async def served(args: argparse.Namespace) -> str:
    """Return the one model that the endpoint serves: a folder of results is of a model.

    Raises:
        EndpointError: it is away, or serves none, or several.
    """
    asking = Endpoint(args.endpoint, model="", token=_key(args))
    try:
        there = await asking.models()
    finally:
        await asking.aclose()
    if len(there) != 1:
        listed = ", ".join(there) or "none"
        raise EndpointError(f"{args.endpoint} serves {listed}: name one with --model")
    return there[0]


def opened(args: argparse.Namespace, model: str) -> Writer:
    """Return what writes the completions of ``model``.

    Raises:
        TrainerError: it cannot be used.
    """
    if not args.endpoint:
        return _in_process(args)
    return Endpoint(
        args.endpoint,
        model=model,
        token=_key(args),
        chat=not args.no_chat,
        concurrency=args.concurrency,
    )


def _key(args: argparse.Namespace) -> str:
    return os.environ.get(args.key_env, "")


def _in_process(args: argparse.Namespace) -> Writer:
    from reward_trainer.evaluation.in_process import InProcess

    tokenizer = _tokenizer(args.model)
    max_model_len = min(_context(args), args.max_tokens + _PROMPT_ROOM)
    sampler = _sampler(args, tokenizer, max_model_len)
    return InProcess(sampler, tokenizer=tokenizer, max_model_len=max_model_len, seed=args.seed)


def _tokenizer(model: str) -> Any:
    from transformers import AutoTokenizer

    from reward_trainer.whereabouts import require_model

    require_model(model)
    try:
        tokenizer = AutoTokenizer.from_pretrained(model)
    except (OSError, ValueError) as error:
        raise DataError(f"--model {model}: no tokenizer: {error}") from error
    if not tokenizer.chat_template:
        raise DataError(
            f"the tokenizer of {model} has no chat template: take a model that was tuned to"
            " chat, or serve it and name the server, with --endpoint and --no-chat"
        )
    return tokenizer


def _context(args: argparse.Namespace) -> int:
    """Return the tokens that the model takes, prompt and completion together."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(args.model)
    told = int(getattr(config, "max_position_embeddings", 0)) or args.max_tokens + _PROMPT_ROOM
    if told < args.max_tokens:
        # Cut off in silence, its answers would pass for those of the paper's protocol.
        raise DataError(
            f"{args.model} takes {told:,} tokens, prompt and completion together: say --max-tokens,"
            " and no more than those"
        )
    return told


def _sampler(args: argparse.Namespace, tokenizer: Any, max_model_len: int) -> Sampler:
    import torch

    on_cpu = not torch.cuda.is_available()
    dtype: Literal["float32", "bfloat16"] = "float32" if on_cpu else "bfloat16"
    if args.engine == "vllm":
        from reward_trainer.samplers.vllm_sampler import VllmSampler

        return VllmSampler(
            args.model,
            tokenizer=tokenizer,
            max_model_len=max_model_len,
            dtype=dtype,
            gpu_memory_share=args.gpu_memory_share,
            tensor_parallel=args.tensor_parallel,
            on_cpu=on_cpu,
            options={},
            log=args.out / _ENGINE_LOG,
        )
    from transformers import AutoModelForCausalLM

    from reward_trainer.samplers.transformers_sampler import TransformersSampler

    model: torch.nn.Module = AutoModelForCausalLM.from_pretrained(args.model, dtype=dtype)
    place = torch.device("cpu" if on_cpu else "cuda")
    return TransformersSampler(model.to(place), tokenizer=tokenizer)
