"""Puzzles that are made while a run goes on."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from threading import Event

import pytest
from prompt_files import Draw, write

from reward_trainer.data.puzzles import Order, _parts, exported
from reward_trainer.errors import DataError
from reward_trainer.sections import Source

TWO = Source(name="two", reasoning_gym=["gcd", "lcm"], size=2)


class Maker:
    """Makes puzzles that say what they were made of."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def __call__(self, order: Order, path: Path) -> None:
        self.orders.append(order)
        spec = {"domain": "reasoning_gym", "dataset": "gcd"}
        names = [f"{of}-{order.seed}-{at}" for of in order.datasets for at in range(order.size)]
        write(path, [{"id": name, "prompt": name, "spec": spec} for name in names])


def test_every_epoch_has_new_puzzles_and_the_same_seed_the_same(prompts: Draw) -> None:
    maker = Maker()
    run = prompts(TWO, maker=maker)
    drawn = [prompt.id for prompt in run.draw(12)]
    assert len(set(drawn)) == 12
    assert len({order.seed for order in maker.orders[:3]}) == 3
    assert [prompt.id for prompt in prompts(TWO, maker=Maker()).draw(12)] == drawn
    assert drawn[0] not in {prompt.id for prompt in prompts(TWO, maker=Maker(), seed=1).draw(12)}


@pytest.mark.parametrize("stop", [0, 3, 4, 5, 9])
def test_a_run_goes_on_within_its_puzzles(prompts: Draw, tmp_path: Path, stop: int) -> None:
    unbroken = [prompt.id for prompt in prompts(TWO, maker=Maker()).draw(16)]
    first = prompts(TWO, maker=Maker())
    first.draw(stop)
    for file in (tmp_path / "run" / "data").iterdir():
        file.unlink(missing_ok=True)
    second = prompts(TWO, maker=Maker())
    second.restore(first.state())
    assert [prompt.id for prompt in second.draw(16 - stop)] == unbroken[stop:]


def test_puzzles_are_found_again_and_old_ones_are_dropped(prompts: Draw, tmp_path: Path) -> None:
    first = prompts(TWO, maker=Maker())
    first.draw(17)
    names = sorted(file.name[-7:] for file in (tmp_path / "run" / "data").iterdir())
    assert names == ["0.jsonl", "4.jsonl"]
    maker = Maker()
    second = prompts(TWO, maker=maker)
    second.restore(first.state())
    assert maker.orders == []


def test_the_next_puzzles_are_made_before_they_are_needed(prompts: Draw) -> None:
    maker = Maker()
    made = Event()

    def telling(order: Order, path: Path) -> None:
        maker(order, path)
        if len(maker.orders) == 2:
            made.set()

    run = prompts(TWO, maker=telling)
    run.draw(2)
    assert len(maker.orders) == 1
    run.draw(1)
    assert made.wait(10)
    run.draw(2)
    assert len(maker.orders) == 2


def test_what_could_not_be_made_ahead_is_told_when_it_is_needed(prompts: Draw) -> None:
    maker = Maker()

    def failing(order: Order, path: Path) -> None:
        if maker.orders:
            raise DataError("the disk is full")
        maker(order, path)

    run = prompts(TWO, maker=failing)
    run.draw(4)
    with pytest.raises(DataError, match="the disk is full"):
        run.draw(1)


def test_a_maker_that_fails_leaves_nothing_behind(prompts: Draw, tmp_path: Path) -> None:
    def failing(order: Order, path: Path) -> None:
        path.write_text("half of")
        raise DataError("no")

    with pytest.raises(DataError, match="no"):
        prompts(TWO, maker=failing)
    assert list((tmp_path / "run" / "data").iterdir()) == []


def test_other_puzzles_than_the_run_began_with_are_refused(prompts: Draw, tmp_path: Path) -> None:
    state = prompts(TWO, maker=Maker()).state()
    (file,) = (tmp_path / "run" / "data").iterdir()
    file.write_text(file.read_text().replace("lcm", "abc"))
    with pytest.raises(DataError, match="not what the run began with"):
        prompts(TWO, maker=Maker()).restore(state)


def test_a_large_order_is_made_in_parts_that_have_no_puzzle_in_common() -> None:
    parts = _parts(Order(datasets=("gcd",), size=385, seed=2**32 - 1, level=2))
    assert [part.size for part in parts] == [50] * 7 + [35]
    made = {part.seed + at for part in parts for at in range(part.size)}
    assert len(made) == 385
    assert all(part.seed < 2**32 and part.level == 2 for part in parts)


@pytest.mark.slow
def test_the_service_makes_them(prompts: Draw) -> None:
    if find_spec("reasoning_gym") is None:
        pytest.skip("Reasoning Gym is not installed")
    found = prompts(TWO.model_copy(update={"level": 0})).draw(4)
    assert {prompt.judged_by["spec"]["dataset"] for prompt in found} == {"gcd", "lcm"}
    assert all("<answer>" in prompt.text for prompt in found)
    assert len({prompt.id for prompt in found}) == 4


@pytest.mark.slow
def test_when_one_part_fails_the_others_are_stopped_and_nothing_is_left(tmp_path: Path) -> None:
    order = Order(datasets=("gdc",), size=500, seed=0, level=None)
    with pytest.raises(DataError, match="unknown data set"):
        exported(order, tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_name_of_no_data_set_is_answered_in_the_services_words(tmp_path: Path) -> None:
    order = Order(datasets=("gdc",), size=1, seed=0, level=None)
    with pytest.raises(
        DataError, match=r"no puzzles of Reasoning Gym: .*unknown data set 'gdc'.*gcd"
    ):
        exported(order, tmp_path / "out.jsonl")
