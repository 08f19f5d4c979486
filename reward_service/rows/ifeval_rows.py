"""Rows of datasets of instruction following.

Ids are namespaced: only IFEval's 25 mean the same to everybody. Whose the others are is told by the
ids themselves (``instruction_ids.py``), and where the row does not say how instructions count
together, the share of those that are followed is the reward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reward_service.rows.instruction_ids import families_of
from reward_service.rows.python_literal import python_literal
from reward_service.rows.row import Row, json_field, json_text
from reward_verifiers.complaints import kind, shown
from reward_verifiers.errors import BadSpecError
from reward_verifiers.ifeval_spec import Family, FollowReward, IfevalSpec

MAX_TURNS = 3

_GRADING = {"binary": FollowReward.ALL, "fraction": FollowReward.FRACTION}

_PROGRAMS = ("functions", "checkers", "checker")
_CODE = "programs as labels are not run; give a spec, or a row with instructions' ids"

# Multi-IF counts sentences and words of these languages by rules of the language.
_COUNTED_OTHERWISE = frozenset({"chinese", "hindi", "japanese", "thai", "zh", "hi", "ja", "th"})
_COUNTS = frozenset({"length_constraints:number_sentences", "length_constraints:number_words"})

# Those of verifif's rules that are IFEval's; the others share an id with another rule, or are new.
_VERIFIF_IDS = frozenset(
    {"keywords:letter_frequency", "punctuation:no_comma", "startend:quotation"}
)
_VERIFIF_EXTRAS = frozenset({"instruction_id", "uid", "source", "is_misalignment_check"})


def instructions_of(row: Mapping[str, Any]) -> Any:
    """Return the ids in a row of IFEval's, IFBench's or NeMo Gym's fields, or None."""
    metadata = row.get("verifier_metadata")
    holder = row if "instruction_id_list" in row else metadata
    return holder.get("instruction_id_list") if isinstance(holder, Mapping) else None


def ifeval(row: Row) -> IfevalSpec:
    """Read ``instruction_id_list`` and ``kwargs`` by IFEval's own rules."""
    return _listed(row, Family.IFEVAL)


def iftrain(row: Row) -> IfevalSpec:
    """Read ``instruction_id_list`` and ``kwargs`` by the rules of open-instruct's IFEvalG."""
    return _listed(row, Family.IFTRAIN)


def ifbench(row: Row) -> IfevalSpec:
    """Read ``instruction_id_list`` and ``kwargs`` by IFBench's rules."""
    return _listed(row, Family.IFBENCH)


def llama_nemotron(row: Row) -> IfevalSpec:
    """Read ``args``: ``instruction_id_list`` and ``instruction_kwargs``; the ids tell whose."""
    args = _object(row, "args")
    ids = _ids(args, "instruction_id_list")
    kwargs = _kwargs(args, "instruction_kwargs", len(ids))
    return _spec(args, _family(args, ids), ids, kwargs, prompt=_prompt(row))


def multi_if(row: Row) -> IfevalSpec:
    """Read one turn's ``turn_k_instruction_id_list`` and ``turn_k_kwargs``.

    ``turn`` says which, else it is the last that has instructions: a turn's list holds the turns'
    before it too.
    """
    turn = _turn(row)
    ids = _ids(row, f"turn_{turn}_instruction_id_list")
    language = row.fields.get("language")
    if isinstance(language, str) and language.strip().lower() in _COUNTED_OTHERWISE:
        counted = [name for name in ids if name in _COUNTS]
        if counted:
            raise row.error("language", f"{counted[0]} counts by other rules in {language[:40]}")
    kwargs = _kwargs(row, f"turn_{turn}_kwargs", len(ids))
    return _spec(row, Family.IFEVAL, ids, kwargs, prompt="")


def verifif(row: Row) -> IfevalSpec:
    """Read ``instructions``, of those that verifif judges as IFEval does; all must be followed."""
    holder = _holder(row, "instructions")
    if holder.fields.get("llm_judge"):
        raise holder.error("llm_judge", "questions to a model are not judged here")
    language = holder.fields.get("language", "en")
    if language not in ("en", "english", "English"):
        raise holder.error("language", f"{shown(language)}: only the rules for English are known")
    entries = holder.items("instructions")
    ids = [_verifif_id(holder, index, entry) for index, entry in enumerate(entries)]
    kwargs: list[dict[str, Any] | None] = [
        {key: value for key, value in entry.items() if key not in _VERIFIF_EXTRAS}
        for entry in entries
    ]
    return _spec(holder, Family.IFEVAL, ids, kwargs, reward=FollowReward.ALL, prompt=_prompt(row))


def verif(row: Row) -> IfevalSpec:
    """Refuse VerIF's rows, whose labels are programs.

    Raises:
        BadSpecError: always.
    """
    raise row.error("functions", _CODE)


def ground_truth(row: Row, name: str) -> IfevalSpec:
    """Read the label of IF_multi_constraints or RLVR-IFeval in the field ``name``.

    It is an object, the text of one in JSON or as a Python literal, or a list of one of those.
    """
    label = _label(row, name, row.value(name))
    for program in _PROGRAMS:
        if label.has(program):
            raise label.error(program, _CODE)
    if label.has("func_name"):
        arguments = {key: value for key, value in label.fields.items() if key != "func_name"}
        return _spec(label, Family.RLVR, [label.text("func_name")], [arguments], prompt="")
    which = "instruction_id" if label.has("instruction_id") else "instruction_id_list"
    ids = _ids(label, which)
    kwargs = _kwargs(label, "kwargs", len(ids))
    family = _family(label, ids)
    # open-instruct reads IFEval's own ids by the same code, and takes the same off a completion.
    family = Family.IFTRAIN if family is Family.IFEVAL else family
    return _spec(label, family, ids, kwargs, prompt=_prompt(row))


def _listed(row: Row, family: Family) -> IfevalSpec:
    holder = _holder(row, "instruction_id_list")
    ids = _ids(holder, "instruction_id_list")
    kwargs = _kwargs(holder, "kwargs", len(ids))
    prompt = _prompt(holder) or _prompt(row)
    return _spec(holder, family, ids, kwargs, reward=_reward(row, holder), prompt=prompt)


def _holder(row: Row, name: str) -> Row:
    """Return where the field stands: NeMo Gym's newer rows have it in ``verifier_metadata``."""
    nested = not row.has(name) and row.has("verifier_metadata")
    return row.part("verifier_metadata") if nested else row


def _spec(
    row: Row,
    family: Family,
    ids: list[str],
    kwargs: list[dict[str, Any] | None],
    *,
    prompt: str,
    reward: FollowReward = FollowReward.FRACTION,
) -> IfevalSpec:
    return row.spec(
        IfevalSpec,
        family=family,
        instruction_id_list=ids,
        kwargs=kwargs,
        prompt=prompt,
        reward=reward,
    )


def _reward(row: Row, holder: Row) -> FollowReward:
    where = holder if holder.has("grading_mode") else row
    mode = where.fields.get("grading_mode", "fraction")
    if not isinstance(mode, str) or mode not in _GRADING:
        raise where.error("grading_mode", f"expected binary or fraction, got {shown(mode)}")
    return _GRADING[mode]


def _family(row: Row, ids: Sequence[str]) -> Family:
    families = families_of(ids)
    if len(families) > 1:
        raise row.error("instruction_id_list", "ids of both IFBench and open-instruct; give a spec")
    return families[0]


def _ids(row: Row, name: str) -> list[str]:
    entries = Row({name: json_field(row, name)}, row.where).items(name)
    return [row.as_text(f"{name}.{index}", entry) for index, entry in enumerate(entries)]


def _kwargs(row: Row, name: str, n_ids: int) -> list[dict[str, Any] | None]:
    """Return what each instruction takes; an entry may be the text of its JSON."""
    if not row.has(name):
        return [None] * n_ids
    entries = json_field(row, name)
    if not isinstance(entries, Sequence) or isinstance(entries, str | bytes):
        raise row.error(name, f"expected a list, got {kind(entries)}")
    if len(entries) != n_ids:
        raise row.error(name, f"{len(entries)} entries for {n_ids} instructions")
    return [_arguments(row, f"{name}.{index}", entry) for index, entry in enumerate(entries)]


def _arguments(row: Row, name: str, entry: Any) -> dict[str, Any] | None:
    if isinstance(entry, str):
        entry = json_text(row, name, entry)
    if entry is None:
        return None
    if not isinstance(entry, Mapping):
        raise row.error(name, f"expected an object, got {kind(entry)}")
    return dict(entry)


def _object(row: Row, name: str) -> Row:
    return Row({name: json_field(row, name)}, row.where).part(name)


def _label(row: Row, name: str, value: Any) -> Row:
    """Return the one object that a label is, out of its lists and texts."""
    for _ in range(4):
        if isinstance(value, Mapping):
            return Row(value, f"{row.where}.{name}")
        if isinstance(value, str):
            value = _written(row, name, row.as_text(name, value))
        elif isinstance(value, Sequence) and len(value) == 1:
            value = value[0]
        else:
            break
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        raise row.error(name, f"expected one label, got {len(value)}")
    raise row.error(name, f"expected an object or its text, got {kind(value)}")


def _written(row: Row, name: str, text: str) -> Any:
    if "def " in text and text.lstrip()[:1] not in ("{", "["):
        raise row.error(name, _CODE)
    try:
        return json_text(row, name, text)
    except BadSpecError:
        pass
    try:
        return python_literal(text)
    except ValueError as error:
        raise row.error(name, str(error)) from error


def _prompt(row: Row) -> str:
    """Return what the row says that the model was asked, if it is a text."""
    prompt = row.fields.get("prompt")
    return prompt if isinstance(prompt, str) else ""


def _turn(row: Row) -> int:
    if row.has("turn"):
        turn = row.integer("turn")
        if not 1 <= turn <= MAX_TURNS:
            raise row.error("turn", f"expected 1 to {MAX_TURNS}, got {turn}")
        return turn
    for turn in range(MAX_TURNS, 1, -1):
        if row.fields.get(f"turn_{turn}_instruction_id_list") not in (None, "", "[]", [], ()):
            return turn
    return 1


def _verifif_id(row: Row, index: int, entry: Any) -> str:
    where = f"instructions.{index}"
    if not isinstance(entry, Mapping):
        raise row.error(where, f"expected an object, got {kind(entry)}")
    name = row.as_text(f"{where}.instruction_id", entry.get("instruction_id"))
    if name not in _VERIFIF_IDS:
        raise row.error(
            f"{where}.instruction_id",
            f"{name[:80]!r} is judged by a rule of verifif's own, which is not known here",
        )
    if entry.get("is_misalignment_check"):
        raise row.error(f"{where}.is_misalignment_check", "such checks are not judged here")
    return name
