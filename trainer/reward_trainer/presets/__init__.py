"""Known recipes, by name. ``Config`` values; what each number is from stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_trainer.config import Config
from reward_trainer.presets.brorl import BRORL
from reward_trainer.presets.dapo import DAPO
from reward_trainer.presets.justrl import JUSTRL
from reward_trainer.presets.preset import Preset
from reward_trainer.presets.prorl_v1 import PRORL_V1
from reward_trainer.presets.prorl_v2 import PRORL_V2
from reward_trainer.presets.smoke_cpu import SMOKE_CPU

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {preset.name: preset for preset in (PRORL_V1, PRORL_V2, BRORL, JUSTRL, DAPO, SMOKE_CPU)}
)

__all__ = ["PRESETS", "Config", "Preset"]
