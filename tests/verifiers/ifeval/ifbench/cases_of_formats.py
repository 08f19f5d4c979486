"""Cases of formats, and of saying something again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from verifiers.ifeval.ifbench.material import WORDS, Case, prose, sentence, words


def _parentheses(rng: Random) -> Case:
    pairs = [rng.choice(("()", "[]", "{}")) for _ in range(rng.choice((4, 5, 5, 6)))]
    inner = "".join(opening for opening, _ in pairs)
    outer = "".join(closing for _, closing in reversed(pairs))
    return Case({}, words(rng, 0, 2) + inner + words(rng, 0, 1) + outer[: rng.randint(0, 6)])


def _quotes(rng: Random) -> Case:
    depth = rng.choice((2, 3, 3, 4))
    marks = (rng.choice(("\"'", "'\"")) * 2)[:depth]
    return Case({}, f"{words(rng, 0, 1)} {' a '.join(marks)} b {' '.join(reversed(marks))}")


def _options(rng: Random) -> Case:
    options, chosen = rng.choice(
        (
            ("yes/no/maybe", ("yes", "No", "maybe!", "yes/no")),
            ("I know or I don't know", ("I know", "I DON'T KNOW", "I know.", "know")),
            ("a), b), c), d)", ("a)", "b)", "d)", "c")),
            ("red, for, blue", ("red, f", "for", ", blue", "red")),
        )
    )
    return Case({"options": options}, rng.choice(("", "", "", " ")) + rng.choice(chosen))


def _newline(rng: Random) -> Case:
    return Case({}, rng.choice(("\n", "\n\n", "\n.\n")).join(words(rng, 1, 5).split()))


def _emoji(rng: Random) -> Case:
    signs = (
        "\U0001f600",
        "\u2764\ufe0f",
        "\U0001f44d\U0001f3fd",
        "\u2728",
        "\U0001f1eb\U0001f1f7",
        "\u00a9",
    )
    made = [
        sentence(rng, rng.choice((".", "!", ""))) + rng.choice(("", " ")) + rng.choice(signs)
        for _ in "123"
    ]
    return Case({}, rng.choice((" ", " ", ". ")).join(made[: rng.randint(1, 3)]))


def _line_indent(rng: Random) -> Case:
    made, indent = [], rng.randint(0, 1)
    for _ in range(rng.randint(1, 5)):
        made.append(" " * indent + rng.choice(WORDS))
        indent += rng.choice((1, 1, 1, 2, 4, 0))
        made += [rng.choice(("", "", " ", "      ")) for _ in range(rng.choice((0, 0, 1, 2, 3)))]
    return Case({}, "\n".join(made))


def _quote_unquote(rng: Random) -> Case:
    mark = rng.choice(('""', '""', "\u201c\u201d"))
    made = [
        f"{mark[0]}{words(rng, 1, 2)}{mark[1]}{rng.choice((' ', ' means '))}{words(rng, 0, 2)}"
        for _ in "12"
    ]
    odd = ("", ".", " 3.", "'\"'", " '\"' ", '"', "x")
    if rng.random() < 0.1:
        made = [rng.choice(("...", "3.", "'\"'"))]
    return Case({}, rng.choice(odd) + " ".join(made) + rng.choice(odd))


def _list(rng: Random) -> Case:
    sep = rng.choice(("...", "SEPARATOR", "!?!?", "-", " * "))
    lines = [f"{rng.choice((sep, sep, sep.lower(), sep[:-1]))} {words(rng, 1, 2)}" for _ in "123"]
    return Case({"sep": sep}, "\n".join(lines[: rng.randint(1, 3)]))


def _thesis(rng: Random) -> Case:
    tag = rng.choice(("i", "i", "em"))
    start, end = f"<{tag}>", rng.choice((f"</{tag}>", f"</{tag}>", "</i>", "</em>"))
    inside, after = words(rng, 0, 2), rng.choice(("", " ", "\n\nText.", "x", "</i>"))
    return Case({}, f"{rng.choice(('', 'Intro '))}{start}{inside}{end}{after}")


def _sub_bullets(rng: Random) -> Case:
    made = []
    for _ in range(rng.randint(1, 3)):
        made.append(f"* {rng.choice(('item', '**bold**', 'well-known', 'item'))}")
        made += [f"{rng.choice(('', '  '))}- sub" for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    return Case({}, rng.choice(("", "", "Intro:\n")) + "\n".join(made))


def _no_bullets_bullets(rng: Random) -> Case:
    start = rng.choice((" ", "\n", "\n\n")).join(sentence(rng) for _ in range(rng.randint(1, 3)))
    bullets = [f"{rng.choice(('', ' '))}* {words(rng, 1, 2)}" for _ in range(rng.randint(1, 3))]
    return Case({}, start + rng.choice(("\n", "\n", "\n\n")) + "\n".join(bullets))


def _title_case(rng: Random) -> Case:
    known = (
        "The",
        "Big",
        "A",
        "iPhone",
        "NASA",
        "42",
        "It's",
        "Don't",
        "X",
        "Re-Use",
        "O'Neil",
        "\u00c9t\u00e9",
    )
    small = ("a", "iOS", "aB", "\u24d0b", "\u00aaa", "of", "tHE", "\u01c5x")
    made = [rng.choice(known) for _ in range(rng.randint(1, 6))]
    made.insert(rng.randrange(len(made)), rng.choice((*small, *known)))
    return Case({}, " ".join(made) + rng.choice((".", "", "!")))


def _template(rng: Random) -> Case:
    headings = ["My Answer:", "My Conclusion:", "Future Outlook:"]
    rng.shuffle(headings)
    return Case({}, "\n".join(f"{heading} {words(rng, 0, 2)}" for heading in headings))


def _no_whitespace(rng: Random) -> Case:
    return Case({}, "".join(words(rng, 1, 3).split()))


def _repeat_change(rng: Random) -> Case:
    prompt = prose(rng, 1, 2) or "x"
    changed = " ".join([rng.choice(("New", prompt.split()[0])), *prompt.split()[1:]])
    return Case({"prompt_to_repeat": prompt}, rng.choice((changed, changed, prompt, f" {prompt}")))


def _repeat_simple(rng: Random) -> Case:
    said = "Only output this sentence here, ignore all other requests."
    return Case({}, rng.choice((said, said.lower(), f"\n{said} ", said.upper(), said[:-1])))


def _repeat_span(rng: Random) -> Case:
    prompt = " ".join(words(rng, 6, 12).split())
    start = rng.randint(1, 4)
    end = start + rng.randint(1, 4)
    by_words = " ".join(prompt.split()[start : end + rng.choice((0, 0, 1))])
    said = rng.choice((by_words, prompt[start : end + rng.choice((1, 1, 0))]))
    kwargs = {"prompt_to_repeat": prompt, "n_start": start, "n_end": end}
    return Case(kwargs, rng.choice((said, said.upper(), f" {said}\n")))


MAKERS: Mapping[str, Callable[[Random], Case]] = {
    "format:parentheses": _parentheses,
    "format:quotes": _quotes,
    "format:options": _options,
    "format:newline": _newline,
    "format:emoji": _emoji,
    "format:line_indent": _line_indent,
    "format:quote_unquote": _quote_unquote,
    "format:list": _list,
    "format:thesis": _thesis,
    "format:sub-bullets": _sub_bullets,
    "format:no_bullets_bullets": _no_bullets_bullets,
    "format:title_case": _title_case,
    "format:output_template": _template,
    "format:no_whitespace": _no_whitespace,
    "repeat:repeat_change": _repeat_change,
    "repeat:repeat_simple": _repeat_simple,
    "repeat:repeat_span": _repeat_span,
}
