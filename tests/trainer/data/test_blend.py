"""Recipes of sources, and what a configuration changes of them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from prompt_files import Draw, write

from reward_trainer.config import Config
from reward_trainer.data.blend import blend, blends, sources_of
from reward_trainer.data.puzzles import Order
from reward_trainer.errors import DataError
from reward_trainer.sections import Data, Source

BOXED = r"Let's think step by step and output the final answer within \boxed{}."

# A row of each, in the shape that the data set has.
MATH = {"problem": "How many?", "answer": "3", "solution": "It is 3."}
CODE = {
    "data_source": "taco",
    "prompt": [
        {"role": "system", "content": "[ASSESS] first."},
        {"role": "user", "content": "Add them. Write Python code."},
    ],
    "ability": "code",
    "reward_model": {"style": "rule", "ground_truth": '{"inputs": ["1 2"], "outputs": ["3"]}'},
    "extra_info": {"index": 0, "split": "train"},
}
OTHER = CODE | {"ability": "math", "data_source": "numina_olympiads"}
STEM = {"domain": "Physics", "problem": "How heavy?", "extracted_solution": "1 kg"}
FOLLOW = {
    "input": [{"role": "user", "content": "No commas."}],
    "args": {"instruction_id_list": ["punctuation:no_comma"], "instruction_kwargs": [None]},
}


def puzzles(order: Order, path: Path) -> None:
    spec = {"domain": "reasoning_gym", "dataset": "gcd"}
    write(path, [{"id": f"{at}", "prompt": "<answer>?", "spec": spec} for at in range(order.size)])


def copies(folder: Path) -> dict[str, str]:
    rows = {
        "math": [MATH],
        "code": [OTHER, CODE],
        "stem": [STEM],
        "instruction_following": [FOLLOW],
    }
    return {name: str(write(folder / f"{name}.jsonl", of)) for name, of in rows.items()}


def test_prorl_has_its_five_sources_by_their_counts() -> None:
    weights = {source.name: source.weight for source in blend("prorl")}
    assert weights == {
        "math": 40_000,
        "code": 24_000,
        "stem": 25_000,
        "logic": 37_000,
        "instruction_following": 10_000,
    }
    assert sum(weights.values()) == 136_000


def test_prorl_runs_on_local_copies(prompts: Draw, tmp_path: Path) -> None:
    run = prompts(data=Data(blend="prorl", paths=copies(tmp_path)), maker=puzzles)
    found = {prompt.source: prompt for prompt in run.draw(136)}
    assert Counter(prompt.source for prompt in run.draw(136)) == {
        "math": 40,
        "code": 24,
        "stem": 25,
        "logic": 37,
        "instruction_following": 10,
    }
    assert found["math"].text == f"<user>How many?\n\n{BOXED}<assistant>"
    assert found["code"].text == "<user>Add them. Write Python code.<assistant>"
    assert found["stem"].text == f"<user>How heavy?\n\n{BOXED}<assistant>"
    assert found["logic"].text == "<user><answer>?<assistant>"
    assert found["instruction_following"].text == "<user>No commas.<assistant>"
    assert run.domains == {"math", "code", "stem", "reasoning_gym", "ifeval"}
    assert found["code"].judged_by == {"row": CODE, "format": "eurus_2"}


def test_the_service_reads_the_rows_of_the_blend(prompts: Draw, tmp_path: Path) -> None:
    reading = pytest.importorskip("reward_service.rows.reading")
    run = prompts(data=Data(blend="prorl", paths=copies(tmp_path), without=["logic"]))
    for prompt in run.draw(20):
        spec = reading.spec_of_row(prompt.judged_by["row"], prompt.judged_by["format"])
        assert spec.domain == prompt.domain


def test_a_blend_comes_from_the_command_line(tmp_path: Path) -> None:
    config = Config().having({"data.blend": "prorl", "data.paths": copies(tmp_path)})
    paths = {source.name: source.path for source in sources_of(config.data)}
    assert json.loads(json.dumps(paths)) == {**copies(tmp_path), "logic": ""}


def test_a_source_of_the_same_name_replaces_that_of_the_blend() -> None:
    own = Source(name="logic", reasoning_gym=["gcd"], size=3, weight=37_000)
    found = sources_of(Data(blend="prorl", sources=[own, Source(name="more", path="x.jsonl")]))
    assert [source.name for source in found][3:] == ["logic", "instruction_following", "more"]
    assert found[3] == own


def test_puzzles_can_come_from_a_file_instead() -> None:
    found = sources_of(Data(blend="prorl", paths={"logic": "made.jsonl"}))
    assert (found[3].path, found[3].reasoning_gym) == ("made.jsonl", [])


def test_every_blend_can_be_read() -> None:
    assert blends() == ["prorl"]
    assert all(sources_of(Data(blend=name)) for name in blends())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (Data(), r"there are no prompts to learn from: give data\.sources, or data\.blend.*prorl"),
        (Data(blend="prorl-v1"), "there is no 'prorl-v1'; did you mean 'prorl'"),
        (Data(blend="prorl", paths={"maths": "x"}), r"data\.paths: .* did you mean 'math'"),
        (Data(blend="prorl", without=["cods"]), r"data\.without: .* did you mean 'code'"),
        (Data(sources=[Source(name="a")]), "'a': give either a path or"),
        (Data(sources=[Source(name="a", path="x", reasoning_gym=["gcd"])]), "'a': give either"),
        (Data(sources=[Source(name="a", path="x")] * 2), "two are called 'a'"),
        (Data(sources=[Source(name="a", path="x")], without=["a"]), "there are no prompts"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_name(data: Data, why: str) -> None:
    with pytest.raises(DataError, match=why):
        sources_of(data)
