"""The sections of a configuration: every field, its default and what it does."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from reward_trainer.choices import (
    AdvantageKind,
    Attention,
    Correction,
    Dtype,
    Engine,
    KlEstimator,
    LoggerName,
    Loss,
    OptimizerState,
    Reduction,
    Schedule,
)


class Section(BaseModel):
    """Base of all sections: immutable, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Model(Section):
    """What is trained."""

    name: str = ""
    """A folder, or a model of the Hub."""
    dtype: Dtype = Dtype.BFLOAT16
    """Of the weights that compute; the optimizer's are float32."""
    gradient_checkpointing: bool = True
    """Whether each layer's activations are made anew for the gradient: less memory, more time."""
    attention: Attention = Attention.SDPA
    """The implementation of attention."""
    logprob_chunk_tokens: int = Field(default=2048, ge=1)
    """Tokens whose logits are held at once: 2048 of a vocabulary of 150k are 1.2 GB in float32,
    and with their gradients twice as much."""


class Lora(Section):
    """Low-rank adapters of the model's linear layers: they learn, and all else stays as it is."""

    rank: int = Field(default=0, ge=0)
    """Of the adapters; 0: none, and every weight learns."""
    alpha: float = Field(default=32.0, gt=0)
    """What an adapter says is weighed by alpha / rank."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """Share of an adapter's inputs that each pass with a gradient leaves out."""
    targets: list[str] = Field(default_factory=list, examples=[["q_proj", "v_proj"]])
    """The layers that have one, by name or by its last part (``q_proj``); empty: all but the
    head."""


class Source(Section):
    """One source of prompts; docs/trainer_data.md says what each field does."""

    name: str
    """What it is called in the log."""
    path: str = ""
    """A file of rows or a folder of them (JSONL, JSON, Parquet or CSV), or a data set of the Hub as
    ``hub:owner/name:config@split``, or ``suite:NAME``, a benchmark of ``evaluate``."""
    format: str | None = None
    """The format of its rows, of those in docs/rows.md; None: recognised by their fields."""
    domain: str = ""
    """What judges its rows; specs say so themselves."""
    reasoning_gym: list[str] = Field(default_factory=list, examples=[["chain_sum", "sudoku"]])
    """Instead of a path: data sets of Reasoning Gym to make prompts of, or ``prorl``,
    ``held_out``, ``all``."""
    size: int = Field(default=100, ge=1)
    """Of each data set of Reasoning Gym: puzzles in an epoch."""
    level: int | None = Field(default=None, ge=0)
    """How difficult its puzzles are; None: as the package makes them by default."""
    weight: float = Field(default=1.0, gt=0)
    """How often a prompt is drawn from it, beside the others' weights."""
    only: dict[str, JsonValue] = Field(default_factory=dict, examples=[{"level": "hard"}])
    """Rows with these values alone, by dotted name of the field."""
    failures: str = ""
    """A file that ``reward-service check-data PATH --json`` wrote of its rows: those whose gold
    fails are left out."""
    limit: int | None = Field(default=None, ge=1)
    """So many of its rows, chosen by chance, the same in every run."""
    prompt_field: str = ""
    """The dotted name of the field with the prompt; empty: the first there is of the usual."""
    options_field: str = ""
    """The dotted name of a field with options to choose from, which are shown after the prompt."""
    system: str | None = None
    """Instead of the rows' own system prompt; empty: none at all; None: theirs."""
    instruction: str = ""
    """Added to the end of what the user says."""
    template: dict[str, JsonValue] = Field(
        default_factory=dict, examples=[{"enable_thinking": True}]
    )
    """What else the chat template is given."""
    raw: bool = False
    """Send prompts as they are, without a chat template."""


class Data(Section):
    """What the prompts are."""

    blend: str = ""
    """A recipe of sources by name, as ``prorl``; sources of the same name replace its own."""
    paths: dict[str, str] = Field(default_factory=dict, examples=[{"math": "local/math.jsonl"}])
    """Other paths of its sources, by name: local copies."""
    without: list[str] = Field(default_factory=list, examples=[["code", "stem"]])
    """Names of sources that are not drawn from."""
    sources: list[Source] = Field(
        default_factory=list,
        examples=[
            [{"name": "sums", "path": "sums.jsonl"}, {"name": "gym", "reasoning_gym": ["all"]}]
        ],
    )
    """What prompts are drawn from, beside those of the blend or instead of them."""
    max_prompt_tokens: int = Field(default=2048, ge=1)
    """A longer prompt is left out, and counted."""
    by_pass_rate: bool = False
    """Draw prompts less often while all their completions earn the same."""


class Sampling(Section):
    """How completions are sampled."""

    prompts: int = Field(default=256, ge=1)
    """Groups that one step learns from."""
    rollouts: int = Field(default=16, ge=2)
    """Completions of each prompt."""
    max_tokens: int = Field(default=8192, ge=1)
    """The longest that a completion may be."""
    temperature: float = Field(default=1.0, gt=0)
    """What logits are divided by: above 1, more is tried; the losses reckon with it."""
    dynamic: bool = True
    """Leave out groups whose rewards are all equal, and sample more until the step is full."""
    batch_multiplier: float = Field(default=1.5, ge=1)
    """How many prompts are sampled for each that is still missing."""
    max_rounds: int = Field(default=10, ge=1)
    """After so many rounds a step that is not full is taken as it is."""
    max_empty_steps: int = Field(default=5, ge=1)
    """After so many steps in a row in which there was nothing to learn the run ends."""


class Shaping(Section):
    """What length does to a reward."""

    overlong_buffer: int = Field(default=0, ge=0)
    """Over how many of the last tokens the overlong penalty grows; 0: no penalty."""
    overlong_filter: bool = False
    """Whether completions that were cut off are left out of the loss."""
    stop_properly: float | None = None
    """What the reward of a completion that was cut off is multiplied by, or, below 0, becomes;
    None: nothing is done."""
    cosine_on: int = Field(default=0, ge=0)
    """For how many steps the cosine length penalty is on, before it is off for ``cosine_off``."""
    cosine_off: int = Field(default=0, ge=0)
    """For how many steps it is then off, before it is on again."""

    @model_validator(mode="after")
    def _one_penalty_of_what_is_cut_off(self) -> Self:
        if self.stop_properly is not None and self.overlong_buffer:
            raise ValueError("stop_properly and overlong_buffer both punish what was cut off")
        return self


class Algorithm(Section):
    """What is learned from a batch."""

    advantage: AdvantageKind = AdvantageKind.GRPO
    """How much better a completion was than could be expected."""
    loss: Loss = Loss.CLIP
    """What is made of advantages and ratios, for each token."""
    clip_low: float = Field(default=0.2, ge=0)
    """How far below 1 a ratio of new to old probability still counts."""
    clip_high: float = Field(default=0.2, ge=0)
    """How far above 1: more of it than of the other lets rare tokens grow."""
    reduction: Reduction = Reduction.TOKEN_MEAN
    """What weighs the same in the mean over the tokens."""
    tau: float = Field(default=0.1, gt=0)
    """How strongly mirror descent holds the policy to the old one."""
    entropy_bonus: float = Field(default=0.0, ge=0)
    """What a token's entropy is weighed by before it is taken off the loss; 0: none."""
    minibatches: int = Field(default=4, ge=1)
    """Updates that a step's batch is split into."""
    correction: Correction = Correction.NONE
    """What is done about the difference between sampler and policy; w is the probability that the
    policy gives to a token, over the sampler's."""
    correction_low: float = Field(default=0.5, ge=0)
    """The low of the correction."""
    correction_high: float = Field(default=5.0, gt=0)
    """The high of the correction."""
    microbatch_tokens: int = Field(default=16_384, ge=1)
    """Tokens that one forward pass holds; completions are packed into as few passes as fit."""


class Kl(Section):
    """The penalty for leaving the reference."""

    beta: float = Field(default=0.0, ge=0)
    """Its weight in the loss; 0: no reference is kept."""
    estimator: KlEstimator = KlEstimator.K2
    """How it is estimated from a token that was written; d is the logarithm of its probability
    less that under the reference."""
    input_clamp: float = Field(default=20.0, gt=0)
    """The bound of d."""
    output_clamp: float = Field(default=10.0, gt=0)
    """The bound of a token's estimate."""


class Optimizer(Section):
    """AdamW, and its rate at each step."""

    lr: float = Field(default=1e-6, gt=0)
    """Its rate; adapters (``lora``) want about ten times that of all weights."""
    betas: tuple[float, float] = (0.9, 0.999)
    """How slowly its two moments forget."""
    weight_decay: float = Field(default=0.0, ge=0)
    """Share of a weight, times the rate, that each update takes off it."""
    warmup_steps: int = Field(default=0, ge=0)
    """Over how many steps the rate rises to its value; 0: it is there from the first."""
    schedule: Schedule = Schedule.CONSTANT
    """What becomes of the rate then, until ``run.steps``. The step alone decides what share of
    ``lr`` it is: a stop, a reset and a stage with another ``lr`` begin nothing anew. A run that
    goes on with other ``run.steps`` has the rates of those from there on."""
    final_lr_share: float = Field(default=0.1, ge=0, le=1)
    """What is left of ``lr`` at ``run.steps``, where the rate falls; 0: the last step learns
    nothing."""
    max_grad_norm: float = Field(default=1.0, gt=0)
    """A longer gradient is made this long."""
    eight_bit: bool = False
    """Keep the moments in 8 bits (bitsandbytes)."""


class Reset(Section):
    """When the reference becomes a copy of the policy."""

    every: int = Field(default=0, ge=0)
    """After so many steps since the last time; 0: not by schedule."""
    kl_above: float = Field(default=0.0, ge=0)
    """When a step's mean divergence is above; 0: not by divergence."""
    plateau_evaluations: int = Field(default=0, ge=0)
    """When the blend has not risen in so many evaluations (evaluation.every, evaluation.sources);
    0: not by validation."""
    plateau_min_gain: float = Field(default=0.002, ge=0)
    """What counts as a rise of the blend's score."""
    optimizer: OptimizerState = OptimizerState.CLEAR
    """What becomes of the optimizer's moments."""


class Service(Section):
    """The reward service."""

    url: str = "http://127.0.0.1:8000"
    """Where it answers."""
    token: str = ""
    """Its bearer token, where it wants one; never written down."""
    max_unscored_share: float = Field(default=0.2, ge=0, le=1)
    """When more of a step's completions have no reward and may still get one, it is not learned
    from: the trainer waits until the service is ready, and scores them again."""
    patience_s: float = Field(default=3600.0, gt=0)
    """How long it waits before it gives up; the run can then be resumed."""


class Sampler(Section):
    """The engine that samples."""

    kind: Engine = Engine.VLLM
    """Which engine."""
    gpus: int = Field(default=0, ge=0)
    """GPUs behind those that learn, which sample and do nothing else; 0: those that learn sample
    too, in turns."""
    gpu_memory_share: float = Field(default=0.5, gt=0, lt=1)
    """Of each GPU, where it shares them with the trainer."""
    tensor_parallel: int = Field(default=1, ge=1)
    """GPUs that each engine has; there are as many engines as come out."""
    max_drift: float = Field(default=0.5, gt=0)
    """Largest mean difference between the sampler's log-probability of a token and the policy's
    right after a sync; beyond it the run stops, for the engine does not have the weights."""
    options: dict[str, JsonValue] = Field(
        default_factory=dict, examples=[{"max_num_batched_tokens": 16384}]
    )
    """What else vLLM is given, by the names of ``vllm.LLM``."""


class Evaluation(Section):
    """Validation in the middle of a run."""

    every: int = Field(default=0, ge=0)
    """Steps between evaluations; 0: none."""
    sources: list[Source] = Field(
        default_factory=list, examples=[[{"name": "aime", "path": "suite:aime24"}]]
    )
    """What is asked; each has a score, and their mean is the blend's."""
    rollouts: int = Field(default=4, ge=1)
    """Completions of each prompt."""
    temperature: float = Field(default=0.6, gt=0)
    """What logits are divided by."""
    top_p: float = Field(default=0.95, gt=0, le=1)
    """Share of the probability that is sampled from: its likeliest part."""
    prompts_of_each: int = Field(default=64, ge=1)
    """Of each source: always the same."""


class Stage(Section):
    """What changes from some step on."""

    from_step: int = Field(ge=1)
    """The first step that it is for."""
    set: dict[str, JsonValue]
    """New values by dotted name."""
    why: str = ""
    """What the log says of it."""


class Run(Section):
    """The run itself."""

    folder: str = "run"
    """Where checkpoints, metrics and samples go; a run that stopped goes on from there."""
    steps: int = Field(default=1000, ge=1)
    """Of the whole run."""
    seed: int = 0
    """Of all that chance decides."""
    gpus: int = Field(default=1, ge=1)
    """GPUs that weights and work are spread over, each in a process of its own; on a machine that
    has none, processes."""
    checkpoint_every: int = Field(default=20, ge=1)
    """Steps between checkpoints; the last step has one too."""
    keep_checkpoints: int = Field(default=2, ge=1)
    """How many of the newest are kept."""
    loggers: list[LoggerName] = Field(default_factory=list, examples=[["tensorboard"]])
    """Beside the JSONL file that is always written."""
