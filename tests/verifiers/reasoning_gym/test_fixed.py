"""What the package pays for and the fixed profile does not, with the score of each."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from verifiers.reasoning_gym.exported import entries, score


def first(name: str) -> dict[str, Any]:
    return entries()[name][0]


def made(answer: str | None = None, question: str = "", **metadata: Any) -> dict[str, Any]:
    return {"question": question, "answer": answer, "metadata": metadata}


LADDER = made("COLD,CORD,WORD", start_word="COLD", end_word="WORD")
SUDOKU = made(
    "4 2 1 3\n1 3 4 2\n2 1 3 4\n3 4 2 1",
    puzzle=[[4, 0, 0, 0], [0, 3, 0, 0], [0, 1, 3, 0], [0, 0, 0, 0]],
    solution=[[4, 2, 1, 3], [1, 3, 4, 2], [2, 1, 3, 4], [3, 4, 2, 1]],
)
RUSH = made(board_config="ooooooooooooAAooooooooooooooooBBoooo")
LOGIC = made(variables=["P", "Q"], premises=["P", "(P → Q)"], example_answer="Q")
PUZZLES_OF_LOGIC = entries()["propositional_logic"]
ROOTS = made("-2.0, 0.0, 2.5")
LIFE = made(
    "[[0,1,0],[0,1,0],[0,1,0]]",
    "What next? [[0,0,0],[0,0,0]] is an example.\n\n[[0,0,0],\n [1,1,1],\n [0,0,0]].",
)
WORDS = made("a, b, c, d", sorted_words=list("abcd"), transformed_words=list("abdc"))
BOXES = made(
    initial_state={
        "0.5_0.5": ["box_red", "target_blue"],
        "0.5_1.5": ["target_red"],
        "1.5_0.5": [],
        "1.5_1.5": ["box_blue"],
    }
)
LOCK = made(
    "A → C",
    buttons=[
        {"name": "A", "type": "add", "value": 2, "active_state": "any"},
        {"name": "B", "type": "add", "value": 1, "active_state": "green"},
        {"name": "C", "type": "multiply", "value": 3, "active_state": "green"},
    ],
    initial_value=0,
    initial_state="red",
    target_value=6,
)

# data set, entry, answer, score of the package, fixed score
REPAIRED = [
    ("game_of_life_halting", made("False"), "banana", 1.0, 0.0),
    ("game_of_life_halting", made("False"), "True", 1.0, 0.0),
    ("game_of_life_halting", made("False"), "false", 1.0, 1.0),
    ("complex_arithmetic", made("1.0 + 2.0i", result=[1, 2]), "nan", 1.0, 0.0),
    ("complex_arithmetic", made("1.0 + 2.0i", result=[1, 2]), "1 + 3i", 0.3679, 0.0),
    ("complex_arithmetic", made("1.0 + 2.0i", result=[1, 2]), "1+2i", 1.0, 1.0),
    ("gcd", made("1"), "10", 0.5, 0.0),
    ("gcd", made("7"), "-7", 0.5, 0.0),
    ("gcd", made("7"), "1 2 3 4 5 6 7 8 9", 1 / 17, 0.0),
    ("gcd", made("7"), "7 or 8", 1 / 6, 0.0),
    ("gcd", made("7"), "**7**", 0.2, 0.2),
    ("gcd", made("7"), r"\boxed{7}", 1 / 9, 1 / 9),
    ("isomorphic_strings", made("True"), "True or False", 4 / 13, 0.0),
    ("chain_sum", made("12"), "112", 2 / 3, 0.0),
    ("chain_sum", made("1000"), "+1,000.00", 1.0, 1.0),
    ("coin_flip", made("0.25"), "0.2", 1.0, 0.0),
    ("coin_flip", made("0.00006103515625"), "0", 1.0, 0.0),
    ("coin_flip", made("0.25"), "1/4", 1.0, 1.0),
    ("gsm_symbolic", made("-5"), "5", 0.01, 0.0),
    ("gsm_symbolic", made("5"), "-5", 1.0, 0.0),
    ("gsm_symbolic", made("1000"), "1,000 dollars", 0.01, 1.0),
    ("gsm_symbolic", made("12"), "12 or 13", 1.0, 0.0),
    ("polynomial_equations", ROOTS, "0", 0.0, 0.0),
    ("polynomial_equations", made("2.0"), "2.05", 0.6065, 0.0),
    ("polynomial_equations", ROOTS, "-2, 2.5", 0.5, 1 / 3),
    ("polynomial_equations", ROOTS, "-2, -1, 0, 1, 2, 2.5", 0.0, 0.0),
    ("polynomial_equations", ROOTS, "2.5, 0, -2.0001", 0.99997, 1.0),
    ("polynomial_equations", made(""), "none of them", 1.0, 0.0),
    ("polynomial_equations", made(""), '""', 1.0, 1.0),
    ("prime_factorization", made("2 × 2 × 3"), "12", 0.5, 0.0),
    ("prime_factorization", made("2 × 2 × 3"), "3 × 2 × 2", 1.0, 1.0),
    ("rectangle_count", made("6"), "5", 0.64, 0.0),
    ("time_intervals", made("12:00", task_type="time"), "06:00", 0.75, 0.0),
    ("calendar_arithmetic", made("Friday", task="weekday_offset"), "Monday", 0.1, 0.0),
    ("calendar_arithmetic", made("100", task="count_days"), "90", 0.6065, 0.0),
    ("word_ladder", LADDER, "COLD,CORD,WORD", 1.0, 1.0),
    ("word_ladder", LADDER, "COLD,COXD,WOXD,WORD", 0.25, 0.0),
    ("word_sorting", WORDS, "a, b, d, c", 0.5, 0.0),
    ("word_sorting", WORDS, "d, c, b, a", 0.2, 0.0),
    ("word_sorting", WORDS, "a,b,c,x", 0.75, 0.5),
    ("mini_sudoku", SUDOKU, "4 0 0 0\n0 3 0 0\n0 1 3 0\n0 0 0 0", 0.0, 0.0),
    ("mini_sudoku", SUDOKU, "1 1 1 1\n1 1 1 1\n1 1 1 1\n1 1 1 1", 0.225, 0.0),
    ("mini_sudoku", SUDOKU, "4 2 1 3\n1 3 4 2\n2 1 3 4\n3 4 1 2", 0.7875, 0.6),
    ("rush_hour", RUSH, "A+4", 1.0, 1.0),
    ("rush_hour", RUSH, "A-3 A+9", 1.0, 0.0),
    ("rush_hour", RUSH, "I cannot.", 0.01, 0.0),
    ("propositional_logic", LOGIC, "Q", 0.25, 1.0),
    ("propositional_logic", LOGIC, "(P ∧ Q)", 1.0, 1.0),
    ("propositional_logic", LOGIC, "(P → Q)", 1.0, 0.0),
    ("propositional_logic", LOGIC, "(P ∨ ¬P)", 0.25, 0.0),
    ("propositional_logic", LOGIC, "¬Q", 0.05, 0.0),
    ("propositional_logic", LOGIC, "(Q ∨ ¬P)", 1.0, 0.0),
    ("propositional_logic", LOGIC, "(P ∨ Q)", 1.0, 0.0),
    ("game_of_life", LIFE, "[[0,1,0],[0,1,0],[0,1,0]]", 1.0, 1.0),
    ("game_of_life", LIFE, "[[0,0,0],[0,0,0],[0,0,0]]", 6 / 9, 0.0),
    ("game_of_life", LIFE, "[[0,0,0],[1,1,1],[0,0,0]]", 5 / 9, 0.0),
    ("game_of_life", LIFE, "[[0,1,0],[0,1,0],[0,1,1]]", 8 / 9, 2 / 3),
    ("quantum_lock", LOCK, "A → C", 1.0, 1.0),
    ("quantum_lock", LOCK, "A A A", 0.5, 0.5),
    ("quantum_lock", LOCK, "Ac", 1.0, 0.0),
    ("figlet_font", made("STENTOR"), "STENTXX", 0.5, 3 / 7),
    ("figlet_font", made("STENTOR"), "TTTTTTT", 0.2, 0.0),
    ("spell_backward", made("level", word="level"), "level", 1.0, 1.0),
    ("spell_backward", made("livic", word="civil"), "civil", 0.6, 0.0),
    ("spell_backward", made("kcab", word="back"), "kcabs", 0.8, 0.6),
    (
        "letter_jumble",
        made("we be able", scrambled_words=["ew", "be", "bale"]),
        "ew be bale",
        1 / 3,
        0.0,
    ),
    ("sentence_reordering", made("a b c d", "Reorder: d b c a"), "d b c a", 0.5, 0.0),
    ("sentence_reordering", made("a b c d", "Reorder: d b c a"), "no", 0.05, 0.0),
    ("emoji_mystery", made("Hello."), "Hellos", 5 / 6, 2 / 3),
    ("emoji_mystery", made("Hello."), "no", 0.01, 0.0),
    ("codeio", made('{"a": 1}'), '{"a": 2}', 0.375, 0.0),
    ("codeio", made('{"a": 1}'), "{}", 0.01, 0.0),
    ("codeio", made('{"a": 1, "b": 2}'), '{"b": 2, "a": 1}', 1.0, 1.0),
    ("tsumego", made("E4"), "E4 E5", 0.4, 0.0),
    ("tsumego", made("E4"), "A1", 0.05, 0.0),
    ("tsumego", made("E4"), "e4", 1.0, 1.0),
    ("power_function", made("1.5e10"), "banana", 0.01, 0.0),
    ("color_cube_rotation", made("red"), "blue", 0.01, 0.0),
    ("palindrome_generation", made("ahha", letters=["a", "h", "h", "a"]), "aa", 0.05, 0.0),
]


@pytest.mark.parametrize(("name", "entry", "answer", "package", "fixed"), REPAIRED)
def test_before_and_after(
    name: str, entry: dict[str, Any], answer: str, package: float, fixed: float
) -> None:
    got = score(answer, name, entry, profile="upstream"), score(answer, name, entry)
    assert got == (pytest.approx(package, abs=5e-3), pytest.approx(fixed))


def test_boards_of_arc_are_compared_after_json() -> None:
    for name in ("arc_agi", "rearc"):
        entry = first(name)
        assert score(entry["answer"], name, entry) == 1.0
        assert score("0 0\n0 0", name, entry) == 0.0


@pytest.mark.parametrize("name", ["arc_agi", "rearc"])
def test_boards_of_arc_are_read_in_the_configured_format(name: str) -> None:
    options = {"col_delimiter": ",", "row_delimiter": ";", "alphabet": list("abcdefghij")}
    entry = made("a,b;c,d", output=[[0, 1], [2, 3]])
    for profile in ("fixed", "upstream"):
        config = {"board_format_opts": options}
        assert score("a,b;c,d", name, entry, config=config, profile=profile) == 1.0
        assert score("a,b;c,e", name, entry, config=config) == 0.0
        assert score("a, b ; c, d", name, entry, config=config, profile=profile) == 1.0


def test_a_ladder_of_words_of_another_length_is_judged_whatever_the_configuration() -> None:
    entry = made("CAT,COT,DOT", start_word="CAT", end_word="DOT")
    assert score("CAT,COT,DOT", "word_ladder", entry) == 1.0
    assert score("CAT,COT,DOT", "word_ladder", entry, profile="upstream") == 0.0
    config = {"min_word_length": 3, "max_word_length": 5}
    assert score("CAT,COT,DOT", "word_ladder", entry, profile="upstream", config=config) == 1.0


def test_decimals_are_as_exact_as_configured() -> None:
    entry = made("2.220")
    assert score("2.221", "decimal_arithmetic", entry) == 1.0
    config = {"max_num_decimal_places": 5}
    assert score("2.221", "decimal_arithmetic", entry, config=config) == 0.0
    assert score("2.22001", "decimal_arithmetic", entry, config=config) == 1.0


def test_graphs_may_be_colored_in_any_way_that_holds() -> None:
    puzzle = {"vertices": [0, 1, 2], "edges": [[0, 1], [1, 2]], "color_options": [1, 2]}
    entry = made(puzzle=puzzle)
    assert score('{"0": 1, "1": 2, "2": 1}', "graph_color", entry) == 1.0
    assert score('{"0": 2, "1": 1, "2": 2}', "graph_color", entry) == 1.0
    for wrong in ({"0": 1, "1": 1, "2": 2}, {"0": 1, "1": 2}, {"0": 1, "1": 3, "2": 1}):
        assert score(json.dumps(wrong), "graph_color", entry) == 0.0


@pytest.mark.parametrize(
    ("premises", "statement", "says_enough"),
    [
        (["Q"], "P ∨ Q", False),
        (["¬P"], "P → Q", False),
        (["P ∧ R", "Q"], "Q ∨ R", False),
        (["P ∨ Q ∨ R", "¬R"], "P ∨ Q", True),
        (["P → Q", "Q → R"], "P → R", True),
        (["P ↔ Q", "Q ↔ R"], "R ↔ P", True),
        (["P", "Q"], "P ∧ Q", True),
        (["P ∧ Q ∧ R"], "Q", True),
        (["P ∧ Q ∧ R"], "Q ∧ (P ∨ Q)", True),
        (["P", "¬P"], "P ∨ Q", True),
    ],
)
def test_a_conclusion_is_not_watered_down(
    premises: list[str], statement: str, says_enough: bool
) -> None:
    entry = made(variables=["P", "Q", "R"], premises=premises, example_answer="P ∧ ¬P")
    assert score(statement, "propositional_logic", entry) == float(says_enough)
    entry["metadata"]["example_answer"] = statement
    assert score(statement, "propositional_logic", entry) == 1.0


@pytest.mark.parametrize("statement", ["P ∨ Q", "P → Q", "¬P ∨ ¬Q", "P ∨ Q ∨ R"])
def test_no_one_statement_is_a_conclusion_of_most_puzzles(statement: str) -> None:
    scores = [score(statement, "propositional_logic", each) for each in PUZZLES_OF_LOGIC]
    assert sum(scores) <= len(scores) / 2


@pytest.mark.parametrize(
    ("statement", "follows"),
    [
        ("Q ∧ P", True),
        ("Q ∨ P ∧ ¬P", True),
        ("¬¬Q", True),
        ("((Q))", True),
        ("P ↔ Q", True),
        ("P → P → Q", True),
        ("¬P", False),
        ("Q ∧ ¬Q", False),
        ("Q ∧", False),
        ("(Q", False),
        ("Q)", False),
        ("Q Q", False),
        ("R", False),
        ("q", False),
        ("¬", False),
        ("", False),
    ],
)
def test_statements_are_read_as_the_package_reads_them(statement: str, follows: bool) -> None:
    assert score(statement, "propositional_logic", LOGIC) == float(follows)


def plan(*steps: tuple[str, str]) -> str:
    return json.dumps([{f"Agent[{at}]": f"move({what})"} for at, what in steps])


RED_HOME = (("0.5, 0.5", "box_red, square[0.5, 1.5]"), ("0.5, 1.5", "box_red, target_red"))
BLUE_HOME = (
    ("1.5, 1.5", "box_blue, square[1.5, 0.5]"),
    ("1.5, 0.5", "box_blue, square[0.5, 0.5]"),
    ("0.5, 0.5", "box_blue, target_blue"),
)


@pytest.mark.parametrize(
    ("answer", "package", "fixed"),
    [
        (plan(*RED_HOME, *BLUE_HOME), 1.0, 1.0),
        (f"```json\n{plan(*RED_HOME, *BLUE_HOME)}\n```", 0.0, 1.0),
        (plan(*RED_HOME), 0.5, 0.5),
        (plan(*RED_HOME).replace("Agent[0.5, 0.5]", "agent (0.50,0.50)"), 0.5, 0.5),
        (plan(*RED_HOME).replace("square[0.5, 1.5]", "square[0.50,1.5]"), 0.5, 0.5),
        (plan(*RED_HOME).replace("Agent[0.5, 0.5]", "Agent"), 0.0, 0.0),
        (plan(*RED_HOME, ("0.5, 0.5", "box_red, target_red"), *BLUE_HOME), 1.0, 0.5),
        (plan(("0.5, 0.5", "box_red, target_red"), *RED_HOME), 0.5, 0.0),
        (plan(("0.5, 0.5", "box_red, square[1.5, 1.5]")), 0.05, 0.0),
        (plan(("0.5, 0.5", "box_red, square[2.5, 0.5]")), 0.05, 0.0),
        (plan(RED_HOME[0], ("0.5, 1.5", "box_red, square[0.5, 2.5]")), 0.0, 0.0),
        (plan(("7.5, 0.5", "box_red, target_red")), 0.05, 0.0),
        (
            plan(("0.5, 1.5", "target_red, square[0.5, 0.5]"), ("0.5, 0.5", "box_red, target_red")),
            0.5,
            0.0,
        ),
        ('[{"Agent[0.5, 0.5]": "wait"}]', 0.05, 0.0),
        ('[{"Agent[0.5, 0.5]": null}]', 0.0, 0.0),
        ("[]", 0.05, 0.0),
        ("[[]]", 0.0, 0.0),
        ("{}", 0.05, 0.0),
        ("red first", 0.0, 0.0),
    ],
)
def test_a_plan_for_boxes_ends_with_what_is_not_possible(
    answer: str, package: float, fixed: float
) -> None:
    got = score(answer, "boxnet", BOXES, profile="upstream"), score(answer, "boxnet", BOXES)
    assert got == (package, fixed)


def carried(box: str, start: str, end: str) -> list[tuple[str, str]]:
    """Return the way of a box to its target, by rows first, and the lift at its end."""
    row, column = map(float, start.split("_"))
    last_row, last_column = map(float, end.split("_"))
    steps = []
    while (row, column) != (last_row, last_column):
        here = f"{row}, {column}"
        if row != last_row:
            row += 1 if last_row > row else -1
        else:
            column += 1 if last_column > column else -1
        steps.append((here, f"{box}, square[{row}, {column}]"))
    return [*steps, (f"{row}, {column}", f"{box}, {box.replace('box', 'target')}")]


def test_a_plan_that_brings_every_box_home_is_right() -> None:
    for entry in entries()["boxnet"]:
        at = {item: at for at, here in entry["metadata"]["initial_state"].items() for item in here}
        steps = [
            step
            for box in at
            if box.startswith("box")
            for step in carried(box, at[box], at[box.replace("box", "target")])
        ]
        assert score(plan(*steps), "boxnet", entry) == 1.0
        assert score(plan(*steps), "boxnet", entry, profile="upstream") == 1.0


def test_carrying_every_box_through_every_square_brings_none_home() -> None:
    scores = []
    for entry in entries()["boxnet"]:
        squares = [name.replace("_", ", ") for name in entry["metadata"]["initial_state"]]
        steps = [
            (here, what)
            for here, there in pairwise([*squares, squares[0]])
            for color in ("red", "blue", "green")
            for what in (f"box_{color}, target_{color}", f"box_{color}, square[{there}]")
        ]
        scores.append(score(plan(*steps), "boxnet", entry))
    assert sum(scores) / len(scores) < 0.05


FRACTION = made(
    r"$\frac{2}{3}$",
    simplified_numerator=2,
    simplified_denominator=3,
    numerator=4,
    denominator=6,
)
KNAVES = made("Zoey is a fool, and Riley is a sage.")
ANAGRAMS = made('[["no", "on"]]', solution=[["no", "on"]])
WAREHOUSE = made("R", gamestr="+ + + + +\n+ * @ X +\n+ + + + +")


@pytest.mark.parametrize(
    ("name", "entry", "right", "wrong"),
    [
        ("game_of_life_halting", made("False"), "False", "True"),
        ("quantum_lock", LOCK, "A → C", "A → B"),
        ("sokoban", WAREHOUSE, "R", "L"),
        ("fraction_simplification", FRACTION, "2/3", "4/6"),
        ("fraction_simplification", FRACTION, r"\frac{2}{3}", r"\frac{4}{6}"),
        ("tsumego", made("E4"), "E4", "E5"),
        ("knights_knaves", KNAVES, KNAVES["answer"], "Zoey is a sage, and Riley is a sage."),
        ("propositional_logic", LOGIC, "(P ∧ Q)", "(P ∧ ¬Q)"),
        ("prime_factorization", made("2 × 3"), "2 × 3", "2 × 2"),
        ("group_anagrams", ANAGRAMS, '[["on", "no"]]', '[["on"], ["no"]]'),
    ],
)
@pytest.mark.parametrize(
    "dress", ["{}.", "**{}**", "`{}`", "${}$", "```\n{}\n```", r"\boxed{{{}}}", r"\({}\)", "${}$."]
)
def test_what_models_put_around_an_answer_costs_nothing_where_it_says_nothing(
    name: str, entry: dict[str, Any], right: str, wrong: str, dress: str
) -> None:
    assert score(dress.format(right), name, entry) == 1.0
    assert score(dress.format(wrong), name, entry) == 0.0


@pytest.mark.parametrize("other", ["True or False", "not False", "False positive", "**", "", "F"])
def test_dress_is_no_answer(other: str) -> None:
    assert score(other, "game_of_life_halting", made("False")) == 0.0


HEROES = made("Amelia is a hero, and Elizabeth is a hero.")

DENIED_OR_DOUBTED = (
    *("not {}", "It is not the case that {}", "Either {} or not.", "I guess {} but maybe not"),
    *("{} or 17", "{} is wrong", "maybe {}", "{}?", "!{}", "≠ {}", "{} or maybe not"),
)


@pytest.mark.parametrize(
    "name",
    [
        *("advanced_geometry", "codeio", "futoshiki", "gsm_symbolic", "kakurasu"),
        *("knights_knaves", "mini_sudoku", "sudoku", "survo", "time_intervals"),
    ],
)
@pytest.mark.parametrize("hedge", DENIED_OR_DOUBTED)
def test_the_right_answer_denied_or_doubted_earns_nothing(name: str, hedge: str) -> None:
    for entry in entries()[name][:5]:
        assert score(entry["answer"], name, entry) == 1.0
        assert score(hedge.format(entry["answer"]), name, entry) == 0.0


@pytest.mark.parametrize("hedge", ["{}, maybe", "not {}", "{} or A+3", "I guess {}"])
def test_moves_denied_or_doubted_earn_nothing(hedge: str) -> None:
    assert score(hedge.format("A+4"), "rush_hour", RUSH) == 0.0


@pytest.mark.parametrize(
    "answer",
    [
        "Amelia is a hero, and Elizabeth is a hero",
        "elizabeth is a hero and amelia is a hero",
        "Answer: Amelia is a hero; Elizabeth is a hero.",
        "**Amelia** is a **hero**\n**Elizabeth** is a **hero**",
        "**Final answer:** Amelia is a hero, Elizabeth is a hero.",
        "- Amelia: hero\n- Elizabeth: hero",
        "1. Amelia is a hero.\n2. Elizabeth is a hero.",
    ],
)
def test_claims_are_read_in_any_order_and_dress(answer: str) -> None:
    assert score(answer, "knights_knaves", HEROES) == 1.0


@pytest.mark.parametrize(
    "answer",
    [
        "Amelia is a hero",
        "Amelia is a hero, and Elizabeth is a villain.",
        "Amelia is a hero, and Elizabeth is a hero, and Zoey is a hero.",
        "Amelia is a hero, Amelia is a villain, and Elizabeth is a hero.",
        "Amelia is a hero/villain, and Elizabeth is a hero/villain",
        f"Amelia is a hero/villain, and Elizabeth is a hero/villain {HEROES['answer']}",
        "Amelia is not a hero, and Elizabeth is a hero.",
        "Amelia isn't a hero, and Elizabeth is a hero.",
        "Amelia is a hero, and Elizabeth is a hero. No, wait.",
    ],
)
def test_claims_are_one_for_each_and_nothing_else(answer: str) -> None:
    assert score(answer, "knights_knaves", HEROES) == 0.0


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("$1,000", 1.0),
        ("1000 potted plants", 1.0),
        ("Answer: 1000", 1.0),
        ("The final answer is 1,000.00.", 1.0),
        ("**1000**", 1.0),
        ("x = 1000", 1.0),
        ("-$1000", 0.0),
        ("1000 not", 0.0),
        ("1000 thousand", 0.0),
        ("1000 or so", 0.0),
        ("1000, 1000", 0.0),
    ],
)
def test_an_amount_is_one_number_and_perhaps_its_unit(answer: str, right: float) -> None:
    assert score(answer, "gsm_symbolic", made("1000")) == right
