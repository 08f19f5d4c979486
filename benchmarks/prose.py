"""Reasoning text of a model: thinking between tags, formulas between dollars, an answer in a box.

The text carries no second box and no "the answer is" of its own, so that any verifier reads the
same answer out of it; the cost of finding that answer is what is being measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

_LOW, _HIGH = 2_000, 8_000  # characters of a completion

_OPENINGS = (
    "Okay, so I need to work out what the question asks for here.",
    "Let me read the problem again and set up some notation first.",
    "Alright, let's start from what is given and see where it leads.",
    "First I want to restate the problem in my own words.",
)

_SENTENCES = (
    "Let me define ${v} = {a}{w} + {b}$ and see what happens when ${w}$ grows.",
    "If I substitute ${v} = {a}$ into the first equation I get ${a}{w} + {b} = {c}$.",
    "Hmm, that gives $\\frac{{{a}}}{{{b}}}$, which does not look right yet.",
    "Wait, I should double-check the sign of the term with ${v}^2$.",
    "The discriminant is ${b}^2 - 4 \\cdot {a} \\cdot {c}$, so I have to be careful here.",
    "By symmetry the two cases behave in the same way, so it is enough to look at one of them.",
    "Using the identity $({v}+{w})^2 = {v}^2 + 2{v}{w} + {w}^2$ the middle term cancels.",
    "So the sum runs over $k$ from ${a}$ to ${c}$, and every term contributes at most ${b}$.",
    "\n\n\\[ \\sum_{{k=1}}^{{{a}}} k^2 = \\frac{{{a}({a}+1)(2\\cdot {a}+1)}}{{6}} \\]\n\n",
    "But that would mean ${v} > {c}$, and we know that this cannot happen for small ${w}$.",
    "Now consider the derivative, $f'({v}) = {a}{v}^2 - {b}{v} + {c}$, and where it vanishes.",
    "I remember that $\\sqrt{{{a}}}$ is irrational, so it has to cancel somewhere.",
    "Let me try a small example: with ${v} = 2$ the left side is {c} and the right side is {b}.",
    "That matches what I found before, which is reassuring.",
    "The area of the triangle is $\\frac12 \\cdot {a} \\cdot {b}$, by the usual formula.",
    "Alternatively one could expand everything, but factoring seems to be shorter.",
    "Modulo ${b}$ the powers repeat with a period that divides ${c}$, so only the rest matters.",
    "Hmm, no. I mixed up ${v}$ and ${w}$ in the last step; let me redo it.",
    "So each of the {a} rows contributes {b} and the total does not depend on the order.",
    "From $\\angle ABC = {a}^\\circ$ it follows that the other two angles add up to the rest.",
    "\n\nStep {b}: collect the terms with ${v}$ on the left and the constants on the right.\n",
    "This is a telescoping product, so almost everything cancels between neighbours.",
    "We can bound $|{v} - {w}|$ by ${a}$ and the error by $\\frac{{1}}{{{c}}}$.",
    "The probability of that event is $\\binom{{{c}}}{{{a}}} / 2^{{{c}}}$ before conditioning.",
    "Okay, that seems consistent, but let me verify it in another way to be safe.",
)

_SUMMARIES = (
    "We set up the equation, simplify both sides, and solve for the unknown.",
    "The key observation is the symmetry between the two variables.",
    "**Step 1.** Rewrite the expression.\n\n**Step 2.** Simplify, and keep the valid case.",
    "After simplification only one of the cases is left.",
)

_ENDINGS = (
    "Therefore the result is\n\n\\[ \\boxed{%s} \\]",
    "Hence we obtain $\\boxed{%s}$.",
    "**Final result:** $\\boxed{%s}$",
    "This gives $$\\boxed{%s}$$",
)


def completion(rng: Random, answer: str) -> str:
    """Return a completion of 2,000 to 8,000 characters that ends by boxing ``answer``."""
    ending = rng.choice(_ENDINGS) % answer
    # Two draws instead of one keep the ends rare, as they are among real lengths.
    target = int(_LOW + (_HIGH - _LOW) * (0.5 * rng.random() + 0.53 * rng.random()))
    return f"{reasoning(rng, min(target, _HIGH - 400) - len(ending))}\n\n{ending}"


def reasoning(rng: Random, n_chars: int) -> str:
    """Return about ``n_chars`` characters of thinking and summary, without any answer."""
    summary = " ".join(rng.sample(_SUMMARIES, 2))
    thinking = "".join(_thinking(rng, n_chars - len(summary)))
    return f"<think>\n{thinking}\n</think>\n\n{summary}"


def _thinking(rng: Random, n_chars: int) -> Iterator[str]:
    yield rng.choice(_OPENINGS)
    written = 0
    while written < n_chars:
        sentence = rng.choice(_SENTENCES).format(
            v=rng.choice("xyzmnpq"),
            w=rng.choice("abcrst"),
            a=rng.randint(2, 99),
            b=rng.randint(2, 99),
            c=rng.randint(100, 999),
        )
        written += len(sentence) + 1
        yield f" {sentence}"
        if rng.random() < 0.12:
            yield "\n\n"
