"""Which rule scores which data set, in one table to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reward_verifiers.reasoning_gym import texts
from reward_verifiers.reasoning_gym.errors import NoAnswerError
from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.fixed import (
    boards,
    boxes,
    documents,
    knaves,
    logic,
    moves,
    numbers,
    plain,
    words,
)
from reward_verifiers.reasoning_gym.task import Rule, Task
from reward_verifiers.reasoning_gym.upstream import package_score

FLOOR = 0.05
"""The most that the package pays for being an answer at all."""


def all_or_nothing(answer: str, task: Task) -> float:
    """Score 1.0 where the package does, for the answer or what its dress holds, else 0.0."""
    bare = undressed(answer)
    if bare != answer and _is_right(bare, task):
        return 1.0
    return float(package_score(answer, task) >= 1.0)


def _is_right(answer: str, task: Task) -> bool:
    try:
        return package_score(answer, task) >= 1.0
    except NoAnswerError:
        return False


def formed(is_form: Callable[[str, Task], bool]) -> Rule:
    """Return a rule: as ``all_or_nothing`` for an answer of that form, 0.0 with anything beside."""

    def rule(answer: str, task: Task) -> float:
        bare = plain.said(answer)
        return all_or_nothing(bare, task) if is_form(bare, task) else 0.0

    return rule


def above_floor(answer: str, task: Task) -> float:
    """Score as the package does, but 0.0 for what is an answer and no more."""
    score = package_score(answer, task)
    return score if score > FLOOR else 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How a data set is scored."""

    fixed: Rule
    upstream: Rule = package_score

    @property
    def fixed_at_once(self) -> bool:
        """Whether the fixed rule only compares texts, so that the engine's process decides."""
        return self.fixed in _TEXTUAL

    @property
    def upstream_at_once(self) -> bool:
        """Whether the package's rule only compares texts."""
        return self.upstream in _TEXTUAL


def by_text(task: Task) -> bool:
    """Whether text alone decides, so that a wrong answer in the entry would be right.

    A number is taken for what it is, as elsewhere.
    """
    rules = RULES.get(task.dataset)
    textual = task.dataset in _TEXT_IN_THE_END or (rules is not None and rules.fixed_at_once)
    return textual and not texts.is_number(task.gold)


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SUM_FIXED = texts.decimal_with_commas(texts.dressed)
_SUM_UPSTREAM = texts.decimal_with_commas(texts.contains)
_SUM = Rules(_SUM_FIXED, _SUM_UPSTREAM)

_TEXTUAL = frozenset(
    {
        *(texts.same, texts.same_words, texts.same_joined, texts.same_lines_joined),
        *(texts.same_spaced, texts.same_capitals, texts.same_truth, texts.contains),
        *(texts.dressed, texts.decimal, _SUM_FIXED, _SUM_UPSTREAM),
    }
)

_CONTAINED = Rules(texts.dressed, texts.contains)

_BY_TEXT = _names(
    "acre aiw arc_1d base_conversion basic_arithmetic bf binary_alternation caesar_cipher "
    "count_bits count_primes course_schedule gcd isomorphic_strings largest_island lcm "
    "leg_counting letter_counting list_functions mahjong_puzzle maze modulo_grid number_filtering "
    "number_sequence ransom_note rotate_matrix rotten_oranges simple_equations simple_geometry "
    "string_manipulation string_splitting string_synthesis syllogism word_sequence_reversal"
)

_WHOLLY = _names(
    "calendar_arithmetic circuit_logic cryptarithm decimal_arithmetic "
    "graph_color group_anagrams jugs manipulate_matrix number_format "
    "palindrome_generation palindrome_partitioning pool_matrix power_function "
    "prime_factorization rectangle_count rubiks_cube"
)

_TEXT_IN_THE_END = _names(
    "circuit_logic emoji_mystery figlet_font letter_jumble manipulate_matrix sentence_reordering "
    "spell_backward string_insertion"
)
"""Whose rules compare with the text of the entry's answer, whatever else they look at."""

_PROGRESSING = _names("knight_swap shortest_path tower_of_hanoi")

RULES: Mapping[str, Rules] = {
    **dict.fromkeys(_BY_TEXT, _CONTAINED),
    **dict.fromkeys(_WHOLLY, Rules(all_or_nothing)),
    **dict.fromkeys(_PROGRESSING, Rules(above_floor)),
    "ab": Rules(texts.same, texts.same),
    "advanced_geometry": Rules(formed(plain.is_point_or_number)),
    "arc_agi": Rules(boards.arc),
    "boxnet": Rules(boxes.boxnet),
    "chain_sum": _SUM,
    "codeio": Rules(documents.codeio),
    "coin_flip": Rules(numbers.coin_flip),
    "color_cube_rotation": Rules(texts.same_words),
    "complex_arithmetic": Rules(numbers.complex_arithmetic),
    "decimal_chain_sum": Rules(texts.decimal, texts.decimal),
    "dice": Rules(texts.same_lines_joined, texts.same_lines_joined),
    "emoji_mystery": Rules(words.emoji_mystery),
    "family_relationships": Rules(texts.same_words, texts.same_words),
    "figlet_font": Rules(words.figlet_font),
    "fraction_simplification": Rules(numbers.fraction_simplification),
    "futoshiki": Rules(boards.number_puzzle),
    "game_of_life": Rules(boards.game_of_life),
    "game_of_life_halting": Rules(texts.same_truth),
    "gsm_symbolic": Rules(numbers.gsm_symbolic),
    "kakurasu": Rules(formed(plain.is_board)),
    "knights_knaves": Rules(knaves.knights_knaves),
    "letter_jumble": Rules(words.letter_jumble),
    "mini_sudoku": Rules(boards.number_puzzle),
    "needle_haystack": Rules(texts.same_joined, texts.same_joined),
    "path_star": Rules(texts.same_spaced, texts.same_spaced),
    "polynomial_equations": Rules(numbers.polynomial_equations),
    "products": _SUM,
    "propositional_logic": Rules(logic.propositional_logic),
    "quantum_lock": Rules(moves.quantum_lock),
    "rearc": Rules(boards.arc),
    "rush_hour": Rules(moves.rush_hour, moves.rush_hour_as_package),
    "self_reference": Rules(texts.same, texts.same),
    "sentence_reordering": Rules(words.sentence_reordering),
    "sokoban": Rules(moves.sokoban),
    "spell_backward": Rules(words.spell_backward),
    "sudoku": Rules(boards.number_puzzle),
    "survo": Rules(formed(plain.is_board)),
    "time_intervals": Rules(formed(plain.is_duration)),
    "tsumego": Rules(texts.same_capitals),
    "word_ladder": Rules(words.word_ladder),
    "word_sorting": Rules(words.word_sorting),
    "zebra_puzzles": Rules(texts.same_lines_joined, texts.same_lines_joined),
}
"""Every data set but those whose answers the package evaluates: ``exact/`` has theirs."""
