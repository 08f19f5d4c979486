"""What the command line says to who does not know it yet."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from argparse import Namespace, _SubParsersAction
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_origin

import pytest
from pydantic.fields import FieldInfo

from reward_trainer.choices import Choice
from reward_trainer.cli import _parser, configured, main
from reward_trainer.config import Config, names
from reward_trainer.presets import PRESETS
from reward_trainer.sections import Section
from reward_trainer.settings import part_of

COMMANDS = ("train", "evaluate", "presets", "settings", "plot", "export", "tiny")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(arguments) == 0
    return capsys.readouterr().out.splitlines()


def test_recipes_stand_side_by_side_with_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "presets")
    assert [line.split()[0] for line in lines[: len(PRESETS)]] == list(PRESETS)
    (head,) = [line for line in lines if line.split()[:2] == ["default", "prorl-v1"]]
    (clip,) = [line for line in lines if line.startswith("algorithm.clip_high ")]
    assert clip.split() == [
        "algorithm.clip_high",
        "0.2",
        "0.4",
        "0.27",
        "0.27",
        "0.28",
        "0.28",
        "0.4*",
    ]
    assert len(clip) == len(head), "columns are aligned"


@pytest.mark.parametrize("name", PRESETS)
def test_a_recipe_tells_the_source_of_each_number(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(capsys, "presets", name)
    assert lines[0].startswith(f"{name}: ")
    for field, value in PRESETS[name].values.items():
        (line,) = [line for line in lines if line.startswith(f"{field} ")]
        assert line.endswith(value.source)


def test_every_setting_is_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "settings")
    assert [line.split(" = ")[0] for line in lines if " = " in line and line[0] != " "] == names()
    assert told(capsys, "settings", "kl.beta") == [
        "kl.beta = 0.0",
        "    Its weight in the loss; 0: no reference is kept.",
    ]


def all_fields(model: type[Section] = Config, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every field, those of sections and of the elements of lists included."""
    for name, field in model.model_fields.items():
        within = part_of(field, Section)
        if within:
            yield from all_fields(within, f"{prefix}{name}.")
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Section)):
            yield f"{prefix}{name}", field


def test_no_field_is_without_a_description() -> None:
    assert [name for name, field in all_fields() if not field.description] == []


def test_whatever_can_be_chosen_from_says_what_each_choice_is() -> None:
    chosen = {name: part_of(field, StrEnum) for name, field in all_fields()}
    choices = {name: choice for name, choice in chosen.items() if choice}
    assert {"model.dtype", "algorithm.loss", "sampler.kind", "run.loggers"} <= choices.keys()
    assert [name for name, choice in choices.items() if not issubclass(choice, Choice)] == []
    assert [one for choice in Choice.__subclasses__() for one in choice if not one.about] == []
    bare = [name for name, field in all_fields() if "Literal" in str(field.annotation)]
    assert bare == [], "a Literal says nothing of its values"


def test_choices_are_listed_below_their_setting(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "settings", "kl.estimator")
    assert lines[0] == "kl.estimator = k2"
    assert [line.split()[0] for line in lines if line.startswith(8 * " ")] == ["k1", "k2", "k3"]


def test_lists_and_mappings_have_an_example() -> None:
    bare = [
        name
        for name, field in all_fields()
        if get_origin(field.annotation) in (list, dict) and not field.examples
    ]
    assert bare == ["stages.set"]


@pytest.mark.parametrize("name", names())
def test_an_example_is_one_that_set_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = [line for line in told(capsys, "settings", name) if "for example: --set" in line]
    assert len(given) <= 1
    for line in given:
        option, pair = shlex.split(line.partition(": ")[2])
        assert configured(parsed(option, pair)) != Config()


def test_the_fields_of_a_source_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(told(capsys, "settings"))
    assert text.count("    reasoning_gym = []\n") == 1
    assert "    from_step\n" in text
    assert "The fields of each are those of data.sources." in text


def test_each_listed_default_is_one_that_set_takes(capsys: pytest.CaptureFixture[str]) -> None:
    given = [line for line in told(capsys, "settings") if " = " in line and line[0] != " "]
    pairs = [f"--set={name}={value}" for name, value in (line.split(" = ", 1) for line in given)]
    assert configured(parsed(*pairs)) == Config()


def test_a_setting_that_there_is_not_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["settings", "temprature"]) == 2
    assert "did you mean 'sampling.temperature'?" in capsys.readouterr().err


def test_data_of_the_command_line_takes_the_place_of_the_presets() -> None:
    paths = ["a/sums.jsonl.gz", "rows/", "hub:owner/name:algebra@test", "a/sums.jsonl.gz"]
    given = parsed("--preset", "prorl-v1", *(f"--data={path}" for path in paths))
    data = configured(given).data
    assert data.blend == ""
    assert {one.name: one.path for one in data.sources} == {
        "sums": "a/sums.jsonl.gz",
        "rows": "rows/",
        "name-algebra": "hub:owner/name:algebra@test",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    (commands,) = [one for one in _parser()._actions if isinstance(one, _SubParsersAction)]
    unexplained = [one.dest for one in commands.choices[command]._actions if not one.help]
    assert unexplained == []


@pytest.mark.slow
def test_help_is_there_at_once() -> None:
    code = "from reward_trainer.cli import _parser; _parser().format_help()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "reward_trainer.evaluation.command" in loaded
    assert loaded & {"torch", "transformers", "vllm", "huggingface_hub", "pydantic"} == set()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--modell", "x"], "there is no --modell; did you mean --model?"),
        (["--lr=1e-4"], "there is no --lr; did you mean --set optimizer.lr=VALUE?"),
        (
            ["--max-tokens", "9"],
            "there is no --max-tokens; did you mean --set sampling.max_tokens=",
        ),
        (["--frobnicate"], "there is no --frobnicate; --help lists what there is"),
        (["x"], "'x' is one too many"),
        (['--set=data.sources=[{"name": "a", "pth": "x"}]'], "did you mean 'path'?"),
        (
            ['--set=evaluation.sources=[{"path": "x"}]'],
            "evaluation.sources.0.name: has to be given",
        ),
        (['--set=stages=[{"from_step": 3, "sett": {}}]'], "'stages.0.sett'; did you mean 'set'?"),
        (["--set=kl.estimator=k4"], "kl.estimator: Input should be 'k1', 'k2' or 'k3', not 'k4'"),
        (["--set=optimizer.rate=1"], "there is no 'optimizer.rate'"),
    ],
)
def test_what_there_is_not_is_answered_with_what_may_have_been_meant(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *given]) == 2
    answer = capsys.readouterr().err
    assert said in answer
    assert answer.count("\n") == 1


def test_the_file_of_values_in_the_docs_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "trainer.md").read_text(encoding="utf-8")
    blocks = page.split("```json\n")[1:]
    assert blocks
    for block in blocks:
        path = tmp_path / "values.json"
        path.write_text(block.partition("```")[0], encoding="utf-8")
        config = configured(parsed("--preset=smoke-cpu", f"--config={path}"))
        assert config.at(200) != config.at(1)
        assert config.evaluation.every
        assert config.evaluation.sources
        assert config.reset.plateau_evaluations


def parsed(*arguments: str) -> Any:
    given: Namespace = _parser().parse_args(["train", *arguments])
    return given


def test_a_tiny_model_is_taught_sums_and_the_rows_are_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "new" / "sums.jsonl"
    assert main(["tiny", str(tmp_path / "tiny"), "--sums", str(rows)]) == 0
    said = capfd.readouterr()
    assert said.out.splitlines() == [f"wrote {rows}", f"wrote {tmp_path / 'tiny'}"]
    assert said.err.startswith("teaching it sums: 120 of 120 steps, took ")
    assert said.err.count("\n") == 1, "no bars of others"
    sums = [json.loads(line) for line in rows.read_text().splitlines()]
    assert len(sums) == 100
    assert sums[57] == {"id": "5+7", "prompt": "5+7=", "spec": {"domain": "math", "gold": "12"}}
    assert right_of(tmp_path / "tiny", [one["prompt"] for one in sums]) > 10


def right_of(folder: Path, prompts: list[str]) -> int:
    """Return how many of the sums a model's likeliest answers get right."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    n_right = 0
    for prompt in prompts:
        given = tokenizer(prompt, return_tensors="pt")
        written = model.generate(**given, max_new_tokens=12, do_sample=False)
        answer = tokenizer.decode(written[0], skip_special_tokens=True).removeprefix(prompt)
        n_right += answer == f"\\boxed{{{eval_sum(prompt)}}}"
    return n_right


def eval_sum(prompt: str) -> int:
    return int(prompt[0]) + int(prompt[2])
