"""Adapters learn, and the model that they sit in stays; everybody else sees one whole model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import MIXED, ToldJudge, same, small_config, tiny_model, trainer_of, weights_of
from torch import Tensor

from reward_trainer import batch as batches
from reward_trainer import checkpoint
from reward_trainer.config import Config
from reward_trainer.errors import TrainerError
from reward_trainer.learner import Learner
from reward_trainer.packing import Written
from reward_trainer.samplers.transformers_sampler import TransformersSampler

GROUPS = [group(rewards) for rewards in REWARDS]
WRITTEN = [one for each in GROUPS for one in batches.written(each)]


@pytest.fixture(params=["float32", "bfloat16"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    return lora_config(tmp_path, **{"model.dtype": request.param})


def lora_config(folder: Path, **changes: Any) -> Config:
    return small_config(folder, **{"lora.rank": 4, "optimizer.lr": 1e-2, "kl.beta": 0.1, **changes})


def learned(config: Config, *, steps: int = 2, model: Any = None) -> Learner:
    """Return one that has learned for some steps."""
    learner = Learner(tiny_model() if model is None else model, config, device="cpu")
    for step in range(1, steps + 1):
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
    return learner


def said(learner: Learner, config: Config, *, reference: bool = False) -> Tensor:
    return learner.logprobs(WRITTEN, config, reference=reference)[0]


def copied(state: Any) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in state.items()}


def tied_model() -> Any:
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(**{**tiny_model().config.to_dict(), "tie_word_embeddings": True})
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(config)


def test_adapters_alone_learn_and_begin_at_nothing(config: Config) -> None:
    whole = Learner(tiny_model(), config.having({"lora.rank": 0}), device="cpu")
    learner = Learner(tiny_model(), config, device="cpu")
    assert torch.equal(said(learner, config), said(whole, config))
    assert torch.equal(said(learner, config, reference=True), said(whole, config))

    before = copied(learner.policy.state_dict())
    seen = learner.learn(batch_of(GROUPS, learner, config), config, step=1)
    assert seen["grad_norm"] > 0
    changed = {
        name
        for name, value in learner.policy.state_dict().items()
        if not torch.equal(value, before[name])
    }
    # Two adapters of each of seven layers are there; of the policy's, what begins at 0 comes first.
    assert len(changed) == 7
    assert all(".lora_B.policy." in name for name in changed)
    learning = [value for value in learner.policy.parameters() if value.requires_grad]
    assert len(learning) == 14
    assert {id(one) for one in learner.optimizer.state} == {id(one) for one in learning}


def test_what_is_pushed_is_a_whole_model_that_says_the_same(tmp_path: Path) -> None:
    config = lora_config(tmp_path)
    for make in (tiny_model, tied_model):
        learner = learned(config, model=make())
        pushed = dict(learner.weights())
        assert pushed.keys() == make().state_dict().keys()
        merged = make()
        merged.load_state_dict(pushed)
        whole = Learner(merged, config.having({"lora.rank": 0}), device="cpu")
        torch.testing.assert_close(said(learner, config), said(whole, config), atol=1e-5, rtol=0)
        assert (said(learner, config) - said(learner, config, reference=True)).abs().max() > 1e-2


def test_a_reset_makes_the_reference_the_policy_bit_for_bit(config: Config) -> None:
    learner = learned(config)
    first = Learner(tiny_model(), config, device="cpu")
    # Until then it is the model without adapters.
    assert torch.equal(said(learner, config, reference=True), said(first, config))

    learner.reset_reference(config)
    assert torch.equal(said(learner, config, reference=True), said(learner, config))
    held = said(learner, config, reference=True)
    seen = learner.learn(batch_of(GROUPS, learner, config), config, step=3)
    assert seen["kl"] == 0.0
    assert torch.equal(said(learner, config, reference=True), held)
    assert not torch.equal(said(learner, config), held)


def test_frozen_weights_are_kept_in_the_type_that_computes(tmp_path: Path) -> None:
    learner = learned(lora_config(tmp_path, **{"model.dtype": "bfloat16"}))
    kept = {name: value.dtype for name, value in learner.policy.model.named_parameters()}
    assert all(
        dtype == (torch.bfloat16 if "base_layer" in name else torch.float32)
        for name, dtype in kept.items()
        if "reference" not in name and "lm_head" not in name
    )
    assert kept["lm_head.weight"] == torch.bfloat16
    # Merged before it is rounded.
    name = "model.layers.0.mlp.up_proj"
    layer = learner.policy.model.get_submodule(name)
    whole = layer.base_layer.weight.float() + layer.get_delta_weight("policy")
    assert torch.equal(dict(learner.weights())[f"{name}.weight"], whole.to(torch.bfloat16))


def test_a_checkpoint_holds_adapters_alone_and_is_gone_on_from(
    config: Config, tmp_path: Path
) -> None:
    broken, unbroken = learned(config), learned(config)
    broken.reset_reference(config.having({"reset.optimizer": "keep"}))
    unbroken.reset_reference(config.having({"reset.optimizer": "keep"}))
    broken.learn(batch_of(GROUPS, broken, config), config, step=3)
    unbroken.learn(batch_of(GROUPS, unbroken, config), config, step=3)
    place = checkpoint.save(tmp_path / "checkpoints", 3, broken, {}, keep=1)
    held = checkpoint.load_part(place, "policy").keys() - {"base"}
    assert len(held) == 14
    assert all(".lora_A." in name or ".lora_B." in name for name in held)

    resumed = Learner(tiny_model(), config, device="cpu")
    checkpoint.restore(place, resumed)
    for one in (resumed, unbroken):
        one.learn(batch_of(GROUPS, one, config), config, step=4)
    assert same(resumed.trained.state(), unbroken.trained.state())
    assert torch.equal(said(resumed, config), said(unbroken, config))
    assert torch.equal(
        said(resumed, config, reference=True), said(unbroken, config, reference=True)
    )


@pytest.mark.parametrize(
    ("theirs", "ours", "complaint"),
    [
        ({"lora.rank": 8}, {"lora.rank": 4}, "holds adapters of rank 8.* trains .*rank 4"),
        ({"lora.rank": 0}, {"lora.rank": 4}, "holds all weights.* trains adapters of rank 4"),
        ({"lora.rank": 4}, {"lora.rank": 0}, "holds adapters of rank 4.* trains all weights"),
        ({"lora.targets": ["q_proj"]}, {}, "of other layers"),
    ],
)
def test_another_runs_checkpoint_is_refused_and_changes_nothing(
    theirs: dict[str, Any], ours: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    place = checkpoint.save(tmp_path, 1, learned(lora_config(tmp_path, **theirs)), {}, keep=1)
    learner = Learner(tiny_model(), lora_config(tmp_path, **ours), device="cpu")
    before = copied(learner.policy.state_dict())
    with pytest.raises(TrainerError, match=rf"step-000001: the checkpoint .*{complaint}"):
        checkpoint.restore(place, learner)
    assert same(learner.policy.state_dict(), before)


def test_adapters_of_other_weights_are_refused(tmp_path: Path) -> None:
    place = checkpoint.save(tmp_path, 1, learned(lora_config(tmp_path)), {}, keep=1)
    model = tiny_model()
    with torch.no_grad():
        for value in model.parameters():
            value += 1e-3
    learner = Learner(model, lora_config(tmp_path), device="cpu")
    with pytest.raises(TrainerError, match=r"step-000001: .* beside other weights"):
        checkpoint.restore(place, learner)


def test_layers_are_chosen_by_name(tmp_path: Path) -> None:
    chosen = {"lora.targets": ["q_proj", "model.layers.0.mlp.up_proj", "lm_head"]}
    held = learned(lora_config(tmp_path, **chosen)).trained.state()
    assert {name.rpartition(".lora_")[0] for name in held.keys() - {"base"}} == {
        "model.layers.0.self_attn.q_proj",
        "model.layers.0.mlp.up_proj",
        "lm_head",
    }


@pytest.mark.parametrize(
    ("target", "complaint"),
    [("q_prj", "no linear layer 'q_prj'; did you mean 'q_proj'"), ("lm_head", "its embeddings")],
)
def test_layers_that_cannot_have_one_are_refused(
    target: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match=complaint):
        Learner(tied_model(), lora_config(tmp_path, **{"lora.targets": [target]}), device="cpu")


def test_dropout_is_of_updates_alone_and_the_same_again(tmp_path: Path) -> None:
    config = lora_config(tmp_path, **{"lora.dropout": 0.5})
    one, other = learned(config), learned(config)
    assert same(one.trained.state(), other.trained.state())
    assert not same(one.trained.state(), learned(lora_config(tmp_path)).trained.state())
    assert torch.equal(said(one, config), said(one, config))


def test_gradient_checkpointing_changes_no_gradient(tmp_path: Path) -> None:
    config = lora_config(tmp_path, **{"lora.dropout": 0.5})
    model = tiny_model()
    model.gradient_checkpointing_enable({"use_reentrant": False})
    one, other = learned(config, model=model), learned(config)
    assert same(one.trained.state(), other.trained.state())


def test_a_run_samples_from_what_it_has_learned(tmp_path: Path) -> None:
    config = lora_config(tmp_path, **{"run.steps": 3, "reset.every": 2})
    trainer = trainer_of(config, ToldJudge(lambda *_: MIXED))
    trainer.run()
    trainer.sampler.push_weights(trainer.learner.weights())
    assert isinstance(trainer.sampler, TransformersSampler)
    inside: Any = trainer.sampler._model
    assert same(inside.state_dict(), weights_of(trainer))
    whole = Learner(inside, config.having({"lora.rank": 0}), device="cpu")
    written = [Written(prompt=[3, 4], completion=[5, 6, 7])]
    torch.testing.assert_close(
        whole.logprobs(written, config)[0],
        trainer.learner.logprobs(written, config)[0],
        atol=1e-5,
        rtol=0,
    )
