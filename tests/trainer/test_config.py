"""Configurations, stages and presets."""

from __future__ import annotations

import pytest

from reward_trainer.config import Config, names
from reward_trainer.presets import PRESETS


def test_a_field_is_set_by_its_dotted_name() -> None:
    assert Config().having({"sampling.temperature": 0.9}).sampling.temperature == 0.9


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("sampling.temprature", "sampling.temperature"),
        ("temperature", "sampling.temperature"),
        ("kl.bta", "kl.beta"),
    ],
)
def test_a_misspelt_field_is_answered_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=rf"there is no '{name}'; did you mean '{nearest}'"):
        Config().having({name: 1})


def test_a_value_out_of_range_names_the_field() -> None:
    with pytest.raises(ValueError, match=r"sampling\.temperature"):
        Config().having({"sampling.temperature": -1})


STAGED = Config().having(
    {
        "stages": [
            {"from_step": 10, "set": {"sampling.rollouts": 32}},
            {"from_step": 20, "set": {"sampling.max_tokens": 100, "sampling.rollouts": 8}},
        ]
    }
)


@pytest.mark.parametrize(
    ("step", "rollouts", "tokens"), [(9, 16, 8192), (10, 32, 8192), (20, 8, 100)]
)
def test_stages_change_the_configuration_from_their_step_on(
    step: int, rollouts: int, tokens: int
) -> None:
    found = STAGED.at(step).sampling
    assert (found.rollouts, found.max_tokens) == (rollouts, tokens)


@pytest.mark.parametrize(
    "stages",
    [
        [{"from_step": 5, "set": {"sampling.rolouts": 4}}],
        [{"from_step": 5, "set": {"sampling.rollouts": 1}}],
        [{"from_step": 5, "set": {"run.steps": 1}}],
        [{"from_step": 5, "set": {"lora.rank": 1}}],
        [{"from_step": 5, "set": {"optimizer.eight_bit": True}}],
        [{"from_step": 9, "set": {}}, {"from_step": 5, "set": {}}],
    ],
)
def test_a_stage_that_cannot_be_is_refused_at_once(stages: list[object]) -> None:
    with pytest.raises(ValueError, match=r"stages|rolouts|rollouts"):
        Config().having({"stages": stages})


@pytest.mark.parametrize("name", PRESETS)
def test_every_number_of_a_preset_has_a_source(name: str) -> None:
    preset = PRESETS[name]
    assert preset.config.at(10**6) is not None
    assert set(preset.values) <= set(names())
    assert all(value.source for value in preset.values.values())
    assert all(stage["why"] for stage in preset.stages)


def test_prorl_is_as_the_paper_reports_it() -> None:
    start = PRESETS["prorl-v1"].config
    assert (start.algorithm.clip_low, start.algorithm.clip_high) == (0.2, 0.4)
    assert (start.sampling.prompts, start.sampling.rollouts) == (256, 16)
    assert (start.sampling.temperature, start.optimizer.lr) == (1.2, 2e-6)
    assert start.sampling.prompts // start.algorithm.minibatches == 64
    assert start.reset.optimizer == "clear"
    assert start.at(2400).sampling.max_tokens == 16384
    assert PRESETS["prorl-v2"].config.reset.optimizer == "keep"
