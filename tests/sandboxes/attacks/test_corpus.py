"""The corpus itself: large enough, and every kind of tests attacked by programs that are sound."""

from __future__ import annotations

from collections import Counter

from sandboxes.attacks import tasks
from sandboxes.attacks.corpus import TARGETS, attacks
from sandboxes.attacks.host import NOWHERE

CATEGORIES = {
    "compilers",
    "contamination",
    "encodings",
    "exit_codes",
    "monkeypatching",
    "network",
    "privilege",
    "protocol",
    "reading_tests",
    "resources",
    "splice",
}


def test_every_category_is_attacked() -> None:
    counted = Counter(attack.category for attack in attacks())
    assert set(counted) == CATEGORIES
    assert min(counted.values()) >= 20
    assert counted.total() >= 400


def test_every_type_of_tests_is_attacked() -> None:
    counted = Counter(target for attack in attacks() for target in attack.targets)
    assert set(counted) == set(TARGETS)
    assert min(counted.values()) >= 50


def test_names_are_unique_within_a_category() -> None:
    counted = Counter((attack.category, attack.name) for attack in attacks())
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_program_can_be_judged_against_its_tests() -> None:
    for attack in attacks():
        for target in attack.targets:
            tasks.spec(attack, target)
            assert attack.completion(target, NOWHERE), attack.name


def test_functions_that_earn_by_what_they_find_are_sound_and_have_their_names() -> None:
    wanted = {"breach": {"breach"}, "find": {"find"}, "mark": {"found", "plant"}}
    for attack in attacks():
        if attack.kind not in wanted:
            continue
        code = compile(attack.program("stdio", NOWHERE), attack.name, "exec")
        assert wanted[attack.kind] <= set(code.co_names), attack.name
