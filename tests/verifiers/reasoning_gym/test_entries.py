"""Broken specs are told by the field, before anything is judged."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from verifiers.reasoning_gym.exported import NAMES, entries, spec_of, verdict

from reward_verifiers import reasoning_gym_entries
from reward_verifiers.errors import BadSpecError
from reward_verifiers.plain_json import MAX_SIZE
from reward_verifiers.reasoning_gym.task import Task
from reward_verifiers.reasoning_gym.upstream import package_score
from reward_verifiers.reasoning_gym_entries import WITHOUT_ORACLE

READ = reasoning_gym_entries._METADATA

# A word is a formula, a path or a document too, and their rules read it as one.
READ_AS_IT_IS = {"polynomial_multiplication", "shortest_path", "codeio"}


def complaint(name: str, entry: Any, **more: Any) -> str:
    with pytest.raises(BadSpecError) as caught:
        spec_of(name, entry, **more)
    return str(caught.value)


def test_an_unknown_data_set_is_told_with_its_neighbours() -> None:
    assert complaint("sudok", {"answer": "1"}).startswith(
        "spec.dataset: unknown data set 'sudok'; near to it: sudoku, mini_sudoku"
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_without_what_is_read_is_refused_by_that_field(name: str) -> None:
    for field in READ.get(name, {}):
        entry = copy.deepcopy(entries()[name][0])
        del entry["metadata"][field]
        assert complaint(name, entry) == f"spec.entry.metadata.{field}: missing"
        for wrong in (None, 1.5, "", [], {"a": 1}):
            entry["metadata"][field] = wrong
            told = refusal(name, entry)
            assert told is None or told.startswith(f"spec.entry.metadata.{field}"), told


def refusal(name: str, entry: Any, answer: str = "x") -> str | None:
    """Return why ``entry`` cannot be judged with, or None: then anything gets a verdict."""
    try:
        verdict(answer, name, entry)
    except BadSpecError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_without_its_answer_is_refused_where_there_is_one(name: str) -> None:
    entry = copy.deepcopy(entries()[name][0])
    del entry["answer"]
    if name in WITHOUT_ORACLE:
        spec_of(name, entry)
    else:
        assert complaint(name, entry) == "spec.entry.answer: missing"
        assert complaint(name, entry | {"answer": 3}).startswith("spec.entry.answer: expected text")


def test_what_is_read_of_some_entries_alone_is_asked_of_those() -> None:
    geometry = {"answer": "(1, 2)", "metadata": {"task_type": "orthocenter"}}
    assert complaint("advanced_geometry", geometry) == "spec.entry.metadata.ortho: missing"
    geometry["metadata"] = {"task_type": "angle_measure"}
    spec_of("advanced_geometry", geometry)
    knights = {"answer": "No", "metadata": {"board": {}, "pieces": {}, "start_turn": "w"}}
    spec_of("knight_swap", {**knights, "metadata": {**knights["metadata"], "is_possible": False}})  # type: ignore[dict-item]  # a plain literal
    possible = {**knights, "metadata": {**knights["metadata"], "is_possible": True}}  # type: ignore[dict-item]  # likewise
    assert complaint("knight_swap", possible) == "spec.entry.metadata.solution: missing"


class Watched(dict[str, Any]):
    """Metadata that note what is read of them."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)


# Read only if the answer is a board, a path or a move; or has a default in the package.
UNREAD = {"mini_sudoku": {"puzzle"}, "sudoku": {"puzzle"}, "futoshiki": {"puzzle"}}


@pytest.mark.parametrize("name", sorted(READ))
def test_what_the_package_reads_is_what_is_asked_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in ("bitwise_arithmetic", "number_sorting", "n_queens") or name.endswith("integration"):
        pytest.skip("the package would evaluate it")
    if name in ("countdown", "puzzle24"):
        pytest.skip("the package would evaluate it")
    read: set[str] = set()
    for entry in entries()[name]:
        spec = spec_of(name, entry, profile="upstream")
        task = Task.of(spec)  # type: ignore[arg-type]  # the domain is known
        watched = Watched(dict(task.metadata))
        monkeypatch.setattr(
            "reward_verifiers.reasoning_gym.upstream._as_made", lambda _, w=watched: w
        )
        package_score(entry["answer"] or task.example or "[]", task)
        read |= watched.read
    asked = set(READ[name]) | {
        field
        for (of, _, _), fields in reasoning_gym_entries._WHERE.items()
        if of == name
        for field in fields
    }
    optional = {"allow_leading_zero", "solution_length", "incircle_radius_exact", "board_states"}
    assert read - optional <= asked


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"answer": "1", "x": float("nan")}, "spec.entry: holds a number that is not finite"),
        ({"answer": "1", "x": 10**5000}, "spec.entry: holds a number of too many digits"),
        ({"answer": "1", "x": "\ud800"}, "spec.entry: holds a lone surrogate, which is no text"),
        ({"answer": "1", "x": {"\udfff": 1}}, "spec.entry: holds a lone surrogate"),
        ({"answer": "1", "x": object()}, "spec.entry: holds what is no JSON: object"),
        ({"answer": "1", "x": "a" * MAX_SIZE}, "spec.entry: of more than 400000 characters"),
        ({"answer": "1", "x": [0] * MAX_SIZE}, "spec.entry: of more than 400000 characters"),
        ({"answer": "1", "metadata": 3}, "spec.entry.metadata: expected an object, got a number"),
        ([], "spec.entry: expected an object, got a list"),
    ],
)
def test_what_is_no_entry_is_refused(entry: Any, told: str) -> None:
    assert complaint("gcd", entry).startswith(told)


def test_nesting_is_bounded() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert complaint("gcd", {"answer": "1", "x": deep}) == "spec.entry: nested more than 30 deep"


@pytest.mark.parametrize(
    ("name", "config", "told"),
    [
        ("gcd", {"max_valu": 3}, "spec.config: unknown field 'max_valu' of gcd; known: max_num"),
        ("word_ladder", {"min_word_length": 2}, "spec.config.min_word_length: must be at least 3"),
        ("decimal_arithmetic", {"max_num_decimal_places": "3"}, "spec.config.max_num_decimal_pla"),
        (
            "arc_agi",
            {"board_format_opts": {"col_delimiter": ""}},
            "spec.config.board_format_opts.col_delimiter: empty",
        ),
        ("gcd", {"max_value": float("inf")}, "spec.config: holds a number that is not finite"),
    ],
)
def test_what_is_no_configuration_is_refused(name: str, config: dict[str, Any], told: str) -> None:
    assert complaint(name, entries()[name][0], config=config).startswith(told)


@pytest.mark.parametrize(
    ("name", "gold"),
    [
        ("gsm_symbolic", "many"),
        ("coin_flip", "often"),
        ("game_of_life", "[["),
        ("codeio", "{"),
        ("polynomial_equations", "x"),
    ],
)
def test_an_answer_of_the_entry_that_cannot_be_read_is_the_datas_fault(
    name: str, gold: str
) -> None:
    right = {"codeio": "{}", "game_of_life": "[[0]]"}.get(name, "1")
    with pytest.raises(BadSpecError, match=r"^spec\.entry\.answer: "):
        verdict(right, name, {"answer": gold, "question": "", "metadata": {}})


def test_a_cube_is_scrambled_by_turns_alone() -> None:
    for moves in ("R U'", "F2 Rw X' 2L", ""):
        entry = {"metadata": {"cube_size": 3, "scramble_moves": moves}}
        verdict("R", "rubiks_cube", entry)
    entry = {"metadata": {"cube_size": 3, "scramble_moves": "R foo"}}
    assert complaint("rubiks_cube", entry) == (
        "spec.entry.metadata.scramble_moves: expected turns such as R U' F2, got 'foo'"
    )


@pytest.mark.parametrize("field", ["source_dataset", "source"])
def test_an_entry_of_another_data_set_is_refused(field: str) -> None:
    entry = {"answer": "7", "metadata": {field: "lcm"}}
    told = complaint("gcd", entry)
    assert told == f"spec.entry: metadata.{field} is 'lcm', but the data set is 'gcd'"
    spec_of("lcm", entry)
    spec_of("gcd", {"answer": "7", "metadata": {field: "my own"}})


@pytest.mark.parametrize("name", sorted(set(NAMES) - READ_AS_IT_IS))
def test_a_spoilt_answer_of_the_entry_does_not_pay_for_itself(name: str) -> None:
    entry = entries()[name][0] | {"answer": "wrong"}
    if (told := refusal(name, entry, answer="wrong")) is not None:
        assert told.startswith("spec.entry.answer")
        return
    found = verdict("wrong", name, entry)
    assert found.score == 0.0 or found.details["rule"] == "text"


@pytest.mark.parametrize(
    ("name", "gold", "by_text"),
    [
        ("gcd", "7", False),
        ("gcd", "wrong", True),
        ("chain_sum", "1,000", False),
        ("chain_sum", "wrong", True),
        ("caesar_cipher", "HELLO", True),
        ("spell_backward", "kcab", True),
        ("string_insertion", "ABC", True),
    ],
)
def test_the_verdict_tells_that_text_alone_decides(name: str, gold: str, by_text: bool) -> None:
    details = verdict("x", name, {"answer": gold, "metadata": {"word": "back"}}).details
    assert details.get("rule") == ("text" if by_text else None)


@pytest.mark.parametrize(
    ("name", "gold"),
    [
        ("knights_knaves", "Zoey is a sage, and Riley is a fool."),
        ("knights_knaves", "Zoey is a fool."),
        ("mini_sudoku", "1 2 3 4\n3 4 1 2\n2 1 4 3\n4 3 2 1"),
    ],
)
def test_an_answer_that_the_metadata_contradict_is_the_datas_fault(name: str, gold: str) -> None:
    with pytest.raises(BadSpecError, match=r"^spec\.entry\.answer: .* metadata\.solution"):
        verdict("x", name, entries()[name][0] | {"answer": gold})
