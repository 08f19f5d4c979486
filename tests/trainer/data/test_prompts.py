"""What is drawn, in what order, how often, and that a run goes on exactly where it was."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prompt_files import Draw, rows, write

from reward_trainer.data.prompts import Prompts
from reward_trainer.errors import DataError
from reward_trainer.rollout import Completion, Group, Prompt, Said
from reward_trainer.sections import Data, Source

NOTHING = Completion(token_ids=(), logprobs=(), text="", stopped=True)


def ids(drawn: list[Prompt]) -> list[str]:
    return [prompt.id for prompt in drawn]


def source(folder: Path, name: str, n: int, **more: Any) -> Source:
    path = write(folder / f"{name}.jsonl", rows(f"{name}{at}" for at in range(n)))
    return Source(name=name, path=str(path), **more)


def group(prompt: Prompt, *rewards: float | None, problem: str = "overloaded") -> Group:
    return Group(
        prompt=prompt,
        completions=(NOTHING,) * len(rewards),
        rewards=rewards,
        problems=tuple(problem if reward is None else None for reward in rewards),
        said=(Said(why="no gold"),) * len(rewards),
    )


def test_a_prompt_carries_what_the_loop_needs(prompts: Draw, ten: Source) -> None:
    prompt = prompts(ten).draw(1)[0]
    assert prompt.text == f"<user>{prompt.id}<assistant>"
    assert prompt.token_ids == tuple(map(ord, prompt.text))
    assert (prompt.source, prompt.domain) == ("ten", "math")
    assert prompt.judged_by == {"spec": {"domain": "math", "gold": "1"}}


def test_every_prompt_comes_once_in_an_epoch_and_epochs_differ(prompts: Draw, ten: Source) -> None:
    drawn = ids(prompts(ten).draw(30))
    epochs = [drawn[at : at + 10] for at in (0, 10, 20)]
    assert all(len(set(epoch)) == 10 for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_the_seed_decides_the_order_and_how_many_are_drawn_at_once_does_not(
    prompts: Draw, ten: Source
) -> None:
    whole = ids(prompts(ten, seed=3).draw(25))
    slowly = prompts(ten, seed=3)
    assert [slowly.draw(1)[0].id for _ in range(25)] == whole
    assert ids(prompts(ten, seed=4).draw(25)) != whole


def test_sources_are_drawn_from_by_weight_at_every_moment(prompts: Draw, tmp_path: Path) -> None:
    weights = {"a": 40.0, "b": 24.0, "c": 25.0, "d": 37.0, "e": 10.0}
    drawn = prompts(
        *(source(tmp_path, name, 7, weight=weight) for name, weight in weights.items())
    ).draw(1500)
    seen: Counter[str] = Counter()
    for n, prompt in enumerate(drawn, 1):
        seen[prompt.source] += 1
        for name, weight in weights.items():
            assert abs(seen[name] - n * weight / 136) < 1


@pytest.mark.parametrize("stop", [0, 1, 9, 10, 11, 37])
def test_a_run_goes_on_exactly_where_it_was(prompts: Draw, tmp_path: Path, stop: int) -> None:
    sources = [source(tmp_path, "a", 10, weight=0.3), source(tmp_path, "b", 3, weight=0.7)]
    unbroken = ids(prompts(*sources).draw(80))
    first = prompts(*sources)
    first.draw(stop)
    state = json.loads(json.dumps(first.state()))

    second = prompts(*sources)
    second.restore(state)
    assert ids(second.draw(80 - stop)) == unbroken[stop:]


def test_what_was_learned_is_part_of_where_a_run_was(prompts: Draw, ten: Source) -> None:
    def learning(run: Prompts, n: int) -> list[str]:
        seen = []
        for _ in range(n):
            (prompt,) = run.draw(1)
            seen.append(prompt.id)
            run.learned([group(prompt, 1.0, 1.0 if int(prompt.id[1:]) % 2 else 0.0)])
        return seen

    unbroken = learning(prompts(ten, by_pass_rate=True), 60)
    first = prompts(ten, by_pass_rate=True)
    learning(first, 33)
    second = prompts(ten, by_pass_rate=True)
    second.restore(json.loads(json.dumps(first.state())))
    assert learning(second, 27) == unbroken[33:]


def test_prompts_that_teach_come_more_often_and_none_stays_away(prompts: Draw, ten: Source) -> None:
    run = prompts(ten, by_pass_rate=True)
    seen: Counter[str] = Counter()
    for _ in range(600):
        (prompt,) = run.draw(1)
        seen[prompt.id] += 1
        run.learned([group(prompt, 0.0, 1.0 if prompt.id in ("p0", "p1") else 0.0)])
    dull = [seen[f"p{at}"] for at in range(2, 10)]
    assert min(seen["p0"], seen["p1"]) >= 6 * max(dull)
    assert min(dull) >= 20


def test_a_prompt_that_teaches_again_comes_in_every_epoch_again(prompts: Draw, ten: Source) -> None:
    run = prompts(ten, by_pass_rate=True)
    for prompt in run.draw(40):
        run.learned([group(prompt, 1.0, 1.0)])
    while (prompt := run.draw(1)[0]).id != "p7":
        pass
    run.learned([group(prompt, 1.0, 0.0)])
    assert ids(run.draw(40)).count("p7") >= 8


def test_unknown_rewards_change_nothing(prompts: Draw, ten: Source) -> None:
    run, undisturbed = prompts(ten, by_pass_rate=True), prompts(ten, by_pass_rate=True)
    run.learned([group(prompt, None, None) for prompt in run.draw(10)])
    undisturbed.draw(10)
    assert run.state() == undisturbed.state()


def test_without_by_pass_rate_every_prompt_comes_in_every_epoch(prompts: Draw, ten: Source) -> None:
    run = prompts(ten)
    run.learned([group(prompt, 1.0, 1.0) for prompt in run.draw(10)])
    assert len(set(ids(run.draw(10)))) == 10


def test_a_prompt_that_the_service_cannot_judge_never_comes_again(
    prompts: Draw, ten: Source
) -> None:
    run = prompts(ten)
    broken = next(prompt for prompt in run.draw(10) if prompt.id == "p4")
    first = run.learned([group(broken, None, None, problem="bad_spec")])
    assert [one.prompt.where for one in first["ten"]] == [f"{ten.path}:5"]
    assert run.learned([group(broken, None, None, problem="bad_spec")]) == {}
    assert set(ids(run.draw(18))) == {f"p{at}" for at in range(10)} - {"p4"}
    assert run.numbers == {"left_out_prompts": 0, "refused_prompts": 1, "refused/ten": 1}


def test_when_the_service_can_judge_none_the_run_stops_and_says_so(
    prompts: Draw, ten: Source
) -> None:
    run = prompts(ten)
    run.learned([group(prompt, None, None, problem="bad_spec") for prompt in run.draw(10)])
    with pytest.raises(
        DataError, match=r"'ten': the service cannot judge any .* check-data` \(.*:\d+: no gold\)"
    ):
        run.draw(1)


def test_long_prompts_are_left_out_and_counted(prompts: Draw, tmp_path: Path) -> None:
    path = write(tmp_path / "mixed.jsonl", rows(["x" * n for n in range(1, 11)]))
    run = prompts(
        Source(name="mixed", path=str(path)), max_prompt_tokens=len("<user><assistant>") + 4
    )
    assert run.numbers == {"left_out_prompts": 6, "left_out/mixed": 6, "refused_prompts": 0}
    assert run.about == {
        "mixed": {"prompts": 10, "too_long": 6, "max_prompt_tokens": 21, "file": str(path)}
    }
    assert Counter(map(len, ids(run.draw(40)))) == {1: 10, 2: 10, 3: 10, 4: 10}


def test_when_all_are_too_long_the_shortest_is_named(prompts: Draw, ten: Source) -> None:
    with pytest.raises(
        DataError, match=r"all 10 prompts are longer than 5 tokens.*shortest has 19"
    ):
        prompts(ten, max_prompt_tokens=5)


def test_a_stage_may_change_weights_and_sources(prompts: Draw, tmp_path: Path) -> None:
    a, b = source(tmp_path, "a", 50), source(tmp_path, "b", 50)
    first = prompts(a, b)
    seen = ids(first.draw(41))

    alone = prompts(b)
    alone.restore(first.state())
    seen += ids(alone.draw(10))
    again = prompts(a.model_copy(update={"weight": 3.0}), b)
    again.restore(alone.state())
    later = again.draw(40)
    assert len(set(seen + ids(later)[:20])) == 71
    assert abs(sum(prompt.source == "a" for prompt in later) - 30) <= 1


def test_other_data_than_the_run_began_with_is_refused(prompts: Draw, ten: Source) -> None:
    run = prompts(ten)
    write(Path(ten.path), rows(f"q{at}" for at in range(10)))
    with pytest.raises(DataError, match=r"'ten': its data is not what the run began with"):
        prompts(ten).restore(run.state())


def test_a_file_that_changes_under_a_run_is_noticed(prompts: Draw, ten: Source) -> None:
    run = prompts(ten)
    write(Path(ten.path), rows(f"q{at}" for at in range(10)))
    with pytest.raises(DataError, match=r"ten\.jsonl:\d+: the file has changed"):
        run.draw(1)


def test_domains_are_known_without_a_tokenizer(tmp_path: Path, ten: Source) -> None:
    plain = write(tmp_path / "plain.jsonl", [{"problem": "1+1", "answer": "2"}])
    data = Data(
        sources=[
            ten,
            Source(name="told", path=str(plain), domain="stem"),
            Source(name="untold", path=str(plain)),
            Source(name="puzzles", reasoning_gym=["prorl"]),
        ]
    )
    assert Prompts.survey(data, tmp_path / "run").domains == {"math", "stem", "reasoning_gym"}


def test_a_benchmark_is_asked_as_it_is_in_an_evaluation(
    prompts: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reward_trainer.data import benchmarks

    row = {"problem": "6*7?", "answer": "42", "id": 60}
    file = write(tmp_path / "aime.jsonl", [row])
    here = [
        replace(one, items=str(file)) if one.name == "aime24" else one for one in benchmarks.SUITE
    ]
    monkeypatch.setattr(benchmarks, "SUITE", here)
    (prompt,) = prompts(Source(name="validation", path="suite:aime24")).draw(1)
    assert (prompt.domain, prompt.id) == ("math", "aime24-0-60")
    assert prompt.judged_by == {"row": row, "format": "problem_answer"}
    assert "6*7?\n\nLet's think step by step" in prompt.text
    write(file, [{"problem": "another?", "answer": "1"}])
    assert prompts(Source(name="again", path="suite:aime24")).draw(1)[0].id == prompt.id
    with pytest.raises(DataError, match=r"suite:aime: there is no such .*did you mean 'aime2"):
        prompts(Source(name="s", path="suite:aime"))
