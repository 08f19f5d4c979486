"""Which code block of a completion is its program."""

from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_sandboxes.languages import by_fence
from reward_verifiers.extract.fenced import before_a_lone_fence, blocks, programs

T = "```"


def last(text: str, language: str = "python") -> str | None:
    found = programs(text, language).programs
    return found[-1] if found else None


@pytest.mark.parametrize("tag", ["python", "Python", "py", "python3", "PY3"])
def test_every_tag_of_the_language_counts_in_any_case(tag: str) -> None:
    assert last(f"{T}{tag}\nprint(1)\n{T}") == "print(1)\n"


@pytest.mark.parametrize(
    "info",
    [
        'python title="a.py"',
        "{.python .numberLines}",
        "{python, echo=FALSE}",
        "python:main.py",
        " python ",
        "python{1,3}",
        "python,linenos",
    ],
)
def test_the_first_word_of_an_info_string_is_the_tag(info: str) -> None:
    assert last(f"{T}{info}\nprint(1)\n{T}") == "print(1)\n"


@pytest.mark.parametrize("fence", ["```", "~~~", "``````", "~~~~"])
def test_fences_are_backticks_or_tildes_of_any_length(fence: str) -> None:
    assert last(f"{fence}python\nprint(1)\n{fence}") == "print(1)\n"


def test_the_last_of_several_is_the_last_complete_one() -> None:
    text = f"{T}python\na\n{T}\nthen\n{T}python\nb\n{T}\nand\n{T}python\nc"
    assert programs(text, "python").programs == ("a\n", "b\n")


def test_a_block_of_another_language_does_not_count() -> None:
    found = programs(f"{T}cpp\nint main() {{}}\n{T}\n{T}text\n1 2\n{T}", "python")
    assert found.programs == ()
    assert found.missing == "no python code block; there are blocks tagged 'cpp', 'text'"


def test_an_untagged_block_counts_where_none_is_tagged_with_the_language() -> None:
    assert last(f"{T}\nprint(1)\n{T}\n{T}bash\npython main.py\n{T}") == "print(1)\n"
    assert last(f"{T}python\nprint(1)\n{T}\nprints\n{T}\n1\n{T}") == "print(1)\n"


def test_an_untagged_block_does_not_stand_in_for_one_that_was_cut_off() -> None:
    found = programs(f"{T}\n1 2\n{T}\n{T}python\nprint(1", "python")
    assert found.programs == ()
    assert found.missing == "the python code block is not closed"


def test_a_blank_block_is_no_program() -> None:
    assert last(f"{T}python\nprint(1)\n{T}\n{T}python\n\n{T}") == "print(1)\n"
    assert programs(f"{T}python\n{T}", "python").missing == "the python code block is empty"


def test_a_shorter_fence_inside_a_longer_one_is_content() -> None:
    assert last(f"````python\ns = '''\n{T}\n'''\n````") == f"s = '''\n{T}\n'''\n"
    assert last(f"````markdown\n{T}python\nprint(1)\n{T}\n````") is None


def test_a_fence_of_the_other_sign_is_content() -> None:
    assert last(f"~~~python\ns = '{T}'\n{T}\n~~~") == f"s = '{T}'\n{T}\n"


def test_a_fence_deep_in_the_code_is_content() -> None:
    code = f'def f():\n    """\n    {T}python\n    f()\n    {T}\n    """\n'
    assert last(f"{T}python\n{code}{T}") == code


def test_a_block_left_open_ends_where_the_next_of_the_language_begins() -> None:
    assert last(f"{T}python\nfirst try\n{T}python\nprint(1)\n{T}") == "print(1)\n"


def test_indented_blocks_lose_their_indent_and_keep_that_of_the_code() -> None:
    text = f"1. So:\n\n   {T}python\n   if a:\n       b\n\n   c\n   {T}\n"
    assert last(text) == "if a:\n    b\n\nc\n"
    assert last(f"\t{T}python\n\tif a:\n\t\tb\n\t{T}") == "if a:\n\tb\n"
    assert last(f"  {T}python\nif a:\n b\n  {T}") == "if a:\nb\n"


def test_carriage_returns_belong_to_the_ends_of_lines() -> None:
    assert last(f"{T}python\r\nprint(1)\r\n{T}\r\n") == "print(1)\n"


def test_a_block_may_open_behind_words_if_its_tag_is_a_language() -> None:
    assert last(f"Here it is: {T}python\nprint(1)\n{T}") == "print(1)\n"
    assert last(f"Here it is: {T}nonsense\nprint(1)\n{T}") is None


def test_code_in_a_line_of_text_opens_nothing() -> None:
    assert last(f"{T}print(1){T} is it.\n{T}python\nprint(2)\n{T}") == "print(2)\n"


def test_a_closing_fence_has_nothing_behind_it() -> None:
    assert last(f"{T}python\nprint(1)\n{T} done\n") is None
    assert last(f"{T}python\nprint(1)\n{T}   \n") == "print(1)\n"
    assert last(f"{T}python\nprint(1){T}") is None


@pytest.mark.parametrize("tag", ["</answer>", "<|im_end|>", " </s>"])
def test_a_closing_fence_may_stand_before_a_tag_of_the_template(tag: str) -> None:
    assert last(f"{T}python\nprint(1)\n{T}{tag}\n") == "print(1)\n"


def test_what_stands_before_a_lone_fence_is_what_a_prompt_had_opened() -> None:
    assert before_a_lone_fence(f"print(1)\n{T}\nDone.") == "print(1)\n"
    assert before_a_lone_fence("print(1)") is None
    assert before_a_lone_fence(f"{T}python\nprint(1)") is None


lines = st.lists(
    st.sampled_from(
        [T, "~~~", "````", f"{T}python", f"  {T}py", "x", "", "    ", f"{T}`", f"a {T}c"]
    )
)


@settings(deadline=None)
@given(lines, st.sampled_from(sorted(by_fence())))
def test_any_text_is_read_and_code_is_never_made_up(parts: list[str], tag: str) -> None:
    text = "\n".join(parts)
    for block in blocks(text):
        kept = [line.strip() for line in block.code.split("\n")]
        assert all(line in text for line in kept)
    programs(text, by_fence()[tag].name)


@settings(deadline=None)
@given(st.text(alphabet="ab \t`~\n", max_size=60))
def test_a_program_in_a_long_enough_fence_comes_out_as_it_went_in(code: str) -> None:
    found = programs(f"words\n{'`' * 61}python\n{code}\n{'`' * 61}", "python").programs
    assert found == ((f"{code}\n",) if code.strip() else ())


@pytest.mark.parametrize(
    "text",
    [
        "`" * 400_000,
        f"{T}\n" * 100_000,
        "~~~python\n" * 50_000,
        " " * 400_000 + T,
        ("a" + " " * 1000) * 400 + f"{T} {T}",
        f"{T}" + "{." * 200_000,
        "x" * 200_000 + T + "y" * 200_000,
        f"{T}python\n" + "\t" * 400_000,
    ],
    ids=range(8),
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    with no_hang():
        programs(text, "python")


@pytest.mark.parametrize(("tag", "language"), [("cpp", "cpp20"), ("c++20", "cpp"), ("c99", "c")])
def test_a_block_in_another_standard_of_the_language_counts(tag: str, language: str) -> None:
    assert last(f"{T}{tag}\nint x;\n{T}", language) == "int x;\n"
    assert last(f"{T}python\nx\n{T}", language) is None
    assert last(f"{T}{tag}\nint x;\n{T}", "python") is None


def test_a_language_that_compiles_to_another_is_not_that_language() -> None:
    assert last(f"{T}typescript\nx\n{T}", "javascript") is None
    assert last(f"{T}cpp\nx\n{T}", "c") is None
