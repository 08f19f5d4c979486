from __future__ import annotations

from itertools import pairwise

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.boxed import boxes, last_box, last_boxed

balanced = st.recursive(
    st.text(alphabet="ab1 +\n", max_size=4),
    lambda inner: st.builds("{}{{{}}}{}".format, inner, inner, inner),
    max_leaves=6,
)
pieces = [r"\boxed", r"\boxed{", r"\fbox{", r"\framebox[2cm]{", r"\boxed 7$", "box", r"\frac"]
messy = st.lists(
    st.one_of(st.text(max_size=3), st.sampled_from([*pieces, *"{}{}7 $", r"\{", r"\}", r"\\"])),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"so \boxed{42}.", "42"),
        (r"\boxed{1} then \boxed{2}", "2"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{ 7 }", "7"),
        (r"\boxed {7}", "7"),
        ("\\boxed\n{7}", "7"),
        (r"\fbox{7}", "7"),
        (r"\framebox{7}", "7"),
        (r"\framebox[3cm][c]{7}", "7"),
        (r"\boxed{1} and \fbox{2}", "2"),
        (r"\fbox{2} and \boxed{1}", "1"),
        (r"\\boxed{7}", "7"),
        (r"\boxed{\{1,2\}}", r"\{1,2\}"),
        (r"\boxed{\left\{1,2\right\}}", r"\left\{1,2\right\}"),
        (r"\boxed{\begin{pmatrix}1\\{2}\end{pmatrix}}", r"\begin{pmatrix}1\\{2}\end{pmatrix}"),
        (r"\boxed{}", ""),
        (r"\boxed{7} \boxed{}", ""),
    ],
)
def test_the_last_box_is_read(text: str, content: str) -> None:
    assert last_boxed(text) == content


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"$\boxed 7$", "7"),
        (r"$\boxed7$", "7"),
        (r"\boxed 42", "42"),
        (r"\boxed -1,234.5 is it", "-1,234.5"),
        (r"\boxed 3/4.", "3/4"),
        (r"$\boxed x$", "x"),
        (r"\(\boxed\pi\)", r"\pi"),
        (r"$\boxed 2\pi $", r"2\pi"),
        (r"\[\boxed\frac{1}{2}\]", r"\frac{1}{2}"),
    ],
)
def test_a_box_without_braces_holds_the_token_after_it(text: str, content: str) -> None:
    assert last_boxed(text) == content


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "a box of 42",
        r"\boxed",
        r"in \boxed form",
        r"\boxed a ball",
        r"\boxedfoo{7}",
        r"boxed{7}",
        r"\boxed{7",
        r"\boxed{\frac{1}{2}",
        r"\boxed{7\}",
        r"\boxed 7x + 1",
    ],
)
def test_no_box_is_made_up(text: str) -> None:
    assert last_boxed(text) is None


def test_prose_about_boxes_does_not_displace_the_answer() -> None:
    assert last_boxed(r"\boxed{7} (given in \boxed notation)") == "7"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"\boxed{\boxed{7}}", "7"),
        (r"\boxed{x = \boxed{7} \text{ or } \boxed {8}}", r"x = 7 \text{ or } 8"),
        (r"\boxed{a \fbox{b \boxed{c} d} e}", "a b c d e"),
        (r"\boxed{1} \boxed{a \boxed 3 b}", "a 3 b"),
    ],
)
def test_boxes_in_a_box_are_unwrapped(text: str, content: str) -> None:
    assert last_boxed(text) == content


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"\boxed{8} no, \boxed{7", None),
        (r"\boxed{12}. So: \boxed{1", "12"),
        (r"\boxed{\frac{1}{2}}. So: \boxed{\fr", r"\frac{1}{2}"),
        (r"\boxed{7} so \boxed{", "7"),
        (r"\boxed{7} so \boxed{7. Hope this helps!", None),
        (r"\boxed{oops \boxed{7}", "7"),
        (r"\boxed{oops \boxed{6} and \boxed{7} done", "7"),
    ],
)
def test_a_cut_off_box_counts_only_as_a_repetition(text: str, content: str | None) -> None:
    assert last_boxed(text) == content


def test_boxes_come_in_order_with_their_spans() -> None:
    text = r"a \boxed{1}, \boxed 2, \fbox{\boxed{3}} \boxed{4"
    found = boxes(text)
    assert [(text[box.start : box.end].strip(), box.body) for box in found] == [
        (r"\boxed{1}", "1"),
        (r"\boxed 2", "2"),
        (r"\fbox{\boxed{3}}", "3"),
        (r"\boxed{4", "4"),
    ]
    assert [box.closed for box in found] == [True, True, True, False]


@given(before=st.text(), body=balanced, after=st.text())
def test_round_trip(before: str, body: str, after: str) -> None:
    if "box" not in after:
        assert last_boxed(f"{before}\n\\boxed{{{body}}}{after}") == body.strip()


@given(messy)
def test_any_text_is_read_and_the_last_box_is_the_last_of_all(text: str) -> None:
    found = boxes(text)
    assert last_box(text) == (found[-1] if found else None)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "text",
    [
        "\\boxed{" * 143_000,
        "\\boxed{" * 71_000 + "}" * 500_000,
        "\\boxed{7}" * 111_000,
        "\\boxed{" + "{" * 1_000_000,
        "\\boxed{" + "}" * 1_000_000,
        "\\boxed{" + "{}" * 500_000,
        "\\boxed" * 166_000,
        "\\boxed " + " " * 1_000_000,
        "\\boxed[" * 140_000,
        "{" * 1_000_000 + "}" * 1_000_000,
        "\\" * 1_000_000 + "boxed{7}",
        "\\boxed 7" + ",777" * 250_000 + ",",
    ],
    ids=range(12),
)
def test_a_megabyte_takes_linear_time(text: str) -> None:
    with no_hang():
        last_box(text)
