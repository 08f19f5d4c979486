"""Words in an order, letters in their places, ladders of words."""

from __future__ import annotations

from itertools import pairwise

from reward_verifiers.reasoning_gym.fixed.progress import beyond, constant_share, share
from reward_verifiers.reasoning_gym.task import Task
from reward_verifiers.reasoning_gym.upstream import words_of_length


def word_sorting(answer: str, task: Task) -> float:
    """Score 1.0 for the sorted words, else the places that are right beyond the question's order.

    The package gives 0.2 for any order, so for the question copied.
    """
    wanted = task.metadata["sorted_words"]
    given = [word.strip() for word in answer.split(",")]
    asked = task.metadata["transformed_words"]
    return beyond(share(given, wanted), share(asked, wanted))


def sentence_reordering(answer: str, task: Task) -> float:
    """Score 1.0 for the sentence, else its words in place beyond those of the scrambled one.

    The package gives 0.05 for anything, and the fixed points of the scrambled sentence.
    """
    if answer == task.gold:
        return 1.0
    wanted = task.gold.lower().split()
    given = answer.lower().split()
    asked = task.question.lower().split()[-len(wanted) :] if wanted else []
    if len(given) != len(wanted) or sorted(asked) != sorted(wanted):
        return 0.0
    return beyond(share(given, wanted), share(asked, wanted))


def letter_jumble(answer: str, task: Task) -> float:
    """Score 1.0 for the words, else those in place beyond the words that were not jumbled."""
    wanted = task.gold.lower().split()
    asked = [str(word).lower() for word in task.metadata["scrambled_words"]]
    return beyond(share(answer.lower().split(), wanted), share(asked, wanted))


def spell_backward(answer: str, task: Task) -> float:
    """Score 1.0 for the letters, else those in place beyond the word's own and any one letter.

    The package gives the letters in place alone, so half of some words for copying them, and all
    but 0.2 for the right word with anything after it.
    """
    wanted = task.gold.lower()
    given, asked = answer.lower(), task.metadata["word"].lower()
    return beyond(share(given, wanted), share(asked, wanted), constant_share(wanted))


def figlet_font(answer: str, task: Task) -> float:
    """Score 1.0 for the word, else its letters in place beyond any one letter everywhere."""
    wanted = task.gold.strip().lower()
    given = answer.replace(" ", "").strip().lower()
    return beyond(share(given, wanted), constant_share(wanted))


def emoji_mystery(answer: str, task: Task) -> float:
    """Score 1.0 for the sentence, else its characters in place beyond any one everywhere.

    As in the package, a sentence of another length is worth nothing; it gave 0.01.
    """
    if len(answer) != len(task.gold):
        return 0.0
    return beyond(share(answer, task.gold), constant_share(task.gold))


def word_ladder(answer: str, task: Task) -> float:
    """Score 1.0 for steps of one letter over words of the package's list, else 0.0.

    The package halves the score for each unknown word, so a ladder of nonsense earned 0.125.
    """
    words = [word.strip() for word in answer.upper().split(",")]
    start, end = task.metadata["start_word"].upper(), task.metadata["end_word"].upper()
    if len(words) < 2 or words[0] != start or words[-1] != end:
        return 0.0
    known = words_of_length(len(end))
    if not known.issuperset(words):
        return 0.0
    return float(all(_one_apart(*step) for step in pairwise(words)))


def _one_apart(word: str, other: str) -> bool:
    pairs = zip(word, other, strict=False)
    return len(word) == len(other) and sum(one != two for one, two in pairs) == 1
