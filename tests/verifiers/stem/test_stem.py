"""Free answers: quantities, formulas and words, in any text, from end to end."""

from __future__ import annotations

import doctest
import re
from fractions import Fraction
from pathlib import Path
from unittest import mock

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.errors import BadSpecError
from reward_verifiers.memo import MAX_BYTES, Memo
from reward_verifiers.specs import AnswerType, StemSpec, Thinking
from reward_verifiers.stem import extract, judge, perfect_completion, shortcut, verify
from reward_verifiers.stem.agreement import difference
from reward_verifiers.stem.chemistry import (
    ELEMENTS,
    looks_chemical,
    read_chemistry,
    same_chemistry,
)
from reward_verifiers.stem.configuration import electron_configuration
from reward_verifiers.stem.golds import usable_golds
from reward_verifiers.stem.numbers import magnitude, read_number, rounded
from reward_verifiers.stem.quantity import read_quantity
from reward_verifiers.stem.saying import abbreviates, opening_verdict, same_case
from reward_verifiers.stem.spelling import one_spelling
from reward_verifiers.stem.wording import WORDINGS, normalised, same_wording
from reward_verifiers.verdict import Outcome, Verdict


def quantity_is_right(gold: str, answer: str, **rules: object) -> bool:
    spec = StemSpec.model_validate({"gold": gold, "answer_type": "quantity", **rules})
    wanted, given_ = read_quantity(gold), read_quantity(answer)
    assert wanted is not None
    return given_ is not None and difference(wanted, given_, spec) is None


@pytest.mark.parametrize(
    ("text", "value", "quantum"),
    [
        (r"3.0\times10^8", "3e8", "1e7"),
        ("1.6×10⁻¹⁹", "1.6e-19", "1e-20"),
        ("1,234", "1234", None),
        ("3,14", "3.14", "0.01"),
        ("0,125", "0.125", "0.001"),
        (r"10\,000", "10000", None),
        ("−3.20", "-3.2", "0.01"),
        ("10^{-5}", "1e-5", None),
        (r"\frac{3}{4}", "3/4", None),
        ("about 5", "5", None),
    ],
)
def test_a_plain_number_is_read_with_its_precision(
    text: str, value: str, quantum: str | None
) -> None:
    number = read_number(text)
    assert number is not None
    assert number.value == Fraction(value)
    assert number.quantum == (None if quantum is None else Fraction(quantum))


@pytest.mark.parametrize("text", ["", "x", "5 6", "1.2.3", "1e99999", "(5", "1/0", "5 or 6", "--5"])
def test_what_is_no_plain_number_is_not_read(text: str) -> None:
    assert read_number(text) is None


@given(st.fractions(), st.integers(1, 20))
def test_rounding_keeps_the_figures_asked_for(value: Fraction, figures: int) -> None:
    near, unit = rounded(value, figures)
    assert abs(near - value) * 2 <= unit
    if value:
        assert (
            Fraction(10) ** magnitude(value) <= abs(value) < Fraction(10) ** (magnitude(value) + 1)
        )
        assert (near / unit).denominator == 1


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("5 ft 3 in", "63 in", True),
        ("2 hours and 30 minutes", "2.5 h", True),
        ("10 rad/s", "10 s^{-1}", True),
        ("10 Hz", "10 rad/s", False),
        ("2 g of NaCl", "2.0 g", True),
        ("2 g of NaCl", "2 g of KCl", False),
        ("50", "50 %", True),
        ("0.5", "50 %", True),
        ("12 apples", "12", True),
        ("5 km", "5 km = 5000 m = 500000 cm", True),
        ("5 m", "5 m = 500 m", False),
        ("5 m/s north-east", "5 m/s northeast", True),
        ("1 atm", "101325 Pa", True),
        ("5 m", "five m", False),
        ("approximately 5.2 eV", "about 5.2 eV", True),
        ("1.2 x 10^-3 mol", "1.2×10⁻³ mol", True),
        ("1.2 x 10^-3 mol", "0.0012 mol", True),
        ("1.2E-3 mol", "1.2 mmol", True),
        ("5 m", "6 m or = 5 m", False),
    ],
)
def test_quantities(gold: str, answer: str, right: bool) -> None:
    assert quantity_is_right(gold, answer) is right


def test_the_tolerance_and_the_figures_must_both_hold_where_both_are_given() -> None:
    assert quantity_is_right("9.8049 m", "9.80 m", significant_figures=2)
    assert not quantity_is_right("9.8049 m", "9.6 m", significant_figures=2)
    assert not quantity_is_right("9.8049 m", "9.78 m", significant_figures=2, tolerance=0.001)


@given(
    st.decimals(min_value="-1e6", max_value="1e6", places=3),
    st.sampled_from(
        [("km", "m"), ("h", "min"), ("kJ", "J"), ("°C", "K"), ("m/s", "km/h"), ("L", "cm^3")]
    ),
)
def test_a_quantity_is_itself_exactly_and_none_of_another_unit(
    value: object, units: tuple[str, str]
) -> None:
    source, target = units
    here = read_quantity(f"{value} {source}")
    there = read_quantity(f"{value} {target}")
    assert here is not None
    assert there is not None
    spec = StemSpec(gold="1", answer_type=AnswerType.QUANTITY, tolerance=0.0)
    assert difference(here, here, spec) is None
    again = read_quantity(f"{value} {source} = {value} {source}")
    assert again is not None
    assert difference(here, again, spec) is None
    assert difference(here, there, spec) is not None or value == 0


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        (r"\ce{SO4^2-}", "SO42-"),
        ("SO4^{2-}", "SO4 2-"),
        ("[Fe(CN)6]^{4-}", "Fe(CN)_6^{4-}"),
        ("[Cu(NH3)4]SO4", "Cu(NH3)4SO4"),
        ("CH3-CH3", "CH3CH3"),
        ("NH4+", r"\text{NH}_4^+"),
        ("Al2(SO4)3", r"\mathrm{Al_2(SO_4)_3}"),
        ("Zn -> Zn^{2+} + 2e^-", "Zn → Zn²⁺ + 2e⁻"),
        ("N2 + 3H2 <=> 2NH3", r"N_2 + 3H_2 \rightleftharpoons 2NH_3"),
        ("CaCO3 -> CaO + CO2", r"\mathrm{CaCO_3 \xrightarrow{\Delta} CaO + CO_2 \uparrow}"),
        (r"\ce{^{238}_{92}U -> ^{234}_{90}Th + ^{4}_{2}He}", "^{238}U -> ^{234}Th + ^4He"),
        ("2Na + Cl2 -> 2NaCl", "Cl2 + Na + Na -> 2NaCl"),
    ],
)
def test_chemistry_is_the_same_in_any_notation(gold: str, answer: str) -> None:
    wanted, given_ = read_chemistry(gold), read_chemistry(answer)
    assert wanted is not None
    assert given_ is not None
    assert same_chemistry(wanted, given_)
    assert same_chemistry(given_, wanted)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("CO", "Co"),
        ("HCN", "HNC"),
        ("Ca(OH)2", "CaO2H2"),
        ("Fe^{3+}", "Fe^{3-}"),
        ("H2O", "D2O"),
        ("H2O(l)", "H2O(g)"),
        ("2H2 + O2 -> 2H2O", "2H2 + O2 -> 2H2O2"),
        ("2H2 + O2 -> 2H2O", "H2O"),
        ("A + B -> C", "B + C -> A"),
    ],
)
def test_other_chemistry_is_told_apart(gold: str, answer: str) -> None:
    wanted, given_ = read_chemistry(gold), read_chemistry(answer)
    assert wanted is None or given_ is None or not same_chemistry(wanted, given_)


@pytest.mark.parametrize("text", ["F=ma", "PV=nRT", "E = mc^2", "x", "iron", "5", "H2O or CO2", ""])
def test_what_is_no_chemistry_is_not_read(text: str) -> None:
    assert read_chemistry(text) is None


def test_letters_that_are_elements_may_still_be_physics() -> None:
    assert read_chemistry("P=IV") is not None
    assert not looks_chemical("P=IV")
    assert looks_chemical("C + O2 = CO2")


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(ELEMENTS)), st.integers(1, 20)), min_size=1, max_size=6
    )
)
def test_a_formula_is_itself_in_every_dress(atoms: list[tuple[str, int]]) -> None:
    plain = "".join(f"{symbol}{n if n > 1 else ''}" for symbol, n in atoms)
    dressed = "".join(rf"\text{{{symbol}}}_{{{n}}}" for symbol, n in atoms)
    one, other = read_chemistry(plain), read_chemistry(dressed)
    assert one is not None
    assert other is not None
    assert same_chemistry(one, other)


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("the nucleus", "Nucleus.", True),
        ("x-ray", "X ray", True),
        ("-3", "3", False),
        ("1.5", "15", False),
        ("Newton's third law", "Newtons third law", True),
        ("red, green, and blue", "red, green and blue", True),
        ("vitamin A", "vitamin C", False),
        ("Yes", "Yes and no", False),
        ("iron", "iron (or copper)", False),
        ("5 years", "> 5 years", False),
        ("x", "±x", False),
    ],
)
def test_wordings(gold: str, answer: str, right: bool) -> None:
    assert same_wording([gold], answer) is right


@given(st.text(min_size=1, max_size=60))
def test_a_wording_is_itself_and_normalising_twice_changes_nothing(text: str) -> None:
    assert not normalised(text) or same_wording([text], text)
    once = normalised(text)
    # A capital A is a letter (type A blood), which in small would be an article.
    assert normalised(once) == once or not once.isascii() or re.search(r"\b(?:an?|the)\b", once)


GOLDS = {
    AnswerType.VALUE: [r"\frac{1}{2}", "7", r"2\sqrt{3}", "x^2+1"],
    AnswerType.QUANTITY: [
        "5 m",
        "25 °C",
        r"3.0\times 10^8 \text{ m/s}",
        "$5",
        "50 %",
        r"2\pi s",
        "1 h 30 min",
    ],
    AnswerType.FORMULA: ["H2SO4", "2H2 + O2 -> 2H2O", "F = ma", r"\frac{1}{2}mv^2", "SO4^{2-}"],
    AnswerType.TEXT: ["mitochondria", "Yes", "iron(III) oxide", r"$\beta$ decay"],
}


@pytest.mark.parametrize(
    ("kind", "gold"), [(k, gold) for k, golds in GOLDS.items() for gold in golds]
)
def test_every_gold_verifies_itself(kind: AnswerType, gold: str) -> None:
    for thinking in (Thinking.STRIP, Thinking.REQUIRE):
        spec = StemSpec(gold=gold, answer_type=kind, thinking=thinking)
        completion = perfect_completion(spec)
        assert completion is not None
        assert verify(completion, spec).outcome is Outcome.CORRECT


@given(st.text(max_size=80), st.sampled_from(list(AnswerType)))
def test_any_text_gets_a_verdict(text: str, kind: AnswerType) -> None:
    spec = StemSpec(gold=GOLDS[kind][0], answer_type=kind)
    assert isinstance(verify(f"The answer is: {text}", spec), Verdict)
    assert isinstance(verify(rf"\boxed{{{text}}}", spec), Verdict)


@given(st.text(min_size=1, max_size=60), st.sampled_from(list(AnswerType)))
def test_any_gold_is_judged_or_refused(gold: str, kind: AnswerType) -> None:
    spec = StemSpec(gold=gold, answer_type=kind)
    refused = 0
    for completion in (r"\boxed{5 \text{ m}}", "I do not know."):
        try:
            assert isinstance(verify(completion, spec), Verdict)
        except BadSpecError:
            refused += 1
    assert refused in (0, 2)  # a group never mixes zeros with rewards that are unknown


@pytest.mark.parametrize("kind", list(AnswerType))
@pytest.mark.parametrize(
    "answer", ["(" * 3000, "5 m = " * 600, "H2 + " * 700, "9" * 4000, "^" * 4000]
)
@pytest.mark.parametrize("dress", ["{}", r"\text{{{}}}"])
def test_the_engine_decides_or_passes_on_at_once(kind: AnswerType, answer: str, dress: str) -> None:
    spec = StemSpec(gold=GOLDS[kind][0], answer_type=kind)
    with no_hang():
        shortcut(dress.format(answer), spec)


def test_what_the_engine_decides_the_lane_decides_alike() -> None:
    for answer, outcome in [("500 cm", Outcome.CORRECT), ("5 s", Outcome.WRONG)]:
        spec = StemSpec(gold="5 m", answer_type=AnswerType.QUANTITY)
        at_once = shortcut(answer, spec)
        assert at_once is not None
        assert at_once.outcome is judge(answer, spec).outcome is outcome


def test_every_option_is_decided_without_the_lane() -> None:
    spec = StemSpec(gold="A", options={"A": "iron", "B": "gold"})
    assert shortcut("A", spec) == Verdict.correct("A")
    assert shortcut("B", spec) == Verdict.wrong("B", "option B, not A")


def test_a_gold_with_loose_braces_has_no_perfect_completion() -> None:
    assert perfect_completion(StemSpec(gold="a}b{", answer_type=AnswerType.TEXT)) is None


def test_the_examples_of_the_documentation_run() -> None:
    page = Path(__file__).parents[3] / "docs" / "stem.md"
    failures, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 15
    assert failures == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CH3CH2OH", "HOCH2CH3", True),
        ("CH3COOH", "HO2CCH3", True),
        ("C2H6", "CH3CH3", True),
        ("ClC2H4Cl", "ClCH2CH2Cl", True),
        ("C2H3Cl", "CH2CHCl", False),
        ("CH3CH2Cl", "CH2CH3Cl", False),
        ("CH3OCH3", "CH3CH2OH", False),
        ("Ca(OH)2", "CaO2H2", False),
    ],
)
def test_condensed_formulas(one: str, other: str, same: bool) -> None:
    for gold, answer in ((one, other), (other, one)):
        spec = StemSpec(answer_type=AnswerType.FORMULA, gold=gold)
        assert (verify(rf"\boxed{{{answer}}}", spec).outcome is Outcome.CORRECT) is same


@pytest.mark.parametrize(
    ("text", "shells"),
    [
        ("1s^2 2s^1", {"1s": 2, "2s": 1}),
        (r"1s^{2}\,2s^{1}", {"1s": 2, "2s": 1}),
        (
            "1s²2s²2p⁶3s²3p⁶4s²3d¹⁰",
            dict(
                zip(["1s", "2s", "2p", "3s", "3p", "4s", "3d"], [2, 2, 6, 2, 6, 2, 10], strict=True)
            ),
        ),
        ("[He]2s2", {"1s": 2, "2s": 2}),
        ("1s^3", None),
        ("1s2 1s2", None),
        ("2p", None),
        ("[Na]3s1", None),
        ("", None),
    ],
)
def test_electron_configurations(text: str, shells: dict[str, int] | None) -> None:
    assert electron_configuration(text) == shells


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("colours", "color"),
        ("ionisation", "ionization"),
        ("analysed", "analyzed"),
        ("haemoglobin", "hemoglobin"),
        ("oestrogen", "estrogen"),
        ("litres", "liter"),
        ("bodies", "body"),
        ("boxes", "box"),
        ("glasses", "glass"),
    ],
)
def test_words_have_one_spelling(british: str, american: str) -> None:
    assert one_spelling(british) == one_spelling(american) == american


@pytest.mark.parametrize("word", ["glass", "virus", "basis", "gas", "four", "aerobic"])
def test_what_is_no_plural_keeps_its_letters(word: str) -> None:
    assert one_spelling(word) == word


@given(st.text(alphabet="abeghinorsuy", min_size=1, max_size=12))
def test_the_one_spelling_of_a_spelling_is_itself_or_shorter(word: str) -> None:
    assert len(one_spelling(one_spelling(word))) <= len(one_spelling(word)) <= len(word)


@pytest.mark.parametrize("kind", list(AnswerType))
@pytest.mark.parametrize("gold", ["NaN", "None", "N/A", "null", " ", r"\boxed{}", "x" * 4001])
def test_a_gold_that_no_answer_can_meet_is_refused_whatever_the_completion(
    kind: AnswerType, gold: str
) -> None:
    spec = StemSpec(gold=gold, answer_type=kind)
    for completion in (r"\boxed{5 \text{ m}}", "I do not know."):
        with pytest.raises(BadSpecError, match="gold"):
            extract(completion, spec)
    with pytest.raises(BadSpecError, match="gold"):
        perfect_completion(spec)


@pytest.mark.parametrize("kind", list(AnswerType))
def test_of_several_golds_those_that_are_missing_are_left_out(kind: AnswerType) -> None:
    spec = StemSpec(gold=["NaN", GOLDS[kind][0]], answer_type=kind)
    completion = perfect_completion(spec)
    assert completion is not None
    assert verify(completion, spec).outcome is Outcome.CORRECT


def test_a_word_that_is_also_an_empty_form_may_be_a_gold() -> None:
    spec = StemSpec(gold="solution", answer_type=AnswerType.TEXT)
    assert same_wording(usable_golds(spec.golds, AnswerType.TEXT), "a solution")


@pytest.mark.parametrize("kind", list(AnswerType))
@pytest.mark.parametrize(
    "golds",
    [
        [r"\boxed{" + "{}" * 240 + f"{n}}}" for n in range(90)],
        ["abé " * 120 + str(n) for n in range(90)],
        ["\u0301\u0316" * 230 + str(n) for n in range(90)],
    ],
)
def test_golds_are_read_once_for_all_completions(kind: AnswerType, golds: list[str]) -> None:
    spec = StemSpec(gold=golds, answer_type=kind, aliases=[gold[1:] for gold in golds])
    with mock.patch.object(Memo, "_keep", autospec=True, side_effect=Memo._keep) as kept:
        for n in range(200):
            shortcut(f"foo{n}", spec)
    assert 1 <= kept.call_count <= 2  # as golds, and as wordings
    assert WORDINGS.held_bytes <= MAX_BYTES


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("MW", "MW", True),
        ("MW", "mW", False),
        ("CO", "Co", False),
        ("DNA", "dna", True),
        ("NO", "No", True),
        ("pH", "PH", True),
        ("5 Pa", "5 pa", True),
        ("5 mN", "5 MN", False),
    ],
)
def test_case_tells_units_and_formulas_apart(one: str, other: str, same: bool) -> None:
    assert same_case(one, other) is same


@pytest.mark.parametrize(
    ("short", "text", "fits"),
    [
        ("DNA", "deoxyribonucleic acid", True),
        ("NO", "nitric oxide", True),
        ("Fe", "iron", True),
        ("H2O", "water", True),
        ("NaCl", "sodium chloride", True),
        ("EMF", "electromotive force", True),
        ("NOT", "mitochondria", False),
        ("NO", "neon", False),
        ("Nucleus", "mitochondria", False),
        ("x", "mass", False),
    ],
)
def test_abbreviations(short: str, text: str, fits: bool) -> None:
    assert abbreviates(short, text) is fits


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Yes, because it rusts", "yes"),
        ("yes, since it is not noble", "yes"),
        ("No, it does not", "no"),
        ("No: gold is noble", "no"),
        ("False - energy is not conserved", "false"),
        ("yes, not really", None),
        ("true: the statement doesn't hold", None),
        ("no, it is", None),
        ("yes, but only at night", None),
        ("yes, or no", None),
        ("maybe, yes", None),
    ],
)
def test_what_follows_a_verdict_stands_by_it(text: str, verdict: str | None) -> None:
    assert opening_verdict(text) == verdict
