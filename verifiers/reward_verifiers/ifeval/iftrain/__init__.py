"""open-instruct's IFEvalG: the 29 ids it adds to IFEval's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.instruction import Instruction

IFTRAIN: Mapping[str, Instruction] = MappingProxyType({})
