"""Units of measure: read from text, compared by dimension, converted exactly.

The one rule of this room: a unit is looked up in a table, never evaluated. What a model wrote
reaches a tokenizer of our own, whose words, exponents and length are bounded.
"""

from __future__ import annotations

from reward_verifiers.units.names import is_unit_word
from reward_verifiers.units.reading import read_unit
from reward_verifiers.units.splitting import split_unit
from reward_verifiers.units.unit import Conversion, Unit, conversion

__all__ = ["Conversion", "Unit", "conversion", "is_unit_word", "read_unit", "split_unit"]
