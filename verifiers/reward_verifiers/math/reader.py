r"""Reads a whole answer into a value: which kind it is, then its parts.

The text is cut into tokens once; what follows works on ranges of them and looks only at signs
outside brackets, from the loosest binding to the tightest: "or", commas, labels, relation signs,
unions, brackets, and last a single expression with its unit. Depth is bounded, so the work is
linear in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reward_verifiers.math import forms, names, sets, words
from reward_verifiers.math.clauses import without_clause
from reward_verifiers.math.compound import scaled_quantity, total, unit_by_unit
from reward_verifiers.math.expressions import expression
from reward_verifiers.math.folding import fold
from reward_verifiers.math.linear import combination
from reward_verifiers.math.nodes import (
    EMPTY,
    Choice,
    Congruence,
    Family,
    Items,
    Labelled,
    Matrix,
    Ratio,
    RealSet,
    Relation,
    Scalar,
    Value,
    Words,
)
from reward_verifiers.math.numerals import Commas
from reward_verifiers.math.progressions import row_of_values
from reward_verifiers.math.ranges import Ranges
from reward_verifiers.math.tokens import Token, UnreadableError, tokenize
from reward_verifiers.units import split_unit

MAX_DEPTH = 12
"""Brackets of values within each other (tuples of sets of intervals)."""

_OPENERS = {"(": "tuple", "[": "bracket", "\\{": "set", "{": "set", "<": "angle"}
_INEQUALITIES = frozenset(("<", ">", "<=", ">=", "!=", "in", "notin"))
_MATRICES = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array"))
_ROWS = frozenset(("cases", "aligned", "align", "array", "gathered", "split", "rcases"))


def read(text: str, commas: Commas = Commas.AUTO) -> Value:
    """Read ``text``, in whatever notation, as one value.

    Raises:
        UnreadableError: it is no mathematics that this reader knows.
    """
    folded = without_clause(forms.without_limit(forms.plain_brackets(fold(text))))
    special = forms.special(folded)
    if special is not None:
        return special
    choice = forms.choice(folded)
    if choice is not None:
        letter, content = choice
        return Choice(letter, _content(content, commas))
    return Reader(folded, commas).whole()


def _content(text: str, commas: Commas) -> Value | None:
    """Read what stands beside an option's letter; None where that is nothing or unreadable."""
    if not text.strip():
        return None
    try:
        return Reader(fold(text), commas).whole()
    except UnreadableError:
        return None


class Reader(Ranges):
    """Reads values from one folded text."""

    def __init__(self, text: str, commas: Commas) -> None:
        self.text = text
        self.commas = commas
        super().__init__(tokenize(text, commas))
        self.depth = 0

    def whole(self) -> Value:
        """Read all of the text."""
        return self.value(0, len(self.tokens))

    def value(self, low: int, high: int) -> Value:
        """Read tokens ``low`` to ``high`` as one value."""
        if low >= high:
            raise UnreadableError("nothing to read")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        try:
            return self.by_looseness(low, high)
        finally:
            self.depth -= 1

    def by_looseness(self, low: int, high: int) -> Value:
        spoken = words.spoken(self.tokens[low:high])
        if spoken is not None:
            return spoken
        kinds = {token.kind for token in self.tokens[low:high]}
        if "logic" in kinds and len(cuts := self.cuts(low, high, "logic")) > 1:
            return self.joined(low, high, cuts)
        if "sep" in kinds:
            listed = self.listed(low, high)
            if listed is not None:
                return listed
        if "rel" in kinds and len(cuts := self.cuts(low, high, "rel")) > 1:
            return self.relation(low, high, cuts)
        if ("setop" in kinds or "set" in kinds) and (combined := self.set_expression(low, high)):
            return combined
        return self.tight(low, high)

    # ----------------------------------------------------------------------------- lists and labels

    def joined(self, low: int, high: int, cuts: list[tuple[int, int]]) -> Value:
        """Read parts joined by "or" and "and"."""
        signs = {self.tokens[end].text for _, end in cuts[:-1]}
        spoken = signs <= {"or", "and"}
        # A comma before the last "and" joins too: "1, 2, and 3".
        read: list[Value] = []
        for start, end in cuts:
            last = end - 1
            if last > start and self.tokens[last].text == ",":
                end = last
            read.append(self.value(start, end))
        if names.are_points(read):
            return Items("list", tuple(read))  # "x = 1, y = 2 or x = 2, y = 1"
        parts: list[Value] = []
        for part in read:
            same_kind = isinstance(part, Items) and part.style == "list"
            parts.extend(part.items if isinstance(part, Items) and same_kind else (part,))
        if all(isinstance(part, RealSet) for part in parts):
            # Bare intervals are joined whatever the word is; conditions on a variable as it says.
            bare = not any(isinstance(part, RealSet) and part.variable for part in parts)
            return sets.combined(parts, union=bare or "or" in signs or "lor" in signs)
        if not spoken and not all(isinstance(part, Labelled) for part in parts):
            raise UnreadableError("a statement of logic")
        whole = total(parts) if signs == {"and"} else None
        if whole is not None:
            return whole  # "2 hours and 15 minutes"
        if all(isinstance(part, Scalar) for part in parts):
            return Items("set", tuple(parts))  # what "or" and "and" join has no order
        return names.row_of(parts)

    def listed(self, low: int, high: int) -> Value | None:
        """Read parts between commas, a label before a colon, a ratio; None: there are none."""
        for signs in ((";",), (",",), (":",), ("\\\\",)):
            cuts = self.cuts(low, high, "sep", signs)
            if len(cuts) < 2:
                continue
            if signs == (":",):
                return self.colon(low, high, cuts)
            if cuts[-1][0] == cuts[-1][1] and len(cuts) > 2:
                cuts.pop()
            return self.row(cuts)
        return None

    def row(self, cuts: list[tuple[int, int]]) -> Value:
        """Read a row of parts, some of which may be conditions on the others."""
        parameter = names.integer_parameter(self.tokens[cuts[-1][0] : cuts[-1][1]])
        if parameter and len(cuts) > 1:
            head = self.row(cuts[:-1]) if len(cuts) > 2 else self.value(*cuts[0])
            return Family(head, parameter)
        parts = row_of_values(self, cuts, self.value)
        excluded = sets.without_points(parts)
        if excluded is not None:
            return excluded
        if all(isinstance(part, RealSet) and part.variable for part in parts):
            return sets.combined(parts, union=None)
        return names.row_of(parts)

    def colon(self, low: int, high: int, cuts: list[tuple[int, int]]) -> Value:
        """Read ``3:2`` or ``Paolo: 18``."""
        label = names.label(self.tokens[cuts[0][0] : cuts[0][1]])
        if label and len(cuts) == 2:
            return Labelled(label[0], self.value(*cuts[1]), label[1])
        name, cuts = names.of_ratio(self, cuts) or ("", cuts)
        ratio = Ratio(tuple(expression(self.tokens[start:end]) for start, end in cuts))
        return Labelled(name, ratio) if name else ratio

    # ------------------------------------------------------------------------------------ relations

    def relation(self, low: int, high: int, cuts: list[tuple[int, int]]) -> Value:
        """Read sides joined by relation signs."""
        ops = [self.tokens[end].text for _, end in cuts[:-1]]
        first = self.tokens[cuts[0][0] : cuts[0][1]]
        if not first and ops[0] == "=>":
            return self.value(cuts[1][0], high)
        if not first and ops[0] in ("=", "~") and len(cuts) == 2:
            return self.value(*cuts[1])  # "= 5", the tail of a computation
        if ops in (["="], ["in"]) and (named := self.named_point(*cuts)) is not None:
            return named
        if ops[0] == "equiv":
            return self.congruence(cuts)
        if len(ops) > 1 and (chained := names.in_chain(self, cuts, ops)):
            value = self.value(*cuts[-1])
            return Items("list", tuple(Labelled(name, value) for name in chained))
        label = names.label(first) if ops[0] in ("=", "~") else None
        if label is not None and (len(ops) == 1 or (len(ops) == 2 and ops[1] == "~")):
            return Labelled(label[0], self.value(cuts[1][0], high), label[1])
        if all(op in _INEQUALITIES for op in ops):
            region = self.region(cuts, ops)
            if region is not None:
                return region
        return Relation(tuple(self.value(start, end) for start, end in cuts), tuple(ops))

    def named_point(self, left: tuple[int, int], values: tuple[int, int]) -> Value | None:
        """Read ``(x, y) = (1, 2)`` as a value for each name; None: it is something else."""
        labels = names.of_point(self, *left)
        if not labels:
            return None
        point = self.value(*values)
        if isinstance(point, Items) and point.style == "set":
            return point  # (x, y) is one of these
        if not isinstance(point, Items) or len(point.items) != len(labels):
            return None
        return Items("list", tuple(map(Labelled, labels, point.items)))

    def region(self, cuts: list[tuple[int, int]], ops: list[str]) -> Value | None:
        """Read an inequality with one variable alone on a side as a set of reals; else None."""
        if ops in (["in"], ["notin"]):
            inside = sets.as_set(self.value(*cuts[1]))
            name = names.variable(self.tokens[cuts[0][0] : cuts[0][1]])
            if inside is None or not name:
                return None
            return replace(inside if ops == ["in"] else sets.complement(inside), variable=name)
        if "in" in ops or "notin" in ops:
            return None
        sides = [expression(self.tokens[start:end]) for start, end in cuts]
        return sets.from_inequality(sides, ops)

    def congruence(self, cuts: list[tuple[int, int]]) -> Value:
        r"""Read ``x \equiv 3 \pmod{5}``, or ``f(x) \equiv 0``."""
        if len(cuts) != 2:
            raise UnreadableError("a chain of congruences")
        first = self.tokens[cuts[0][0] : cuts[0][1]]
        variable = names.variable(first)
        value = self.value(*cuts[1])
        if not isinstance(value, Congruence) and (named := names.label(first)) and named[1]:
            return Labelled(named[0], value, named[1])  # f(x) is 0 everywhere
        if not variable or not isinstance(value, Congruence):
            raise UnreadableError("a congruence that is no answer")
        return replace(value, variable=variable)

    # --------------------------------------------------------------------------- sets and brackets

    def set_expression(self, low: int, high: int) -> RealSet | Words | None:
        r"""Read unions, intersections, differences and named sets; None: there are none."""
        cuts, signs = self.set_operations(low, high)
        if not signs:
            return sets.named(self.tokens[low:high]) or sets.symbol(self.tokens[low:high])
        total: RealSet | None = None
        for (start, end), sign in zip(cuts, ["", *signs], strict=True):
            part = sets.named(self.tokens[start:end]) or sets.as_set(self.value(start, end))
            if part is None:
                raise UnreadableError("an operation on what is no set")
            total = part if total is None else sets.operate(total, sign, part)
        return total

    def tight(self, low: int, high: int) -> Value:
        """Read one thing: something in brackets, a number in a base, or an expression."""
        opener = self.tokens[low]
        if opener.kind == "open" and self.partner.get(low) == high - 1:
            bracketed = self.bracketed(low, high)
            if bracketed is not None:
                return bracketed
        combined = combination(self, low, high, self.value)
        if combined is not None:
            return combined
        raised = forms.transposed_part(self.tokens[low:high])
        if raised and self.partner.get(low) == low + raised - 1:
            return forms.transposed(self.value(low, low + raised))
        special = forms.based(self.tokens[low:high]) or forms.figure(self.tokens[low:high])
        if special is not None:
            return special
        return self.scalar(low, high)

    def bracketed(self, low: int, high: int) -> Value | None:
        """Read what stands in one pair of brackets; None: it is an expression."""
        opener, closer = self.tokens[low].text, self.tokens[high - 1].text
        if opener.startswith("env:"):
            return self.environment(low, high)
        if opener not in _OPENERS:
            return None
        style = _OPENERS[opener]
        if low + 1 == high - 1:
            if opener == "\\{":
                return EMPTY
            raise UnreadableError("empty brackets")
        if style == "set":
            built = self.set_or_group(opener, low + 1, high - 1)
            if built is not None:
                return built
        cuts = self.cuts(low + 1, high - 1, "sep", (",",))
        if len(cuts) == 1:
            cuts = self.cuts(low + 1, high - 1, "sep", (";",))
        if len(cuts) == 1:
            return self.single(style, opener, low, high)
        items = tuple(row_of_values(self, cuts, self.value))
        if (opener, closer) in (("(", "]"), ("[", ")")):
            return sets.interval(items, has_low=opener == "[", has_high=closer == "]")
        whole = sets.unbounded(items, opener, closer)
        return whole or forms.matrix_of_rows(style, items) or Items(style, items)

    def single(self, style: str, opener: str, low: int, high: int) -> Value | None:
        """Read one thing in brackets: a set of one, a row of one, or mere grouping."""
        if style == "set" and opener == "\\{":
            return Items("set", (self.value(low + 1, high - 1),))
        if style == "tuple" or opener == "{":
            return self.value(low + 1, high - 1)
        if style == "bracket":
            inner = self.value(low + 1, high - 1)
            if isinstance(inner, Matrix):
                return inner
            return forms.matrix_of_rows(style, (inner,)) or Items("bracket", (inner,))
        return Items(style, (self.value(low + 1, high - 1),))

    def set_or_group(self, opener: str, low: int, high: int) -> Value | None:
        """Read a set by its condition; bare braces may also just group what has a bar in it."""
        try:
            return self.set_builder(low, high)
        except UnreadableError:
            if opener == "\\{":
                raise
            return None

    def set_builder(self, low: int, high: int) -> Value | None:
        r"""Read ``\{x \mid 1 < x < 2\}``; None: there is no bar."""
        at = low
        while at < high:
            token = self.tokens[at]
            bar = token.kind == "sep" and token.text in ("mid", ":")
            if (bar or (token.text == "|" and token.kind == "op")) and at > low:
                break
            at = self.after(at)
        else:
            return None
        head = self.tokens[low:at]
        if parameter := names.integer_parameter(self.tokens[at + 1 : high]):
            return Family(self.value(low, at), parameter)
        if isinstance(named := self.value(at + 1, high), Family):
            return named  # all x = 2k, for each integer k
        inside = sets.as_set(named)
        name = names.variable(head[:1])
        within = len(head) == 1 or [token.text for token in head[1:]] in (
            ["in", "R"],
            ["in", "\\R"],
        )
        if inside is None or not within or inside.variable not in ("", name):
            raise UnreadableError("a set that cannot be written as intervals")
        return replace(inside, variable="")

    def environment(self, low: int, high: int) -> Value:
        name = self.tokens[low].text.removeprefix("env:")
        rows = self.cuts(low + 1, high - 1, "sep", ("\\\\",))
        if rows[-1][0] >= rows[-1][1]:
            rows.pop()
        cells = [self.cuts(start, end, "sep", ("&",)) for start, end in rows]
        if name in _MATRICES:
            table = tuple(tuple(self.value(*cell) for cell in row) for row in cells)
            if len({len(row) for row in table}) != 1:
                raise UnreadableError("a matrix with ragged rows")
            return Matrix(table)
        if name in _ROWS and all(len(row) == 1 for row in cells):
            return names.row_of([self.value(*row[0]) for row in cells])
        raise UnreadableError(f"the environment {name}")

    # -------------------------------------------------------------------------------------- scalars

    def scalar(self, low: int, high: int) -> Value:
        """Read an expression, with its unit, noun, or modulus."""
        tokens = self.tokens[low:high]
        if any(token.text == "pmod" for token in tokens):
            return self.residue(tokens)
        if not words.has_text(tokens):
            return Scalar(expression(tokens))
        if (scaled := scaled_quantity(tokens)) is not None:
            return scaled
        words.refuse_operation(tokens[-1].text)
        raw = self.text[tokens[0].start : tokens[-1].end]
        split = split_unit(words.untold(raw))
        if split is not None:
            return Scalar(expression(tokenize(split[0], self.commas)), unit=split[1])
        compound = unit_by_unit(self.tokens, low, high, self.scalar)
        if compound is not None:
            return compound
        n_noun, noun = words.trailing_noun(tokens)
        if n_noun == 0 or n_noun == len(tokens):
            return Scalar(expression(tokens))
        return Scalar(expression(tokens[:-n_noun]), noun=noun)

    def residue(self, tokens: Sequence[Token]) -> Congruence:
        at = next(index for index, token in enumerate(tokens) if token.text == "pmod")
        return Congruence(expression(tokens[:at]), expression(tokens[at + 1 :]))
