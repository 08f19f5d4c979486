"""From a configuration to the parts of a run, what is cheap to refuse first.

Where several processes learn together, all but the one that the user started are ``_follow``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from reward_trainer.config import Config
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import TrainerError
from reward_trainer.folder import refuse_another_run, write_down
from reward_trainer.judge import Judge
from reward_trainer.learner import Learner
from reward_trainer.lock import Lock
from reward_trainer.log import Log, Watcher
from reward_trainer.loop import Trainer
from reward_trainer.memory import enough_memory
from reward_trainer.processes import Channel
from reward_trainer.ranks import World, join, lead, obey
from reward_trainer.record import Record
from reward_trainer.samplers.gpus import places
from reward_trainer.samplers.sampler import Sampler
from reward_trainer.sections import Data
from reward_trainer.trial import try_rows
from reward_trainer.validation import Validation
from reward_trainer.whereabouts import require_model

_ENGINE_LOG = "engine.log"
_OWN_MEMORY_SHARE = 0.9
"""Of a GPU that samples and does nothing else: what vLLM takes by default."""


def assemble(config: Config, *, watchers: Sequence[Watcher] = ()) -> Trainer:
    """Return a run, ready to begin or to go on.

    The service and the data are looked at before a model is loaded.

    Raises:
        TrainerError: something of it cannot be had; the message says what to do.
    """
    folder = Path(config.run.folder)
    lock = Lock(folder)
    try:
        trainer = _assembled(config, folder, watchers)
    except BaseException:
        lock.release()
        raise
    trainer.lock = lock
    return trainer


def _assembled(config: Config, folder: Path, watchers: Sequence[Watcher]) -> Trainer:
    refuse_another_run(config, folder, watchers)
    judge = Judge(config.service.url, token=config.service.token)
    _refuse_rules_without_evaluations(config)
    places(config, torch.cuda.device_count())
    data = [config.at(step).data for step in config.first_steps]
    data += [Data(sources=[source]) for source in config.evaluation.sources]
    surveys = [Prompts.survey(one, folder) for one in data]
    judge.require(frozenset().union(*(survey.domains for survey in surveys)))
    for survey in surveys:
        try_rows(judge, survey.some, watchers)
    random.seed(config.run.seed)
    torch.manual_seed(config.run.seed)
    tokenizer = load_tokenizer(config.model.name)
    _fits(config)

    def open_prompts(data: Data) -> Prompts:
        return Prompts(data, tokenizer=tokenizer, seed=config.run.seed, folder=folder)

    prompts = open_prompts(config.at(1).data)
    learner = _learner(config, lead(config.run.gpus, _follow, config))
    sampler = open_sampler(config, tokenizer)
    record = Record(folder)
    validation = Validation(
        config,
        learner=learner,
        sampler=sampler,
        judge=judge,
        open_prompts=open_prompts,
        log=Log(record, watchers),
    )
    write_down(config, folder)
    return Trainer(
        config=config,
        learner=learner,
        sampler=sampler,
        judge=judge,
        prompts=prompts,
        open_prompts=open_prompts,
        record=record,
        watchers=watchers,
        evaluate=validation if config.evaluation.sources else None,
    )


def _learner(config: Config, world: World) -> Learner:
    """Return the learner, or this process's part of it."""
    # What adapters begin with has to be the same in all processes.
    torch.manual_seed(config.run.seed)
    model = load_model(config)
    with enough_memory(config):
        return Learner(model, config, device=_device(), world=world)


def _follow(channel: Channel, rank: int, size: int, port: int, config: Config) -> None:
    """Be one of the processes that learn with the leader."""
    world = join(rank=rank, size=size, port=port)
    obey(channel, _learner(config, world))


def load_tokenizer(name: str) -> Any:
    """Return the tokenizer of a model.

    Raises:
        TrainerError: there is none.
    """
    from transformers import AutoTokenizer

    require_model(name)
    try:
        return AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise TrainerError(f"model.name: no tokenizer at {name!r}: {error}") from error


def load_model(config: Config) -> nn.Module:
    """Return the model to train, in float32: what it computes in is another matter.

    Raises:
        TrainerError: there is none.
    """
    from transformers import AutoModelForCausalLM

    try:
        model = AutoModelForCausalLM.from_pretrained(
            config.model.name, dtype=torch.float32, attn_implementation=config.model.attention
        )
    except (OSError, ValueError) as error:
        raise TrainerError(f"model.name: no model at {config.model.name!r}: {error}") from error
    if config.model.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    loaded: nn.Module = model
    return loaded


def open_sampler(config: Config, tokenizer: Any) -> Sampler:
    """Start what samples: one engine here, or several in processes of their own."""
    from reward_trainer.samplers.several import SeveralSamplers

    in_other_processes = config.sampler.kind == "vllm" and config.run.gpus > 1
    if in_other_processes or config.sampler.gpus:
        return SeveralSamplers(
            places(config, torch.cuda.device_count()),
            open_engine,
            config,
            dtype=torch.bfloat16 if config.model.dtype == "bfloat16" else torch.float32,
        )
    return open_engine(config, tokenizer)


def open_engine(config: Config, tokenizer: Any = None) -> Sampler:
    """Start an engine in this process, on the first GPUs that it sees."""
    tokenizer = tokenizer or load_tokenizer(config.model.name)
    if config.sampler.kind == "transformers":
        from reward_trainer.samplers.transformers_sampler import TransformersSampler

        return TransformersSampler(load_model(config).to(_device()), tokenizer=tokenizer)
    from reward_trainer.samplers.vllm_sampler import VllmSampler

    shares = config.sampler.gpus == 0
    return VllmSampler(
        config.model.name,
        tokenizer=tokenizer,
        max_model_len=longest(config),
        dtype=config.model.dtype,
        gpu_memory_share=config.sampler.gpu_memory_share if shares else _OWN_MEMORY_SHARE,
        tensor_parallel=config.sampler.tensor_parallel,
        on_cpu=_device() == "cpu",
        sleeps=shares,
        options=config.sampler.options,
        log=Path(config.run.folder) / _ENGINE_LOG,
    )


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def longest(config: Config) -> int:
    """Return the tokens of the longest prompt and completion of any stage together."""
    return max(
        config.at(step).data.max_prompt_tokens + config.at(step).sampling.max_tokens
        for step in config.first_steps
    )


def _fits(config: Config) -> None:
    """See that the model has positions enough.

    Raises:
        TrainerError: it has not.
    """
    from transformers import AutoConfig

    there = getattr(AutoConfig.from_pretrained(config.model.name), "max_position_embeddings", None)
    if there is not None and longest(config) > there:
        raise TrainerError(
            f"prompts and completions of {longest(config)} tokens do not fit the {there} positions"
            f" of {config.model.name}; lower data.max_prompt_tokens"
            f" ({config.data.max_prompt_tokens}) or sampling.max_tokens"
        )


def _refuse_rules_without_evaluations(config: Config) -> None:
    """See that what waits for evaluations gets some.

    Raises:
        TrainerError: it never would.
    """
    for step in config.first_steps:
        rules, evaluation = config.at(step).reset, config.at(step).evaluation
        if rules.plateau_evaluations and not (evaluation.every and evaluation.sources):
            raise TrainerError(
                "reset.plateau_evaluations waits for a blend of validation that there is none of:"
                " give evaluation.sources and evaluation.every, or reset by schedule"
                " (--set reset.plateau_evaluations=0 --set reset.every=350)"
            )
