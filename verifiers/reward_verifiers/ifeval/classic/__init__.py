"""Google's IFEval: the 25 ids that every other family repeats or varies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.instruction import Instruction

CLASSIC: Mapping[str, Instruction] = MappingProxyType({})
