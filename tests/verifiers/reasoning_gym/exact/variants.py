"""Answers to an entry, right and wrong ones, as models write them; what each is worth is known.

Every variant is a name, whether the answer is right, and how to make it from an entry (None where
there is none of the kind). ``rows.jsonl`` has, for every entry, what the package pays for each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reward_verifiers.reasoning_gym.exact.closed_form import closed_form

Entry = Mapping[str, Any]
Make = Callable[[Entry], str | None]


@dataclass(frozen=True)
class Variant:
    """One way to answer."""

    name: str
    right: bool
    make: Make

    def answer(self, entry: Entry) -> str | None:
        """Return the answer; None where a wrong one came out right, or there is none."""
        made = self.make(entry)
        return None if not self.right and made == entry["answer"] else made


def right(name: str, make: Make) -> Variant:
    return Variant(name, True, make)


def wrong(name: str, make: Make) -> Variant:
    return Variant(name, False, make)


def text(entry: Entry) -> str:
    """Return the entry's own answer."""
    return str(entry["answer"])


# -------------------------------------------------------------------------------------------- grids


def rows(entry: Entry) -> list[list[Any]]:
    lines = text(entry).split("\n")
    return [[int(c) if c.isdigit() else c for c in line.split(" ")] for line in lines]


def other_cell(entry: Entry) -> list[list[Any]]:
    grid = rows(entry)
    first = grid[0][0]
    grid[0][0] = {"_": "Q", "Q": "_"}.get(first, 1 if first == 0 else 0)
    return grid


def lines(grid: list[list[Any]], between: str = " ") -> str:
    return "\n".join(between.join(map(str, row)) for row in grid)


GRID = (
    right("answer", text),
    right("python", lambda e: str(rows(e))),
    right("json", lambda e: json.dumps(rows(e))),
    right("json on many lines", lambda e: json.dumps(rows(e), indent=2)),
    right("tuples", lambda e: str(tuple(map(tuple, rows(e))))),
    right("trailing comma", lambda e: str(rows(e))[:-1] + ",]"),
    right("no blanks", lambda e: str(rows(e)).replace(" ", "")),
    right("blanks before commas", lambda e: str(rows(e)).replace(",", " ,")),
    right("quoted cells", lambda e: str([[str(cell) for cell in row] for row in rows(e)])),
    right("a text for each row", lambda e: str(text(e).split("\n"))),
    right("a word for each row", lambda e: str(text(e).replace(" ", "").split("\n"))),
    right("no outer brackets", lambda e: str(rows(e))[1:-1]),
    right("a list on each line", lambda e: "\n".join(map(str, rows(e)))),
    right("a list and a comma on each line", lambda e: ",\n".join(map(str, rows(e)))),
    right("numpy", lambda e: "[" + "\n ".join(f"[{line}]" for line in text(e).split("\n")) + "]"),
    right("commas", lambda e: lines(rows(e), ", ")),
    right("line break at the end", lambda e: text(e) + "\n"),
    right("blank before", lambda e: " " + text(e)),
    right("blanks at the ends of lines", lambda e: text(e).replace("\n", " \n")),
    right("line breaks of another system", lambda e: text(e).replace("\n", "\r\n")),
    right("empty lines", lambda e: text(e).replace("\n", "\n\n")),
    right("two blanks", lambda e: text(e).replace(" ", "  ")),
    right("tabs", lambda e: text(e).replace(" ", "\t")),
    right("fenced", lambda e: f"```\n{text(e)}\n```"),
    right("fenced python", lambda e: f"```python\n{rows(e)}\n```"),
    right("list in backquotes", lambda e: f"`{rows(e)}`"),
    right("list with a comment", lambda e: f"{rows(e)}  # done"),
    right("list after a line break", lambda e: f"\n{rows(e)}"),
    right("list after a blank", lambda e: f" {rows(e)}"),
    wrong("another cell", lambda e: lines(other_cell(e))),
    wrong("another cell in a list", lambda e: str(other_cell(e))),
    wrong("rows in reverse", lambda e: lines(rows(e)[::-1])),
    wrong("one row less", lambda e: lines(rows(e)[1:])),
    wrong("one row twice", lambda e: lines([*rows(e), rows(e)[0]])),
    wrong("all in one row", lambda e: text(e).replace("\n", " ")),
    wrong("all in one list", lambda e: str([cell for row in rows(e) for cell in row])),
    wrong("a list too many", lambda e: f"[{rows(e)}]"),
    wrong("called", lambda e: f"list({rows(e)})"),
    wrong("unclosed", lambda e: str(rows(e))[:-1]),
    wrong("nothing", lambda e: ""),
)

MATRIX = (*GRID, wrong("cells run together", lambda e: text(e).replace(" ", "")))
BOARD = (
    *GRID,
    right("cells run together", lambda e: text(e).replace(" ", "")),
    right("escaped underscores", lambda e: text(e).replace("_", "\\_")),
    wrong("dots", lambda e: text(e).replace("_", ".")),
    wrong("the puzzle", lambda e: text(e).replace("Q", "_", 1)),
    wrong("numbers", lambda e: str([[int(cell == "Q") for cell in row] for row in rows(e)])),
)

# -------------------------------------------------------------------------------------------- lists


def numbers(entry: Entry) -> list[int]:
    return list(map(int, text(entry).split()))


LIST = (
    right("answer", text),
    right("python", lambda e: str(numbers(e))),
    right("quoted", lambda e: str(text(e).split())),
    right("json", lambda e: json.dumps(text(e).split())),
    right("tuple", lambda e: str(tuple(numbers(e)))),
    right("commas", lambda e: text(e).replace(" ", ", ")),
    right("commas alone", lambda e: text(e).replace(" ", ",")),
    right("lines", lambda e: text(e).replace(" ", "\n")),
    right("lines in a list", lambda e: "[" + text(e).replace(" ", ",\n") + "]"),
    right("blanks around", lambda e: f" {text(e)}\n"),
    right("two blanks", lambda e: text(e).replace(" ", "  ")),
    right("brackets alone", lambda e: f"[{text(e)}]"),
    right("in quotes", lambda e: f'"{text(e)}"'),
    right("one text in a list", lambda e: str([text(e)])),
    right("trailing comma", lambda e: str(numbers(e))[:-1] + ",]"),
    right("fenced", lambda e: f"```\n{text(e)}\n```"),
    wrong("reversed", lambda e: str(numbers(e)[::-1])),
    wrong("one more", lambda e: str([*numbers(e), 1])),
    wrong("one less", lambda e: str(numbers(e)[:-1])),
    wrong("one other", lambda e: f"{(numbers(e)[0] + 1) % 10}{text(e)[1:]}"),
    wrong("run together", lambda e: text(e).replace(" ", "")),
    wrong("a list too many", lambda e: f"[{numbers(e)}]"),
    wrong("sorted by a call", lambda e: f"sorted({sorted(numbers(e))})"),
    wrong("empty", lambda e: "[]"),
)

WORD = (
    right("answer", text),
    right("list", lambda e: str(list(text(e)))),
    right("json", lambda e: json.dumps(list(text(e)))),
    right("tuple", lambda e: str(tuple(text(e)))),
    right("quoted", lambda e: repr(text(e))),
    right("double quotes", lambda e: f'"{text(e)}"'),
    right("in a list", lambda e: str([text(e)])),
    right("in brackets", lambda e: f"({text(e)!r})"),
    right("two parts in a list", lambda e: str([text(e)[:3], text(e)[3:]])),
    right("two texts side by side", lambda e: f"'{text(e)[:2]}' '{text(e)[2:]}'"),
    right("blanks between", lambda e: " ".join(text(e))),
    right("commas between", lambda e: ", ".join(text(e))),
    right("unquoted list", lambda e: "[" + ", ".join(text(e)) + "]"),
    right("blank behind", lambda e: text(e) + " "),
    right("in backquotes", lambda e: f"`{text(e)}`"),
    wrong("lower case", lambda e: text(e).lower()),
    wrong("one letter more", lambda e: text(e) + "A"),
    wrong("one letter less", lambda e: text(e)[:-1]),
    wrong("reversed", lambda e: text(e)[::-1] if text(e) != text(e)[::-1] else None),
    wrong("a list in a list", lambda e: str([list(text(e))])),
    wrong("unclosed", lambda e: repr(text(e))[:-1]),
    wrong("empty", lambda e: "[]"),
)

# -------------------------------------------------------------------------------------- expressions


def puzzle(entry: Entry) -> list[int]:
    return list(entry["metadata"]["numbers"])


def target(entry: Entry) -> int:
    return int(entry["metadata"].get("target", 24))


def swapped(entry: Entry, old: str, new: str) -> str | None:
    return text(entry).replace(old, new) if old in text(entry) else None


EXPRESSION = (
    right("answer", text),
    right("blanks", lambda e: text(e).replace("*", " * ")),
    right("no blanks", lambda e: text(e).replace(" ", "")),
    right("bracketed", lambda e: f"({text(e)})"),
    right("plus before", lambda e: f"+({text(e)})"),
    right("twice minus", lambda e: f"-(-({text(e)}))"),
    right("blank behind", lambda e: text(e) + " "),
    right("line break behind", lambda e: text(e) + "\n"),
    right("line breaks in brackets", lambda e: "(" + text(e).replace(" ", "\n") + ")"),
    right("comment", lambda e: f"{text(e)} # that is it"),
    right("says the target", lambda e: f"{text(e)} = {target(e)}"),
    right("times", lambda e: swapped(e, "*", "×")),
    right("letter x", lambda e: swapped(e, "*", " x ")),
    right("latex times", lambda e: swapped(e, "*", "\\times ")),
    right("obelus", lambda e: swapped(e, "/", "÷")),
    right("minus sign", lambda e: swapped(e, "-", "−")),
    right("in dollars", lambda e: f"${text(e)}$"),
    right("in backquotes", lambda e: f"`{text(e)}`"),
    right("bold", lambda e: f"**{text(e)}**"),
    right("boxed", lambda e: f"\\boxed{{{text(e)}}}"),
    right("no sign before brackets", lambda e: swapped(e, "*(", "(")),
    wrong("the target", lambda e: str(target(e))),
    wrong("the target as a decimal", lambda e: f"{target(e)}.0"),
    wrong("the target and a half", lambda e: f"{target(e)}.5"),
    wrong("says another target", lambda e: f"{text(e)} = {target(e) + 1}"),
    wrong("target first", lambda e: f"{target(e)} = {text(e)}"),
    wrong("plus one", lambda e: f"{text(e)} + 1"),
    wrong("times one", lambda e: f"({text(e)})*1"),
    wrong("plus nothing", lambda e: f"{text(e)} + 0"),
    wrong("plus no number twice", lambda e: f"{text(e)} + 0*{puzzle(e)[0]}"),
    wrong("negative", lambda e: f"-({text(e)})"),
    wrong("decimals", lambda e: f"{text(e)} + 0.0"),
    wrong("other numbers", lambda e: "6*4*1*1" if sorted(puzzle(e)) != [1, 1, 4, 6] else None),
    wrong("a sum of decimals", lambda e: "2.5*10 - 1"),
    wrong("a quotient that is cut", lambda e: "49/2 - 0*1"),
    wrong("powers", lambda e: "2**3*3*1**1"),
    wrong("caret", lambda e: "5^2 - 1 + 0"),
    wrong("factorial", lambda e: "4! + 0*1*1"),
    wrong("remainder", lambda e: "49 % 25 + 0*1"),
    wrong("quotient", lambda e: "49//2 + 0*1"),
    wrong("shift", lambda e: "(3 << 3) + 0*1"),
    wrong("bits", lambda e: "16 | 8 & ~0"),
    wrong("divided by zero", lambda e: f"{puzzle(e)[0]}/0"),
    wrong("zeros before", lambda e: "024 + 0"),
    wrong("power of ten", lambda e: "2.4e1 + 0"),
    wrong("a variable", lambda e: "x + 1"),
    wrong("two numbers", lambda e: "1 2"),
    wrong("called number", lambda e: "3(4 + 4)"),
    wrong("a list", lambda e: "[24]"),
    wrong("a pair", lambda e: "1, 2"),
    wrong("unclosed", lambda e: "(1 + 2 + 3 + 4"),
    wrong("words", lambda e: "the answer"),
    wrong("nothing", lambda e: ""),
    wrong("blank", lambda e: " "),
)

COUNTDOWN = (
    *EXPRESSION,
    wrong(
        "all added", lambda e: "+".join(map(str, puzzle(e))) if sum(puzzle(e)) - target(e) else None
    ),
    wrong("all multiplied", lambda e: "*".join(map(str, puzzle(e)))),
    wrong("all divided", lambda e: "/".join(map(str, puzzle(e)))),
    wrong("nearly, other numbers", lambda e: f"{target(e)} + 1/{10**7}"),
)

# -------------------------------------------------------------------------------------- polynomials


def variable(entry: Entry) -> str:
    found = re.search("[xyz]", text(entry))
    return found[0] if found else "x"


def shuffled(entry: Entry) -> str:
    return " + ".join(text(entry).replace("- ", "+ -").split(" + ")[::-1])


def raised(entry: Entry) -> str:
    return re.sub(r"\*\*(\d)", lambda power: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(power[1])], text(entry))


def latex(entry: Entry) -> str:
    return re.sub(r"\*\*(\d+)", r"^{\1}", text(entry)).replace("*", " ")


POLYNOMIAL = (
    right("answer", text),
    right("other order", shuffled),
    right("no blanks", lambda e: text(e).replace(" ", "")),
    right("bracketed", lambda e: f"({text(e)})"),
    right("twice minus", lambda e: f"-(-({text(e)}))"),
    right("doubled and halved", lambda e: f"2*({text(e)})/2"),
    right("a term and its opposite", lambda e: f"{text(e)} + {variable(e)} - {variable(e)}"),
    right("plus zero", lambda e: f"{text(e)} + 0"),
    right("over one", lambda e: f"({text(e)})/1"),
    right("first power", lambda e: f"({text(e)})**1"),
    right("zeroth power", lambda e: f"{text(e)} + {variable(e)}**0 - 1"),
    right("square as a product", lambda e: text(e).replace("**2", f"*{variable(e)}")),
    right("power of a term", lambda e: "(2*{0})**2 - 4*{0}**2 + {1}".format(variable(e), text(e))),
    right(
        "a number into a sum",
        lambda e: "2*({0} + 1)*3 - 6*{0} - 6 + {1}".format(variable(e), text(e)),
    ),
    right("line break behind", lambda e: text(e) + "\n"),
    right("carets", lambda e: text(e).replace("**", "^")),
    right("no signs", lambda e: text(e).replace(f"*{variable(e)}", variable(e))),
    right("carets and no signs", lambda e: text(e).replace("**", "^").replace("*", "")),
    right("small digits", raised),
    right("small digits and no signs", lambda e: raised(e).replace("*", "")),
    right("braces", latex),
    right("in dollars", lambda e: f"${latex(e)}$"),
    right("boxed", lambda e: f"\\boxed{{{latex(e)}}}"),
    right("named", lambda e: f"P({variable(e)}) = {text(e)}"),
    right("middle dots", lambda e: re.sub(r"(?<!\*)\*(?!\*)", "·", text(e))),
    right("minus signs", lambda e: text(e).replace("-", "−")),
    right("decimals", lambda e: f"1.0*({text(e)})"),
    wrong("plus one", lambda e: f"{text(e)} + 1"),
    wrong("doubled", lambda e: f"2*({text(e)})"),
    wrong("squared", lambda e: f"({text(e)})**2"),
    wrong("negative", lambda e: f"-({text(e)})"),
    wrong("other power", lambda e: text(e).replace("**3", "**4")),
    wrong("other variable", lambda e: text(e).replace(variable(e), "w")),
    wrong("the question", lambda e: e["metadata"]["polynomial_expr"]),
    wrong(
        "a square left",
        lambda e: "({0} + 1)**2 - {0}**2 - 2*{0} - 1 + {1}".format(variable(e), text(e)),
    ),
    wrong(
        "powers without a sign", lambda e: text(e).replace("**", "") if "**" in text(e) else None
    ),
    wrong(
        "times and over",
        lambda e: "{0}*({1})/{0}".format(variable(e), text(e)) if " " in text(e) else None,
    ),
    wrong("a variable alone", lambda e: f"3*{variable(e)} + 5"),
    wrong("half", lambda e: text(e).rpartition(" ")[2] if " " in text(e) else None),
    wrong("nothing", lambda e: ""),
)

# ---------------------------------------------------------------------------------------- integrals


def solution(entry: Entry) -> str:
    """Return an antiderivative without its constant."""
    return (closed_form(entry) or text(entry)).removesuffix(" + C")


def name(entry: Entry) -> str:
    return str(entry["metadata"]["variable"])


def integrand(entry: Entry) -> str:
    return str(entry["metadata"]["integrand"])


def put(entry: Entry, old: str, new: str) -> str | None:
    return solution(entry).replace(old, new) if old in solution(entry) else None


def loose(entry: Entry) -> str:
    return solution(entry).replace("**", "^").replace(f"*{name(entry)}", name(entry))


def has_decimals(entry: Entry) -> str | None:
    """Return the solution with its halves as decimals."""
    return solution(entry).replace("/2", "*0.5") if "/2 " in solution(entry) + " " else None


INTEGRAL = (
    right("answer", lambda e: None if "Integral" in text(e) else text(e)),
    right("closed form", lambda e: f"{solution(e)} + C"),
    right("no constant", solution),
    right("small constant", lambda e: f"{solution(e)} + c"),
    right("another constant", lambda e: f"{solution(e)} + K"),
    right("a numbered constant", lambda e: f"{solution(e)} + C1"),
    right("a letter for the constant", lambda e: f"{solution(e)} + D"),
    right("a number", lambda e: f"{solution(e)} - 5"),
    right("a constant subtracted", lambda e: f"{solution(e)} - C"),
    right("constants", lambda e: f"{solution(e)} + C**2 + pi*E/3"),
    right("bracketed", lambda e: f"({solution(e)}) + C"),
    right("constant in brackets", lambda e: f"({solution(e)} + C)"),
    right("twice minus", lambda e: f"-(-({solution(e)}))"),
    right("doubled and halved", lambda e: f"2*({solution(e)})/2 + C"),
    right("rational", lambda e: f"Rational(1, 2)*(2*({solution(e)})) + C"),
    right("line break behind", lambda e: f"{solution(e)} + C\n"),
    right("natural logarithm", lambda e: put(e, "log", "ln")),
    right("halves as decimals", has_decimals),
    right(
        "a constant sum of squares",
        lambda e: "{0} + sin({1})**2 + cos({1})**2".format(solution(e), name(e)),
    ),
    right(
        "a constant difference",
        lambda e: "{0} + ({1} + 1)**2 - {1}**2 - 2*{1}".format(solution(e), name(e)),
    ),
    right("power of E", lambda e: put(e, "exp(", "E**(")),
    right("power of e", lambda e: put(e, "exp(", "e**(")),
    right("carets", lambda e: solution(e).replace("**", "^")),
    right("carets and no signs", loose),
    right("in dollars", lambda e: f"$ {loose(e)} + C $"),
    right("named", lambda e: f"F({name(e)}) = {solution(e)} + C"),
    right("arc", lambda e: put(put_answer(e, "asin", "arcsin"), "atan", "arctan")),
    right("absolute value", lambda e: put(e, "log(x)", "log(|x|)")),
    right("small digits", lambda e: re.sub(r"\*\*2(?!\d)", "²", solution(e))),
    right("boxed", lambda e: f"\\boxed{{{solution(e)} + C}}"),
    wrong("plus the variable", lambda e: f"{solution(e)} + {name(e)}"),
    wrong("constant times the variable", lambda e: f"{solution(e)} + C*{name(e)}"),
    wrong("doubled", lambda e: f"2*({solution(e)}) + C"),
    wrong("negative", lambda e: f"-({solution(e)}) + C"),
    wrong("off by little", lambda e: f"{solution(e)} + {name(e)}/10**20"),
    wrong("the integrand", integrand),
    wrong("left open", lambda e: f"Integral({integrand(e)}, {name(e)}) + C"),
    wrong("a product left open", lambda e: "{1}*Integral({0}, {1})".format(integrand(e), name(e))),
    wrong("other function", lambda e: put(e, "sin", "cos")),
    wrong("other power", lambda e: put(e, "**3", "**2")),
    wrong("zero", lambda e: "0"),
    wrong("a constant", lambda e: "C"),
    wrong("the variable", name),
    wrong("unclosed", lambda e: f"sin({name(e)}"),
    wrong("words", lambda e: "I cannot integrate this"),
    wrong("nothing", lambda e: ""),
)


def put_answer(entry: Entry, old: str, new: str) -> Entry:
    """Return the entry with another function in its answer."""
    return {**entry, "answer": text(entry).replace(old, new)}


# ------------------------------------------------------------------------------------- the entry's


def ordered(entry: Entry) -> list[str]:
    return list(json.loads(text(entry).replace("'", '"')))


def moved(entry: Entry, by: float) -> str:
    return str([float(number) + by for number in ordered(entry)])


SORTED = (
    right("answer", text),
    right("json", lambda e: json.dumps(ordered(e))),
    right("numbers", lambda e: str(list(map(float, ordered(e))))),
    right("no zeros", lambda e: text(e).replace(".0'", "'")),
    right("blank behind", lambda e: text(e) + " "),
    right("bare", lambda e: ", ".join(ordered(e))),
    right("blanks", lambda e: " ".join(ordered(e))),
    right("no brackets", lambda e: text(e)[1:-1]),
    right("tuple", lambda e: str(tuple(ordered(e))) if len(ordered(e)) > 1 else None),
    right("trailing comma", lambda e: text(e)[:-1] + ",]"),
    right("fenced", lambda e: f"```\n{text(e)}\n```"),
    right("minus signs", lambda e: text(e).replace("-", "−")),
    wrong("reversed", lambda e: str(ordered(e)[::-1])),
    wrong("half off", lambda e: moved(e, 0.5)),
    wrong("more off", lambda e: moved(e, 1.5)),
    wrong(
        "cut to whole numbers",
        lambda e: (
            str([int(float(x)) for x in ordered(e)])
            if any(float(x) % 1 for x in ordered(e))
            else None
        ),
    ),
    wrong("one less", lambda e: str(ordered(e)[:-1])),
    wrong("one more", lambda e: str([*ordered(e), "200"])),
    wrong("no numbers", lambda e: str(["nan"] * len(ordered(e)))),
    wrong("no number in json", lambda e: json.dumps([float("nan")] * len(ordered(e)))),
    wrong("infinite", lambda e: str(["inf"] * len(ordered(e)))),
    wrong("true", lambda e: json.dumps([True] * len(ordered(e)))),
    wrong("a list in a list", lambda e: f"[{text(e)}]"),
    wrong("an object", lambda e: "{}"),
    wrong("null", lambda e: "[null]"),
    wrong("called", lambda e: f"sorted({text(e)})"),
    wrong("nothing", lambda e: ""),
)


def whole(entry: Entry) -> int:
    return int(text(entry), 16)


BITS = (
    right("answer", text),
    right("decimal", lambda e: str(whole(e))),
    right("capitals", lambda e: text(e).upper().replace("X", "x")),
    right("all capitals", lambda e: text(e).upper()),
    right("binary", lambda e: bin(whole(e))),
    right("octal", lambda e: oct(whole(e))),
    right("blanks", lambda e: f" {text(e)}\n"),
    right("plus", lambda e: f"+{text(e)}" if whole(e) >= 0 else None),
    right("grouped", lambda e: text(e).replace("0x", "0x_")),
    right("zeros", lambda e: text(e).replace("0x", "0x00")),
    right("in dollars", lambda e: f"${text(e)}$"),
    right("in backquotes", lambda e: f"`{text(e)}`"),
    wrong("no prefix", lambda e: text(e).replace("0x", "g")),
    wrong("one more", lambda e: hex(whole(e) + 1)),
    wrong("negative", lambda e: hex(-whole(e)) if whole(e) else None),
    wrong("the problem", lambda e: e["metadata"]["problem"]),
    wrong("decimals", lambda e: f"{whole(e)}.0"),
    wrong("the letter h", lambda e: f"{text(e)}h"),
    wrong("two numbers", lambda e: f"{text(e)} {text(e)}"),
    wrong("nothing", lambda e: ""),
)

VARIANTS: Mapping[str, tuple[Variant, ...]] = {
    "binary_matrix": MATRIX,
    "bitwise_arithmetic": BITS,
    "countdown": COUNTDOWN,
    "intermediate_integration": INTEGRAL,
    "n_queens": BOARD,
    "number_sorting": SORTED,
    "polynomial_multiplication": POLYNOMIAL,
    "puzzle24": EXPRESSION,
    "simple_integration": INTEGRAL,
    "spiral_matrix": LIST,
    "string_insertion": WORD,
}
