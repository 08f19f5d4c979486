"""RLVR-IFeval: 25 functions with rules of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.instruction import Instruction

RLVR: Mapping[str, Instruction] = MappingProxyType({})
