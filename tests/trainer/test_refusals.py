"""What is wrong with a run is said before a model is loaded, in words that say what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reward_trainer import assembly
from reward_trainer.cli import main
from reward_trainer.data.items import Item, Items
from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import DataError, ServiceMissingError, TrainerError
from reward_trainer.folder import refuse_another_run, write_down
from reward_trainer.presets import PRESETS
from reward_trainer.sections import Data, Source
from reward_trainer.tiny import make_tiny
from reward_trainer.trial import try_rows

ITEM = {"id": "a", "prompt": "1+1=", "spec": {"domain": "math", "gold": "2"}}


class Knows:
    """A judge that judges math alone."""

    def __init__(self, url: str, *, token: str = "") -> None:
        pass

    def require(self, domains: Iterable[str]) -> None:
        missing = set(domains) - {"math"}
        if missing:
            raise ServiceMissingError(f"it does not judge {', '.join(missing)}")

    def refusals(self, items: Sequence[Item]) -> list[tuple[str, str]]:
        return [(one.where, "gold: empty") for one in items if not one.judged_by["spec"]["gold"]]


Assemble = Callable[..., object]


@pytest.fixture
def assembled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assemble:
    """Assembles a run of these items, where loading a model is a failure of the test."""

    def no_model(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    def assemble(
        items: list[dict[str, Any]], *, watchers: Sequence[Watch] = (), **changes: Any
    ) -> object:
        path = tmp_path / "items.jsonl"
        path.write_text("".join(f"{json.dumps(item)}\n" for item in items))
        values = {
            "model.name": str(make_tiny(tmp_path / "model", hidden=32, layers=1)),
            "run.folder": str(tmp_path / "run"),
            "data.sources": [{"name": "items", "path": str(path)}],
        }
        config = PRESETS["smoke-cpu"].config.having({**values, **changes})
        return assembly.assemble(config, watchers=watchers)

    monkeypatch.setattr(assembly, "Judge", Knows)
    monkeypatch.setattr(assembly, "load_model", no_model)
    return assemble


def test_a_domain_that_the_service_lacks(assembled: Assemble) -> None:
    item = {**ITEM, "spec": {"domain": "stem", "gold": "A", "options": {"A": "1", "B": "2"}}}
    with pytest.raises(ServiceMissingError, match="does not judge stem"):
        assembled([ITEM, item], **{"model.name": "no/such-model"})


def test_rows_that_the_service_refuses_all(assembled: Assemble) -> None:
    broken = {**ITEM, "spec": {"domain": "math", "gold": ""}}
    with pytest.raises(
        DataError, match=r"'items': the service cannot judge any of the 2 rows .*jsonl:1: gold: em"
    ):
        assembled([broken, broken], **{"model.name": "no/such-model"})


class Watch:
    """Is told what happens."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def step(self, record: dict[str, Any]) -> None:
        pass

    def event(self, record: dict[str, Any]) -> None:
        self.told.append(record)


def test_some_rows_that_the_service_refuses_are_told(tmp_path: Path) -> None:
    watch = Watch()
    golds = ["7", "", *["7"] * 98]
    path = tmp_path / "items.jsonl"
    items = [{**ITEM, "spec": {"domain": "math", "gold": gold}} for gold in reversed(golds)]
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items))
    data = Data(sources=[Source(name="items", path=str(path))])
    some = Prompts.survey(data, tmp_path).some
    assert len(some["items"]) == 24
    rows = {"items": [*some["items"], broken_item(path)]}
    try_rows(Knows(""), rows, [watch])  # type: ignore[arg-type] - it has what is called
    (event,) = watch.told
    assert (event["source"], event["prompts"], event["of"]) == ("items", 1, 25)
    assert event["rows"] == [f"{path}:99: gold: empty"]


def broken_item(path: Path) -> Item:
    return Items(path, Source(name="items", path=str(path)))[98]


def test_a_domain_that_only_a_later_stage_needs(assembled: Assemble, tmp_path: Path) -> None:
    path = tmp_path / "later.jsonl"
    path.write_text(json.dumps({**ITEM, "spec": {"domain": "ifeval", "instructions": []}}))
    sources = [{"name": "later", "path": str(path)}]
    with pytest.raises(ServiceMissingError, match="does not judge ifeval"):
        assembled([ITEM], stages=[{"from_step": 5, "set": {"data.sources": sources}}])


def test_no_data_at_all(assembled: Assemble) -> None:
    with pytest.raises(DataError, match="no"):
        assembled([])
    with pytest.raises(DataError):
        assembled([ITEM], **{"data.sources": []})


def test_prompts_that_are_all_too_long(assembled: Assemble) -> None:
    with pytest.raises(DataError, match=r"longer than\s+2 tokens.*raise data.max_prompt_tokens"):
        assembled([ITEM], **{"data.max_prompt_tokens": 2})


def test_a_model_without_a_chat_template(assembled: Assemble, tmp_path: Path) -> None:
    model = make_tiny(tmp_path / "bare", hidden=32, layers=1)
    for template in model.glob("*.jinja"):
        template.unlink()
    with pytest.raises(DataError, match=r"chat template.*raw"):
        assembled([ITEM], **{"model.name": str(model)})


def test_a_model_with_too_few_positions(assembled: Assemble) -> None:
    with pytest.raises(TrainerError, match=r"640 tokens do not fit the 512 positions.*lower"):
        assembled([ITEM], **{"sampling.max_tokens": 512})


def test_too_few_positions_for_a_later_stage(assembled: Assemble) -> None:
    stages = [{"from_step": 5, "set": {"sampling.max_tokens": 512}}]
    with pytest.raises(TrainerError, match="do not fit the 512 positions"):
        assembled([ITEM], stages=stages)


def test_no_such_model(assembled: Assemble, tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"there is no folder .*absent"):
        assembled([ITEM], **{"model.name": str(tmp_path / "absent")})


def another_run(folder: Path) -> Path:
    """Write what a run with other values leaves behind that has only begun."""
    folder.mkdir()
    other = PRESETS["smoke-cpu"].config.having({"optimizer.lr": 0.5})
    (folder / "config.json").write_text(other.model_dump_json())
    lines = [{"step": 0, "event": "data"}, {"step": 1, "reward": 0.0, "groups": 0, "loss": None}]
    (folder / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return folder


def test_the_folder_of_another_run(assembled: Assemble, tmp_path: Path) -> None:
    folder = another_run(tmp_path / "run")
    with (folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "groups": 3}\n')
    with pytest.raises(TrainerError, match=r"another .*optimizer\.lr \(0.5, not 0.001\).*--folder"):
        assembled([ITEM])


def test_the_checkpoint_of_another_run(assembled: Assemble, tmp_path: Path) -> None:
    (another_run(tmp_path / "run") / "checkpoints/step-000001").mkdir(parents=True)
    with pytest.raises(TrainerError, match=r"another .*optimizer\.lr.*--folder"):
        assembled([ITEM])


def test_the_folder_of_another_run_that_has_learned_nothing_is_taken_over(
    assembled: Assemble, tmp_path: Path
) -> None:
    another_run(tmp_path / "run")
    watch = Watch()
    with pytest.raises(AssertionError, match="a model was loaded"):
        assembled([ITEM], watchers=[watch])
    (event,) = watch.told
    assert event["event"] == "taken_over"
    assert "optimizer.lr" in event["why"]
    assert event["why"].endswith("that had learned nothing")


def test_a_folder_with_other_things_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    for name in ("b.tex", "a.tex", "d.tex", "c.tex"):
        (folder / name).write_text("")
    before = sorted(folder.iterdir())
    assert train_in(folder) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{folder} holds no run of this trainer, but a.tex, b.tex, c.tex, ...; give" in line
    assert sorted(folder.iterdir()) == before


def test_the_folder_of_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_tiny(tmp_path / "model", hidden=32, layers=1)
    before = sorted(folder.iterdir())
    capsys.readouterr()
    assert train_in(folder) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{folder} holds no run of this trainer: its config.json is another's (" in line
    assert len(line) < len(str(folder)) + 200
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("config", ["{}", "[]", "not JSON", '{"kl": {"beta": 0}}'])
def test_a_configuration_that_is_of_no_run(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(TrainerError, match=r"no run of this trainer: its config.json is another's"):
        refuse_another_run(PRESETS["smoke-cpu"].config, tmp_path)


def test_what_a_run_leaves_that_could_not_begin_is_in_nobodys_way(tmp_path: Path) -> None:
    refuse_another_run(PRESETS["smoke-cpu"].config, tmp_path / "absent")
    for name in (".lock", "engine.log", "logged-as", "nohup.out", "train.log"):
        (tmp_path / name).write_text("")
    for name in ("data", "tensorboard", "wandb", "lost+found"):
        (tmp_path / name).mkdir()
    refuse_another_run(PRESETS["smoke-cpu"].config, tmp_path)


@pytest.mark.parametrize("steps", ["110", "120"])
def test_a_run_that_is_at_its_last_step_has_nothing_to_do(
    steps: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(*_: object, **__: object) -> None:
        raise AssertionError("something was loaded")

    monkeypatch.setattr(assembly, "assemble", loaded)
    config = PRESETS["smoke-cpu"].config
    write_down(config.having({"model.name": "none", "run.steps": 120}), tmp_path)
    for step in (80, 120):
        (tmp_path / f"checkpoints/step-{step:06d}").mkdir(parents=True)
    assert train_in(tmp_path, "--steps", steps) == 0
    said = capsys.readouterr()
    assert said.out == "the run is already at step 120: nothing to do\n"
    assert said.err == ""
    with pytest.raises(AssertionError, match="something was loaded"):
        train_in(tmp_path, "--steps", "121")
    assert train_in(tmp_path, "--steps", steps, "--seed", "7") == 1
    assert "holds a run with another run.seed" in capsys.readouterr().err


def train_in(folder: Path, *more: str) -> int:
    given = ["--preset", "smoke-cpu", "--model", "none", "--folder", str(folder)]
    return main(["train", *given, *more])


def test_a_reset_that_waits_for_evaluations_which_never_come(assembled: Assemble) -> None:
    with pytest.raises(TrainerError, match=r"give evaluation\.sources"):
        assembled([ITEM], **{"reset.plateau_evaluations": 5})


def test_a_run_that_could_not_begin_leaves_its_folder_free(
    assembled: Assemble, tmp_path: Path
) -> None:
    with pytest.raises(DataError):
        assembled([])
    with pytest.raises(AssertionError, match="a model was loaded"):
        assembled([ITEM], **{"optimizer.lr": 0.5})
    assert not (tmp_path / "run/config.json").exists()


def test_a_service_that_is_away(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(ITEM))
    values = {
        "data.sources": [{"name": "items", "path": str(path)}],
        "service.url": "http://127.0.0.1:9",
        "run.folder": str(tmp_path / "run"),
    }
    with pytest.raises(ServiceMissingError, match=r"127.0.0.1:9 does not answer.*make serve"):
        assembly.assemble(PRESETS["smoke-cpu"].config.having(values))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--preset", "prorl-v3"), "there is no preset 'prorl-v3'; did you mean 'prorl-v"),
        (("--set", "sampling.temprature=1"), "did you mean 'sampling.temperature'?"),
        (("--set", "temperature=1"), "did you mean 'sampling.temperature'?"),
        (("--set", "sampling.rollouts=1"), "greater than or equal to 2"),
        (("--set", "sampling.rollouts"), "expected NAME=VALUE"),
        (("--set", 'run.loggers=["mlflow"]'), "run.loggers.0: Input should be 'tensorboard', "),
        (
            ("--set", "shaping.overlong_buffer=5", "--set", "shaping.stop_properly=0"),
            "reward-trainer: shaping: stop_properly and overlong_buffer both punish what was cut",
        ),
        (("--config", "absent.json"), "absent.json"),
        ((), "no model: name one with --model"),
    ],
)
def test_what_is_wrong_on_the_command_line(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1
