"""What a run has trained is loaded by whoever loads models, and says what the policy said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from learner_parts import REWARDS, batch_of, group
from loop_parts import same, small_config, tiny_model, tiny_tokenizer

from reward_trainer import checkpoint
from reward_trainer.cli import main
from reward_trainer.config import Config
from reward_trainer.learner import Learner

GROUPS = [group(rewards) for rewards in REWARDS]
IDS = torch.tensor([[3, 4, 5, 6, 7]])


def a_run(folder: Path, *, tied: bool = False, **changes: Any) -> tuple[Config, Learner]:
    """Leave the checkpoints of steps 1 and 2 in ``folder``; return who made them."""
    base = folder / "base"
    model = tiny_model()
    if tied:
        model.config.tie_word_embeddings = True
        model.lm_head.weight = model.model.embed_tokens.weight
    model.generation_config.temperature = 0.6
    model.generation_config.do_sample = True
    model.save_pretrained(base)
    tiny_tokenizer().save_pretrained(base)
    values = {"model.name": str(base), "run.folder": str(folder / "run"), "optimizer.lr": 1e-2}
    config = small_config(folder, **{**values, **changes})
    learner = Learner(model, config, device="cpu")
    for step in (1, 2):
        learner.learn(batch_of(GROUPS, learner, config), config, step=step)
        checkpoint.save(folder / "run/checkpoints", step, learner, {}, keep=2)
    (folder / "run/config.json").write_text(json.dumps(config.model_dump(mode="json")))
    return config, learner


def loaded(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype="auto")


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("rank", [0, 4])
def test_the_newest_checkpoint_is_written_as_a_whole_model(
    rank: int, tied: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from transformers import AutoTokenizer

    _, learner = a_run(tmp_path, tied=tied, **{"lora.rank": rank})
    assert main(["export", str(tmp_path / "run")]) == 0
    out = tmp_path / "run/exported/step-000002"
    assert capsys.readouterr().out == f"wrote {out}\n"
    assert {path.suffix for path in out.iterdir()} <= {".json", ".jinja", ".safetensors"}

    model = loaded(out)
    assert same(model.state_dict(), dict(learner.weights()))
    assert not same(model.state_dict(), tiny_model().state_dict())
    assert model.generation_config.temperature == 0.6
    assert not hasattr(model, "peft_config")
    assert AutoTokenizer.from_pretrained(out)("1+2=")["input_ids"]
    assert not list(out.parent.glob(".*"))


def test_it_is_in_the_type_that_the_run_computed_in(tmp_path: Path) -> None:
    _, learner = a_run(tmp_path, **{"model.dtype": "bfloat16", "lora.rank": 4})
    out = tmp_path / "mine"
    assert main(["export", str(tmp_path / "run"), "-o", str(out)]) == 0
    model = loaded(out)
    assert {value.dtype for value in model.state_dict().values()} == {torch.bfloat16}
    expected = {name: value.to(torch.bfloat16) for name, value in learner.weights()}
    assert same(model.state_dict(), expected)


def test_an_older_checkpoint_is_written_when_asked_for(tmp_path: Path) -> None:
    a_run(tmp_path)
    for step in (1, 2):
        assert main(["export", str(tmp_path / "run"), "--step", str(step)]) == 0
    first, second = (loaded(tmp_path / f"run/exported/step-00000{step}") for step in (1, 2))
    assert not same(first.state_dict(), second.state_dict())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--step", "7"), "has no checkpoint of step 7; it has 1, 2"),
        (("run", "-o", "base"), "base is there already"),
        (("base",), "base holds no run: there is no config.json"),
        (("bare",), "bare has no checkpoint yet"),
    ],
)
def test_what_cannot_be_written_is_said(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    a_run(tmp_path)
    (tmp_path / "base/config.json").rename(tmp_path / "base/other.json")
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/config.json").write_text((tmp_path / "run/config.json").read_text())
    assert main(["export", *arguments]) == 1
    assert said in capsys.readouterr().err
