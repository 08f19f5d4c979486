"""IFBench: the 58 ids it adds to IFEval's, in two versions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.instruction import Instruction

HEAD: Mapping[str, Instruction] = MappingProxyType({})
NOVEMBER_2025: Mapping[str, Instruction] = MappingProxyType({})
