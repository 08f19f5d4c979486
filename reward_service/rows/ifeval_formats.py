"""The formats of instruction following; part of the table of ``table.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reward_service.rows import ifeval_rows
from reward_service.rows.format import Format
from reward_service.rows.instruction_ids import families_of
from reward_service.rows.signature import Signature, names
from reward_verifiers.ifeval_spec import Family


def _ids_of(family: Family) -> Callable[[Mapping[str, Any]], bool]:
    """Return what recognises rows that have ids of this family."""

    def recognise(row: Mapping[str, Any]) -> bool:
        ids = ifeval_rows.instructions_of(row)
        if ids is None:
            return False
        listed = ids if isinstance(ids, Sequence) and not isinstance(ids, str) else ()
        return family in families_of(listed)

    return recognise


def _has_args(row: Mapping[str, Any]) -> bool:
    args = row["args"]
    return isinstance(args, Mapping | str) and "instruction_id_list" in args


def _has_inline_ids(row: Mapping[str, Any]) -> bool:
    metadata = row.get("verifier_metadata")
    holder = row if "instructions" in row else metadata
    listed = holder.get("instructions") if isinstance(holder, Mapping) else None
    return (
        isinstance(listed, Sequence)
        and len(listed) > 0
        and all(isinstance(one, Mapping) and "instruction_id" in one for one in listed)
    )


IFEVAL_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "ifeval": Format(
            recognise=_ids_of(Family.IFEVAL),
            convert=ifeval_rows.ifeval,
            summary="IFEval, NeMo Gym: instruction_id_list and kwargs, by IFEval's own ids",
        ),
        "iftrain": Format(
            recognise=_ids_of(Family.IFTRAIN),
            convert=ifeval_rows.iftrain,
            summary="NeMo Gym instruction_following: the same with ids of open-instruct's IFEvalG",
        ),
        "ifbench": Format(
            recognise=_ids_of(Family.IFBENCH),
            convert=ifeval_rows.ifbench,
            summary="IFBench, NeMo Gym ifbench: the same with ids of IFBench",
        ),
        "llama_nemotron": Format(
            recognise=Signature(required=names("args"), others_allowed=True, holds=_has_args),
            convert=ifeval_rows.llama_nemotron,
            summary="Llama-Nemotron instruction following: args, with instruction_kwargs",
        ),
        "multi_if": Format(
            recognise=Signature(required=names("turn_1_instruction_id_list"), others_allowed=True),
            convert=ifeval_rows.multi_if,
            summary="Multi-IF: turn_k_instruction_id_list and turn_k_kwargs, of the turn in turn",
        ),
        "verifif": Format(
            recognise=_has_inline_ids,
            convert=ifeval_rows.verifif,
            summary="NeMo Gym verifif: instructions, where its rule is IFEval's",
        ),
        "verif": Format(
            recognise=Signature(required=names("checkers, functions"), others_allowed=True),
            convert=ifeval_rows.verif,
            summary="VerIF: labels that are programs; refused",
        ),
    }
)
