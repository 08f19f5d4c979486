"""From items to a table, with a writer and a service that are fakes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reward_service.client import ServiceUnavailableError
from reward_trainer.errors import DataError
from reward_trainer.evaluation.endpoint import EndpointError
from reward_trainer.evaluation.evaluate import Plan, evaluate, results_text
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.results import Result
from reward_trainer.evaluation.suite import SETS, chosen
from reward_trainer.evaluation.writer import Done, Terms, Unanswered, Written


class Parrot:
    """Writes the numbers 0, 1, ... to every prompt; some prompts it cannot answer."""

    def __init__(self, *, refuses: Sequence[str] = (), stops_after: int | None = None) -> None:
        self.asked: list[str] = []
        self._refuses = refuses
        self._stops_after = stops_after

    async def write(self, items: Sequence[Item], terms: Terms, done: Done) -> None:
        for item in items:
            if self._stops_after is not None and len(self.asked) >= self._stops_after:
                raise EndpointError("away")
            self.asked.append(item.messages[0]["content"].split()[0])
            if item.id in self._refuses:
                await done(item, Unanswered(why="too long"))
                continue
            texts = tuple(str(n) for n in range(terms.samples))
            finished = tuple(n > 0 for n in range(terms.samples))
            await done(item, Written(completions=texts, finished=finished, n_tokens=100))

    async def aclose(self) -> None:
        """Hold nothing."""


class Service:
    """Pays completions that equal the gold; knows nothing of the gold ``?``."""

    def __init__(self, *, away: bool = False) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.checked: list[Mapping[str, Any]] = []
        self.away = away

    async def score(self, items: Sequence[Mapping[str, Any]]) -> list[Any]:
        if self.away:
            raise ServiceUnavailableError("http://service", 3, "refused")
        self.asked += items
        return [self._scored(item) for item in items]

    async def check(self, items: Sequence[Mapping[str, Any]]) -> Any:
        if self.away:
            raise ServiceUnavailableError("http://service", 3, "refused")
        self.checked += items
        return SimpleNamespace(items=[self._checked(item) for item in items])

    def _checked(self, item: Mapping[str, Any]) -> Any:
        broken = item["row"]["answer"] == "broken"
        problem = SimpleNamespace(code="bad_spec", message="row.answer: cannot be read")
        return SimpleNamespace(problem=problem if broken else None)

    def _scored(self, item: Mapping[str, Any]) -> Any:
        gold = item.get("row", item.get("spec"))["answer"]
        if gold == "?":
            return SimpleNamespace(
                reward=None, verdict=None, problem=SimpleNamespace(code="sandbox_down")
            )
        right = item["completion"] == gold
        return SimpleNamespace(
            reward=float(right),
            verdict=SimpleNamespace(outcome="correct" if right else "wrong"),
            problem=None,
        )


def plan_of(folder: Path, golds: Sequence[str], *, samples: int = 4, **options: Any) -> Plan:
    place = folder / "aime.jsonl"
    rows = [{"problem": f"P{n} is?", "answer": gold} for n, gold in enumerate(golds)]
    place.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return Plan(
        benchmarks=chosen(["aime24"]),
        model="me/mine",
        folder=folder / "out",
        terms=Terms(samples=samples),
        sources={"aime24": str(place)},
        **options,
    )


def run(plan: Plan, writer: Parrot, service: Service) -> Result:
    (result,) = asyncio.run(evaluate(plan, writer=writer, client=service))
    return result


def test_it_adds_up(tmp_path: Path) -> None:
    result = run(plan_of(tmp_path, ["0", "1", "none"]), Parrot(), Service())
    assert result.value == pytest.approx(100 * (1 / 4 + 1 / 4 + 0) / 3, abs=1e-3)
    # 1/4, 1/4, 0: the squares of what is off their mean add up to 1/24, over 3 * 2
    assert result.standard_error == pytest.approx(100 * (1 / 144) ** 0.5, abs=1e-3)
    assert result.pass_at[4].value == pytest.approx(100 * 2 / 3, abs=1e-3)
    assert result.pass_at[4].standard_error == pytest.approx(100 / 3, abs=1e-3)
    assert result.pass_at[2].value == pytest.approx(100 * (0.5 + 0.5) / 3, abs=1e-3)
    assert (result.n_items, result.n_counted, result.n_unscored) == (3, 3, 0)
    assert result.truncated == 25
    assert result.tokens == 25


def test_what_has_no_reward_counts_in_no_number(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "?"])
    result = run(plan, Parrot(), Service())
    assert result.value == 25
    assert (result.n_counted, result.n_unscored, result.problems) == (1, 4, {"sandbox_down": 4})
    text = (plan.folder / "results.txt").read_text(encoding="utf-8")
    assert "aime24*" in text
    assert "4 x sandbox_down" in text


def test_what_was_not_answered_counts_in_no_number_and_is_asked_again(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "0"])
    result = run(plan, Parrot(refuses=["aime24-1"]), Service())
    assert (result.value, result.n_unanswered) == (25, 1)
    assert result.why_unanswered == {"too long": 1}
    again = Parrot()
    assert run(plan, again, Service()).n_unanswered == 0
    assert again.asked == ["P1"]


def test_what_the_service_refuses_is_named_by_line_and_not_asked(tmp_path: Path) -> None:
    plan, said = plan_of(tmp_path, ["0", "broken", "0"]), list[str]()
    writer = Parrot()
    (result,) = asyncio.run(evaluate(plan, writer=writer, client=Service(), tell=said.append))
    where = f"{plan.sources['aime24']}:2"
    assert said[0] == f"aime24: refused, and not asked: {where}: row.answer: cannot be read"
    assert writer.asked == ["P0", "P2"]
    assert result.refused == {where: "row.answer: cannot be read"}
    counts = (result.value, result.n_items, result.n_counted, result.n_unanswered)
    assert counts == (25, 3, 2, 0)
    text = results_text(plan, [result])
    assert "aime24*~" in text
    assert f"Refused by the service, and counted in no number: {where}: row" in text


def test_a_benchmark_that_is_refused_whole_stops_all_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    plan, writer = plan_of(tmp_path, ["broken"] * 7), Parrot()
    with pytest.raises(DataError, match=r"refuses every item: .*:1: row.*:5: .*; and 2 more"):
        run(plan, writer, Service())
    assert writer.asked == []


def test_items_that_were_scored_are_not_looked_at_again(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "?"])
    run(plan, Parrot(), Service())
    again = Service()
    run(plan, Parrot(), again)
    assert [item["row"]["answer"] for item in again.checked] == ["?"]


def test_a_run_that_stopped_goes_on_and_asks_nothing_twice(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "1", "2"])
    with pytest.raises(EndpointError, match="away"):
        run(plan, Parrot(stops_after=2), Service())
    writer, service = Parrot(), Service()
    result = run(plan, writer, service)
    assert writer.asked == ["P2"]
    assert result.value == 25
    assert len(service.asked) == 4

    whole = tmp_path / "whole"
    whole.mkdir()
    at_once = run(plan_of(whole, ["0", "1", "2"]), Parrot(), Service())
    assert result.model_dump(exclude={"differs"}) == at_once.model_dump(exclude={"differs"})


def test_what_the_service_could_not_score_is_scored_at_the_next_start(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "1"])
    result = run(plan, Parrot(), Service(away=True))
    assert result.value is None
    assert result.problems == {"ServiceUnavailableError": 8}
    writer, service = Parrot(), Service()
    assert run(plan, writer, service).value == 25
    assert writer.asked == []
    third = Service()
    assert run(plan, Parrot(), third).value == 25
    assert third.asked == []


def test_generations_are_what_the_service_scores_from_files(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["7"])
    run(plan, Parrot(), Service())
    (line,) = (plan.folder / "generations" / "aime24.jsonl").read_text("utf-8").splitlines()
    value = json.loads(line)
    assert value["row"] == {"problem": "P0 is?", "answer": "7"}
    assert value["format"] == "problem_answer"
    assert value["completions"] == ["0", "1", "2", "3"]
    assert value["prompt"].startswith("P0 is?")


def test_an_item_that_changed_is_asked_again(tmp_path: Path) -> None:
    run(plan_of(tmp_path, ["0", "1"]), Parrot(), Service())
    writer = Parrot()
    run(plan_of(tmp_path, ["0", "2"]), writer, Service())
    assert writer.asked == ["P1"]


def test_two_evaluations_do_not_mix_in_a_folder(tmp_path: Path) -> None:
    run(plan_of(tmp_path, ["0"]), Parrot(), Service())
    with pytest.raises(DataError, match="samples 4"):
        run(plan_of(tmp_path, ["0"], samples=8), Parrot(), Service())


def test_a_part_of_the_items_is_marked(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "0", "0"], limit=2)
    result = run(plan, Parrot(), Service())
    assert (result.n_items, str(result.differs["limit"])) == (2, "2, not all")
    assert "  limit 2, not all\n" in results_text(plan, [result])


def test_the_table_stands_beside_the_papers(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0", "1"])
    result = run(plan, Parrot(), Service())
    head, _, row, *_ = results_text(plan, [result]).splitlines()
    assert head.split()[:4] == ["percent", "mine", "s.e.", "R1-1.5B"]
    figures = ["(28.54)", "(40.21)", "(53.54)", "(48.13)"]
    assert row.split()[:7] == ["aime24~", "25.00", "0.00", *figures]
    kept = json.loads((plan.folder / "results.json").read_text(encoding="utf-8"))
    assert kept["benchmarks"]["aime24"]["value"] == 25
    assert kept["about"]["temperature"] == 0.6
    assert kept["benchmarks"]["aime24"]["differs"] == {
        "items": {
            "ours": plan.sources["aime24"],
            "protocol": "hub:HuggingFaceH4/aime_2024@train",
        },
        "samples": {"ours": 4, "protocol": 16},
    }


def test_a_row_by_the_protocol_bears_no_mark(tmp_path: Path) -> None:
    given = plan_of(tmp_path, ["0", "1"], samples=16)
    (benchmark,) = given.benchmarks
    plan = replace(
        given, benchmarks=[replace(benchmark, items=given.sources["aime24"])], sources={}
    )
    result = run(plan, Parrot(), Service())
    assert (result.differs, result.comparable) == ({}, True)
    text = results_text(plan, [result])
    row = text.splitlines()[2]
    assert row.split()[:7] == ["aime24", "6.25", "0.00", "28.54", "40.21", "53.54", "48.13"]
    assert "~" not in text


def test_an_average_with_a_row_off_the_protocol_is_off_it(tmp_path: Path) -> None:
    given = plan_of(tmp_path, ["0", "1"])
    result = run(given, Parrot(), Service())
    same = result.model_copy(update={"differs": {}})
    results = [
        (result if name == "amc" else same).model_copy(update={"name": name})
        for name in SETS["math"]
    ]
    lines = results_text(given, results).splitlines()
    marked = [line.split()[0] for line in lines if "~" in line and "(" in line]
    assert marked == ["amc~", "math"]
    assert "  samples 4, not 16 (amc)" in lines


def test_a_folder_with_and_one_without_chat_template_do_not_mix(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ["0"])
    run(plan, Parrot(), Service())
    with pytest.raises(DataError, match="chat True"):
        run(replace(plan, chat=False), Parrot(), Service())
